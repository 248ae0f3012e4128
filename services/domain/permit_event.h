#pragma once

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "services/domain/permit_state.h"

// What can happen to a permit: the words of its history.
namespace stadspoort::domain {

enum class PermitEventKind : uint8_t {  // values are those of stadspoort.permits.v1
  kApplied = 1,
  kEvidenceGiven = 2,
  kEvidenceAsked = 3,
  kApproved = 4,
  kRefused = 5,
  kOffered = 6,
  kOfferAccepted = 7,
  kOfferLapsed = 8,
  kPaid = 9,
  kPaymentLapsed = 10,
  kPaymentOverdue = 11,
  kSuspended = 12,
  kResumed = 13,
  kRenewalAsked = 14,
  kMoved = 15,
  kWithdrawn = 16,
  kRevoked = 17,
  kExpired = 18,
  kPlatesChanged = 19,
  kPlatesChangedAsPlanned = 20,
  kReminder = 21,
  kRenewalOpens = 22,
};
inline constexpr int kPermitEventKindCount = 22;
// "PLATES_CHANGED"
absl::string_view Name(PermitEventKind kind);
std::optional<PermitEventKind> PermitEventKindFromName(absl::string_view name);

// Of a move that time makes.
PermitEventKind EventOfMove(PermitState to);

}  // namespace stadspoort::domain
