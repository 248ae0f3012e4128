#include "services/domain/regulation.h"

#include <algorithm>
#include <array>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"

namespace stadspoort::domain {
namespace {

constexpr std::array<absl::string_view, kUsageCount> kUsageNames = {
    "PAID_PARKING", "PERMIT_PARKING", "TIME_LIMITED",  "ACCESS",
    "LOW_EMISSION", "LOADING",        "SCHOOL_STREET", "RESERVED_BAY"};

bool Contains(const std::vector<RightTypeCode>& types, const RightTypeCode& type) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

bool Contains(const std::vector<SpecialDayLabel>& labels, const SpecialDayLabel& label) {
  return std::find(labels.begin(), labels.end(), label) != labels.end();
}

template <typename Period>
const Period* PeriodAt(const std::vector<Period>& periods, absl::Time t) {
  const auto it = std::find_if(periods.begin(), periods.end(), [t](const Period& candidate) {
    return candidate.period.Contains(t);
  });
  return it == periods.end() ? nullptr : &*it;
}

// Collects instants of (after, until] at which something that recurs on the wall clock begins or
// ends. What holds depends on the wall clock alone, and the wall clock reaches or passes a bound
// only where AppendInstants says; so days without an occurrence, and jumps of the clock that pass
// no bound, add nothing.
class ChangeCollector {
 public:
  ChangeCollector(absl::Time after, absl::Time until, absl::TimeZone zone,
                  std::vector<absl::Time>& out)
      : after_(after), until_(until), zone_(zone), out_(out) {}

  void AddInstant(absl::Time t) {
    if (IsWithin(t)) out_.push_back(t);
  }

  void AddTimetable(const Timetable& timetable, const CityCalendar& calendar) {
    ForEachDay([&](absl::CivilDay day) {
      for (const TimeFrame& frame : timetable.frames) {
        if (timetable.StartsOn(frame, day, calendar)) AddOccurrence(day, frame.hours);
      }
    });
  }

  void AddWindows(const std::vector<WeeklyWindow>& windows) {
    if (windows.empty()) return;
    ForEachDay([&](absl::CivilDay day) {
      for (const WeeklyWindow& window : windows) {
        if (window.weekdays.Contains(absl::GetWeekday(day))) AddOccurrence(day, window.hours);
      }
    });
  }

 private:
  bool IsWithin(absl::Time t) const { return after_ < t && t <= until_; }

  // The days whose occurrences may begin or end in (after, until]: those of the wall clock, the day
  // before (it may run over midnight), and one more either side, because a clock that is set back
  // at midnight shows the day before again.
  template <typename Visit>
  void ForEachDay(Visit visit) const {
    if (until_ <= after_) return;
    const absl::CivilDay last = absl::CivilDay(zone_.At(until_).cs) + 1;
    for (absl::CivilDay day = absl::CivilDay(zone_.At(after_).cs) - 2; day <= last; ++day) {
      visit(day);
    }
  }

  void AddOccurrence(absl::CivilDay day, const DailyHours& hours) {
    AddWallClock(day, hours.from);
    AddWallClock(hours.OverMidnight() ? day + 1 : day, hours.to);
  }

  void AddWallClock(absl::CivilDay day, MinuteOfDay minute) {
    const auto known = static_cast<std::ptrdiff_t>(out_.size());
    AppendInstants(day, minute, zone_, out_);
    out_.erase(std::remove_if(out_.begin() + known, out_.end(),
                              [this](absl::Time t) { return !IsWithin(t); }),
               out_.end());
  }

  const absl::Time after_;
  const absl::Time until_;
  const absl::TimeZone zone_;
  std::vector<absl::Time>& out_;
};

}  // namespace

absl::string_view Name(Usage usage) { return kUsageNames[static_cast<size_t>(usage) - 1]; }

std::optional<Usage> UsageFromName(absl::string_view name) {
  for (size_t i = 0; i < kUsageNames.size(); ++i) {
    if (kUsageNames[i] == name) return static_cast<Usage>(i + 1);
  }
  return std::nullopt;
}

bool TimeFrame::Accepts(RightKind kind, const RightTypeCode& type) const {
  return kind == RightKind::kExempt || accepted_kinds.Contains(kind) ||
         Contains(accepted_types, type);
}

bool Timetable::StartsOn(const TimeFrame& frame, absl::CivilDay day,
                         const CityCalendar& calendar) const {
  if (frame.season && !frame.season->Contains(day)) return false;
  if (!frame.special_day && !frame.weekdays.Contains(absl::GetWeekday(day))) return false;
  const std::vector<SpecialDayLabel>& labels = calendar.LabelsOf(day);
  if (frame.special_day) {
    return Contains(labels, *frame.special_day) &&
           std::any_of(
               special_day_rules.begin(), special_day_rules.end(),
               [&](const SpecialDayRule& rule) { return rule.special_day == *frame.special_day; });
  }
  return std::none_of(
      special_day_rules.begin(), special_day_rules.end(), [&](const SpecialDayRule& rule) {
        return rule.mode == SpecialDayMode::kReplace && Contains(labels, rule.special_day);
      });
}

const TimeFrame* Timetable::FrameAt(const LocalMoment& moment, const CityCalendar& calendar) const {
  for (const TimeFrame& frame : frames) {
    const auto starts = [&](absl::CivilDay day) { return StartsOn(frame, day, calendar); };
    if (HoldsAt(frame.hours, moment, starts)) return &frame;
  }
  return nullptr;
}

bool Restriction::Concerns(RightKind kind, const RightTypeCode& type) const {
  return right_types.empty() ? kind != RightKind::kExempt : Contains(right_types, type);
}

RuleInForce Regulation::At(absl::Time t, const CityCalendar& calendar) const {
  RuleInForce rule;
  rule.closed = PeriodAt(closed_periods, t);
  rule.overlay = PeriodAt(overlays, t);
  const Timetable& in_force = rule.overlay != nullptr ? rule.overlay->timetable : timetable;
  rule.frame = in_force.FrameAt(ToLocal(t, calendar.zone()), calendar);
  return rule;
}

void Regulation::AppendChanges(absl::Time after, absl::Time until, const CityCalendar& calendar,
                               std::vector<absl::Time>& out) const {
  ChangeCollector changes(after, until, calendar.zone(), out);
  changes.AddTimetable(timetable, calendar);
  for (const ClosedPeriod& closed : closed_periods) {
    changes.AddInstant(closed.period.start);
    changes.AddInstant(closed.period.end);
  }
  for (const Overlay& overlay : overlays) {
    changes.AddInstant(overlay.period.start);
    changes.AddInstant(overlay.period.end);
    ChangeCollector(std::max(after, overlay.period.start), std::min(until, overlay.period.end),
                    calendar.zone(), out)
        .AddTimetable(overlay.timetable, calendar);
  }
  for (const ValidityExtension& extension : extensions) changes.AddWindows(extension.windows);
  for (const Restriction& restriction : restrictions) changes.AddWindows(restriction.windows);
}

void AppendWindowChanges(const std::vector<WeeklyWindow>& windows, absl::Time after,
                         absl::Time until, absl::TimeZone zone, std::vector<absl::Time>& out) {
  ChangeCollector(after, until, zone, out).AddWindows(windows);
}

}  // namespace stadspoort::domain
