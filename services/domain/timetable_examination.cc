#include "services/domain/timetable_examination.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/domain/frame_gaps.h"
#include "services/domain/limits.h"
#include "services/domain/local_time.h"
#include "services/domain/rule_words.h"

namespace stadspoort::domain {
namespace {

bool HasRule(const Timetable& timetable, const SpecialDayLabel& label) {
  return std::any_of(timetable.special_day_rules.begin(), timetable.special_day_rules.end(),
                     [&label](const SpecialDayRule& rule) { return rule.special_day == label; });
}

bool IsSound(const Interval& period) {
  return period.start != absl::InfinitePast() && period.end != absl::InfiniteFuture() &&
         !period.Empty();
}

// Whether the frame holds at some moment of the period, whatever other frames do.
bool HoldsWithin(const Interval& period, const TimeFrame& frame, const Timetable& timetable,
                 const CityCalendar& calendar) {
  const auto holds_at = [&](absl::Time t) {
    return period.Contains(t) &&
           HoldsAt(frame.hours, ToLocal(t, calendar.zone()),
                   [&](absl::CivilDay day) { return timetable.StartsOn(frame, day, calendar); });
  };
  if (holds_at(period.start)) return true;
  // Else it begins to hold within: on a day of the period, or of its edges where a clock is set
  // back at midnight.
  const absl::CivilDay last = absl::CivilDay(calendar.zone().At(period.end).cs) + 1;
  absl::CivilDay day = absl::CivilDay(calendar.zone().At(period.start).cs) - 1;
  std::vector<absl::Time> begins;
  for (; day <= last; ++day) {
    if (timetable.StartsOn(frame, day, calendar)) {
      AppendInstants(day, frame.hours.from, calendar.zone(), begins);
    }
  }
  return std::any_of(begins.begin(), begins.end(), holds_at);
}

class TimetableExaminer {
 public:
  TimetableExaminer(const ZoneVersion& zone, absl::Time start, const CityTerms& city,
                    ZoneFindings& findings)
      : zone_(zone), start_(start), city_(city), findings_(findings) {}

  void Examine() {
    const Regulation& regulation = zone_.regulation;
    Look(regulation.timetable, "regulation.", std::nullopt);
    bool any_frame = !regulation.timetable.frames.empty();
    if (regulation.closed_periods.size() <= limits::kRegulationMaxPeriods) {
      for (size_t i = 0; i < regulation.closed_periods.size(); ++i) {
        IsOver(regulation.closed_periods[i].period,
               absl::StrCat("regulation.closed_periods[", i, "]"));
      }
    }
    for (size_t i = 0; i < regulation.overlays.size(); ++i) {
      if (regulation.overlays.size() > limits::kRegulationMaxPeriods) break;
      const Overlay& overlay = regulation.overlays[i];
      const std::string path = absl::StrCat("regulation.overlays[", i, "]");
      if (IsOver(overlay.period, path)) continue;
      any_frame = any_frame || !overlay.timetable.frames.empty();
      LookAtLength(overlay.period, path);
      Look(overlay.timetable, absl::StrCat(path, "."), overlay.period);
    }
    if (!any_frame) {
      Warn(FindingKind::kNoFrames, "regulation.frames",
           "is empty, and no overlay to come has frames: nothing is ever required in this zone; "
           "add a frame, or retire the zone");
    }
  }

 private:
  void Warn(FindingKind kind, std::string field, std::string description) {
    findings_.AddWarning(kind, std::move(field), std::move(description));
  }

  std::string InWordsHere(absl::Time t) const { return InWords(t, city_.calendar.zone()); }

  bool IsOver(const Interval& period, const std::string& path) {
    if (!IsSound(period) || period.end > start_) return false;
    Warn(FindingKind::kPeriodOver, absl::StrCat(path, ".end_time"),
         absl::StrCat("lies in the past when these rules take force, ", InWordsHere(start_),
                      "; leave the period out, or let it end later"));
    return true;
  }

  void LookAtLength(const Interval& period, const std::string& path) {
    if (!IsSound(period) || period.end - period.start <= limits::kOverlayUsualMax) return;
    Warn(FindingKind::kLongOverlay, absl::StrCat(path, ".end_time"),
         absl::StrCat("lies more than a year after ", InWordsHere(period.start),
                      "; rules that hold for so long are better the zone's own frames"));
  }

  // `period`: of an overlay.
  void Look(const Timetable& timetable, const std::string& path,
            const std::optional<Interval>& period) {
    if (timetable.frames.size() > limits::kRegulationMaxFrames ||
        timetable.special_day_rules.size() > limits::kRegulationMaxPeriods) {
      return;
    }
    for (size_t i = 0; i < timetable.frames.size(); ++i) {
      const TimeFrame& frame = timetable.frames[i];
      const std::string item = absl::StrCat(path, "frames[", i, "]");
      LookAtAccepted(frame, item);
      LookAtStay(frame, item);
      if (frame.special_day) LookAtLabel(*frame.special_day, absl::StrCat(item, ".special_day"));
      LookWhetherItHolds(frame, timetable, period, item);
    }
    for (size_t i = 0; i < timetable.special_day_rules.size(); ++i) {
      LookAtLabel(timetable.special_day_rules[i].special_day,
                  absl::StrCat(path, "special_day_rules[", i, "].special_day"));
    }
    LookAtGaps(timetable, path);
  }

