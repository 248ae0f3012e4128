#include "storage/postgres/refusals.h"

#include <string>

#include "services/domain/refusal.h"
#include "storage/postgres/client/status.h"

namespace stadspoort::postgres {

absl::Status AsRefusal(const absl::Status& status) {
  using domain::ErrorReason;
  using domain::Refusal;
  if (status.ok() || domain::DetailsOf(status)) return status;
  if (IsOutcomeUnknown(status)) {
    return Refusal(absl::StatusCode::kUnavailable, ErrorReason::kOutcomeUnknown,
                   "it is not known whether the change took place; send the same request again");
  }
  // A character that PostgreSQL does not take in a text: the zero byte.
  if (const std::string state = SqlStateOf(status); state == "22021" || state == "22P05") {
    return Refusal(absl::StatusCode::kInvalidArgument, ErrorReason::kInvalidField,
                   "a text holds a zero byte; leave it out");
  }
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
      return Refusal(status.code(), ErrorReason::kBackendUnavailable,
                     "the system of record cannot be reached; try again");
    case absl::StatusCode::kResourceExhausted:
      return Refusal(status.code(), ErrorReason::kOverloaded,
                     "more calls are waiting than can be served; try again later");
    case absl::StatusCode::kDeadlineExceeded:
      return Refusal(
          status.code(), ErrorReason::kDeadlineExceeded,
          "the deadline passed before the system of record answered; nothing was changed");
    case absl::StatusCode::kAborted:
      return Refusal(status.code(), ErrorReason::kConcurrentChange,
                     "another change was made at the same time; nothing was done, send it again");
    default:
      return status;
  }
}

}  // namespace stadspoort::postgres
