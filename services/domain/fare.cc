#include "services/domain/fare.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "services/domain/limits.h"
#include "services/domain/local_time.h"
#include "services/domain/refusal.h"
#include "services/domain/regulation.h"

namespace stadspoort::domain {
namespace {

constexpr std::array<absl::string_view, kFareRemarkCount> kRemarkNames = {
    "NOTHING_REQUIRED", "MAX_STAY_EXCEEDED", "ZONE_NOT_IN_FORCE"};

// Stretches of time in order, apart from each other, none empty.
using Stretches = std::vector<Interval>;

Interval Meet(const Interval& a, const Interval& b) {
  return {std::max(a.start, b.start), std::min(a.end, b.end)};
}

void Append(const Interval& piece, Stretches& to) {
  if (!piece.Empty()) to.push_back(piece);
}

void Remove(const Interval& gone, Stretches& from) {
  if (gone.Empty()) return;
  Stretches left;
  for (const Interval& stretch : from) {
    Append(Meet(stretch, {absl::InfinitePast(), gone.start}), left);
    Append(Meet(stretch, {gone.end, absl::InfiniteFuture()}), left);
  }
  from = std::move(left);
}

// When the wall clock stands within the hours that begin on `day`. One stretch; where the clock
// changes within them there may be none, or two with a gap.
Stretches HoursOf(absl::CivilDay day, const DailyHours& hours, absl::TimeZone zone) {
  const absl::CivilDay last = hours.OverMidnight() ? day + 1 : day;
  const absl::CivilMinute from = absl::CivilMinute(day) + hours.from.minutes();
  const absl::CivilMinute to = absl::CivilMinute(last) + hours.to.minutes();
  std::vector<absl::Time> bounds;
  AppendInstants(day, hours.from, zone, bounds);
  AppendInstants(last, hours.to, zone, bounds);
  std::sort(bounds.begin(), bounds.end());
  Stretches stretches;
  for (size_t i = 0; i + 1 < bounds.size(); ++i) {
    // Between two bounds the wall clock passes neither end of the hours.
    const absl::CivilMinute minute(zone.At(bounds[i]).cs);
    if (minute < from || to <= minute) continue;
    if (!stretches.empty() && stretches.back().end == bounds[i]) {
      stretches.back().end = bounds[i + 1];
    } else {
      Append({bounds[i], bounds[i + 1]}, stretches);
    }
  }
  return stretches;
}

bool IsSound(const FarePart& part) {
  return (!part.step || *part.step > absl::ZeroDuration()) && part.step_price_cents >= 0 &&
         part.cap_cents >= 0;
}

// False: it cannot be reckoned in cents.
bool PricePart(const FarePart& part, FarePartLine& line) {
  if (!IsSound(part)) return false;
  absl::Duration rest;
  line.steps = part.step ? absl::IDivDuration(line.paid, *part.step, &rest) : 1;
  if (rest > absl::ZeroDuration()) ++line.steps;
  line.step_price_cents = part.step_price_cents;
  if (__builtin_mul_overflow(line.steps, line.step_price_cents, &line.amount_cents)) return false;
  line.capped = part.cap_cents > 0 && line.amount_cents > part.cap_cents;
  if (line.capped) line.amount_cents = part.cap_cents;
  return true;
}

// Fills the parts and the amount of a line. False: it cannot be reckoned in cents.
bool PriceLine(const std::vector<FarePart>& parts, FareLine& line) {
  absl::Duration left = line.paid;
  for (size_t i = 0; i < parts.size() && left > absl::ZeroDuration(); ++i) {
    FarePartLine part;
    part.part = i;
    part.paid = std::min(left, parts[i].applies_for.value_or(absl::InfiniteDuration()));
    if (!PricePart(parts[i], part) ||
        __builtin_add_overflow(line.amount_cents, part.amount_cents, &line.amount_cents)) {
      return false;
    }
    left -= part.paid;
    line.parts.push_back(part);
  }
  return true;
}

class Reckoning {
 public:
  Reckoning(const CityCalendar& calendar, const Interval& term)
      : calendar_(calendar), term_(term) {}

  absl::Status AddVersion(const ZoneVersion& version) {
    Stretches in_force;
    Append(Meet(version.in_force, term_), in_force);
    for (const Interval& stretch : in_force) covered_ += stretch.end - stretch.start;
    for (const ClosedPeriod& closed : version.regulation.closed_periods) {
      Remove(closed.period, in_force);
    }
    for (const Overlay& overlay : version.regulation.overlays) {
      Stretches under;
      for (const Interval& stretch : in_force) Append(Meet(stretch, overlay.period), under);
      absl::Status added = AddTimetable(version, overlay.timetable, under);
      if (!added.ok()) return added;
      Remove(overlay.period, in_force);
    }
    return AddTimetable(version, version.regulation.timetable, in_force);
  }

