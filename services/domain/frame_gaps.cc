#include "services/domain/frame_gaps.h"

#include <algorithm>
#include <bitset>
#include <initializer_list>
#include <optional>

#include "absl/time/civil_time.h"
#include "services/domain/limits.h"

namespace stadspoort::domain {
namespace {

// Every date, 29 February too, falls on every weekday in some year: a day is a pair of both.
constexpr size_t kWeekdays = 7;
constexpr size_t kDates = 366;
constexpr size_t kLastOfFebruary = 31 + 28;  // the 29th, counted from 0
using Days = std::bitset<kDates * kWeekdays>;

size_t DayAt(size_t date, size_t weekday) {
  return date % kDates * kWeekdays + weekday % kWeekdays;
}

Days DaysAfter(const Days& days) {
  Days after;
  for (size_t i = 0; i < days.size(); ++i) {
    if (!days.test(i)) continue;
    const size_t date = i / kWeekdays;
    const size_t weekday = i % kWeekdays + 1;
    after.set(DayAt(date + 1, weekday));
    // The day after 28 February is the 29th or 1 March.
    if (date + 1 == kLastOfFebruary) after.set(DayAt(date + 2, weekday));
  }
  return after;
}

// What a day is besides its date: ordinary, or a day of one label.
using DayLabel = std::optional<SpecialDayLabel>;

class GapFinder {
 public:
  explicit GapFinder(const Timetable& timetable) : timetable_(timetable), labels_{std::nullopt} {
    for (const SpecialDayRule& rule : timetable.special_day_rules) {
      labels_.emplace_back(rule.special_day);
    }
    for (const TimeFrame& frame : timetable.frames) days_.push_back(DaysOf(frame));
  }

  std::vector<FrameGap> Find() const {
    std::vector<FrameGap> gaps;
    for (size_t before = 0; before < days_.size(); ++before) {
      for (size_t after = 0; after < days_.size(); ++after) {
        const int minutes = ShortGap(before, after);
        if (minutes > 0) gaps.push_back({before, after, absl::Minutes(minutes)});
      }
    }
    return gaps;
  }

 private:
  // In minutes; 0: none.
  int ShortGap(size_t before, size_t after) const {
    const DailyHours& first = timetable_.frames[before].hours;
    const int end = first.to.minutes();
    const int begin = timetable_.frames[after].hours.from.minutes();
    const int end_of_day = MinuteOfDay::kEndOfDay;
    if (first.OverMidnight()) {
      if (!IsShort(begin - end)) return 0;
      const Days nights = DaysAfter(StartDays({before}, 0, 0));
      return (nights & StartDays({after}, end, begin)).any() ? begin - end : 0;
    }
    if (IsShort(begin - end)) {
      return StartDays({before, after}, end, begin).any() ? begin - end : 0;
    }
    const int over_midnight = begin + end_of_day - end;
    if (!IsShort(over_midnight)) return 0;
    const Days evenings = DaysAfter(StartDays({before}, end, end_of_day));
    return (evenings & StartDays({after}, 0, begin)).any() ? over_midnight : 0;
  }

  static bool IsShort(int minutes) {
    return minutes > 0 && absl::Minutes(minutes) < limits::kFrameGapUsualMin;
  }

  // Days on which all of `wanted` start and no frame does at a minute of [from, until).
  Days StartDays(std::initializer_list<size_t> wanted, int from, int until) const {
    Days any;
    for (const DayLabel& label : labels_) {
      Days days = Days().set();
      for (const size_t frame : wanted) days &= StartDaysOf(frame, label);
      for (size_t frame = 0; frame < days_.size() && days.any(); ++frame) {
        const int start = timetable_.frames[frame].hours.from.minutes();
        if (from <= start && start < until) days &= ~StartDaysOf(frame, label);
      }
      any |= days;
    }
    return any;
  }

  // Of all days of that label, those on which the frame starts. As Timetable::StartsOn.
  Days StartDaysOf(size_t frame, const DayLabel& label) const {
    const DayLabel& named = timetable_.frames[frame].special_day;
    const bool starts = named ? named == label : !label || !Replaces(*label);
    return starts ? days_[frame] : Days();
  }

  bool Replaces(const SpecialDayLabel& label) const {
    const auto& rules = timetable_.special_day_rules;
    return std::any_of(rules.begin(), rules.end(), [&label](const SpecialDayRule& rule) {
      return rule.special_day == label && rule.mode == SpecialDayMode::kReplace;
    });
  }

  static Days DaysOf(const TimeFrame& frame) {
    Days days;
    absl::CivilDay day(2000, 1, 1);  // a leap year
    for (size_t date = 0; date < kDates; ++date, ++day) {
      if (frame.season && !frame.season->Contains(day)) continue;
      for (size_t weekday = 0; weekday < kWeekdays; ++weekday) {
        const bool is_named = frame.weekdays.Contains(static_cast<absl::Weekday>(weekday));
        if (frame.special_day || is_named) days.set(DayAt(date, weekday));
      }
    }
    return days;
  }

  const Timetable& timetable_;
  std::vector<DayLabel> labels_;  // days of other labels are as ordinary ones
  std::vector<Days> days_;        // of each frame, without regard to labels
};

}  // namespace

std::vector<FrameGap> ShortGapsOf(const Timetable& timetable) {
  return GapFinder(timetable).Find();
}

}  // namespace stadspoort::domain
