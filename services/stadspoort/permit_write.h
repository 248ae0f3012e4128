#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/stadspoort/command.h"
#include "services/stadspoort/names.h"
#include "services/stadspoort/permit_page.h"
#include "services/stadspoort/request_id.h"
#include "stadspoort/permits/v1/permits.grpc.pb.h"

// Writes on permits: sent again when nobody said what became of them, and answered with the permit.
namespace stadspoort::client {

inline constexpr absl::string_view kPermitRoles = "clerk";

template <typename Request, typename Response>
using PermitMethod = grpc::Status (permits::v1::PermitsService::Stub::*)(grpc::ClientContext*,
                                                                         const Request&, Response*);

// `more` is what the answer says beside the permit; empty: nothing.
template <typename Request, typename Response, typename More>
ExitCode WritePermit(const Session& session, const Output& output,
                     PermitMethod<Request, Response> method, const absl::StatusOr<Request>& request,
                     const More& more) {
  if (!request.ok()) return output.WrongUsage(request.status());
  constexpr bool kHasId = requires { request->request_id(); };
  constexpr bool kMayBeJudgedOnly = requires { request->validate_only(); };
  Response response;
  const grpc::Status status = CallUntilKnown(session, method, kPermitRoles, *request, response);
  if (!status.ok()) {
    if constexpr (kHasId) return ReportRequest(status, session, output, request->request_id());
    return Report(status, session.options().server, output);
  }
  if (output.json) {
    nlohmann::ordered_json answer = MessageJson(response);
    if constexpr (kHasId) answer["requestId"] = request->request_id();
    if constexpr (kMayBeJudgedOnly) answer["validateOnly"] = request->validate_only();
    output.Json(answer);
    return kFine;
  }
  std::string city;
  if constexpr (requires { request->parent(); }) {
    city = request->parent();
  } else {
    city = CityOf(request->name());
  }
  if constexpr (kMayBeJudgedOnly) {
    if (request->validate_only()) {
      output.out << "Judged only, nothing was stored. It would be:\n";
    }
  }
  output.out << PermitPage(response.permit(), CityClock(session, city, kPermitRoles), output.colour)
             << more(response);
  return kFine;
}

template <typename Request, typename Response>
ExitCode WritePermit(const Session& session, const Output& output,
                     PermitMethod<Request, Response> method,
                     const absl::StatusOr<Request>& request) {
  return WritePermit(session, output, method, request,
                     [](const Response& /*response*/) { return ""; });
}

}  // namespace stadspoort::client
