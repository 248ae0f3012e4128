#include "services/domain/rule_words.h"

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"

namespace stadspoort::domain {
namespace {

constexpr std::array<absl::string_view, 7> kDays = {"Mon", "Tue", "Wed", "Thu",
                                                    "Fri", "Sat", "Sun"};
constexpr size_t kShortestRange = 3;  // days; two are listed

void AppendPart(std::string& words, absl::string_view part, absl::string_view joint) {
  if (part.empty()) return;
  absl::StrAppend(&words, words.empty() ? "" : joint, part);
}

}  // namespace

std::string InWords(const WeekdaySet& weekdays) {
  std::string words;
  for (size_t day = 0; day < kDays.size();) {
    size_t end = day;
    while (end < kDays.size() && weekdays.Contains(static_cast<absl::Weekday>(end))) ++end;
    if (end - day == kDays.size()) return "daily";
    if (end - day >= kShortestRange) {
      AppendPart(words, absl::StrCat(kDays[day], "-", kDays[end - 1]), ",");
    } else {
      for (size_t single = day; single < end; ++single) AppendPart(words, kDays[single], ",");
    }
    day = end + 1;
  }
  return words;
}

std::string InWords(const DailyHours& hours) {
  return absl::StrCat(hours.from.text(), "-", hours.to.text());
}

std::string InWords(const std::vector<WeeklyWindow>& windows) {
  return absl::StrJoin(windows, "; ", [](std::string* out, const WeeklyWindow& window) {
    absl::StrAppend(out, InWords(window.weekdays), " ", InWords(window.hours));
  });
}

std::string InWords(const Season& season) {
  return absl::StrCat(season.first.text(), " to ", season.last.text());
}

std::string InWords(absl::Duration duration) {
  const int64_t minutes = absl::ToInt64Minutes(duration);
  if (duration < absl::ZeroDuration() || duration == absl::InfiniteDuration() ||
      duration != absl::Minutes(minutes)) {
    return absl::FormatDuration(duration);
  }
  std::string words;
  if (minutes >= 60) words = absl::StrCat(minutes / 60, " h");
  if (minutes % 60 != 0 || minutes == 0) {
    AppendPart(words, absl::StrCat(minutes % 60, " min"), " ");
  }
  return words;
}

std::string InWords(absl::Time t, absl::TimeZone clock) {
  const bool whole_minute = absl::FromUnixSeconds(absl::ToUnixSeconds(t) / 60 * 60) == t;
  return absl::FormatTime(whole_minute ? "%Y-%m-%d %H:%M %Ez" : "%Y-%m-%d %H:%M:%E*S %Ez", t,
                          clock);
}

std::string InWords(const Interval& period, absl::TimeZone clock) {
  return absl::StrCat(InWords(period.start, clock), " to ", InWords(period.end, clock));
}

std::string InWords(const RightKindSet& kinds) {
  std::string words;
  for (int value = 1; value <= kRightKindCount; ++value) {
    const auto kind = static_cast<RightKind>(value);
    if (kinds.Contains(kind)) AppendPart(words, Name(kind), ", ");
  }
  return words;
}

std::string InWords(const std::vector<RightTypeCode>& types) {
  return absl::StrJoin(types, ", ", [](std::string* out, const RightTypeCode& type) {
    absl::StrAppend(out, type.value());
  });
}

std::string MoneyInWords(int64_t cents) {
  const auto bits = static_cast<uint64_t>(cents);
  const uint64_t magnitude = cents < 0 ? 0 - bits : bits;
  return absl::StrFormat("EUR %s%d.%02d", cents < 0 ? "-" : "", magnitude / 100, magnitude % 100);
}

std::string InWords(const FarePart& part) {
  std::string words = MoneyInWords(part.step_price_cents);
  if (part.step) absl::StrAppend(&words, " per ", InWords(*part.step));
  if (part.applies_for) absl::StrAppend(&words, " for ", InWords(*part.applies_for));
  if (part.cap_cents != 0) absl::StrAppend(&words, ", at most ", MoneyInWords(part.cap_cents));
  return words;
}

std::string InWords(const TimeFrame& frame) {
  std::string words = InWords(frame.weekdays);
  if (frame.special_day) AppendPart(words, frame.special_day->value(), " and ");
  AppendPart(words, InWords(frame.hours), " ");
  if (frame.season) absl::StrAppend(&words, ", ", InWords(*frame.season));
  std::string accepted = InWords(frame.accepted_kinds);
  AppendPart(accepted, InWords(frame.accepted_types), ", ");
  absl::StrAppend(&words, "; accepts ", accepted.empty() ? "only EXEMPT" : accepted);
  if (frame.max_stay) absl::StrAppend(&words, "; max stay ", InWords(*frame.max_stay));
  if (frame.no_return_gap) {
    absl::StrAppend(&words, "; no return within ", InWords(*frame.no_return_gap));
  }
  for (const FarePart& part : frame.fare_parts) absl::StrAppend(&words, "; ", InWords(part));
  return words;
}

std::string InWords(SpecialDayMode mode) {
  return mode == SpecialDayMode::kReplace ? "REPLACE" : "AND";
}

}  // namespace stadspoort::domain
