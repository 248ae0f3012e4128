#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/domain/ids.h"
#include "services/domain/interval.h"
#include "services/domain/permit_event.h"
#include "services/domain/permit_plates.h"
#include "services/domain/permit_state.h"
#include "services/domain/permit_term.h"
#include "services/domain/permit_type.h"

// A permit from request to right: what each verb makes of it, and which rights follow. Pure: the
// caller reads what is counted, under lock, and stores what comes out, the rights in the same
// transaction. Every verb is refused with PERMIT_MOVE_NOT_ALLOWED where the table
// (permit_state.h) has no such move; after a refusal the permit is as it was.
namespace stadspoort::domain {

struct Permit {
  PermitId id;
  PermitTypeCode type;
  int64_t type_version = 0;  // the rules by which it lives until it is renewed
  int64_t set = 0;           // whose rights hold only while it is live; 0: of none
  std::string holder;        // the portal's own name for a person
  std::string address;       // the city's own name for a dwelling; may be empty
  PermitState state = PermitState::kSubmitted;
  std::vector<std::string> evidence;  // kinds that were given

  struct AreaSince {
    absl::Time from;
    PermitAreaCode area;
    int64_t type_version = 0;  // that says which zones it is
    friend bool operator==(const AreaSince&, const AreaSince&) = default;
  };
  std::vector<AreaSince> areas;  // ascending, at least one
  PlateBook plates;

  std::optional<absl::Time> requested_start;
  // Until then somebody must have paid, or accepted an offer.
  std::optional<absl::Time> answer_by;

  // From when its rights hold; none before it was active.
  std::optional<absl::Time> start;
  PermitTerm term;          // that was granted first
  PermitSchedule schedule;  // of all terms since it was active
  int64_t price_cents = 0;  // of the last term that was granted
  struct PaidTerm {
    absl::CivilDay first_day;
    absl::CivilDay end_day;  // exclusive
    int64_t price_cents = 0;
    friend bool operator==(const PaidTerm&, const PaidTerm&) = default;
  };
  std::vector<PaidTerm> paid_terms;  // ascending; one that was renewed in advance is to come
  // When its rights end, by their own interval.
  absl::Time rights_end = absl::InfinitePast();
  std::vector<Interval> suspensions;
  std::optional<absl::Time> revoke_time;

  // Asked for and not yet paid. The rights go on for the overdue term meanwhile.
  struct Renewal {
    int64_t type_version = 0;
    PermitSchedule schedule;
    int64_t price_cents = 0;
    friend bool operator==(const Renewal&, const Renewal&) = default;
  };
  std::optional<Renewal> renewal;

  // What time has done by then has been told.
  absl::Time told_until = absl::InfinitePast();

