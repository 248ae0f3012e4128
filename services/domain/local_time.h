#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

// Recurring wall-clock time. Everything is judged on the city's wall clock, so an hour that occurs
// twice counts twice and an hour that does not occur is empty, without any special case.
namespace stadspoort::domain {

// Minutes since the wall clock's midnight: 0 (00:00) to 1440 (24:00).
class MinuteOfDay {
 public:
  static constexpr int kEndOfDay = 24 * 60;

  constexpr MinuteOfDay() = default;
  explicit constexpr MinuteOfDay(int minutes) : minutes_(static_cast<int16_t>(minutes)) {}
  // "HH:MM", two digits each; "24:00" is the end of the day.
  static std::optional<MinuteOfDay> Parse(absl::string_view text);

  constexpr int minutes() const { return minutes_; }
  std::string text() const;

  friend auto operator<=>(const MinuteOfDay&, const MinuteOfDay&) = default;

 private:
  int16_t minutes_ = 0;
};

class WeekdaySet {
 public:
  constexpr WeekdaySet() = default;
  constexpr WeekdaySet(std::initializer_list<absl::Weekday> days) {
    for (const absl::Weekday day : days) Add(day);
  }

  constexpr void Add(absl::Weekday day) { bits_ = static_cast<uint8_t>(bits_ | Bit(day)); }
  constexpr bool Contains(absl::Weekday day) const { return (bits_ & Bit(day)) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  // Bit 0 is Monday, bit 6 Sunday: the stored form.
  constexpr uint8_t bits() const { return bits_; }

  friend bool operator==(const WeekdaySet&, const WeekdaySet&) = default;

 private:
  static constexpr uint8_t Bit(absl::Weekday day) {
    return static_cast<uint8_t>(1U << static_cast<unsigned>(day));
  }
  uint8_t bits_ = 0;
};

// [from, to) on the wall clock. When to <= from it runs over midnight and belongs to the day it
// starts.
struct DailyHours {
  MinuteOfDay from;
  MinuteOfDay to;

  bool OverMidnight() const { return to <= from; }
  friend bool operator==(const DailyHours&, const DailyHours&) = default;
};

// A moment on the city's wall clock.
struct LocalMoment {
  absl::CivilDay day;
  // Minutes since midnight, rounded down: windows begin and end on whole minutes.
  int minute = 0;
};
LocalMoment ToLocal(absl::Time t, absl::TimeZone zone);

// Whether an occurrence of `hours` holds at `moment`. Calls `starts(day)` to ask whether one starts
// on that day: the moment's own or the one before.
template <typename Starts>
bool HoldsAt(const DailyHours& hours, const LocalMoment& moment, Starts starts) {
  const int from = hours.from.minutes();
  const int to = hours.to.minutes();
  if (!hours.OverMidnight()) {
    return from <= moment.minute && moment.minute < to && starts(moment.day);
  }
  if (moment.minute >= from && starts(moment.day)) return true;
  return moment.minute < to && starts(moment.day - 1);
}

// A weekly window of a right, an extension or a restriction.
struct WeeklyWindow {
  WeekdaySet weekdays;
  DailyHours hours;

  bool Contains(const LocalMoment& moment) const;
  friend bool operator==(const WeeklyWindow&, const WeeklyWindow&) = default;
};

// True when there is no window at all, or one contains the moment.
bool OpenAt(const std::vector<WeeklyWindow>& windows, const LocalMoment& moment);

// A day of any year. 02-29 exists in leap years only.
struct MonthDay {
  int month = 1;
  int day = 1;

  // "MM-DD"
  static std::optional<MonthDay> Parse(absl::string_view text);
  std::string text() const;
  friend auto operator<=>(const MonthDay&, const MonthDay&) = default;
};

// Both days included; runs over New Year when last < first.
struct Season {
  MonthDay first;
  MonthDay last;

  bool Contains(absl::CivilDay day) const;
  friend bool operator==(const Season&, const Season&) = default;
};

// Appends every instant at which the wall clock of `zone` may pass `minute` of `day`: one; both and
// the jump between them where it occurs twice; the moment of the jump where it does not occur.
void AppendInstants(absl::CivilDay day, MinuteOfDay minute, absl::TimeZone zone,
                    std::vector<absl::Time>& out);

// The clock of a city that is stored under this IANA name. Internal: this machine does not know it.
absl::StatusOr<absl::TimeZone> StoredTimeZone(const std::string& name);

}  // namespace stadspoort::domain
