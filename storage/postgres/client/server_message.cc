#include "storage/postgres/client/server_message.h"

#include <libpq-fe.h>

#include <algorithm>
#include <array>

namespace stadspoort::postgres {
namespace {

std::string_view Field(const pg_result* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text == nullptr ? std::string_view() : std::string_view(text);
}

void AppendNamed(std::string& line, std::string_view name, std::string_view value) {
  if (!value.empty()) line.append(", ").append(name).append(" ").append(value);
}

}  // namespace

ServerMessage ReadServerMessage(const pg_result* result) {
  return {.severity = Field(result, PG_DIAG_SEVERITY_NONLOCALIZED),
          .sqlstate = Field(result, PG_DIAG_SQLSTATE),
          .constraint = Field(result, PG_DIAG_CONSTRAINT_NAME),
          .table = Field(result, PG_DIAG_TABLE_NAME),
          .primary = Field(result, PG_DIAG_MESSAGE_PRIMARY)};
}

bool MayLogPrimary(std::string_view sqlstate, Stage stage) {
  // No connection, transaction state, a statement that is gone, deadlock, resources, timeouts,
  // operator, system, server fault.
  constexpr std::array<std::string_view, 9> kAboutTheServer = {"08", "25", "26", "40", "53",
                                                               "55", "57", "58", "XX"};
  const std::string_view klass = sqlstate.substr(0, 2);
  const bool about_the_server =
      std::find(kAboutTheServer.begin(), kAboutTheServer.end(), klass) != kAboutTheServer.end();
  if (about_the_server || sqlstate == "0A000" || sqlstate == "42501") return true;
  // Class 42 speaks of the statement. With parameters bound it can quote one: a text search query
  // or a JSON path is parsed when it runs.
  return klass == "42" && stage != Stage::kExecute;
}

std::string LogLine(std::string_view statement, const ServerMessage& message, Stage stage) {
  std::string line("statement ");
  line.append(statement);
  if (message.sqlstate.empty()) return line.append(": the connection to the server was lost");
  line.append(": ").append(message.severity).append(" ").append(message.sqlstate);
  AppendNamed(line, "constraint", message.constraint);
  AppendNamed(line, "table", message.table);
  if (MayLogPrimary(message.sqlstate, stage)) line.append(": ").append(message.primary);
  return line;
}

LogLevel LevelOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kFailedPrecondition:
      return LogLevel::kDebug;
    case absl::StatusCode::kInternal:
      return LogLevel::kError;
    default:
      return LogLevel::kWarning;
  }
}

}  // namespace stadspoort::postgres
