#include "services/stadspoort/window_text.h"

#include <array>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/domain/local_time.h"

namespace stadspoort::client {
namespace {

using common::v1::Window;

constexpr int kDaysInWeek = 7;
// Days count from 1 as in common.v1.Weekday.
constexpr std::array<absl::string_view, kDaysInWeek> kDays = {
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

std::optional<int> ParseDay(absl::string_view text) {
  for (int day = 1; day <= kDaysInWeek; ++day) {
    const absl::string_view name = kDays[static_cast<size_t>(day - 1)];
    if (absl::EqualsIgnoreCase(text, name) || absl::EqualsIgnoreCase(text, name.substr(0, 3))) {
      return day;
    }
  }
  return std::nullopt;
}

// "Mon" or "Mon-Fri"; a range may run past Sunday.
std::optional<std::vector<int>> ParseDays(absl::string_view text) {
  const std::pair<absl::string_view, absl::string_view> ends =
      absl::StrSplit(text, absl::MaxSplits('-', 1));
  const std::optional<int> first = ParseDay(ends.first);
  const std::optional<int> last = absl::StrContains(text, '-') ? ParseDay(ends.second) : first;
  if (!first || !last) return std::nullopt;
  std::vector<int> days = {*first};
  for (int day = *first; day != *last;) {
    day = day % kDaysInWeek + 1;
    days.push_back(day);
  }
  return days;
}

// Empty when the text is not a list of days, or a day stands in it twice.
std::set<int> ParseDayList(absl::string_view text) {
  if (absl::EqualsIgnoreCase(text, "daily")) return {1, 2, 3, 4, 5, 6, 7};
  std::set<int> days;
  for (const absl::string_view part : absl::StrSplit(text, ',')) {
    const std::optional<std::vector<int>> some = ParseDays(part);
    if (!some) return {};
    for (const int day : *some) {
      if (!days.insert(day).second) return {};
    }
  }
  return days;
}

bool ParseHours(absl::string_view text, Window& window) {
  const std::vector<absl::string_view> ends = absl::StrSplit(text, '-');
  if (ends.size() != 2) return false;
  const auto from = domain::MinuteOfDay::Parse(ends[0]);
  const auto to = domain::MinuteOfDay::Parse(ends[1]);
  if (!from || !to || *from == *to || from->minutes() == domain::MinuteOfDay::kEndOfDay) {
    return false;
  }
  window.set_from_local_time(from->text());
  window.set_to_local_time(to->text());
  return true;
}

std::string DayText(int day) {
  if (day < 1 || day > kDaysInWeek) return absl::StrCat("day ", day);
  return std::string(kDays[static_cast<size_t>(day - 1)].substr(0, 3));
}

}  // namespace

absl::StatusOr<Window> ParseWindow(absl::string_view text) {
  const std::vector<absl::string_view> parts =
      absl::StrSplit(text, absl::ByAnyChar(" \t"), absl::SkipEmpty());
  Window window;
  std::set<int> days;
  if (parts.size() == 2) days = ParseDayList(parts[0]);
  if (days.empty() || !ParseHours(parts[1], window)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--window \"", text,
                     "\" is not a recurring window; write days and hours such as \"Mon-Fri "
                     "09:00-12:00\", \"Sat,Sun 00:00-24:00\" or \"daily 22:00-06:00\""));
  }
  for (const int day : days) window.add_weekdays(static_cast<common::v1::Weekday>(day));
  return window;
}

std::string WindowText(const Window& window) {
  return absl::StrCat(WeekdaysText(window.weekdays()), " ", window.from_local_time(), "-",
                      window.to_local_time());
}

std::string WeekdaysText(const google::protobuf::RepeatedField<int>& weekdays) {
  const std::set<int> days(weekdays.begin(), weekdays.end());
  if (days == std::set<int>{1, 2, 3, 4, 5, 6, 7}) return "daily";
  std::vector<std::string> runs;
  for (auto day = days.begin(); day != days.end();) {
    const int first = *day;
    int last = first;
    while (++day != days.end() && *day == last + 1 && *day <= kDaysInWeek) last = *day;
    if (last - first >= 2) {
      runs.push_back(absl::StrCat(DayText(first), "-", DayText(last)));
    } else {
      for (int single = first; single <= last; ++single) runs.push_back(DayText(single));
    }
  }
  return absl::StrJoin(runs, ",");
}

}  // namespace stadspoort::client
