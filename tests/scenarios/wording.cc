#include "tests/scenarios/wording.h"

#include <algorithm>
#include <array>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace stadspoort::scenarios {
namespace {

constexpr std::array<absl::string_view, 7> kDays = {"Mon", "Tue", "Wed", "Thu",
                                                    "Fri", "Sat", "Sun"};
constexpr absl::string_view kDaysAccepted = "days such as Mon-Fri, Sat,Sun or daily";

std::optional<absl::Weekday> DayFromName(absl::string_view name) {
  for (size_t i = 0; i < kDays.size(); ++i) {
    if (kDays[i] == name) return static_cast<absl::Weekday>(i);
  }
  return std::nullopt;
}

absl::Weekday NextDay(absl::Weekday day) {
  return static_cast<absl::Weekday>((static_cast<size_t>(day) + 1) % kDays.size());
}

std::optional<absl::Duration> UnitFromName(absl::string_view name) {
  if (name == "s") return absl::Seconds(1);
  if (name == "min") return absl::Minutes(1);
  if (name == "h") return absl::Hours(1);
  if (name == "d") return absl::Hours(24);
  return std::nullopt;
}

// "10:00" or "10:00:30", up to "24:00".
struct TimeOfDay {
  domain::MinuteOfDay minute;
  int second = 0;
};
std::optional<TimeOfDay> ParseTimeOfDay(absl::string_view text) {
  TimeOfDay time;
  if (text.size() == 8 && text[5] == ':') {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(text[6])) ||
        !absl::SimpleAtoi(text.substr(6), &time.second) || time.second > 59) {
      return std::nullopt;
    }
    text = text.substr(0, 5);
  }
  const std::optional<domain::MinuteOfDay> minute = domain::MinuteOfDay::Parse(text);
  if (!minute) return std::nullopt;
  time.minute = *minute;
  if (time.second > 0 && minute->minutes() == domain::MinuteOfDay::kEndOfDay) return std::nullopt;
  return time;
}

// Of a wall-clock time that occurs twice `which` says which; of one that occurs once it says
// nothing.
absl::StatusOr<absl::Time> InstantOf(absl::CivilSecond wall, absl::TimeZone zone,
                                     absl::string_view which) {
  const absl::TimeZone::TimeInfo info = zone.At(wall);
  if (info.kind == absl::TimeZone::TimeInfo::SKIPPED) {
    return absl::InvalidArgumentError(
        absl::StrCat(absl::FormatCivilTime(wall), " does not occur: the clocks skip it"));
  }
  if (info.kind == absl::TimeZone::TimeInfo::REPEATED) {
    if (which == "first") return info.pre;
    if (which == "second") return info.post;
    return absl::InvalidArgumentError(absl::StrCat(
        absl::FormatCivilTime(wall), " occurs twice: say \"first\" or \"second\" behind it"));
  }
  if (!which.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(absl::FormatCivilTime(wall), " occurs once: there is no \"", which, "\""));
  }
  return info.pre;
}

}  // namespace

absl::Status NotUnderstood(absl::string_view text, absl::string_view accepted) {
  return absl::InvalidArgumentError(
      absl::StrCat("\"", text, "\" is not understood; accepted: ", accepted));
}

absl::StatusOr<std::vector<std::string>> SplitList(absl::string_view text,
                                                   absl::string_view delimiter) {
  std::vector<std::string> parts;
  if (absl::StripAsciiWhitespace(text).empty()) return parts;
  parts.emplace_back();
  bool quoted = false;
  for (size_t i = 0; i < text.size();) {
    if (text[i] == '"') quoted = !quoted;
    if (!quoted && absl::StartsWith(text.substr(i), delimiter)) {
      parts.emplace_back();
      i += delimiter.size();
    } else {
      parts.back().push_back(text[i++]);
    }
  }
  if (quoted) return NotUnderstood(text, "a second double quote");
  for (std::string& part : parts) {
    absl::StripAsciiWhitespace(&part);
    if (part.empty()) {
      return NotUnderstood(text, absl::StrCat("something on both sides of \"", delimiter, "\""));
    }
  }
  return parts;
}

std::string Unquoted(absl::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    return std::string(text.substr(1, text.size() - 2));
  }
  return std::string(text);
}

Words::Words(absl::string_view text)
    : words_(absl::StrSplit(text, absl::ByAnyChar(" \t"), absl::SkipEmpty())) {}

std::string Words::Take() { return AtEnd() ? "" : words_[next_++]; }

bool Words::Accept(absl::string_view words) {
  const std::vector<std::string> wanted = absl::StrSplit(words, ' ');
  if (words_.size() - next_ < wanted.size()) return false;
  const auto from = words_.begin() + static_cast<std::ptrdiff_t>(next_);
  if (!std::equal(wanted.begin(), wanted.end(), from)) return false;
  next_ += wanted.size();
  return true;
}

std::string Words::TakeUntil(const std::vector<absl::string_view>& stops) {
  const size_t from = next_;
  while (!AtEnd() && std::find(stops.begin(), stops.end(), words_[next_]) == stops.end()) ++next_;
  return absl::StrJoin(words_.begin() + static_cast<std::ptrdiff_t>(from),
                       words_.begin() + static_cast<std::ptrdiff_t>(next_), " ");
}

absl::StatusOr<int> ParseWholeNumber(absl::string_view text) {
  int number = 0;
  if (!absl::SimpleAtoi(text, &number)) return NotUnderstood(text, "a whole number");
  return number;
}

