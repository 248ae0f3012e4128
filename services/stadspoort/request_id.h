#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "grpcpp/client_context.h"
#include "grpcpp/support/status.h"
#include "services/stadspoort/call.h"
#include "services/stadspoort/output.h"

// Writes with a request id: sent again after an unknown outcome they are done once.
namespace stadspoort::client {

// A random one.
std::string NewRequestId();

// Whether the write may have taken place although nobody said so: the answer was lost, or the
// register itself does not know.
bool OutcomeUnknown(const grpc::Status& status);

// Whether the same request, sent once more, told what became of it.
bool Settles(const grpc::Status& second);

// One call, and one more when its outcome is unknown: the connection that broke is made anew. A
// deadline that passed is not stretched.
template <typename Stub, typename Request, typename Response>
grpc::Status CallUntilKnown(const Session& session,
                            grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                         Response*),
                            absl::string_view own_roles, const Request& request,
                            Response& response) {
  const grpc::Status first = session.Call(method, own_roles, request, response);
  if (!OutcomeUnknown(first) || first.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) {
    return first;
  }
  const grpc::Status second = session.Call(method, own_roles, request, response);
  return Settles(second) ? second : first;
}

// Report, with the id as "requestId" in JSON; a person is told how to go on with the same request
// when its outcome is unknown. `zones`, of a request made with --all, must then stand instead of
// it: what was published has no draft any more.
ExitCode ReportRequest(const grpc::Status& status, const Session& session, const Output& output,
                       absl::string_view request_id, absl::string_view zones = "");

}  // namespace stadspoort::client
