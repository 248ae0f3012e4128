#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace stadspoort::domain {

// Values are those of stadspoort.checks.v1.Decision.
enum class Decision : uint8_t {
  kUnknown = 1,
  kNotRequired = 2,
  kPermitted = 3,
  kReview = 4,
  kNotPermitted = 5,
};

// In the order in which the rules are tried [domain.md, The decision]. Values are those of
// stadspoort.checks.v1.DecisionReason.
enum class DecisionReason : uint8_t {
  kStale = 1,
  kBackendUnavailable = 2,
  kOverloaded = 3,
  kInvalidItem = 4,
  kCheckTimeInFuture = 5,
  kNoFrame = 6,
  kClosedPeriod = 7,
  kTimeLimited = 8,
  kRight = 9,
  kGrace = 10,
  kBorder = 11,
  kCountryMismatch = 12,
  kNearMiss = 13,
  kLowConfidence = 14,
  kSuspended = 15,
  kRevoked = 16,
  kExpired = 17,
  kNotStarted = 18,
  kOutsideWindow = 19,
  kPlateNotActive = 20,
  kTypeNotAccepted = 21,
  kWrongZone = 22,
  kNoRight = 23,
};
inline constexpr int kDecisionReasonCount = 23;

// Each reason belongs to exactly one decision.
Decision DecisionOf(DecisionReason reason);

// "NOT_PERMITTED", "NO_RIGHT"
absl::string_view Name(Decision decision);
absl::string_view Name(DecisionReason reason);
std::optional<Decision> DecisionFromName(absl::string_view name);
std::optional<DecisionReason> DecisionReasonFromName(absl::string_view name);

}  // namespace stadspoort::domain
