#include "services/stadspoort/failure.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/error_info.pb.h"
#include "google/rpc/status.pb.h"
#include "services/stadspoort/table.h"

namespace stadspoort::client {
namespace {

using nlohmann::ordered_json;

void ReadDetails(const std::string& details, Failure& failure) {
  google::rpc::Status status;
  if (details.empty() || !status.ParseFromString(details)) return;
  for (const google::protobuf::Any& detail : status.details()) {
    google::rpc::ErrorInfo info;
    google::rpc::BadRequest bad_request;
    if (detail.UnpackTo(&info)) {
      failure.reason = info.reason();
    } else if (detail.UnpackTo(&bad_request)) {
      for (const auto& violation : bad_request.field_violations()) {
        failure.fields.push_back({violation.field(), violation.description()});
      }
    }
  }
}

// "NOT_FOUND, CITY_NOT_FOUND"
std::string Codes(const Failure& failure) {
  return failure.reason.empty() ? CodeName(failure.code)
                                : absl::StrCat(CodeName(failure.code), ", ", failure.reason);
}

std::string Opening(const Failure& failure, absl::string_view server) {
  if (ExitCodeOf(failure.code) == kRefused) return absl::StrCat("Refused (", Codes(failure), ")");
  if (failure.reason.empty() && failure.code == grpc::StatusCode::UNAVAILABLE) {
    return absl::StrCat("The register at ", server, " cannot be reached (", Codes(failure), ")");
  }
  if (failure.reason.empty() && failure.code == grpc::StatusCode::DEADLINE_EXCEEDED) {
    return absl::StrCat("The register at ", server, " did not answer in time (", Codes(failure),
                        ")");
  }
  return absl::StrCat("Failed (", Codes(failure), ")");
}

}  // namespace

Failure FailureOf(const grpc::Status& status) {
  Failure failure;
  failure.code = status.error_code();
  failure.message = status.error_message();
  ReadDetails(status.error_details(), failure);
  return failure;
}

std::string CodeName(grpc::StatusCode code) {
  switch (code) {
    case grpc::StatusCode::OK:
      return "OK";
    case grpc::StatusCode::CANCELLED:
      return "CANCELLED";
    case grpc::StatusCode::INVALID_ARGUMENT:
      return "INVALID_ARGUMENT";
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return "DEADLINE_EXCEEDED";
    case grpc::StatusCode::NOT_FOUND:
      return "NOT_FOUND";
    case grpc::StatusCode::ALREADY_EXISTS:
      return "ALREADY_EXISTS";
    case grpc::StatusCode::PERMISSION_DENIED:
      return "PERMISSION_DENIED";
    case grpc::StatusCode::UNAUTHENTICATED:
      return "UNAUTHENTICATED";
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      return "RESOURCE_EXHAUSTED";
    case grpc::StatusCode::FAILED_PRECONDITION:
      return "FAILED_PRECONDITION";
    case grpc::StatusCode::ABORTED:
      return "ABORTED";
    case grpc::StatusCode::OUT_OF_RANGE:
      return "OUT_OF_RANGE";
    case grpc::StatusCode::UNIMPLEMENTED:
      return "UNIMPLEMENTED";
    case grpc::StatusCode::INTERNAL:
      return "INTERNAL";
    case grpc::StatusCode::UNAVAILABLE:
      return "UNAVAILABLE";
    case grpc::StatusCode::DATA_LOSS:
      return "DATA_LOSS";
    default:
      return "UNKNOWN";
  }
}

ExitCode ExitCodeOf(grpc::StatusCode code) {
  switch (code) {
    case grpc::StatusCode::OK:
      return kFine;
    case grpc::StatusCode::INVALID_ARGUMENT:
    case grpc::StatusCode::NOT_FOUND:
    case grpc::StatusCode::ALREADY_EXISTS:
    case grpc::StatusCode::PERMISSION_DENIED:
    case grpc::StatusCode::UNAUTHENTICATED:
    case grpc::StatusCode::FAILED_PRECONDITION:
    case grpc::StatusCode::ABORTED:
    case grpc::StatusCode::OUT_OF_RANGE:
      return kRefused;
    default:
      return kFailed;
  }
}

ordered_json FailureJson(const Failure& failure, absl::string_view server) {
  ordered_json fields = ordered_json::array();
  for (const FieldFault& fault : failure.fields) {
    fields.push_back({{"field", fault.field}, {"description", fault.description}});
  }
  return {
      {"status", CodeName(failure.code)}, {"reason", failure.reason},
      {"message", failure.message},       {"fieldViolations", std::move(fields)},
      {"server", std::string(server)},    {"exitCode", static_cast<int>(ExitCodeOf(failure.code))}};
}

std::string FailureText(const Failure& failure, absl::string_view server) {
  std::string text = Opening(failure, server);
  if (!failure.message.empty()) absl::StrAppend(&text, ": ", Printable(failure.message));
  absl::StrAppend(&text, "\n");
  for (const FieldFault& fault : failure.fields) {
    // A refusal of one field says in its message what its field would say again.
    if (failure.message == absl::StrCat(fault.field, ": ", fault.description)) continue;
    absl::StrAppend(&text, "  ", Printable(fault.field), ": ", Printable(fault.description), "\n");
  }
  // A write may or may not have taken place.
  if (failure.reason == "OUTCOME_UNKNOWN" || failure.code == grpc::StatusCode::DEADLINE_EXCEEDED) {
    absl::StrAppend(&text, "Send the same command again: nothing is done twice.\n");
  }
  return text;
}

ExitCode Report(const grpc::Status& status, absl::string_view server, const Output& output,
                ordered_json partial) {
  const Failure failure = FailureOf(status);
  if (output.json) {
    partial["error"] = FailureJson(failure, server);
    output.Json(partial);
  } else {
    output.err << FailureText(failure, server);
  }
  return ExitCodeOf(failure.code);
}

}  // namespace stadspoort::client
