#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "storage/deadline.h"
#include "storage/postgres/client/log.h"
#include "storage/postgres/client/params.h"
#include "storage/postgres/client/result.h"
#include "storage/postgres/client/statement.h"

struct pg_conn;
struct pg_result;

namespace stadspoort::postgres {

enum class Stage : int;  // server_message.h

struct ConnectionOptions {
  // A libpq connection string or URI; what it says wins over the defaults below it. It names one
  // server: with several, libpq would spend the whole deadline on the first that is silent. A host
  // name is resolved by the system's resolver, which does not know our deadline: where that
  // matters, give hostaddr.
  std::string conninfo = {};
  std::string application_name = "stadspoort";
  // For one attempt; the caller's deadline holds as well.
  absl::Duration connect_timeout = absl::Seconds(2);
  // After this the server itself ends a statement (57014), and a session that sits in an open
  // transaction (25P03): the last net when a client vanished with locks in its hands.
  absl::Duration statement_timeout = absl::Seconds(5);
  absl::Duration idle_in_transaction_timeout = absl::Seconds(10);
  // After this long without an answer from its host the connection is dead; bounds a cancel too.
  absl::Duration tcp_timeout = absl::Seconds(5);
  // Further server settings of the session, such as {"lock_timeout", "1s"}.
  std::vector<std::pair<std::string, std::string>> settings = {};
};

// A statement and what it is run with.
struct Command {
  const Statement& statement;
  Params params;
};

// One step of a pipeline. `commit` marks the COMMIT of an explicit transaction.
struct Step {
  const Statement* statement;
  const Params* params;
  bool commit = false;
};

// What came of a pipeline.
struct Answer {
  // What is known of its COMMIT.
  enum class Commit {
    kNo,       // there was none, or it certainly did not happen
    kDone,     // it happened, with the durability asked for
    kUnknown,  // no answer, or one with a warning
  };

  absl::Status status;          // the first error
  std::vector<Result> results;  // one for each step; only when status is OK
  Commit commit = Commit::kNo;
  // Certainly no step ran: nothing was sent, or the server ended the session before the first.
  bool nothing_ran = false;
};

// One session with the PostgreSQL primary, always in pipeline mode and never blocking but in poll()
// until a Deadline. Destroying it closes the session; one that was left while a statement ran
// is cancelled first, which may take as long as `tcp_timeout` when the network is gone (Pool does
// that in a thread of its own).
//
// To be used by one thread at a time; may be handed from one to another. Results may outlive it.
class Connection {
 public:
  // Connects and asserts that the server is the primary. Unavailable when it is not or cannot be
  // reached or does not let us in, DeadlineExceeded when `deadline` passed.
  static absl::StatusOr<std::unique_ptr<Connection>> Connect(const ConnectionOptions& options,
                                                             Deadline deadline, LogFunction log);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Runs the steps in order in one pipeline with one sync: one round trip. A statement is prepared
  // in the same pipeline when it is used first. The first error ends the pipeline, the steps after
  // it do not run. Without a BEGIN among them the steps are one implicit transaction.
  Answer Exchange(absl::Span<const Step> steps, Deadline deadline);

  // Exchange for what needs no transaction of its own: a single read, a session's advisory lock.
  // Not for writes: what became of them when the connection is lost is not told.
  absl::StatusOr<std::vector<Result>> Run(absl::Span<const Command> commands, Deadline deadline);

  // Several statements in one text, without parameters, by the simple query protocol: migrations.
  // `name` stands in the log. COPY FROM STDIN and TO STDOUT are not possible.
  absl::Status RunScript(std::string_view name, std::string_view script, Deadline deadline);

  // Of no further use: every exchange fails at once.
  bool broken() const { return broken_; }
  // Usable for a next exchange, and outside a transaction.
  bool Idle() const;
  // Usable for a next exchange, within a transaction that has not failed.
  bool InTransaction() const;
  // Whether a session that was idle has ended meanwhile; looks without waiting.
  bool HasEnded();

  // What was under way when a deadline passed. A statement may be cancelled. A COMMIT may not:
  // it may be waiting for the synchronous standby, and cancelling that wait would make the change
  // visible without being safe. Its session is left to end by itself.
  enum class InFlight { kNothing, kStatement, kCommit };
  InFlight in_flight() const { return in_flight_; }
  // Closing will not cancel what was under way: for reads that the server ends by itself soon,
  // where a cancel, which blocks, would cost more than it saves.
  void LeaveUncancelled() { in_flight_ = InFlight::kNothing; }
  // As if the network were gone: whoever waits for an answer waits no longer. The only member to be
  // called from another thread than the owner's, at any time in the connection's life.
  void Interrupt() const;
  // Takes in what has come without waiting; true when what was in flight is over.
  bool Settled();
  int socket() const;

 private:
  // A statement as this session has prepared it.
  struct Prepared {
    std::string_view text;
    std::vector<Type> types;
  };
  // A pipeline on its way through (pipeline.cc).
  class Pipeline;

  explicit Connection(LogFunction log);

  absl::Status Open(const ConnectionOptions& options, Deadline deadline);
  absl::Status AwaitOpen(Deadline deadline);
  absl::Status CheckPrimary(Deadline deadline);
  absl::Status RunSimple(std::string_view name, std::string_view script, Deadline deadline);

  // Waits until a whole result can be had, sending what is not sent yet. False when the deadline
  // passed.
  bool AwaitResult(Deadline deadline);
  // What an error means: logs it, says whether the session can go on, gives the status.
  absl::Status ServerError(const pg_result* error, std::string_view statement, Stage stage);
  absl::Status TimedOut(std::string_view statement);
  static void OnNotice(void* self, const pg_result* notice);
  void Log(LogLevel level, std::string_view line) const;

  const LogFunction log_;
  pg_conn* conn_ = nullptr;
  absl::Duration cancel_patience_;
  int interrupt_ = -1;  // the same socket under a number that libpq does not close; none: -1
  // By name. Prepared statements outlive a rollback; they live as long as the session.
  std::unordered_map<std::string, Prepared> prepared_;
  InFlight in_flight_ = InFlight::kNothing;
  bool broken_ = false;  // of no further use

  // What is being read, for the notices that come with it.
  std::string_view reading_ = "connect";
  Stage stage_{};
  bool reading_commit_ = false;
  bool commit_warned_ = false;
};

}  // namespace stadspoort::postgres
