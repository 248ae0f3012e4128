#pragma once

#include "absl/status/status.h"

namespace stadspoort::postgres {

// Gives a status from the client its reason: OUTCOME_UNKNOWN, BACKEND_UNAVAILABLE, OVERLOADED,
// DEADLINE_EXCEEDED, CONCURRENT_CHANGE. A status that has a reason, and one that is a fault of
// ours, pass unchanged.
absl::Status AsRefusal(const absl::Status& status);

}  // namespace stadspoort::postgres
