#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "storage/postgres/client/connection.h"

namespace stadspoort::postgres {

// One pipeline on its way through a connection: check, queue, read. Internal to this room; used
// once, by the thread that has the connection.
class Connection::Pipeline {
 public:
  Pipeline(Connection& connection, absl::Span<const Step> steps)
      : connection_(connection), steps_(steps) {}

  Answer Run(Deadline deadline);

 private:
  // A message to the server that is answered by itself.
  struct Item {
    const Step* step;
    bool parse;  // or execute
  };

  // Before anything is sent: what would be our own bug.
  absl::Status Check(const Step& step);
  bool Queue(const Step& step);
  bool QueueParse(const std::string& name, const Step& step);
  bool QueueExecute(const std::string& name, const Step& step);

  // False when there is nothing more to read: time is up or the session has ended.
  bool Read(const Item& item, Deadline deadline);
  void ReadSync(Deadline deadline);
  void Take(const Item& item, pg_result* result);
  void TakeError(const Item& item, const pg_result* error);
  void TakeCommit(const Statement& statement, const pg_result* result);
  // There will be no further answer.
  void Lose(const absl::Status& status);
  Answer::Commit IfCommitQueued() const;

  Connection& connection_;
  const absl::Span<const Step> steps_;
  std::unordered_map<std::string, Prepared> parsing_;  // in this pipeline for the first time
  std::vector<Item> items_;
  Answer answer_;
};

}  // namespace stadspoort::postgres
