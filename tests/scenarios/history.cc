#include "tests/scenarios/history.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "services/domain/limits.h"
#include "services/domain/refusal.h"
#include "services/domain/right_terms.h"

namespace stadspoort::scenarios {
namespace {

// A refusal of the register as a fault of the file.
absl::Status Refused(absl::string_view what, const absl::Status& status) {
  const std::optional<domain::RefusalDetails> details = domain::DetailsOf(status);
  return absl::InvalidArgumentError(absl::StrCat("the register refuses ", what, ": ",
                                                 details ? domain::Name(details->reason) : "", " ",
                                                 status.message()));
}

absl::Status NotPossible(absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("the register refuses this: ", why));
}

// An end that came before the enrolment is kept for a day.
bool IsPendingEnd(const Event& event, const ScenarioRight& right) {
  return event.kind == Event::Kind::kEnded && event.asked_at < right.asked_at;
}
bool StillPending(const Event& event, const ScenarioRight& right) {
  return right.asked_at - event.asked_at < domain::limits::kPendingEndKept;
}

absl::Status SetTerm(absl::string_view what, const absl::StatusOr<domain::GrantedTerm>& term,
                     domain::Right& known) {
  if (!term.ok()) return Refused(what, term.status());
  known.effective = term->effective;
  return absl::OkStatus();
}

bool Over(const domain::Right& known, absl::Time now) {
  return known.effective.end <= now || known.RevokedAt(now);
}

absl::Status Suspend(const Event& event, domain::Right& known) {
  if (Over(known, event.asked_at)) return NotPossible("a right that has ended is not suspended");
  if (known.SuspendedAt(event.asked_at)) return NotPossible("the right is suspended already");
  known.suspensions.push_back({event.asked_at, absl::InfiniteFuture()});
  return absl::OkStatus();
}

absl::Status Resume(const Event& event, domain::Right& known) {
  if (Over(known, event.asked_at)) return NotPossible("a right that has ended is not resumed");
  if (!known.SuspendedAt(event.asked_at)) return NotPossible("the right is not suspended");
  known.suspensions.back().end = event.asked_at;
  return absl::OkStatus();
}

absl::Status Revoke(const Event& event, domain::Right& known) {
  if (known.revoke_time) return absl::OkStatus();
  if (Over(known, event.asked_at)) return NotPossible("a right that has ended is not revoked");
  known.revoke_time = event.asked_at;
  return absl::OkStatus();
}

absl::Status SetZones(const Event& event, domain::Right& known) {
  known.zones = event.zones;
  known.city_wide = event.zones.empty();
  return absl::OkStatus();
}

absl::Status Correct(const City& city, const Event& event, ScenarioRight& right) {
  domain::Right& known = right.known;
  if (known.revoke_time) return NotPossible("a revoked right is not corrected");
  switch (event.kind) {
    case Event::Kind::kCorrectedFrom:
      known.effective.start = *event.time;
      break;
    case Event::Kind::kCorrectedUntil:
      known.effective.end = *event.time;
      break;
    case Event::Kind::kCorrectedPlate: {
      absl::StatusOr<domain::PlateNumber> plate = domain::PlateNumber::Normalise(event.plate);
      if (!plate.ok()) return plate.status();
      right.known_plate = *std::move(plate);
      break;
    }
    case Event::Kind::kCorrectedType:
      known.type = event.type;
      known.kind = city.FindRightType(event.type)->kind;
      break;
    case Event::Kind::kCorrectedZones:
      return SetZones(event, known);
    case Event::Kind::kCorrectedWindows:
      known.windows = event.windows;
      break;
    default:
      break;
  }
  if (known.effective.end < known.effective.start) {
    return NotPossible("a corrected end does not lie before the start");
  }
  return absl::OkStatus();
}

absl::Status ApplyEvent(const City& city, const Event& event, ScenarioRight& right) {
  domain::Right& known = right.known;
  switch (event.kind) {
    case Event::Kind::kSuspended:
      return Suspend(event, known);
    case Event::Kind::kResumed:
      return Resume(event, known);
    case Event::Kind::kRevoked:
      return Revoke(event, known);
    case Event::Kind::kEnded:
      return SetTerm("the end",
                     domain::End(known.effective, event.time, city.settings, event.asked_at),
                     known);
    case Event::Kind::kAmended:
      if (known.RevokedAt(event.asked_at)) return NotPossible("a revoked right is not amended");
      return SetTerm("the amendment",
                     domain::AmendEnd(known.effective, event.time, city.settings, event.asked_at),
                     known);
    default:
      return Correct(city, event, right);
  }
}

absl::Status Enrol(const City& city, ScenarioRight& right) {
  const domain::RightType& type = *city.FindRightType(right.type);
  absl::StatusOr<domain::PlateNumber> plate = domain::PlateNumber::Normalise(right.plate);
  if (!plate.ok()) return plate.status();
  right.known_plate = *std::move(plate);
  domain::Right& known = right.known;
  known.country = right.country;
  known.type = type.code;
  known.kind = type.kind;
  known.city_wide = right.city_wide;
  known.zones = right.zones;
  known.windows = right.windows;
  known.plate_active = right.plate_active;
  return SetTerm(
      "the right",
      domain::Grant(right.requested, type.backdate, city.settings, city.zone(), right.asked_at),
      known);
}

}  // namespace

absl::Status ApplyHistory(const City& city, domain::RightId id, ScenarioRight& right) {
  right.known.id = id;
  if (const absl::Status enrolled = Enrol(city, right); !enrolled.ok()) return enrolled;
  for (const Event& event : right.events) {
    if (event.asked_at < right.asked_at && !IsPendingEnd(event, right)) {
      return NotPossible("only an end may come before the enrolment");
    }
    if (IsPendingEnd(event, right) && !StillPending(event, right)) continue;
    if (const absl::Status applied = ApplyEvent(city, event, right); !applied.ok()) return applied;
  }
  return absl::OkStatus();
}

}  // namespace stadspoort::scenarios
