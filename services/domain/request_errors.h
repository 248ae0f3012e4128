#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/domain/refusal.h"

// Refusals that concern how a caller goes on from an earlier call, whatever it is about.
namespace stadspoort::domain {

inline absl::Status RequestIdConflict(absl::string_view field) {
  return Refusal(absl::StatusCode::kAlreadyExists, ErrorReason::kRequestIdConflict,
                 "you used this request id before for something else; use a new one",
                 {{std::string(field), "belongs to an earlier request of yours"}});
}

inline absl::Status CursorLost(absl::string_view field) {
  return Refusal(absl::StatusCode::kFailedPrecondition, ErrorReason::kCursorLost,
                 "the cursor is not of the register as it is now; begin anew, without one",
                 {{std::string(field), "must be one that the register gave"}});
}

}  // namespace stadspoort::domain
