#pragma once

#include "absl/status/status.h"
#include "services/domain/ids.h"
#include "services/domain/refusal.h"

// Refusals that concern rights, named by failure.
namespace stadspoort::domain {

// Also for a right of another provider: the same words.
inline absl::Status RightNotFound() {
  return Refusal(absl::StatusCode::kNotFound, ErrorReason::kRightNotFound,
                 "there is no such right, or you may not see it");
}

inline absl::Status RightTypeNotFound(absl::string_view field) {
  return Refusal(absl::StatusCode::kNotFound, ErrorReason::kRightTypeNotFound,
                 "the city has no such right type; ListRightTypes names them",
                 {{std::string(field), "must name a right type of the city"}});
}

// Says nothing of whose right or which plate stands in the way: the reference is the caller's own.
inline absl::Status ReferenceConflict(absl::string_view field) {
  return Refusal(
      absl::StatusCode::kAlreadyExists, ErrorReason::kReferenceConflict,
      "you used this reference before for another request; use a new one",
      {{std::string(field), "belongs to an earlier request of yours with other content"}});
}

inline absl::Status RightOfPermit() {
  return Refusal(absl::StatusCode::kFailedPrecondition, ErrorReason::kRightOfPermit,
                 "the right is given by a permit and changes with it; change the permit");
}

inline absl::Status RightEnded() {
  return Refusal(absl::StatusCode::kFailedPrecondition, ErrorReason::kRightEnded,
                 "the right has ended or was revoked and never revives; enrol a new one");
}

inline absl::Status RightSuspended() {
  return Refusal(absl::StatusCode::kFailedPrecondition, ErrorReason::kRightSuspended,
                 "the right is suspended already");
}

inline absl::Status RightNotSuspended() {
  return Refusal(absl::StatusCode::kFailedPrecondition, ErrorReason::kRightNotSuspended,
                 "the right is not suspended");
}

}  // namespace stadspoort::domain
