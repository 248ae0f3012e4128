#include "storage/postgres/client/transaction.h"

#include <utility>

#include "storage/postgres/client/status.h"

namespace stadspoort::postgres {
namespace {

// The protocol of a transaction itself; what a city's data is asked stands in storage/postgres/sql.
// The mode is spelled out, so that no default of a role or a server changes it.
constexpr Statement kBeginReadWrite{"client_begin_read_write",
                                    "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"};
constexpr Statement kBeginSnapshot{"client_begin_snapshot",
                                   "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"};
constexpr Statement kSetCity{"client_set_city",
                             "SELECT pg_catalog.set_config('stadspoort.city', $1, true)"};
constexpr Statement kCommit{"client_commit", "COMMIT"};
constexpr Statement kRollback{"client_rollback", "ROLLBACK"};

// BEGIN and the city, in front of a transaction's first unit.
constexpr size_t kOpeningSteps = 2;

// For the ROLLBACK of a destructor, which has no caller's deadline to go by: dropping the session
// instead is always right, only dearer.
constexpr absl::Duration kRollbackPatience = absl::Seconds(1);

}  // namespace

Transaction::Transaction(Lease lease, Mode mode, std::string_view city, Deadline deadline)
    : lease_(std::move(lease)), mode_(mode), deadline_(deadline) {
  city_.Text(city);
}

Transaction Transaction::Begin(Lease lease, Mode mode, std::string_view city, Deadline deadline) {
  return Transaction(std::move(lease), mode, city, deadline);
}

Transaction::~Transaction() { End(); }

void Transaction::End() {
  state_ = State::kOver;
  if (!lease_.held()) return;
  if (!lease_->Idle() && !lease_->broken()) {
    const Step rollback{&kRollback, &none_};
    lease_->Exchange({rollback}, Deadline::After(kRollbackPatience));
  }
  lease_.Return();
}

absl::StatusOr<std::vector<Result>> Transaction::Run(absl::Span<const Command> commands) {
  return RunUnit(commands, /*commit=*/false);
}

absl::StatusOr<std::vector<Result>> Transaction::RunAndCommit(absl::Span<const Command> commands) {
  return RunUnit(commands, /*commit=*/true);
}

absl::Status Transaction::Commit() { return RunUnit({}, /*commit=*/true).status(); }

absl::Status Transaction::RunScript(std::string_view name, std::string_view script) {
  if (state_ == State::kOver) return absl::InternalError("the transaction is over");
  absl::Status status;
  if (state_ == State::kNotBegun) status = Send(StepsOf({}, /*commit=*/false)).status;
  if (status.ok()) {
    state_ = State::kOpen;
    status = lease_->RunScript(name, script, deadline_);
  }
  if (status.ok() && !lease_->InTransaction()) {
    status = absl::InternalError("a script ended the transaction it runs in");
  }
  if (!status.ok()) End();
  return status;
}

absl::StatusOr<std::vector<Result>> Transaction::RunUnit(absl::Span<const Command> commands,
                                                         bool commit) {
  if (state_ == State::kOver) return absl::InternalError("the transaction is over");
  if (commands.empty() && (!commit || state_ == State::kNotBegun)) {
    if (commit) End();
    return std::vector<Result>();
  }
  Answer answer = Send(StepsOf(commands, commit));
  if (!answer.status.ok() || answer.commit == Answer::Commit::kUnknown) {
    End();
    if (answer.commit == Answer::Commit::kUnknown) return OutcomeUnknown();
    return answer.status;
  }
  // Without the answers to what was put around the commands.
  std::vector<Result>& results = answer.results;
  if (commit) results.pop_back();
  if (state_ == State::kNotBegun) results.erase(results.begin(), results.begin() + kOpeningSteps);
  state_ = State::kOpen;
  if (commit) End();
  return std::move(results);
}

std::vector<Step> Transaction::StepsOf(absl::Span<const Command> commands, bool commit) const {
  std::vector<Step> steps;
  if (state_ == State::kNotBegun) {
    steps.push_back({mode_ == Mode::kSnapshot ? &kBeginSnapshot : &kBeginReadWrite, &none_});
    steps.push_back({&kSetCity, &city_});
  }
  for (const Command& command : commands) steps.push_back({&command.statement, &command.params});
  // The COMMIT of a snapshot changes nothing: what became of it makes no difference.
  if (commit) steps.push_back({&kCommit, &none_, /*commit=*/mode_ == Mode::kReadWrite});
  return steps;
}

Answer Transaction::Send(absl::Span<const Step> steps) {
  Answer answer = lease_->Exchange(steps, deadline_);
  const bool died_in_pool = state_ == State::kNotBegun && lease_.reused() && lease_->broken() &&
                            absl::IsUnavailable(answer.status);
  if (!died_in_pool || !(answer.nothing_ran || mode_ == Mode::kSnapshot)) return answer;
  if (absl::Status status = lease_.Renew(deadline_); !status.ok()) {
    answer.status = status;
    return answer;
  }
  return lease_->Exchange(steps, deadline_);
}

}  // namespace stadspoort::postgres
