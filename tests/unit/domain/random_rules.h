#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/domain/calendar.h"
#include "services/domain/zone.h"

namespace stadspoort::domain {

// Random zone versions around a moment, in which everything that may change does so often. Frames
// may overlap, as in a draft.
class RandomRules {
 public:
  RandomRules(uint64_t seed, absl::TimeZone clock, absl::Time around)
      : engine_(seed), clock_(clock), around_(around) {}

  int Below(int below) { return static_cast<int>(engine_() % static_cast<uint64_t>(below)); }
  bool OneIn(int n) { return Below(n) == 0; }
  template <typename Item, size_t kSize>
  const Item& OneOf(const std::array<Item, kSize>& items) {
    return items[static_cast<size_t>(Below(static_cast<int>(kSize)))];
  }

  // Whole minutes, within three days.
  absl::Time Time() { return around_ + absl::Minutes(Below(6 * 1440) - 3 * 1440); }
  Interval Period() {
    const absl::Time start = Time();
    return {start, start + absl::Minutes(1 + Below(2 * 1440))};
  }

  std::vector<SpecialDay> SpecialDays() {
    std::vector<SpecialDay> days;
    for (int day = -4; day <= 4; ++day) {
      for (const SpecialDayLabel& label : kLabels) {
        if (OneIn(4)) days.push_back({Day(day), label, "dag"});
      }
    }
    return days;
  }

  Timetable AnyTimetable() {
    Timetable timetable;
    for (int count = Below(5); count > 0; --count) {
      timetable.frames.push_back(Frame(absl::StrCat("frame-", count)));
    }
    for (const SpecialDayLabel& label : kLabels) {
      if (OneIn(3)) continue;
      timetable.special_day_rules.push_back(
          {label, OneIn(2) ? SpecialDayMode::kReplace : SpecialDayMode::kAnd});
    }
    return timetable;
  }

  Regulation AnyRegulation() {
    Regulation regulation;
    regulation.timetable = AnyTimetable();
    for (int count = Below(3); count > 0; --count) {
      regulation.closed_periods.push_back({Period(), absl::StrCat("kermis-", Below(2))});
    }
    for (int count = Below(3); count > 0; --count) {
      regulation.overlays.push_back({Period(), absl::StrCat("werken-", Below(2)), AnyTimetable()});
    }
    for (int count = Below(3); count > 0; --count) {
      regulation.extensions.push_back({OneOf(kZones), Types(), Windows()});
    }
    if (OneIn(3)) regulation.restrictions.push_back({Types(), Windows()});
    return regulation;
  }

  // Versions of one zone, one after the other; at some moments none is in force.
  std::vector<ZoneVersion> Versions(const ZoneCode& code, Usage usage) {
    std::vector<ZoneVersion> versions;
    absl::Time start = around_ - absl::Hours(Below(96));
    for (int version = 1; version <= 1 + Below(3); ++version) {
      ZoneVersion zone;
      zone.code = code;
      zone.usage = usage;
      zone.version = version;
      zone.in_force = {start, start + absl::Minutes(1 + Below(3 * 1440))};
      zone.regulation = AnyRegulation();
      start = zone.in_force.end + (OneIn(4) ? absl::Minutes(Below(1440)) : absl::ZeroDuration());
      versions.push_back(std::move(zone));
    }
    return versions;
  }

  inline static const std::array<SpecialDayLabel, 2> kLabels = {SpecialDayLabel("HOLIDAY"),
                                                                SpecialDayLabel("MARKET")};
  inline static const std::array<RightTypeCode, 2> kTypes = {RightTypeCode("bewoner"),
                                                             RightTypeCode("zorg")};
  inline static const std::array<ZoneCode, 2> kZones = {ZoneCode("rode-1"), ZoneCode("gele-1")};

 private:
  absl::CivilDay Day(int offset) const { return absl::CivilDay(clock_.At(around_).cs) + offset; }

  DailyHours Hours() {
    static constexpr std::array<int, 12> kTelling = {0,   60,  120, 150,  180,  540,
                                                     720, 780, 901, 1140, 1320, 1410};
    const int from = OneOf(kTelling);
    int to = OneIn(6) ? MinuteOfDay::kEndOfDay : OneOf(kTelling);
    if (to == from) ++to;
    return {MinuteOfDay(from), MinuteOfDay(to)};
  }

  WeekdaySet Weekdays() {
    WeekdaySet weekdays{static_cast<absl::Weekday>(Below(7))};
    for (int day = 0; day < 7; ++day) {
      if (OneIn(2)) weekdays.Add(static_cast<absl::Weekday>(day));
    }
    return weekdays;
  }

  std::vector<RightTypeCode> Types() {
    std::vector<RightTypeCode> types;
    for (const RightTypeCode& type : kTypes) {
      if (OneIn(2)) types.push_back(type);
    }
    return types;
  }

  std::vector<WeeklyWindow> Windows() {
    std::vector<WeeklyWindow> windows;
    for (int count = Below(3); count > 0; --count) windows.push_back({Weekdays(), Hours()});
    return windows;
  }

  TimeFrame Frame(std::string code) {
    TimeFrame frame;
    frame.code = std::move(code);
    if (OneIn(4)) {
      frame.special_day = OneOf(kLabels);
    } else {
      frame.weekdays = Weekdays();
    }
    frame.hours = Hours();
    if (OneIn(4)) {
      const absl::CivilDay first = Day(Below(5) - 2);
      const absl::CivilDay last = Day(Below(5) - 2);
      frame.season = Season{{first.month(), first.day()}, {last.month(), last.day()}};
    }
    if (OneIn(2)) frame.accepted_kinds.Add(RightKind::kResident);
    frame.accepted_types = Types();
    return frame;
  }

  std::mt19937_64 engine_;
  const absl::TimeZone clock_;
  const absl::Time around_;
};

inline std::vector<const ZoneVersion*> Pointers(const std::vector<ZoneVersion>& versions) {
  std::vector<const ZoneVersion*> pointers;
  for (const ZoneVersion& version : versions) pointers.push_back(&version);
  return pointers;
}

}  // namespace stadspoort::domain