  // In a TIME_LIMITED zone everybody may stand for a first stretch.
  void LookAtAccepted(const TimeFrame& frame, const std::string& item) {
    if (zone_.usage == Usage::kTimeLimited || AcceptsSomebody(frame)) return;
    Warn(FindingKind::kNobodyAccepted, absl::StrCat(item, ".accepted_kinds"),
         "names nobody but EXEMPT, and neither does accepted_right_types: every other car is "
         "refused; name who may stand, unless nobody may");
  }

  bool AcceptsSomebody(const TimeFrame& frame) const {
    for (int value = 1; value <= kRightKindCount; ++value) {
      const auto kind = static_cast<RightKind>(value);
      if (kind != RightKind::kExempt && frame.accepted_kinds.Contains(kind)) return true;
    }
    return std::any_of(frame.accepted_types.begin(), frame.accepted_types.end(),
                       [this](const RightTypeCode& type) {
                         const auto known = city_.right_types.find(type);
                         return known == city_.right_types.end() ||
                                known->second != RightKind::kExempt;
                       });
  }

  void LookAtStay(const TimeFrame& frame, const std::string& item) {
    if (zone_.usage != Usage::kTimeLimited || frame.max_stay) return;
    Warn(FindingKind::kTimeLimitedWithoutMaxStay, absl::StrCat(item, ".max_stay"),
         "is not set, so in this TIME_LIMITED zone cars may stand without end, and no check says "
         "when to look again; set the free stretch");
  }

  void LookAtLabel(const SpecialDayLabel& label, std::string field) {
    if (!IsSpecialDayLabel(label.value()) || city_.days_of.contains(label)) return;
    Warn(FindingKind::kUnusedLabel, std::move(field),
         absl::StrCat("names ", label.value(),
                      ", but no day of the city's calendar is; add such days to the calendar, or "
                      "name another label"));
  }

  // A season and weekdays always meet, in some year.
  void LookWhetherItHolds(const TimeFrame& frame, const Timetable& timetable,
                          const std::optional<Interval>& period, const std::string& item) {
    const auto days =
        frame.special_day ? city_.days_of.find(*frame.special_day) : city_.days_of.end();
    if (frame.special_day) {
      if (days == city_.days_of.end() || !HasRule(timetable, *frame.special_day)) return;
      const auto starts_on = [&](absl::CivilDay day) {
        return timetable.StartsOn(frame, day, city_.calendar);
      };
      if (std::none_of(days->second.begin(), days->second.end(), starts_on)) {
        Warn(FindingKind::kNeverHolds, absl::StrCat(item, ".season"),
             absl::StrCat("holds no day that is ", frame.special_day->value(),
                          ", so the frame never holds; name another season or day, or leave the "
                          "frame out"));
        return;
      }
    } else if (frame.weekdays.empty()) {
      return;
    }
    if (!period || !IsSound(*period) || period->end - period->start > limits::kOverlayUsualMax) {
      return;
    }
    if (HoldsWithin(*period, frame, timetable, city_.calendar)) return;
    Warn(FindingKind::kNeverHolds, item,
         absl::StrCat("never holds during the overlay, ", InWords(*period, city_.calendar.zone()),
                      "; name other days or hours, or leave the frame out"));
  }

  void LookAtGaps(const Timetable& timetable, const std::string& path) {
    for (const FrameGap& gap : ShortGapsOf(timetable)) {
      const TimeFrame& before = timetable.frames[gap.before];
      const TimeFrame& after = timetable.frames[gap.after];
      Warn(FindingKind::kGapBetweenFrames,
           absl::StrCat(path, "frames[", gap.before, "].to_local_time"),
           absl::StrCat("is ", before.hours.to.text(), ", and ", InWords(gap.length), " later, at ",
                        after.hours.from.text(), ", frame ", after.code,
                        " begins: between them nothing is required; let the one end when the "
                        "other begins, if that is not meant"));
    }
  }

  const ZoneVersion& zone_;
  const absl::Time start_;
  const CityTerms& city_;
  ZoneFindings& findings_;
};

}  // namespace

CityTerms::CityTerms(absl::TimeZone clock, absl::Span<const RightType> types,
                     absl::Span<const SpecialDay> special_days)
    : calendar(clock, std::vector<SpecialDay>(special_days.begin(), special_days.end())) {
  for (const RightType& type : types) right_types.emplace(type.code, type.kind);
  for (const SpecialDay& day : special_days) days_of[day.label].push_back(day.date);
}

void ExamineTimetables(const ZoneVersion& zone, absl::Time start, const CityTerms& city,
                       ZoneFindings& findings) {
  TimetableExaminer(zone, start, city, findings).Examine();
}

}  // namespace stadspoort::domain
