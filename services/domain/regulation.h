#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/domain/calendar.h"
#include "services/domain/ids.h"
#include "services/domain/interval.h"
#include "services/domain/local_time.h"
#include "services/domain/right_type.h"

namespace stadspoort::domain {

// Values are those of stadspoort.common.v1.Usage.
enum class Usage : uint8_t {
  kPaidParking = 1,
  kPermitParking = 2,
  kTimeLimited = 3,
  kAccess = 4,
  kLowEmission = 5,
  kLoading = 6,
  kSchoolStreet = 7,
  kReservedBay = 8,
};
inline constexpr int kUsageCount = 8;
// "PAID_PARKING"
absl::string_view Name(Usage usage);
std::optional<Usage> UsageFromName(absl::string_view name);

// A piece of a fare, in order. Integer cents of the euro. What a stay costs: fare.h.
struct FarePart {
  std::optional<absl::Duration> applies_for;  // none: without end, the last part only
  int64_t step_price_cents = 0;
  std::optional<absl::Duration> step;  // none: one price for the whole part
  int64_t cap_cents = 0;               // 0: no cap
  friend bool operator==(const FarePart&, const FarePart&) = default;
};

// Days, hours and season in which a right is required. Names weekdays or one special day, never
// both.
struct TimeFrame {
  std::string code;
  WeekdaySet weekdays;
  std::optional<SpecialDayLabel> special_day;
  DailyHours hours;
  std::optional<Season> season;
  RightKindSet accepted_kinds;
  std::vector<RightTypeCode> accepted_types;
  std::optional<absl::Duration> max_stay;
  std::optional<absl::Duration> no_return_gap;
  std::vector<FarePart> fare_parts;

  // EXEMPT is always accepted [domain.md, Right].
  bool Accepts(RightKind kind, const RightTypeCode& type) const;
  friend bool operator==(const TimeFrame&, const TimeFrame&) = default;
};

enum class SpecialDayMode : uint8_t { kReplace = 1, kAnd = 2 };

struct SpecialDayRule {
  SpecialDayLabel special_day;
  SpecialDayMode mode = SpecialDayMode::kReplace;
  friend bool operator==(const SpecialDayRule&, const SpecialDayRule&) = default;
};

// Frames and how the calendar acts on them: a zone's own, or an overlay's. A label without a rule
// does nothing [domain.md, Regulation].
struct Timetable {
  std::vector<TimeFrame> frames;
  std::vector<SpecialDayRule> special_day_rules;

  // The frame that holds at the moment, or null. Where two hold (validation refuses it), the first.
  const TimeFrame* FrameAt(const LocalMoment& moment, const CityCalendar& calendar) const;
  // Whether an occurrence of the frame starts on this day. A frame of weekdays: in its season,
  // unless a label of the day has a REPLACE rule. A frame of a special day: in its season, on a day
  // with that label, if the label has a rule of either mode. What started runs to its end, over
  // midnight too, whatever the next day is.
  bool StartsOn(const TimeFrame& frame, absl::CivilDay day, const CityCalendar& calendar) const;
  friend bool operator==(const Timetable&, const Timetable&) = default;
};

struct ClosedPeriod {
  Interval period;
  std::string display_name;
  friend bool operator==(const ClosedPeriod&, const ClosedPeriod&) = default;
};

struct Overlay {
  Interval period;
  std::string display_name;
  Timetable timetable;
  friend bool operator==(const Overlay&, const Overlay&) = default;
};

// A right for `from_zone` is good here too. No types: all types. No windows: always. [NPR]
struct ValidityExtension {
  ZoneCode from_zone;
  std::vector<RightTypeCode> right_types;
  std::vector<WeeklyWindow> windows;
  friend bool operator==(const ValidityExtension&, const ValidityExtension&) = default;
};

// Rights of these types hold here only in these windows. No types: every type but EXEMPT kinds.
// [NPR]
struct Restriction {
  std::vector<RightTypeCode> right_types;
  std::vector<WeeklyWindow> windows;

  bool Concerns(RightKind kind, const RightTypeCode& type) const;
  friend bool operator==(const Restriction&, const Restriction&) = default;
};

struct SellingPoint {
  std::string id;
  double latitude_degrees = 0;
  double longitude_degrees = 0;
  friend bool operator==(const SellingPoint&, const SellingPoint&) = default;
};

// What holds at one moment. Each is said whatever the others are: in a closed period `frame` is the
// one that would hold.
struct RuleInForce {
  const ClosedPeriod* closed = nullptr;  // set: not enforced
  const Overlay* overlay = nullptr;      // set: its timetable holds, not the zone's own
  const TimeFrame* frame = nullptr;      // null: nothing is required
};

// The rules of a zone version. A value; safe to read from any thread.
struct Regulation {
  Timetable timetable;
  std::vector<ClosedPeriod> closed_periods;
  std::vector<Overlay> overlays;
  absl::Duration grace_before = absl::ZeroDuration();  // whole minutes, 0-99
  absl::Duration grace_after = absl::ZeroDuration();   // whole minutes, 0-99
  std::vector<ValidityExtension> extensions;
  std::vector<Restriction> restrictions;
  std::vector<SellingPoint> selling_points;
  int32_t capacity_count = 0;

  // A closed period beats overlays and frames; an overlay beats the zone's own frames [domain.md,
  // Regulation]. The pointers live as long as this regulation stays unchanged.
  RuleInForce At(absl::Time t, const CityCalendar& calendar) const;
  // Appends every instant in (after, until] at which At, or a window of an extension or a
  // restriction, may change: in no order, some more than once, some at which nothing changes. Both
  // bounds are finite; the work grows with the days between them.
  void AppendChanges(absl::Time after, absl::Time until, const CityCalendar& calendar,
                     std::vector<absl::Time>& out) const;
  friend bool operator==(const Regulation&, const Regulation&) = default;
};

// Appends every instant in (after, until] at which a window may open or close, as AppendChanges
// does.
void AppendWindowChanges(const std::vector<WeeklyWindow>& windows, absl::Time after,
                         absl::Time until, absl::TimeZone zone, std::vector<absl::Time>& out);

// What is wrong with a regulation, as far as it can be told without the city's other zones.
struct RegulationFault {
  enum class Kind : uint8_t { kInvalidField, kOverlappingFrames };
  Kind kind = Kind::kInvalidField;
  std::string field;        // path in the Regulation message, e.g. "frames[2].to_local_time"
  std::string description;  // what is wrong and what would be accepted
};
// Every fault; none: the regulation may come into force. A list over its limit (limits.h) is one
// fault, and its items are not looked at.
//
// OVERLAPPING_FRAMES: two frames of one timetable hold at the same moment of the wall clock on some
// date of some year, whatever special days the city may name later. So
// - frames of weekdays overlap when hours, weekdays and seasons (29 February included) meet, also
//   when one started on the day before and runs over midnight;
// - a frame of a special day and one of weekdays meet on one day only if the rule is AND, on any
//   weekday; but what started on the day before meets the next day's frames under REPLACE too;
// - frames of two special days meet, since both labels may fall on one date.
// Each frame is reported once, with the first frame before it that it overlaps. Frames with a fault
// of their own in days or hours are not compared. A zone's own frames and those of an overlay never
// hold together and are not compared either.
//
// Extensions repeat each other when zone and set of types are the same.
std::vector<RegulationFault> Validate(const Regulation& regulation);
// And bounds on what may come in that say nothing of what was stored before they stood here: one
// such version must not keep a whole city from being judged.
std::vector<RegulationFault> ValidateNew(const Regulation& regulation);

}  // namespace stadspoort::domain
