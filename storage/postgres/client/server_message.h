#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "storage/postgres/client/log.h"

struct pg_result;

// What the server says about an error or a notice, and how much of it may be told. Internal to this
// room; pure functions.
namespace stadspoort::postgres {

// Views into the libpq result they were read from.
struct ServerMessage {
  std::string_view severity;  // ERROR, FATAL, PANIC, WARNING, NOTICE …, never translated
  std::string_view sqlstate;  // empty: libpq's own message, the connection was lost
  std::string_view constraint;
  std::string_view table;
  std::string_view primary;

  // The server process ends with it: no further answer comes.
  bool EndsSession() const {
    return sqlstate.empty() || severity == "FATAL" || severity == "PANIC";
  }
};

ServerMessage ReadServerMessage(const pg_result* result);

// What was being done when the server spoke.
enum class Stage : int {
  kParse,    // a statement's text, no values yet
  kScript,   // a migration: no parameters, but rows that are there already
  kExecute,  // parameters are bound
};

// Whether the primary message may be logged. Parameters and rows hold plates. DETAIL, CONTEXT and
// HINT are never read at all; the primary message is told only for classes that speak of the
// server, not of values: class 22 quotes its input, class P0 and the warnings of class 01 say what
// a function made of it, and class 23 adds nothing to the constraint's name.
bool MayLogPrimary(std::string_view sqlstate, Stage stage);

// One line for the log.
std::string LogLine(std::string_view statement, const ServerMessage& message, Stage stage);
// Serialization failures and constraints are the daily run of things; our own bugs are errors.
LogLevel LevelOf(const absl::Status& status);

}  // namespace stadspoort::postgres
