#include "services/contract/schedule.h"

#include <optional>

#include "absl/strings/str_cat.h"

namespace stadspoort::contract {
namespace {

constexpr absl::Weekday kWeekdays[] = {absl::Weekday::monday,    absl::Weekday::tuesday,
                                       absl::Weekday::wednesday, absl::Weekday::thursday,
                                       absl::Weekday::friday,    absl::Weekday::saturday,
                                       absl::Weekday::sunday};

}  // namespace

domain::WeekdaySet ReadWeekdays(const google::protobuf::RepeatedField<int>& weekdays,
                                absl::string_view path, Violations& violations) {
  domain::WeekdaySet set;
  for (int i = 0; i < weekdays.size(); ++i) {
    const int day = weekdays.Get(i);
    if (day < common::v1::WEEKDAY_MONDAY || day > common::v1::WEEKDAY_SUNDAY) {
      violations.Add(absl::StrCat(path, "[", i, "]"), "must be WEEKDAY_MONDAY to WEEKDAY_SUNDAY");
      continue;
    }
    const absl::Weekday weekday = kWeekdays[day - 1];
    if (set.Contains(weekday)) {
      violations.Add(absl::StrCat(path, "[", i, "]"), "names a day twice");
    }
    set.Add(weekday);
  }
  return set;
}

domain::DailyHours ReadHours(const std::string& from, const std::string& to, absl::string_view path,
                             Violations& violations) {
  const std::string prefix = path.empty() ? "" : absl::StrCat(path, ".");
  const std::optional<domain::MinuteOfDay> begin = domain::MinuteOfDay::Parse(from);
  const std::optional<domain::MinuteOfDay> end = domain::MinuteOfDay::Parse(to);
  if (!begin || begin->minutes() == domain::MinuteOfDay::kEndOfDay) {
    violations.Add(absl::StrCat(prefix, "from_local_time"), "must be HH:MM from 00:00 to 23:59");
  }
  if (!end) {
    violations.Add(absl::StrCat(prefix, "to_local_time"), "must be HH:MM from 00:00 to 24:00");
  } else if (begin && *begin == *end) {
    violations.Add(absl::StrCat(prefix, "to_local_time"),
                   "must differ from from_local_time; a whole day is 00:00 to 24:00");
  }
  return {begin.value_or(domain::MinuteOfDay()), end.value_or(domain::MinuteOfDay())};
}

std::vector<domain::WeeklyWindow> ReadWindows(
    const google::protobuf::RepeatedPtrField<common::v1::Window>& windows, absl::string_view path,
    Violations& violations) {
  std::vector<domain::WeeklyWindow> read;
  for (int i = 0; i < windows.size(); ++i) {
    const common::v1::Window& window = windows.Get(i);
    const std::string here = absl::StrCat(path, "[", i, "]");
    if (window.weekdays().empty()) {
      violations.Add(absl::StrCat(here, ".weekdays"), "must name at least one day");
    }
    read.push_back({ReadWeekdays(window.weekdays(), absl::StrCat(here, ".weekdays"), violations),
                    ReadHours(window.from_local_time(), window.to_local_time(), here, violations)});
  }
  return read;
}

domain::Season ReadSeason(const common::v1::Season& season, absl::string_view path,
                          Violations& violations) {
  const std::optional<domain::MonthDay> first = domain::MonthDay::Parse(season.first_day());
  const std::optional<domain::MonthDay> last = domain::MonthDay::Parse(season.last_day());
  if (!first) violations.Add(absl::StrCat(path, ".first_day"), "must be MM-DD, a day that exists");
  if (!last) violations.Add(absl::StrCat(path, ".last_day"), "must be MM-DD, a day that exists");
  return {first.value_or(domain::MonthDay()), last.value_or(domain::MonthDay())};
}

void WriteWeekdays(const domain::WeekdaySet& weekdays, google::protobuf::RepeatedField<int>& out) {
  for (size_t i = 0; i < std::size(kWeekdays); ++i) {
    if (weekdays.Contains(kWeekdays[i])) out.Add(static_cast<int>(i) + 1);
  }
}

void WriteWindows(const std::vector<domain::WeeklyWindow>& windows,
                  google::protobuf::RepeatedPtrField<common::v1::Window>& out) {
  for (const domain::WeeklyWindow& window : windows) {
    common::v1::Window& written = *out.Add();
    WriteWeekdays(window.weekdays, *written.mutable_weekdays());
    written.set_from_local_time(window.hours.from.text());
    written.set_to_local_time(window.hours.to.text());
  }
}

}  // namespace stadspoort::contract
