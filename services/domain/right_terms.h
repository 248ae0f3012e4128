#pragma once

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/domain/city.h"
#include "services/domain/interval.h"
#include "services/domain/right_type.h"

// What is granted of what was asked [domain.md, Right]. Pure; `recorded` is the register's clock at
// the write. All terms are half-open, [start, end). Refusals name the field of the request
// (requested_end_time; end_time of an end) and what would be accepted.
namespace stadspoort::domain {

enum class RemarkCode : uint8_t {  // values are those of stadspoort.rights.v1.RemarkCode
  kStartClipped = 1,
  kSafetyEnd = 2,
  kSameRequest = 3,
  kAlreadyEnded = 4,
  kPendingEndApplied = 5,
  kNeverHolds = 6,
  kNothingRequired = 7,  // this and the two after it: FareRemark (fare.h)
  kMaxStayExceeded = 8,
  kZoneNotInForce = 9,
  kNotPaidByTime = 10,
};

struct RequestedTerm {
  std::optional<absl::Time> start;  // none: at once
  std::optional<absl::Time> end;    // none: open
};

struct GrantedTerm {
  Interval effective;
  std::vector<RemarkCode> remarks;
};

// What is granted at enrolment. The start is clipped to what the type allows (START_CLIPPED when
// that moved the start asked for); an open right ends the city's open-end limit after its effective
// start (SAFETY_END). Refusals, in this order:
// - InvalidArgument END_BEFORE_START: the requested end is not after the requested start;
// - FailedPrecondition INTERVAL_IN_THE_PAST: the requested end is not after the effective start, so
//   nothing is left; with no start asked for, this is an end not after `recorded`;
// - InvalidArgument INVALID_FIELD: what is left is longer than limits::kRightMaxDuration.
absl::StatusOr<GrantedTerm> Grant(const RequestedTerm& requested, const BackdateRule& backdate,
                                  const CitySettings& city, absl::TimeZone zone,
                                  absl::Time recorded);

// A new end by amendment, earlier or later than the present one. None: open, which ends the city's
// open-end limit after `recorded`, or after the start if that is still to come (SAFETY_END): an
// amendment says that the car is still there. Refusals, in this order:
// - FailedPrecondition RIGHT_ENDED: the right has ended, or never holds; it does not revive;
// - InvalidArgument END_BEFORE_START: the new end is not after the start;
// - FailedPrecondition END_TOO_FAR_BACK: the new end lies before `recorded`; that is an end, not an
//   amendment;
// - InvalidArgument INVALID_FIELD: the term is longer than limits::kRightMaxDuration.
absl::StatusOr<GrantedTerm> AmendEnd(const Interval& effective,
                                     std::optional<absl::Time> requested_end,
                                     const CitySettings& city, absl::Time recorded);

// An end now (none) or at a given time. A right never ends later than it would have ended anyway:
// such an end changes nothing, however late it comes, and is no refusal, so that a provider may
// always send the same end again. It carries ALREADY_ENDED if the right has ended by `recorded`,
// and no remark if its end is still to come. An end not after the start gives the empty [start,
// start): the right never holds (NEVER_HOLDS). For a pending end, `recorded` is when the end was
// received, not when the enrolment arrived. FailedPrecondition END_TOO_FAR_BACK: the end would
// change the right and lies further before `recorded` than the city allows.
absl::StatusOr<GrantedTerm> End(const Interval& effective, std::optional<absl::Time> requested_end,
                                const CitySettings& city, absl::Time recorded);

}  // namespace stadspoort::domain
