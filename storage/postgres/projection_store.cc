#include "storage/postgres/projection_store.h"

#include "storage/postgres/client/status.h"
#include "storage/postgres/sql.h"

namespace stadspoort::postgres {
namespace {

constexpr Statement kBegin{"projection_begin", "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"};
constexpr Statement kCommit{"projection_commit", "COMMIT"};

// Twice as long as a statement of a projector lasts before its server or its client ends it.
constexpr absl::Duration kStuckAfter = absl::Seconds(5);

}  // namespace

absl::StatusOr<bool> Elect(Connection& connection, Deadline deadline) {
  const auto locked = connection.Run({{sql::kTryProject, Params()}}, deadline);
  if (!locked.ok()) return locked.status();
  const absl::StatusOr<bool> elected = locked->front().One([](Row& row) -> absl::StatusOr<bool> {
    if (!row.Bool("unsafe")) return row.Bool("elected");
    return absl::FailedPreconditionError(
        "synchronous_commit is off or local: COMMIT does not wait for the synchronous standby");
  });
  if (!elected.ok()) return elected;
  if (!*elected) {
    // Whether it ended one shows at the next attempt.
    const Params after = Params().Double(absl::ToDoubleSeconds(kStuckAfter));
    const auto ended = connection.Run({{sql::kEndStuckProjector, after}}, deadline);
    if (!ended.ok()) return ended.status();
    return false;
  }
  // Read back by the caller: what became of the term is then known whatever this said.
  const auto begun = connection.Run({{sql::kTakeTerm, Params()}}, deadline);
  if (!begun.ok()) return begun.status();
  return true;
}

absl::StatusOr<ProjectionCommit> CommitProjection(Connection& connection,
                                                  const protocol::StateRow& row,
                                                  Deadline deadline) {
  const Params none;
  const Params params = Params()
                            .Text(row.epoch)
                            .Text(row.lineage)
                            .Int(row.term)
                            .Time(row.lease)
                            .Text(row.snapshot)
                            .Text(row.generation)
                            .Text(row.tick)
                            .Text(row.applied);
  const Step steps[] = {
      {&kBegin, &none}, {&sql::kCommitProjection, &params}, {&kCommit, &none, /*commit=*/true}};
  const Answer answer = connection.Exchange(steps, deadline);
  if (absl::IsAlreadyExists(answer.status)) return ProjectionCommit();
  if (!answer.status.ok()) return answer.status;
  const auto now = answer.results[1].AtMostOne([](Row& read) { return read.Time("now"); });
  if (!now.ok()) return now.status();
  if (!*now) return ProjectionCommit();
  if (answer.commit == Answer::Commit::kUnknown) {
    return ProjectionCommit{ProjectionCommit::Outcome::kUnsafe, **now};
  }
  return ProjectionCommit{ProjectionCommit::Outcome::kDone, **now};
}

absl::Status DeleteOldProjections(Connection& connection, Deadline deadline) {
  return connection.Run({{sql::kDeleteOldProjections, Params()}}, deadline).status();
}

}  // namespace stadspoort::postgres
