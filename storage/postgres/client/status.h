#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace stadspoort::postgres {

// The one place where SQLSTATE becomes a code. The message is a fixed text for people outside the
// room, never the driver's; sqlstate and constraint go along as payloads.
//
//   40001, 40P01, 55P03            Aborted: do the whole transaction again
//   23505, 23P01                   AlreadyExists
//   23503, 23001                   FailedPrecondition: what the row points at came or went
//   meanwhile 57014                          DeadlineExceeded: statement_timeout or a cancel 08, 57
//   (but 57014), 25006,     Unavailable: no connection, server going down or not the primary,
//   25P03, 28, 3D000                 or it does not let us in
//   53                             ResourceExhausted
//   everything else                Internal
//
// 23502, 23514 and class 22 are Internal: a NULL, a CHECK or a value the database does not take
// means that something came past our own validation, which no caller can repair and someone must
// look at. A command that leans on a CHECK as its rule asks ConstraintOf and says so itself.
absl::Status StatusFromSqlState(std::string_view sqlstate, std::string_view constraint = {});

// Empty when the status did not come from the server, or names no constraint.
std::string SqlStateOf(const absl::Status& status);
std::string ConstraintOf(const absl::Status& status);

// COMMIT was sent and what became of it is not known: no answer came, or it came with the warning
// that the wait for the synchronous standby was cut off (visible, but it may be lost with this
// primary). Code Unavailable. Sending the same reference again is safe; taking it for a failure
// or for a success is not.
absl::Status OutcomeUnknown();
bool IsOutcomeUnknown(const absl::Status& status);

}  // namespace stadspoort::postgres
