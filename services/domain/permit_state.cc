#include "services/domain/permit_state.h"

#include <algorithm>
#include <array>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace stadspoort::domain {
namespace {

using enum PermitState;

constexpr std::array<absl::string_view, kPermitStateCount + 1> kNames = {"",
                                                                         "SUBMITTED",
                                                                         "EVIDENCE_NEEDED",
                                                                         "IN_REVIEW",
                                                                         "WAITLISTED",
                                                                         "OFFERED",
                                                                         "APPROVED",
                                                                         "AWAITING_PAYMENT",
                                                                         "ACTIVE",
                                                                         "SUSPENDED",
                                                                         "PAYMENT_OVERDUE",
                                                                         "REFUSED",
                                                                         "OFFER_LAPSED",
                                                                         "PAYMENT_LAPSED",
                                                                         "EXPIRED",
                                                                         "REVOKED",
                                                                         "WITHDRAWN"};

// What may follow on each, but for WITHDRAWN, which may follow on all that is not final.
struct Moves {
  PermitState from;
  std::vector<PermitState> to;
};
const std::vector<Moves>& Table() {
  static const auto& table = *new std::vector<Moves>{
      {kSubmitted, {kEvidenceNeeded, kInReview, kApproved, kWaitlisted, kRefused}},
      {kEvidenceNeeded, {kInReview}},
      {kInReview, {kEvidenceNeeded, kApproved, kWaitlisted, kRefused}},
      {kWaitlisted, {kOffered}},
      {kOffered, {kApproved, kOfferLapsed}},
      {kApproved, {kAwaitingPayment, kActive}},
      {kAwaitingPayment, {kActive, kPaymentLapsed}},
      {kActive, {kSuspended, kPaymentOverdue, kExpired, kRevoked}},
      {kSuspended, {kActive, kExpired, kRevoked}},
      {kPaymentOverdue, {kActive, kExpired, kRevoked}},
  };
  return table;
}

std::vector<PermitState> Following(PermitState from) {
  for (const Moves& moves : Table()) {
    if (moves.from != from) continue;
    std::vector<PermitState> to = moves.to;
    to.push_back(kWithdrawn);
    return to;
  }
  return {};
}

}  // namespace

absl::string_view Name(PermitState state) {
  const auto index = static_cast<size_t>(state);
  return index < kNames.size() ? kNames[index] : "";
}

std::optional<PermitState> PermitStateFromName(absl::string_view name) {
  const auto it = std::find(kNames.begin() + 1, kNames.end(), name);
  if (it == kNames.end()) return std::nullopt;
  return static_cast<PermitState>(it - kNames.begin());
}

bool MayMove(PermitState from, PermitState to) {
  const std::vector<PermitState> following = Following(from);
  return std::find(following.begin(), following.end(), to) != following.end();
}

bool IsFinal(PermitState state) { return Following(state).empty(); }

bool RightsHold(PermitState state) { return state == kActive || state == kPaymentOverdue; }

bool HoldsPlace(PermitState state) {
  switch (state) {
    case kOffered:
    case kApproved:
    case kAwaitingPayment:
    case kActive:
    case kSuspended:
    case kPaymentOverdue:
      return true;
    case kSubmitted:
    case kEvidenceNeeded:
    case kInReview:
    case kWaitlisted:
    case kRefused:
    case kOfferLapsed:
    case kPaymentLapsed:
    case kExpired:
    case kRevoked:
    case kWithdrawn:
      return false;
  }
  return false;
}

absl::Status IllegalMove(PermitState from, PermitState to) {
  const std::vector<PermitState> following = Following(from);
  const std::string allowed =
      following.empty()
          ? "that is final"
          : absl::StrCat("what may follow is ",
                         absl::StrJoin(following, ", ", [](std::string* out, PermitState state) {
                           absl::StrAppend(out, Name(state));
                         }));
  return Refusal(
      absl::StatusCode::kFailedPrecondition, ErrorReason::kPermitMoveNotAllowed,
      absl::StrCat("the permit is ", Name(from), " and cannot become ", Name(to), "; ", allowed));
}

}  // namespace stadspoort::domain
