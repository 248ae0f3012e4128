#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "grpcpp/support/status.h"
#include "nlohmann/json.hpp"
#include "services/stadspoort/exit_code.h"
#include "services/stadspoort/output.h"

// Calls that did not succeed, as a person and a script learn of them.
namespace stadspoort::client {

struct FieldFault {
  std::string field;
  std::string description;
};

struct Failure {
  grpc::StatusCode code = grpc::StatusCode::UNKNOWN;
  // From google.rpc.ErrorInfo, "CITY_EXISTS"; empty: the register did not speak (it could not be
  // reached, or the deadline passed on this side).
  std::string reason;
  std::string message;
  // From google.rpc.BadRequest.
  std::vector<FieldFault> fields;
};

Failure FailureOf(const grpc::Status& status);

// "NOT_FOUND"
std::string CodeName(grpc::StatusCode code);
// kRefused, kFailed, or kFine for OK.
ExitCode ExitCodeOf(grpc::StatusCode code);

// {"status", "reason", "message", "fieldViolations", "server", "exitCode"}
nlohmann::ordered_json FailureJson(const Failure& failure, absl::string_view server);
// For people; lines end with a newline.
std::string FailureText(const Failure& failure, absl::string_view server);

// Tells of a status that is not OK: with --json as {"error": ...} added to `partial` (what was
// already done or answered) on `out`; else as text on `err`.
ExitCode Report(const grpc::Status& status, absl::string_view server, const Output& output,
                nlohmann::ordered_json partial = nlohmann::ordered_json::object());

}  // namespace stadspoort::client
