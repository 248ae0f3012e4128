#include "services/stadspoort/request_id.h"

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "services/domain/ids.h"
#include "services/stadspoort/failure.h"

namespace stadspoort::client {

std::string NewRequestId() { return domain::UuidText(domain::NewUuid(absl::Now())); }

bool OutcomeUnknown(const grpc::Status& status) {
  const Failure failure = FailureOf(status);
  switch (failure.code) {
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return true;
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::UNKNOWN:
    case grpc::StatusCode::INTERNAL:
    case grpc::StatusCode::CANCELLED:
      // Without a reason the register did not speak: the connection broke.
      return failure.reason.empty() || failure.reason == "OUTCOME_UNKNOWN";
    default:
      return false;
  }
}

bool Settles(const grpc::Status& second) {
  // Two writers met: that says nothing of the first request.
  return ExitCodeOf(second.error_code()) != kFailed &&
         FailureOf(second).reason != "CONCURRENT_CHANGE";
}

ExitCode ReportRequest(const grpc::Status& status, const Session& session, const Output& output,
                       absl::string_view request_id, absl::string_view zones) {
  const ExitCode code =
      Report(status, session.options().server, output, {{"requestId", std::string(request_id)}});
  if (!output.json && OutcomeUnknown(status) && !request_id.empty()) {
    output.err << "To send the same request again, add --request-id " << request_id
               << (zones.empty() ? "" : absl::StrCat(" and, instead of --all, name ", zones))
               << ".\n";
  }
  return code;
}

}  // namespace stadspoort::client
