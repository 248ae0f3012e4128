#include "services/domain/local_time.h"

#include <algorithm>

#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"

namespace stadspoort::domain {
namespace {

// Two decimal digits at `text[at]`, or -1.
int TwoDigits(absl::string_view text, size_t at) {
  const auto digit = [&](size_t i) {
    return text[i] >= '0' && text[i] <= '9' ? text[i] - '0' : -100;
  };
  const int value = digit(at) * 10 + digit(at + 1);
  return value < 0 ? -1 : value;
}

constexpr int kDaysInMonth[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

}  // namespace

std::optional<MinuteOfDay> MinuteOfDay::Parse(absl::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const int hours = TwoDigits(text, 0);
  const int minutes = TwoDigits(text, 3);
  if (hours < 0 || minutes < 0 || minutes > 59) return std::nullopt;
  const int total = hours * 60 + minutes;
  if (total > kEndOfDay) return std::nullopt;
  return MinuteOfDay(total);
}

std::string MinuteOfDay::text() const {
  return absl::StrFormat("%02d:%02d", minutes_ / 60, minutes_ % 60);
}

LocalMoment ToLocal(absl::Time t, absl::TimeZone zone) {
  const absl::CivilSecond local = zone.At(t).cs;
  return {absl::CivilDay(local), local.hour() * 60 + local.minute()};
}

bool WeeklyWindow::Contains(const LocalMoment& moment) const {
  return HoldsAt(hours, moment,
                 [this](absl::CivilDay day) { return weekdays.Contains(absl::GetWeekday(day)); });
}

bool OpenAt(const std::vector<WeeklyWindow>& windows, const LocalMoment& moment) {
  return windows.empty() ||
         std::any_of(windows.begin(), windows.end(),
                     [&](const WeeklyWindow& window) { return window.Contains(moment); });
}

std::optional<MonthDay> MonthDay::Parse(absl::string_view text) {
  if (text.size() != 5 || text[2] != '-') return std::nullopt;
  const int month = TwoDigits(text, 0);
  const int day = TwoDigits(text, 3);
  if (month < 1 || month > 12 || day < 1 || day > kDaysInMonth[month - 1]) return std::nullopt;
  return MonthDay{month, day};
}

std::string MonthDay::text() const { return absl::StrFormat("%02d-%02d", month, day); }

bool Season::Contains(absl::CivilDay day) const {
  const MonthDay today{day.month(), day.day()};
  if (first <= last) return first <= today && today <= last;
  return first <= today || today <= last;
}

void AppendInstants(absl::CivilDay day, MinuteOfDay minute, absl::TimeZone zone,
                    std::vector<absl::Time>& out) {
  const absl::CivilSecond wall = absl::CivilMinute(absl::CivilSecond(day)) + minute.minutes();
  const absl::TimeZone::TimeInfo info = zone.At(wall);
  switch (info.kind) {
    case absl::TimeZone::TimeInfo::UNIQUE:
      out.push_back(info.pre);
      break;
    case absl::TimeZone::TimeInfo::SKIPPED:
      out.push_back(info.trans);
      break;
    case absl::TimeZone::TimeInfo::REPEATED:
      // The clock passes the mark, and by jumping back may put it ahead again.
      out.push_back(info.pre);
      out.push_back(info.trans);
      out.push_back(info.post);
      break;
  }
}

absl::StatusOr<absl::TimeZone> StoredTimeZone(const std::string& name) {
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(name, &zone)) {
    return absl::InternalError("the city's time zone is not known on this machine");
  }
  return zone;
}

}  // namespace stadspoort::domain
