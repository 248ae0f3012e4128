#pragma once

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "storage/deadline.h"
#include "storage/postgres/client/log.h"
#include "storage/postgres/client/pool.h"

namespace stadspoort::postgres {

// The migrations that this binary can work with, both included. A binary outside the range is not
// ready.
struct SchemaRange {
  int oldest;
  int newest;
};
SchemaRange SupportedSchema();

// FAILED_PRECONDITION when a database at this migration is outside SupportedSchema: what its tables
// mean is not known.
absl::Status CheckSchemaNumber(int64_t number);

// Brings the database that `conninfo` (an administrator's) names to the newest schema: roles and
// extension first, then each missing migration in a transaction of its own, as stadspoort_owner.
// Several at once wait for each other. Safe to repeat.
absl::Status Migrate(absl::string_view conninfo, Deadline deadline, const LogFunction& log);

// Closes the register until a projector has opened a new epoch: memories and Redis are filled anew.
// As an administrator, after a restore that PostgreSQL cannot tell from a start.
absl::Status StartNewEpoch(absl::string_view conninfo, Deadline deadline, const LogFunction& log);

// FAILED_PRECONDITION when the database's schema is outside SupportedSchema; a client status when
// it cannot be read.
absl::Status CheckSchema(Pool& pool, Deadline deadline);

// Makes partitions of the journal ahead of time. To be repeated daily, and once before a daemon is
// ready.
absl::Status ExtendJournal(Pool& pool, Deadline deadline);

}  // namespace stadspoort::postgres
