#include "tests/scenarios/superuser.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace stadspoort::scenarios {
namespace {

using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;

}  // namespace

absl::StatusOr<Superuser> Superuser::Connect(const std::string& conninfo) {
  Superuser superuser(PQconnectdb(conninfo.c_str()));
  if (PQstatus(superuser.connection_.get()) != CONNECTION_OK) {
    return absl::UnavailableError(
        absl::StrCat("the database: ", PQerrorMessage(superuser.connection_.get())));
  }
  // Two plays would move each other's clock. The lock goes with the connection.
  const absl::StatusOr<int> locked =
      superuser.Run("SELECT WHERE pg_try_advisory_lock(hashtextextended('stadspoort.play', 0))");
  if (!locked.ok()) return locked.status();
  if (*locked == 0) {
    return absl::FailedPreconditionError("another play moves this database's clock");
  }
  return superuser;
}

absl::StatusOr<int> Superuser::Run(const std::string& statement,
                                   const std::vector<std::string>& parameters) {
  std::vector<const char*> values;
  values.reserve(parameters.size());
  for (const std::string& parameter : parameters) values.push_back(parameter.c_str());
  const Result result(
      PQexecParams(connection_.get(), statement.c_str(), static_cast<int>(values.size()), nullptr,
                   values.data(), nullptr, nullptr, 0),
      &PQclear);
  const ExecStatusType status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
    return absl::FailedPreconditionError(
        absl::StrCat("the database: ", PQerrorMessage(connection_.get())));
  }
  int rows = 0;
  return absl::SimpleAtoi(PQcmdTuples(result.get()), &rows) ? rows : 0;
}

}  // namespace stadspoort::scenarios
