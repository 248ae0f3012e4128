#pragma once

#include "absl/status/status.h"
#include "grpcpp/support/status.h"
#include "services/domain/refusal.h"

namespace stadspoort::platform {

// A refusal as it travels: canonical code, text, google.rpc.ErrorInfo (reason, domain "stadspoort")
// and, for input, google.rpc.BadRequest. A status that says no reason is a fault of ours: its text
// stays in the log and the caller reads INTERNAL.
grpc::Status ToGrpcStatus(const absl::Status& status);

// What the log says of it: "OK", or the code and the reason.
std::string LogText(const absl::Status& status);

}  // namespace stadspoort::platform
