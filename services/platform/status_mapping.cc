#include "services/platform/status_mapping.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/error_info.pb.h"
#include "google/rpc/status.pb.h"

namespace stadspoort::platform {
namespace {

// gRPC sends details in a trailer; its default bound for all metadata is 8 KiB, and a call over it
// would lose its real status.
constexpr size_t kDetailsMaxBytes = 4096;

grpc::Status WithDetails(grpc::StatusCode code, const std::string& message,
                         const domain::RefusalDetails& details) {
  google::rpc::Status status;
  status.set_code(static_cast<int>(code));
  status.set_message(message);
  google::rpc::ErrorInfo info;
  info.set_reason(std::string(Name(details.reason)));
  info.set_domain("stadspoort");
  status.add_details()->PackFrom(info);
  google::rpc::BadRequest request;
  for (const domain::FieldViolation& violation : details.violations) {
    google::rpc::BadRequest::FieldViolation& added = *request.add_field_violations();
    added.set_field(violation.field);
    added.set_description(violation.description);
    if (request.ByteSizeLong() > kDetailsMaxBytes) {
      request.mutable_field_violations()->RemoveLast();
      break;
    }
  }
  if (request.field_violations_size() > 0) status.add_details()->PackFrom(request);
  return grpc::Status(code, message, status.SerializeAsString());
}

}  // namespace

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  // absl's codes are gRPC's, number for number.
  const auto code = static_cast<grpc::StatusCode>(static_cast<int>(status.code()));
  if (const std::optional<domain::RefusalDetails> details = domain::DetailsOf(status)) {
    return WithDetails(code, std::string(status.message()).substr(0, kDetailsMaxBytes), *details);
  }
  return WithDetails(grpc::StatusCode::INTERNAL, "a fault of the register; its log tells more",
                     {domain::ErrorReason::kInternal, {}});
}

std::string LogText(const absl::Status& status) {
  if (status.ok()) return "OK";
  const std::optional<domain::RefusalDetails> details = domain::DetailsOf(status);
  if (!details) {
    return absl::StrCat("INTERNAL unmapped ", absl::StatusCodeToString(status.code()), ": ",
                        status.message());
  }
  return absl::StrCat(absl::StatusCodeToString(status.code()), " ", Name(details->reason));
}

}  // namespace stadspoort::platform
