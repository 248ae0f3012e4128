#pragma once

#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "storage/deadline.h"
#include "storage/postgres/client/connection.h"
#include "storage/postgres/client/pool.h"
#include "storage/postgres/client/result.h"

namespace stadspoort::postgres {

// One transaction for one city. Row-level security sees that city only (setting stadspoort.city,
// for this transaction). BEGIN and the setting travel with the first Run and COMMIT with the last
// one, so a transaction of one unit is one round trip:
//
//   Transaction transaction = Transaction::Begin(*std::move(lease), Transaction::Mode::kReadWrite,
//                                                city, deadline);
//   auto results = transaction.RunAndCommit({{sql::kEnrolRight, Params().Uuid(id).Text(plate)}});
//
// After the first error it is over: rolled back, and its connection given back. So it is after
// Commit and RunAndCommit. What a failed COMMIT became is in the status: with IsOutcomeUnknown
// nobody knows, with anything else it certainly did not happen.
//
// A unit is sent a second time, on a new connection, only as a transaction's first unit on
// a connection from the pool that turned out to be dead, and only when nothing of it can have run
// or the transaction only reads.
//
// For one thread at a time; movable. Must not outlive the pool.
class Transaction {
 public:
  enum class Mode {
    kReadWrite,  // READ COMMITTED: every statement sees what was committed before it began
    kSnapshot,   // REPEATABLE READ READ ONLY: every statement sees the same moment
  };

  // Sends nothing yet. The deadline holds for the whole transaction.
  static Transaction Begin(Lease lease, Mode mode, std::string_view city, Deadline deadline);
  // Rolls back when it is still open. Waits for that at most a second.
  ~Transaction();
  Transaction(Transaction&&) noexcept = default;
  Transaction& operator=(Transaction&&) = delete;

  // One result for each command, in order. Nothing to run is nothing sent.
  [[nodiscard]] absl::StatusOr<std::vector<Result>> Run(absl::Span<const Command> commands);
  [[nodiscard]] absl::StatusOr<std::vector<Result>> RunAndCommit(
      absl::Span<const Command> commands);
  [[nodiscard]] absl::Status Commit();

  // Several statements in one text: a migration. It must not end the transaction itself.
  [[nodiscard]] absl::Status RunScript(std::string_view name, std::string_view script);

 private:
  enum class State { kNotBegun, kOpen, kOver };

  Transaction(Lease lease, Mode mode, std::string_view city, Deadline deadline);

  absl::StatusOr<std::vector<Result>> RunUnit(absl::Span<const Command> commands, bool commit);
  std::vector<Step> StepsOf(absl::Span<const Command> commands, bool commit) const;
  // Exchange, and once more where that is safe.
  Answer Send(absl::Span<const Step> steps);
  // Over, whatever came before: rolls back what is still open and gives the connection back.
  void End();

  Lease lease_;
  Mode mode_;
  Params city_;
  Params none_;
  Deadline deadline_;
  State state_ = State::kNotBegun;
};

}  // namespace stadspoort::postgres
