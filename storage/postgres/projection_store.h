#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "storage/postgres/client/connection.h"
#include "storage/protocol/state.h"

// The state by which projector and replicas agree: the newest row of stadspoort.projection.
namespace stadspoort::postgres {

// Takes the lock that makes this session's owner the one projector, for as long as the session
// lives, and begins its term. False: another has it; one whose process stands still in the middle
// of an answer is ended, and the next attempt may succeed. FAILED_PRECONDITION when the server has
// a synchronous standby that COMMIT does not wait for.
absl::StatusOr<bool> Elect(Connection& connection, Deadline deadline);

struct ProjectionCommit {
  enum class Outcome {
    kDone,    // with the durability asked for
    kUnsafe,  // visible, but it may be lost with this primary
    kFenced,  // not done: the term is no longer row.term
  };
  Outcome outcome = Outcome::kFenced;
  absl::Time now;  // the server's clock in this transaction
};
// Adds the next state. A status: it is not known what became of it; the session is of no use.
absl::StatusOr<ProjectionCommit> CommitProjection(Connection& connection,
                                                  const protocol::StateRow& row, Deadline deadline);

// Removes states that nobody reads any more.
absl::Status DeleteOldProjections(Connection& connection, Deadline deadline);

}  // namespace stadspoort::postgres
