#include "services/domain/permit_event.h"

#include <algorithm>
#include <array>

namespace stadspoort::domain {
namespace {

constexpr std::array<absl::string_view, kPermitEventKindCount + 1> kNames = {
    "",
    "APPLIED",
    "EVIDENCE_GIVEN",
    "EVIDENCE_ASKED",
    "APPROVED",
    "REFUSED",
    "OFFERED",
    "OFFER_ACCEPTED",
    "OFFER_LAPSED",
    "PAID",
    "PAYMENT_LAPSED",
    "PAYMENT_OVERDUE",
    "SUSPENDED",
    "RESUMED",
    "RENEWAL_ASKED",
    "MOVED",
    "WITHDRAWN",
    "REVOKED",
    "EXPIRED",
    "PLATES_CHANGED",
    "PLATES_CHANGED_AS_PLANNED",
    "REMINDER",
    "RENEWAL_OPENS",
};

}  // namespace

absl::string_view Name(PermitEventKind kind) {
  const auto index = static_cast<size_t>(kind);
  return index < kNames.size() ? kNames[index] : "";
}

std::optional<PermitEventKind> PermitEventKindFromName(absl::string_view name) {
  const auto it = std::find(kNames.begin() + 1, kNames.end(), name);
  if (it == kNames.end()) return std::nullopt;
  return static_cast<PermitEventKind>(it - kNames.begin());
}

PermitEventKind EventOfMove(PermitState to) {
  switch (to) {
    case PermitState::kOfferLapsed:
      return PermitEventKind::kOfferLapsed;
    case PermitState::kPaymentLapsed:
      return PermitEventKind::kPaymentLapsed;
    case PermitState::kPaymentOverdue:
      return PermitEventKind::kPaymentOverdue;
    default:
      return PermitEventKind::kExpired;
  }
}

}  // namespace stadspoort::domain