  const PermitAreaCode& area() const { return areas.back().area; }
  friend bool operator==(const Permit&, const Permit&) = default;
};

// What others have, as counted in the transaction that stores the answer.
struct PermitCounts {
  int of_holder = 0;  // that are not over, of the same type; without this one
  int of_address = 0;
  std::optional<int64_t> places_left;  // of the area; none: any number
  bool others_wait = false;            // in the area: they come first
  // Of those, which were asked for before this one: they tell how many-th it is.
  int earlier_of_holder = 0;
  int earlier_of_address = 0;
};

// The moment of a verb.
struct PermitMoment {
  absl::Time now;
  absl::TimeZone zone;  // of the city
};

// A new permit, through SUBMITTED: EVIDENCE_NEEDED, IN_REVIEW, WAITLISTED, AWAITING_PAYMENT or
// ACTIVE. `asked` has id, type, holder, address, area, plates, evidence and the requested start.
// FailedPrecondition: PERMIT_LIMIT_REACHED, NO_PLACE_LEFT. InvalidArgument: an area that the type
// has not, an address that it needs, too many plates, a start that has passed or lies more than a
// year ahead.
absl::StatusOr<Permit> Apply(Permit asked, const PermitType& type, const PermitCounts& counts,
                             const PermitMoment& moment);
// Which kinds of evidence are still needed.
std::vector<std::string> MissingEvidence(const Permit& permit, const PermitType& type);
// What its first term costs.
int64_t FirstPrice(const Permit& permit, const PermitType& type, const PermitCounts& counts,
                   const PermitMoment& moment);

// One more kind; with the last one it goes on as when it was asked for.
absl::Status AddEvidence(const std::string& kind, const PermitType& type,
                         const PermitCounts& counts, const PermitMoment& moment, Permit& permit);
// Back from review: these kinds must be given once more.
absl::Status AskEvidence(const std::vector<std::string>& kinds, Permit& permit);
// From review. EVIDENCE_MISSING; PERMIT_LIMIT_REACHED; a full area as for Apply.
absl::Status Approve(const PermitType& type, const PermitCounts& counts, const PermitMoment& moment,
                     Permit& permit);
absl::Status Refuse(Permit& permit);
// A place has come free for the first that waits.
absl::Status Offer(const PermitType& type, const PermitMoment& moment, Permit& permit);
absl::Status AcceptOffer(const PermitType& type, const PermitCounts& counts,
                         const PermitMoment& moment, Permit& permit);
// Of the first term, or of a renewal. PAYMENT_CONFLICT unless it is the amount that is due.
absl::Status Pay(int64_t amount_cents, const PermitMoment& moment, Permit& permit);
absl::Status Suspend(const PermitMoment& moment, Permit& permit);
// PAYMENT_OVERDUE where its term ended meanwhile and the renewal is not paid.
absl::Status Resume(const PermitMoment& moment, Permit& permit);
// By the type as it is now. OUTSIDE_RENEWAL_WINDOW: too early, or asked for already.
absl::Status Renew(const PermitType& type, int64_t type_version, const PermitCounts& counts,
                   const PermitMoment& moment, Permit& permit);
// To another address and area, from now on. As for Apply: limits, places and zones of the new one,
// by the type as it is now.
absl::Status MoveHouse(const std::string& address, const PermitAreaCode& area,
                       const PermitType& type, int64_t type_version, const PermitCounts& counts,
                       const PermitMoment& moment, Permit& permit);
// What is to be paid back of every term that was paid, in cents.
absl::StatusOr<int64_t> Withdraw(const PermitType& type, const PermitMoment& moment,
                                 Permit& permit);
absl::Status Revoke(const PermitMoment& moment, Permit& permit);

// What time alone will do next to the state, and when. None: nothing.
struct DueMove {
  absl::Time at;
  PermitState to;
  friend bool operator==(const DueMove&, const DueMove&) = default;
};
std::optional<DueMove> NextMoveByTime(const Permit& permit, absl::TimeZone zone);

// What time does to a permit, and what is to be told of it.
struct PermitHappening {
  absl::Time at;
  PermitEventKind kind = PermitEventKind::kReminder;
  PermitState state;  // after it
  friend bool operator==(const PermitHappening&, const PermitHappening&) = default;
};
// The next one after what was told. `type`: the version by which the permit lives.
std::optional<PermitHappening> NextHappening(const Permit& permit, const PermitType& type,
                                             absl::TimeZone zone);
// Lets everything happen that is due by now, in order and each once, and tells of each with the
// permit as it is after it; how late makes no difference.
void CatchUp(const PermitType& type, const PermitMoment& moment, Permit& permit,
             absl::FunctionRef<void(const PermitHappening&)> tell);

// PERMIT_MOVE_NOT_ALLOWED where it is over.
absl::Status MayChangePlates(const Permit& permit);

// A right that the permit gives: one plate in one area without interruption.
struct PermitRight {
  PlateSegment segment;
  PermitAreaCode area;
  int64_t type_version = 0;  // that says which zones it is
  std::vector<Interval> suspensions;
  std::optional<absl::Time> revoke_time;
  friend bool operator==(const PermitRight&, const PermitRight&) = default;
};
// All rights that it has given and gives, whatever its state is called by now: by start, then as
// listed. Their intervals tell when they hold.
std::vector<PermitRight> RightsOf(const Permit& permit);

}  // namespace stadspoort::domain