  Fare Finish() && {
    std::sort(fare_.lines.begin(), fare_.lines.end(),
              [](const FareLine& a, const FareLine& b) { return a.period.start < b.period.start; });
    if (fare_.lines.empty()) fare_.remarks.push_back(FareRemark::kNothingRequired);
    if (max_stay_exceeded_) fare_.remarks.push_back(FareRemark::kMaxStayExceeded);
    if (covered_ < term_.end - term_.start) fare_.remarks.push_back(FareRemark::kZoneNotInForce);
    return std::move(fare_);
  }

 private:
  // `during`: when the timetable holds.
  absl::Status AddTimetable(const ZoneVersion& version, const Timetable& timetable,
                            const Stretches& during) {
    if (during.empty()) return absl::OkStatus();
    // An occurrence may begin on the day before and run over midnight; and a clock that is set back
    // at midnight shows the day before again.
    const absl::TimeZone zone = calendar_.zone();
    const absl::CivilDay last = absl::CivilDay(zone.At(during.back().end).cs) + 1;
    for (auto day = absl::CivilDay(zone.At(during.front().start).cs) - 2; day <= last; ++day) {
      for (const TimeFrame& frame : timetable.frames) {
        if (!timetable.StartsOn(frame, day, calendar_)) continue;
        FareLine line;
        line.zone_version = version.version;
        line.frame = frame.code;
        line.day = day;
        Measure(HoursOf(day, frame.hours, zone), during, line);
        if (line.paid == absl::ZeroDuration()) continue;
        absl::Status added = AddLine(version, frame, std::move(line));
        if (!added.ok()) return added;
      }
    }
    return absl::OkStatus();
  }

  // How long the stay is in the hours.
  static void Measure(const Stretches& hours, const Stretches& during, FareLine& line) {
    for (const Interval& piece : hours) {
      auto it = std::partition_point(
          during.begin(), during.end(),
          [&piece](const Interval& stretch) { return stretch.end <= piece.start; });
      for (; it != during.end() && it->start < piece.end; ++it) {
        const Interval stay = Meet(*it, piece);
        if (line.paid == absl::ZeroDuration()) line.period.start = stay.start;
        line.period.end = stay.end;
        line.paid += stay.end - stay.start;
      }
    }
  }

  absl::Status AddLine(const ZoneVersion& version, const TimeFrame& frame, FareLine line) {
    if (!PriceLine(frame.fare_parts, line) ||
        __builtin_add_overflow(fare_.total_cents, line.amount_cents, &fare_.total_cents)) {
      return Refusal(
          absl::StatusCode::kInternal, ErrorReason::kInternal,
          absl::StrCat("the fare of frame ", frame.code, " of zone ", version.code.value(),
                       ", version ", version.version, ", cannot be reckoned in cents"));
    }
    max_stay_exceeded_ = max_stay_exceeded_ || (frame.max_stay && line.paid > *frame.max_stay);
    fare_.lines.push_back(std::move(line));
    return absl::OkStatus();
  }

  const CityCalendar& calendar_;
  const Interval term_;
  Fare fare_;
  absl::Duration covered_;  // by versions of the zone
  bool max_stay_exceeded_ = false;
};

}  // namespace

absl::string_view Name(FareRemark remark) { return kRemarkNames[static_cast<size_t>(remark) - 1]; }

std::optional<FareRemark> FareRemarkFromName(absl::string_view name) {
  for (size_t i = 0; i < kRemarkNames.size(); ++i) {
    if (kRemarkNames[i] == name) return static_cast<FareRemark>(i + 1);
  }
  return std::nullopt;
}

absl::StatusOr<Fare> FareOf(absl::Span<const ZoneVersion* const> versions,
                            const CityCalendar& calendar, const Interval& term) {
  if (term.Empty()) return Fare();
  // Without start or end it is infinitely long.
  if (term.end - term.start > limits::kRightMaxDuration) {
    return InvalidField("term", "is longer than ten years; a shorter one is accepted");
  }
  Reckoning reckoning(calendar, term);
  for (const ZoneVersion* version : versions) {
    if (absl::Status added = reckoning.AddVersion(*version); !added.ok()) return added;
  }
  return std::move(reckoning).Finish();
}

bool IsDearer(const Fare& fare, const Fare& than) { return fare.total_cents > than.total_cents; }

}  // namespace stadspoort::domain
