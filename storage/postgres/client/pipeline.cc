#include "storage/postgres/client/pipeline.h"

#include <libpq-fe.h>

#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "storage/postgres/client/server_message.h"
#include "storage/postgres/client/status.h"

namespace stadspoort::postgres {
namespace {

constexpr size_t kMaxNameBytes = 63;   // NAMEDATALEN - 1; what is longer is cut off by the server
constexpr size_t kMaxParams = 65'535;  // a 16-bit count in the protocol
constexpr int kBinary = 1;

// The parameters of a statement as libpq takes them.
struct LibpqParams {
  explicit LibpqParams(const Params& params) {
    for (size_t i = 0; i < params.size(); ++i) {
      const Params::Value value = params.value(i);
      types.push_back(static_cast<Oid>(value.type));
      values.push_back(value.null ? nullptr : value.bytes.data());
      lengths.push_back(static_cast<int>(value.bytes.size()));
      formats.push_back(kBinary);
    }
  }
  int size() const { return static_cast<int>(types.size()); }

  absl::InlinedVector<Oid, 16> types;
  absl::InlinedVector<const char*, 16> values;
  absl::InlinedVector<int, 16> lengths;
  absl::InlinedVector<int, 16> formats;
};

std::vector<Type> TypesOf(const Params& params) {
  std::vector<Type> types;
  types.reserve(params.size());
  for (size_t i = 0; i < params.size(); ++i) types.push_back(params.value(i).type);
  return types;
}

bool SameTypes(const std::vector<Type>& types, const Params& params) {
  if (types.size() != params.size()) return false;
  for (size_t i = 0; i < types.size(); ++i) {
    if (types[i] != params.value(i).type) return false;
  }
  return true;
}

absl::Status Misused(const Statement& statement, std::string_view how) {
  return absl::InternalError(
      std::string("statement ").append(statement.name).append(": ").append(how));
}

}  // namespace

Answer Connection::Pipeline::Run(Deadline deadline) {
  if (connection_.broken_) answer_.status = StatusFromSqlState("08003");
  for (const Step& step : steps_) answer_.status.Update(Check(step));
  if (answer_.status.ok() && deadline.Passed()) {
    answer_.status = absl::DeadlineExceededError("no time left to start");
  }
  if (!answer_.status.ok() || steps_.empty()) {
    answer_.nothing_ran = true;
    return std::move(answer_);
  }

  connection_.commit_warned_ = false;
  connection_.in_flight_ = InFlight::kStatement;
  bool going = true;
  for (const Step& step : steps_) going = going && Queue(step);
  if (going && PQpipelineSync(connection_.conn_) == 1) {
    for (const Item& item : items_) going = going && Read(item, deadline);
    if (going) ReadSync(deadline);
  } else {
    answer_.nothing_ran = items_.empty();
    Lose(StatusFromSqlState("08006"));
    connection_.in_flight_ = InFlight::kNothing;
  }
  connection_.reading_commit_ = false;
  if (!answer_.status.ok()) answer_.results.clear();
  return std::move(answer_);
}

absl::Status Connection::Pipeline::Check(const Step& step) {
  const Statement& statement = *step.statement;
  if (statement.name.empty() || statement.name.size() > kMaxNameBytes) {
    return Misused(statement, "its name must have 1 to 63 bytes");
  }
  if (step.params->size() > kMaxParams) return Misused(statement, "too many parameters");
  if (!step.params->status().ok()) return step.params->status();

  std::string name(statement.name);
  const auto prepared = connection_.prepared_.find(name);
  const Prepared* known = prepared == connection_.prepared_.end() ? nullptr : &prepared->second;
  if (known == nullptr) {
    const auto [entry, added] =
        parsing_.try_emplace(std::move(name), Prepared{statement.text, TypesOf(*step.params)});
    if (added) return absl::OkStatus();
    known = &entry->second;
  }
  // Binary values under another type would be read as something else entirely.
  if (!SameTypes(known->types, *step.params)) {
    return Misused(statement, "used before with parameters of other types");
  }
  if (known->text != statement.text) return Misused(statement, "its name has another text");
  return absl::OkStatus();
}

bool Connection::Pipeline::Queue(const Step& step) {
  const std::string name(step.statement->name);
  if (connection_.prepared_.count(name) == 0 && !QueueParse(name, step)) return false;
  // Has the answers before COMMIT sent off before it runs, without another round trip: once they
  // are here it is known that COMMIT has begun, and until then that it has not.
  if (step.commit && !items_.empty() && PQsendFlushRequest(connection_.conn_) != 1) return false;
  return QueueExecute(name, step);
}

bool Connection::Pipeline::QueueParse(const std::string& name, const Step& step) {
  for (const Item& item : items_) {
    if (item.parse && item.step->statement->name == name) return true;
  }
  const LibpqParams params(*step.params);
  const std::string text(step.statement->text);
  if (PQsendPrepare(connection_.conn_, name.c_str(), text.c_str(), params.size(),
                    params.types.data()) != 1) {
    return false;
  }
  items_.push_back({&step, /*parse=*/true});
  return true;
}

bool Connection::Pipeline::QueueExecute(const std::string& name, const Step& step) {
  const LibpqParams params(*step.params);
  if (PQsendQueryPrepared(connection_.conn_, name.c_str(), params.size(), params.values.data(),
                          params.lengths.data(), params.formats.data(), kBinary) != 1) {
    return false;
  }
  items_.push_back({&step, /*parse=*/false});
  return true;
}

bool Connection::Pipeline::Read(const Item& item, Deadline deadline) {
  const bool commit = item.step->commit && !item.parse;
  connection_.reading_ = item.step->statement->name;
  connection_.stage_ = item.parse ? Stage::kParse : Stage::kExecute;
  connection_.reading_commit_ = commit;
  if (commit && answer_.status.ok()) connection_.in_flight_ = InFlight::kCommit;
  while (true) {
    if (!connection_.AwaitResult(deadline)) {
      Lose(connection_.TimedOut(item.step->statement->name));
      return false;
    }
    PGresult* result = PQgetResult(connection_.conn_);
    if (result == nullptr) return true;
    Take(item, result);
    if (connection_.broken_) return false;
  }
}

void Connection::Pipeline::ReadSync(Deadline deadline) {
  connection_.reading_commit_ = false;
  while (true) {
    if (!connection_.AwaitResult(deadline)) {
      // The answer to a COMMIT stands without it.
      const absl::Status late = connection_.TimedOut("sync");
      if (answer_.commit == Answer::Commit::kNo) Lose(late);
      return;
    }
    const Result result(PQgetResult(connection_.conn_), "sync");
    switch (PQresultStatus(result.get())) {
      case PGRES_PIPELINE_SYNC:
        connection_.in_flight_ = InFlight::kNothing;
        return;
      case PGRES_FATAL_ERROR:  // a deferred constraint of an implicit transaction, or the end
        if (answer_.commit == Answer::Commit::kNo) TakeError(items_.back(), result.get());
        if (PQstatus(connection_.conn_) == CONNECTION_OK) break;
        [[fallthrough]];
      default:
        connection_.broken_ = true;
        connection_.in_flight_ = InFlight::kNothing;
        return;
    }
  }
}

void Connection::Pipeline::Take(const Item& item, pg_result* result) {
  const Statement& statement = *item.step->statement;
  Result taken(result, statement.name);
  switch (PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
      break;
    case PGRES_PIPELINE_ABORTED:
      return;  // after the first error
    case PGRES_FATAL_ERROR:
      TakeError(item, result);
      return;
    default:
      Lose(Misused(statement, "cannot be run in a pipeline"));
      return;
  }
  if (item.parse) {
    const std::string name(statement.name);
    connection_.prepared_.insert_or_assign(name, parsing_.at(name));
    return;
  }
  if (item.step->commit) TakeCommit(statement, result);
  answer_.results.push_back(std::move(taken));
}

void Connection::Pipeline::TakeError(const Item& item, const pg_result* error) {
  if (!answer_.status.ok()) return;  // the first one is the reason
  answer_.status = connection_.ServerError(error, item.step->statement->name, connection_.stage_);
  const ServerMessage message = ReadServerMessage(error);
  // Messages come in order: with an error in hand, nothing after `item` has run, and what an ERROR
  // answers has not happened. A session that is ended while in COMMIT may have committed, and of
  // one that just went away nothing is known.
  if (message.sqlstate.empty()) {
    answer_.commit = IfCommitQueued();
  } else if (message.EndsSession()) {
    const bool in_commit = item.step->commit && !item.parse;
    if (in_commit) answer_.commit = Answer::Commit::kUnknown;
    answer_.nothing_ran = item.step == items_.front().step && item.parse == items_.front().parse;
  }
  if (connection_.broken_) connection_.in_flight_ = InFlight::kNothing;
}

void Connection::Pipeline::TakeCommit(const Statement& statement, const pg_result* result) {
  const std::string_view tag = PQcmdStatus(const_cast<pg_result*>(result));
  if (tag != "COMMIT") {  // ROLLBACK: the transaction had failed before
    answer_.status.Update(Misused(statement, "the transaction was not committed but rolled back"));
  } else if (connection_.commit_warned_) {
    answer_.commit = Answer::Commit::kUnknown;
  } else {
    answer_.commit = Answer::Commit::kDone;
  }
}

void Connection::Pipeline::Lose(const absl::Status& status) {
  connection_.broken_ = true;
  if (answer_.status.ok()) {
    answer_.status = status;
    answer_.commit = IfCommitQueued();
  } else {
    connection_.in_flight_ = InFlight::kNothing;  // an error has ended the pipeline already
  }
}

Answer::Commit Connection::Pipeline::IfCommitQueued() const {
  for (const Item& item : items_) {
    if (item.step->commit && !item.parse) return Answer::Commit::kUnknown;
  }
  return Answer::Commit::kNo;
}

}  // namespace stadspoort::postgres