absl::StatusOr<absl::Duration> ParseDuration(absl::string_view text) {
  static constexpr absl::string_view kAccepted = "a duration such as 10 min, 48 h, 3 d or 90 s";
  absl::Duration sum;
  absl::string_view rest = absl::StripAsciiWhitespace(text);
  if (rest.empty()) return NotUnderstood(text, kAccepted);
  while (!rest.empty()) {
    const size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
    int number = 0;
    if (!absl::SimpleAtoi(rest.substr(0, digits), &number)) return NotUnderstood(text, kAccepted);
    rest = absl::StripLeadingAsciiWhitespace(rest.substr(digits));
    const size_t letters = std::min(rest.find_first_of(" 0123456789"), rest.size());
    const std::optional<absl::Duration> unit = UnitFromName(rest.substr(0, letters));
    if (!unit) return NotUnderstood(text, kAccepted);
    sum += number * *unit;
    rest = absl::StripLeadingAsciiWhitespace(rest.substr(letters));
  }
  return sum;
}

absl::CivilDay FirstDay() { return absl::CivilDay(2001, 1, 2); }

absl::StatusOr<absl::CivilDay> ParseDay(absl::string_view text) {
  absl::CivilDay day;
  if (text.size() != 10 || !absl::ParseCivilTime(text, &day)) {
    return NotUnderstood(text, "a date such as 2026-03-02");
  }
  return day;
}

absl::StatusOr<Moment> ParseMoment(absl::string_view text, absl::TimeZone zone,
                                   std::optional<absl::CivilDay> day) {
  static constexpr absl::string_view kAccepted =
      "2026-03-02 10:00, or 10:00 where the row has named the day before";
  Words words(text);
  std::string word = words.Take();
  if (absl::StrContains(word, '-')) {
    absl::StatusOr<absl::CivilDay> written = ParseDay(word);
    if (!written.ok()) return written.status();
    day = *written;
    word = words.Take();
  }
  const std::optional<TimeOfDay> time = ParseTimeOfDay(word);
  if (!day || !time) return NotUnderstood(text, kAccepted);
  const std::string which = words.Take();
  if (!words.AtEnd() || (!which.empty() && which != "first" && which != "second")) {
    return NotUnderstood(text, kAccepted);
  }
  if (*day < FirstDay()) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", text, "\" lies before ", absl::FormatCivilTime(FirstDay())));
  }
  const absl::CivilSecond wall =
      absl::CivilSecond(absl::CivilMinute(*day) + time->minute.minutes()) + time->second;
  const absl::StatusOr<absl::Time> instant = InstantOf(wall, zone, which);
  if (!instant.ok()) return instant.status();
  return Moment{*instant, *day};
}

absl::StatusOr<domain::WeekdaySet> ParseDays(absl::string_view text) {
  domain::WeekdaySet days;
  if (text == "daily") text = "Mon-Sun";
  for (const absl::string_view span : absl::StrSplit(text, ',')) {
    const std::vector<absl::string_view> ends = absl::StrSplit(span, '-');
    const std::optional<absl::Weekday> first = DayFromName(ends.front());
    const std::optional<absl::Weekday> last = DayFromName(ends.back());
    if (ends.size() > 2 || !first || !last) return NotUnderstood(text, kDaysAccepted);
    for (absl::Weekday day = *first; day != *last; day = NextDay(day)) days.Add(day);
    days.Add(*last);
  }
  return days;
}

absl::StatusOr<domain::DailyHours> ParseHours(absl::string_view text) {
  const std::vector<absl::string_view> ends = absl::StrSplit(text, '-');
  const std::optional<domain::MinuteOfDay> from = domain::MinuteOfDay::Parse(ends.front());
  const std::optional<domain::MinuteOfDay> to = domain::MinuteOfDay::Parse(ends.back());
  if (ends.size() != 2 || !from || !to || *from == *to ||
      from->minutes() == domain::MinuteOfDay::kEndOfDay) {
    return NotUnderstood(text, "hours such as 09:00-19:00, 18:00-08:00 or 00:00-24:00");
  }
  return domain::DailyHours{*from, *to};
}

absl::StatusOr<std::vector<domain::WeeklyWindow>> ParseWindows(absl::string_view text) {
  const absl::StatusOr<std::vector<std::string>> phrases = SplitList(text, " and ");
  if (!phrases.ok()) return phrases.status();
  std::vector<domain::WeeklyWindow> windows;
  for (const std::string& phrase : *phrases) {
    Words words(phrase);
    const absl::StatusOr<domain::WeekdaySet> days = ParseDays(words.Take());
    if (!days.ok()) return days.status();
    const absl::StatusOr<domain::DailyHours> hours = ParseHours(words.Take());
    if (!hours.ok()) return hours.status();
    if (!words.AtEnd()) return NotUnderstood(phrase, "a window such as Mon-Fri 18:00-24:00");
    windows.push_back({*days, *hours});
  }
  return windows;
}

absl::StatusOr<std::vector<domain::ZoneCode>> ParseZoneCodes(absl::string_view text,
                                                             absl::string_view delimiter) {
  const absl::StatusOr<std::vector<std::string>> parts = SplitList(text, delimiter);
  if (!parts.ok()) return parts.status();
  std::vector<domain::ZoneCode> codes;
  for (const std::string& part : *parts) {
    domain::ZoneCode code(part);
    if (!domain::IsZoneCode(part)) return NotUnderstood(part, "a zone's code");
    if (std::find(codes.begin(), codes.end(), code) != codes.end()) {
      return NotUnderstood(text, "each zone once");
    }
    codes.push_back(std::move(code));
  }
  if (codes.empty()) return NotUnderstood(text, "one or more zones' codes");
  return codes;
}

absl::StatusOr<domain::RightTypeCode> ParseRightTypeCode(absl::string_view text) {
  if (!domain::IsRightTypeCode(text)) {
    return NotUnderstood(text, "a right type's code, in lower case");
  }
  return domain::RightTypeCode(std::string(text));
}

}  // namespace stadspoort::scenarios
