#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/domain/refusal.h"

// The life of a permit [domain.md, Permits]. The table stands here and nowhere else.
namespace stadspoort::domain {

enum class PermitState : uint8_t {  // values are those of stadspoort.permits.v1.PermitState
  kSubmitted = 1,                   // within one write only: it is judged at once
  kEvidenceNeeded = 2,
  kInReview = 3,
  kWaitlisted = 4,
  kOffered = 5,
  kApproved = 6,  // within one write only: it is to be paid, or active
  kAwaitingPayment = 7,
  kActive = 8,
  kSuspended = 9,
  kPaymentOverdue = 10,
  kRefused = 11,
  kOfferLapsed = 12,
  kPaymentLapsed = 13,
  kExpired = 14,
  kRevoked = 15,
  kWithdrawn = 16,
};
inline constexpr int kPermitStateCount = 16;
// "IN_REVIEW"
absl::string_view Name(PermitState state);
std::optional<PermitState> PermitStateFromName(absl::string_view name);

bool MayMove(PermitState from, PermitState to);
// Nothing follows on it.
bool IsFinal(PermitState state);
// Its rights hold, as long as their own intervals last.
bool RightsHold(PermitState state);
// It takes one of the places of its area: what was promised to somebody is nobody else's.
bool HoldsPlace(PermitState state);

// FailedPrecondition PERMIT_MOVE_NOT_ALLOWED, naming both states and what may follow instead.
absl::Status IllegalMove(PermitState from, PermitState to);

}  // namespace stadspoort::domain
