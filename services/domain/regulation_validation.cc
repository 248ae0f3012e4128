#include <algorithm>
#include <array>
#include <bitset>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "services/domain/limits.h"
#include "services/domain/regulation.h"

namespace stadspoort::domain {
namespace {

using Faults = std::vector<RegulationFault>;

void Refuse(Faults& faults, std::string field, std::string description) {
  faults.push_back(
      {RegulationFault::Kind::kInvalidField, std::move(field), std::move(description)});
}

// "frames[2]"
std::string At(absl::string_view list, size_t index) { return absl::StrCat(list, "[", index, "]"); }

// A list over its limit is refused as a whole; its items are not looked at.
bool FitsLimit(size_t count, size_t limit, absl::string_view list, Faults& faults) {
  if (count <= limit) return true;
  Refuse(faults, std::string(list), absl::StrCat("holds ", count, " items; at most ", limit));
  return false;
}

void InspectText(absl::string_view text, size_t max_bytes, std::string field, Faults& faults) {
  if (!text.empty() && text.size() <= max_bytes) return;
  Refuse(faults, std::move(field),
         absl::StrCat(text.empty() ? "is empty" : absl::StrCat("has ", text.size(), " bytes"),
                      "; 1 to ", max_bytes, " bytes are accepted"));
}

// Refuses every item whose key an earlier item has. `member`: the field that is the key, with its
// dot, or empty where the item as a whole is.
template <typename Items, typename KeyOf>
void InspectUnique(const Items& items, absl::string_view list, absl::string_view member,
                   KeyOf key_of, Faults& faults) {
  absl::flat_hash_map<decltype(key_of(items.front())), size_t> first;
  for (size_t i = 0; i < items.size(); ++i) {
    const auto [it, added] = first.try_emplace(key_of(items[i]), i);
    if (added) continue;
    Refuse(faults, absl::StrCat(At(list, i), member),
           absl::StrCat("repeats ", At(list, it->second), member, "; each once"));
  }
}

bool IsWholeMinutes(absl::Duration duration) {
  return duration % absl::Minutes(1) == absl::ZeroDuration();
}

void InspectPositive(const std::optional<absl::Duration>& duration, std::string field,
                     Faults& faults) {
  if (!duration || *duration > absl::ZeroDuration()) return;
  Refuse(faults, std::move(field), "must be longer than zero, or left out");
}

bool AreSound(const DailyHours& hours) {
  return hours.from != hours.to && hours.from.minutes() < MinuteOfDay::kEndOfDay;
}

void InspectHours(const DailyHours& hours, const std::string& path, Faults& faults) {
  if (hours.from.minutes() >= MinuteOfDay::kEndOfDay) {
    Refuse(faults, absl::StrCat(path, ".from_local_time"),
           "24:00 begins no day; 00:00 to 23:59 are accepted, and 24:00 as an end");
  } else if (hours.from == hours.to) {
    Refuse(faults, absl::StrCat(path, ".to_local_time"),
           "equals from_local_time; for a whole day write 00:00 to 24:00");
  }
}

void InspectWindows(const std::vector<WeeklyWindow>& windows, const std::string& list,
                    Faults& faults) {
  if (!FitsLimit(windows.size(), limits::kRightMaxWindows, list, faults)) return;
  for (size_t i = 0; i < windows.size(); ++i) {
    const std::string path = At(list, i);
    if (windows[i].weekdays.empty()) {
      Refuse(faults, absl::StrCat(path, ".weekdays"), "is empty; name at least one weekday");
    }
    InspectHours(windows[i].hours, path, faults);
  }
}

void InspectPeriod(const Interval& period, const std::string& path, Faults& faults) {
  if (period.start == absl::InfinitePast()) {
    Refuse(faults, absl::StrCat(path, ".start_time"), "is missing; say when the period begins");
  }
  if (period.end == absl::InfiniteFuture()) {
    Refuse(faults, absl::StrCat(path, ".end_time"), "is missing; say when the period ends");
  }
  if (period.Empty()) {
    Refuse(faults, absl::StrCat(path, ".end_time"), "must lie after start_time");
  }
}

// Fares

void InspectCents(int64_t cents, std::string field, Faults& faults) {
  if (cents >= 0) return;
  Refuse(faults, std::move(field),
         absl::StrCat("is negative; 0 to ", limits::kFarePriceMaxCents, " cents are accepted"));
}

void InspectFarePart(const FarePart& part, bool is_last, const std::string& path, Faults& faults) {
  if (!part.applies_for && !is_last) {
    Refuse(faults, absl::StrCat(path, ".applies_for"),
           "is missing; only the last part may apply without end");
  }
  InspectPositive(part.applies_for, absl::StrCat(path, ".applies_for"), faults);
  if (part.step && (*part.step <= absl::ZeroDuration() || !IsWholeMinutes(*part.step))) {
    Refuse(faults, absl::StrCat(path, ".step"),
           "must be whole minutes, at least one, or left out for one price for the whole part");
  }
  InspectCents(part.step_price_cents, absl::StrCat(path, ".step_price_cents"), faults);
  InspectCents(part.cap_cents, absl::StrCat(path, ".cap_cents"), faults);
}

void InspectFare(const std::vector<FarePart>& parts, const std::string& list, Faults& faults) {
  if (!FitsLimit(parts.size(), limits::kFareMaxParts, list, faults)) return;
  for (size_t i = 0; i < parts.size(); ++i) {
    InspectFarePart(parts[i], i + 1 == parts.size(), At(list, i), faults);
  }
}

// Frames

const SpecialDayRule* RuleOf(const Timetable& timetable, const SpecialDayLabel& label) {
  const auto& rules = timetable.special_day_rules;
  const auto it = std::find_if(
      rules.begin(), rules.end(),
      [&label](const SpecialDayRule& candidate) { return candidate.special_day == label; });
  return it == rules.end() ? nullptr : &*it;
}

constexpr absl::string_view kLabelForm =
    "is not a label; 1 to 32 of A-Z, 0-9 and _, beginning with a letter, are accepted";

void InspectFrameDays(const TimeFrame& frame, const Timetable& timetable, const std::string& path,
                      Faults& faults) {
  if (!frame.special_day) {
    if (frame.weekdays.empty()) {
      Refuse(faults, absl::StrCat(path, ".weekdays"), "is empty; name weekdays or a special day");
    }
    return;
  }
  const std::string field = absl::StrCat(path, ".special_day");
  if (!frame.weekdays.empty()) {
    Refuse(faults, field, "stands beside weekdays; name weekdays or a special day, not both");
  }
  if (!IsSpecialDayLabel(frame.special_day->value())) {
    Refuse(faults, field, std::string(kLabelForm));
  } else if (RuleOf(timetable, *frame.special_day) == nullptr) {
    Refuse(faults, field,
           "has no rule in special_day_rules, so the frame would never hold; add a rule REPLACE or "
           "AND for the label");
  }
}

void InspectFrame(const TimeFrame& frame, const Timetable& timetable, const std::string& path,
                  Faults& faults) {
  InspectText(frame.code, limits::kRuleCodeMaxBytes, absl::StrCat(path, ".code"), faults);
  InspectFrameDays(frame, timetable, path, faults);
  InspectHours(frame.hours, path, faults);
  FitsLimit(frame.accepted_types.size(), limits::kRightTypesMax,
            absl::StrCat(path, ".accepted_right_types"), faults);
  InspectPositive(frame.max_stay, absl::StrCat(path, ".max_stay"), faults);
  InspectPositive(frame.no_return_gap, absl::StrCat(path, ".no_return_gap"), faults);
  InspectFare(frame.fare_parts, absl::StrCat(path, ".fare_parts"), faults);
}

// Overlaps of frames

// Days of any year, 29 February included.
constexpr size_t kDaysInLeapYear = 366;
using YearDays = std::bitset<kDaysInLeapYear>;

YearDays DaysOf(const std::optional<Season>& season) {
  YearDays days;
  if (!season) return days.set();
  absl::CivilDay day(2000, 1, 1);  // a leap year
  for (size_t i = 0; i < kDaysInLeapYear; ++i, ++day) days.set(i, season->Contains(day));
  return days;
}

// The days that may follow one of `days`: 28 February is followed by the 29th or by 1 March.
YearDays DaysAfter(const YearDays& days) {
  constexpr size_t kLastOfFebruary = 31 + 28;  // the 29th, counted from 0
  YearDays after = (days << 1) | (days >> (kDaysInLeapYear - 1));
  if (days.test(kLastOfFebruary - 1)) after.set(kLastOfFebruary + 1);
  return after;
}

constexpr uint8_t kEveryWeekday = 0x7F;

uint8_t WeekdaysAfter(uint8_t weekdays) {
  return static_cast<uint8_t>((weekdays << 1 | weekdays >> 6) & kEveryWeekday);
}

// The days on which a frame may start. Weekday and day of the year are judged apart: each day of
// the year, 29 February too, falls on each weekday in some year.
struct StartDays {
  const TimeFrame* frame = nullptr;
  bool replaces = false;  // a special day on which no frame of a weekday starts
  uint8_t weekdays = 0;   // bit 0 is Monday; a special day may be any
  YearDays year_days;
  YearDays year_days_after;
};

// Nothing for a frame that is faulty by itself.
std::optional<StartDays> StartDaysOf(const TimeFrame& frame, const Timetable& timetable) {
  StartDays days;
  days.frame = &frame;
  if (!AreSound(frame.hours) || frame.special_day.has_value() != frame.weekdays.empty()) {
    return std::nullopt;
  }
  days.weekdays = frame.weekdays.bits();
  if (frame.special_day) {
    const SpecialDayRule* rule = RuleOf(timetable, *frame.special_day);
    if (rule == nullptr || !IsSpecialDayLabel(frame.special_day->value())) return std::nullopt;
    days.replaces = rule->mode == SpecialDayMode::kReplace;
    days.weekdays = kEveryWeekday;
  }
  days.year_days = DaysOf(frame.season);
  days.year_days_after = DaysAfter(days.year_days);
  return days;
}

// "a Monday", "a day that is HOLIDAY", "a Monday that is MARKET". `other`: starts on the same day.
std::string DayInWords(uint8_t weekdays, const TimeFrame& frame, const TimeFrame* other) {
  static constexpr std::array<absl::string_view, 7> kNames = {
      "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
  std::string words = "a day";
  for (size_t i = kNames.size(); i-- > 0 && weekdays != kEveryWeekday;) {
    if ((weekdays & (1U << i)) != 0) words = absl::StrCat("a ", kNames[i]);
  }
  absl::string_view joint = " that is ";
  for (const TimeFrame* named : {&frame, other}) {
    if (named == nullptr || !named->special_day) continue;
    if (named == other && frame.special_day == other->special_day) continue;
    absl::StrAppend(&words, joint, named->special_day->value());
    joint = " and ";
  }
  return words;
}

int MinutesUntilEnd(const DailyHours& hours) {
  return hours.to.minutes() + (hours.OverMidnight() ? MinuteOfDay::kEndOfDay : 0);
}

// A moment at which both hold, having started on one day; in words.
std::optional<std::string> MeetingOnOneDay(const StartDays& a, const StartDays& b) {
  const bool mixed = a.frame->special_day.has_value() != b.frame->special_day.has_value();
  if (mixed && (a.replaces || b.replaces)) return std::nullopt;
  const auto weekdays = static_cast<uint8_t>(a.weekdays & b.weekdays);
  const MinuteOfDay begin = std::max(a.frame->hours.from, b.frame->hours.from);
  const int end = std::min(MinutesUntilEnd(a.frame->hours), MinutesUntilEnd(b.frame->hours));
  if (weekdays == 0 || begin.minutes() >= end || (a.year_days & b.year_days).none()) {
    return std::nullopt;
  }
  return absl::StrCat(DayInWords(weekdays, *a.frame, b.frame), " at ", begin.text());
}

// A moment of `next` at which `night`, that started on the day before, still holds; in words.
std::optional<std::string> MeetingAfterMidnight(const StartDays& night, const StartDays& next) {
  const auto weekdays = static_cast<uint8_t>(WeekdaysAfter(night.weekdays) & next.weekdays);
  if (!night.frame->hours.OverMidnight() || next.frame->hours.from >= night.frame->hours.to ||
      weekdays == 0 || (night.year_days_after & next.year_days).none()) {
    return std::nullopt;
  }
  return absl::StrCat(DayInWords(weekdays, *next.frame, nullptr), " at ",
                      next.frame->hours.from.text(), ", when the frame ",
                      "that runs over midnight still holds");
}

std::optional<std::string> Meeting(const StartDays& a, const StartDays& b) {
  std::optional<std::string> words = MeetingOnOneDay(a, b);
  if (!words) words = MeetingAfterMidnight(a, b);
  if (!words) words = MeetingAfterMidnight(b, a);
  return words;
}

// One fault a frame: its overlap with the first frame before it.
void InspectOverlaps(const Timetable& timetable, absl::string_view list, Faults& faults) {
  std::vector<std::optional<StartDays>> days;
  for (const TimeFrame& frame : timetable.frames) {
    days.push_back(StartDaysOf(frame, timetable));
    if (!days.back()) continue;
    for (size_t i = 0; i + 1 < days.size(); ++i) {
      const auto words = days[i] ? Meeting(*days[i], *days.back()) : std::nullopt;
      if (!words) continue;
      faults.push_back(
          {RegulationFault::Kind::kOverlappingFrames, At(list, days.size() - 1),
           absl::StrCat("may hold together with ", At(list, i), ", for instance on ", *words,
                        "; frames with other hours, days or seasons are "
                        "accepted")});
      break;
    }
  }
}

// Timetables

void InspectRules(const std::vector<SpecialDayRule>& rules, const std::string& list,
                  Faults& faults) {
  if (!FitsLimit(rules.size(), limits::kRegulationMaxPeriods, list, faults)) return;
  for (size_t i = 0; i < rules.size(); ++i) {
    if (IsSpecialDayLabel(rules[i].special_day.value())) continue;
    Refuse(faults, absl::StrCat(At(list, i), ".special_day"), std::string(kLabelForm));
  }
  InspectUnique(
      rules, list, ".special_day", [](const SpecialDayRule& rule) { return rule.special_day; },
      faults);
}

// `path`: empty, or that of the overlay with a dot.
void InspectTimetable(const Timetable& timetable, absl::string_view path, Faults& faults) {
  InspectRules(timetable.special_day_rules, absl::StrCat(path, "special_day_rules"), faults);
  const std::string list = absl::StrCat(path, "frames");
  if (!FitsLimit(timetable.frames.size(), limits::kRegulationMaxFrames, list, faults)) return;
  for (size_t i = 0; i < timetable.frames.size(); ++i) {
    InspectFrame(timetable.frames[i], timetable, At(list, i), faults);
  }
  InspectUnique(
      timetable.frames, list, ".code", [](const TimeFrame& frame) { return frame.code; }, faults);
  InspectOverlaps(timetable, list, faults);
}

// The rest of a regulation

void InspectClosedPeriods(const std::vector<ClosedPeriod>& periods, Faults& faults) {
  constexpr absl::string_view kList = "closed_periods";
  if (!FitsLimit(periods.size(), limits::kRegulationMaxPeriods, kList, faults)) return;
  for (size_t i = 0; i < periods.size(); ++i) {
    const std::string path = At(kList, i);
    InspectPeriod(periods[i].period, path, faults);
    InspectText(periods[i].display_name, limits::kDisplayNameMaxBytes,
                absl::StrCat(path, ".display_name"), faults);
  }
}

void InspectOverlays(const std::vector<Overlay>& overlays, Faults& faults) {
  constexpr absl::string_view kList = "overlays";
  if (!FitsLimit(overlays.size(), limits::kRegulationMaxPeriods, kList, faults)) return;
  for (size_t i = 0; i < overlays.size(); ++i) {
    const std::string path = At(kList, i);
    InspectPeriod(overlays[i].period, path, faults);
    InspectText(overlays[i].display_name, limits::kDisplayNameMaxBytes,
                absl::StrCat(path, ".display_name"), faults);
    InspectTimetable(overlays[i].timetable, absl::StrCat(path, "."), faults);
    for (size_t earlier = 0; earlier < i; ++earlier) {
      if (!overlays[earlier].period.Overlaps(overlays[i].period)) continue;
      Refuse(faults, path,
             absl::StrCat("overlaps ", At(kList, earlier),
                          "; one overlay at a time is accepted, [start_time, end_time)"));
      break;
    }
  }
}

void InspectGrace(absl::Duration grace, absl::string_view field, Faults& faults) {
  if (grace >= absl::ZeroDuration() && grace <= absl::Minutes(limits::kGraceMaxMinutes) &&
      IsWholeMinutes(grace)) {
    return;
  }
  Refuse(faults, std::string(field),
         absl::StrCat("must be whole minutes, 0 to ", limits::kGraceMaxMinutes));
}

void InspectExtensions(const std::vector<ValidityExtension>& extensions, Faults& faults) {
  constexpr absl::string_view kList = "extensions";
  if (!FitsLimit(extensions.size(), limits::kRegulationMaxExtensions, kList, faults)) return;
  for (size_t i = 0; i < extensions.size(); ++i) {
    const std::string path = At(kList, i);
    if (!IsZoneCode(extensions[i].from_zone.value())) {
      Refuse(faults, absl::StrCat(path, ".zone"), "is not the code of a zone");
    }
    FitsLimit(extensions[i].right_types.size(), limits::kRightTypesMax,
              absl::StrCat(path, ".right_types"), faults);
    InspectWindows(extensions[i].windows, absl::StrCat(path, ".windows"), faults);
  }
  // The same zone may stand here for several sets of types, each with windows of its own.
  InspectUnique(
      extensions, kList, "",
      [](const ValidityExtension& extension) {
        std::vector<RightTypeCode> types = extension.right_types;
        std::sort(types.begin(), types.end());
        return std::pair(extension.from_zone, std::move(types));
      },
      faults);
}

void InspectRestrictions(const std::vector<Restriction>& restrictions, Faults& faults) {
  constexpr absl::string_view kList = "restrictions";
  if (!FitsLimit(restrictions.size(), limits::kRegulationMaxExtensions, kList, faults)) return;
  for (size_t i = 0; i < restrictions.size(); ++i) {
    const std::string path = At(kList, i);
    FitsLimit(restrictions[i].right_types.size(), limits::kRightTypesMax,
              absl::StrCat(path, ".right_types"), faults);
    const std::string windows = absl::StrCat(path, ".windows");
    if (restrictions[i].windows.empty()) {
      Refuse(faults, windows, "is empty; name at least one window, or leave the restriction out");
    }
    InspectWindows(restrictions[i].windows, windows, faults);
  }
}

void InspectDegrees(double degrees, double bound, std::string field, Faults& faults) {
  if (std::isfinite(degrees) && std::abs(degrees) <= bound) return;
  Refuse(faults, std::move(field), absl::StrCat("must lie between -", bound, " and ", bound));
}

void InspectSellingPoints(const std::vector<SellingPoint>& points, Faults& faults) {
  constexpr absl::string_view kList = "selling_points";
  if (!FitsLimit(points.size(), limits::kRegulationMaxSellingPoints, kList, faults)) return;
  for (size_t i = 0; i < points.size(); ++i) {
    const std::string path = At(kList, i);
    InspectText(points[i].id, limits::kRuleCodeMaxBytes, absl::StrCat(path, ".selling_point_id"),
                faults);
    InspectDegrees(points[i].latitude_degrees, 90, absl::StrCat(path, ".latitude_degrees"), faults);
    InspectDegrees(points[i].longitude_degrees, 180, absl::StrCat(path, ".longitude_degrees"),
                   faults);
  }
  InspectUnique(
      points, kList, ".selling_point_id", [](const SellingPoint& point) { return point.id; },
      faults);
}

// That a price is no slip.
void InspectPrices(const Timetable& timetable, const std::string& prefix, Faults& faults) {
  for (size_t i = 0; i < timetable.frames.size(); ++i) {
    const std::vector<FarePart>& parts = timetable.frames[i].fare_parts;
    for (size_t k = 0; k < parts.size(); ++k) {
      const std::string path = absl::StrCat(prefix, At("frames", i), ".", At("fare_parts", k), ".");
      for (const auto& [cents, field] : {std::pair(parts[k].step_price_cents, "step_price_cents"),
                                         std::pair(parts[k].cap_cents, "cap_cents")}) {
        if (cents <= limits::kFarePriceMaxCents) continue;
        Refuse(
            faults, path + field,
            absl::StrCat("is too much; 0 to ", limits::kFarePriceMaxCents, " cents are accepted"));
      }
    }
  }
}

}  // namespace

std::vector<RegulationFault> Validate(const Regulation& regulation) {
  Faults faults;
  InspectTimetable(regulation.timetable, "", faults);
  InspectClosedPeriods(regulation.closed_periods, faults);
  InspectOverlays(regulation.overlays, faults);
  InspectGrace(regulation.grace_before, "grace_before", faults);
  InspectGrace(regulation.grace_after, "grace_after", faults);
  InspectExtensions(regulation.extensions, faults);
  InspectRestrictions(regulation.restrictions, faults);
  InspectSellingPoints(regulation.selling_points, faults);
  if (regulation.capacity_count < 0) {
    Refuse(faults, "capacity_count", "is negative; 0 (not said) or more is accepted");
  }
  return faults;
}

std::vector<RegulationFault> ValidateNew(const Regulation& regulation) {
  Faults faults = Validate(regulation);
  InspectPrices(regulation.timetable, "", faults);
  for (size_t i = 0; i < regulation.overlays.size(); ++i) {
    InspectPrices(regulation.overlays[i].timetable, absl::StrCat(At("overlays", i), "."), faults);
  }
  return faults;
}

}  // namespace stadspoort::domain
