#include "services/domain/decision.h"

#include <array>

namespace stadspoort::domain {
namespace {

constexpr std::array<absl::string_view, 5> kDecisionNames = {"UNKNOWN", "NOT_REQUIRED", "PERMITTED",
                                                             "REVIEW", "NOT_PERMITTED"};

constexpr std::array<absl::string_view, kDecisionReasonCount> kReasonNames = {
    "STALE",
    "BACKEND_UNAVAILABLE",
    "OVERLOADED",
    "INVALID_ITEM",
    "CHECK_TIME_IN_FUTURE",
    "NO_FRAME",
    "CLOSED_PERIOD",
    "TIME_LIMITED",
    "RIGHT",
    "GRACE",
    "BORDER",
    "COUNTRY_MISMATCH",
    "NEAR_MISS",
    "LOW_CONFIDENCE",
    "SUSPENDED",
    "REVOKED",
    "EXPIRED",
    "NOT_STARTED",
    "OUTSIDE_WINDOW",
    "PLATE_NOT_ACTIVE",
    "TYPE_NOT_ACCEPTED",
    "WRONG_ZONE",
    "NO_RIGHT"};

// Values of both enums count from 1 in the order of their names.
template <typename Enum, size_t kSize>
std::optional<Enum> FromName(const std::array<absl::string_view, kSize>& names,
                             absl::string_view name) {
  for (size_t i = 0; i < kSize; ++i) {
    if (names[i] == name) return static_cast<Enum>(i + 1);
  }
  return std::nullopt;
}

}  // namespace

Decision DecisionOf(DecisionReason reason) {
  if (reason <= DecisionReason::kCheckTimeInFuture) return Decision::kUnknown;
  if (reason <= DecisionReason::kTimeLimited) return Decision::kNotRequired;
  if (reason <= DecisionReason::kGrace) return Decision::kPermitted;
  if (reason <= DecisionReason::kLowConfidence) return Decision::kReview;
  return Decision::kNotPermitted;
}

absl::string_view Name(Decision decision) {
  return kDecisionNames[static_cast<size_t>(decision) - 1];
}

absl::string_view Name(DecisionReason reason) {
  return kReasonNames[static_cast<size_t>(reason) - 1];
}

std::optional<Decision> DecisionFromName(absl::string_view name) {
  return FromName<Decision>(kDecisionNames, name);
}

std::optional<DecisionReason> DecisionReasonFromName(absl::string_view name) {
  return FromName<DecisionReason>(kReasonNames, name);
}

}  // namespace stadspoort::domain
