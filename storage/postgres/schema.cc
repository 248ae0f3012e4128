#include "storage/postgres/schema.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/domain/refusal.h"
#include "storage/postgres/admin.h"
#include "storage/postgres/client/status.h"
#include "storage/postgres/client/transaction.h"
#include "storage/postgres/migrations.h"
#include "storage/postgres/sql.h"

namespace stadspoort::postgres {
namespace {

constexpr int kOldestSchema = 4;  // the first in which changes of zones are counted
constexpr int kBootstrapTries = 5;

absl::StatusOr<int64_t> ReadNumber(const std::vector<Result>& results) {
  return results.front().One([](Row& row) { return row.Int("number"); });
}

// One migration and its record: both or neither.
absl::Status Apply(Connection& connection, const Migration& migration, Deadline deadline) {
  const std::string script = absl::StrCat(
      "BEGIN; SET LOCAL ROLE stadspoort_owner;\n", std::string(migration.text),
      "\n; RESET ROLE; INSERT INTO stadspoort.schema_migration (number, slug) VALUES (",
      migration.number, ", '", std::string(migration.slug), "'); COMMIT;");
  return connection.RunScript(migration.slug, script, deadline);
}

}  // namespace

SchemaRange SupportedSchema() {
  int newest = 0;
  for (const Migration& migration : kMigrations) newest = std::max(newest, migration.number);
  return {kOldestSchema, newest};
}

absl::Status CheckSchemaNumber(int64_t number) {
  const SchemaRange range = SupportedSchema();
  if (number >= range.oldest && number <= range.newest) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("the schema is at ", number,
                                                    ", this binary works with ", range.oldest,
                                                    " to ", range.newest));
}

absl::Status Migrate(absl::string_view conninfo, Deadline deadline, const LogFunction& log) {
  ConnectionOptions options;
  options.conninfo = std::string(conninfo);
  options.application_name = "stadspoort-migrate";
  // A migration may rewrite tables; the caller's deadline bounds it.
  options.statement_timeout = absl::ZeroDuration();
  absl::StatusOr<std::unique_ptr<Connection>> connection =
      Connection::Connect(options, deadline, log);
  if (!connection.ok()) return connection.status();
  const absl::StatusOr<std::vector<Result>> locked =
      (*connection)->Run({{admin::kLockMigrations, Params()}}, deadline);
  if (!locked.ok()) return locked.status();
  // Roles belong to the whole server, which no lock of one database guards: another database's
  // migration may make them at the same moment. What it made is found on the next try.
  absl::Status bootstrapped;
  for (int i = 0; i < kBootstrapTries; ++i) {
    bootstrapped =
        (*connection)->RunScript(admin::kBootstrap.name, admin::kBootstrap.text, deadline);
    if (bootstrapped.ok()) break;
  }
  if (!bootstrapped.ok()) return bootstrapped;
  const absl::StatusOr<std::vector<Result>> present =
      (*connection)->Run({{sql::kSchemaNumber, Params()}}, deadline);
  if (!present.ok()) return present.status();
  const absl::StatusOr<int64_t> number = ReadNumber(*present);
  if (!number.ok()) return number.status();
  for (const Migration& migration : kMigrations) {
    if (migration.number <= *number) continue;
    const absl::Status applied = Apply(**connection, migration, deadline);
    if (!applied.ok()) return applied;
    if (!log) continue;
    log(LogLevel::kInfo,
        absl::StrCat("migrated to ", migration.number, " ", std::string(migration.slug)));
  }
  return (*connection)
      ->RunScript(admin::kHealRestoredJournal.name, admin::kHealRestoredJournal.text, deadline);
}

absl::Status StartNewEpoch(absl::string_view conninfo, Deadline deadline, const LogFunction& log) {
  ConnectionOptions options;
  options.conninfo = std::string(conninfo);
  options.application_name = "stadspoortd-new-epoch";
  auto connection = Connection::Connect(options, deadline, log);
  if (!connection.ok()) return connection.status();
  // A projector may write the next row at the same moment.
  absl::Status started;
  do {
    started = (*connection)->RunScript(admin::kNewEpoch.name, admin::kNewEpoch.text, deadline);
  } while (SqlStateOf(started) == "23505" && !deadline.Passed());
  return started;
}

absl::Status CheckSchema(Pool& pool, Deadline deadline) {
  absl::StatusOr<Lease> lease = pool.Acquire(deadline);
  if (!lease.ok()) return lease.status();
  const absl::StatusOr<std::vector<Result>> results =
      (*lease)->Run({{sql::kSchemaNumber, Params()}}, deadline);
  if (!results.ok()) return results.status();
  const absl::StatusOr<int64_t> number = ReadNumber(*results);
  if (!number.ok()) return number.status();
  return CheckSchemaNumber(*number);
}

absl::Status ExtendJournal(Pool& pool, Deadline deadline) {
  absl::StatusOr<Lease> lease = pool.Acquire(deadline);
  if (!lease.ok()) return lease.status();
  return (*lease)->Run({{sql::kExtendJournal, Params()}}, deadline).status();
}

}  // namespace stadspoort::postgres
