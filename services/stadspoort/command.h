#pragma once

#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "grpcpp/client_context.h"
#include "grpcpp/support/status.h"
#include "services/stadspoort/call.h"
#include "services/stadspoort/failure.h"
#include "services/stadspoort/json_text.h"
#include "services/stadspoort/output.h"

// What most commands have in common.
namespace stadspoort::client {

template <typename Arguments>
using Run = ExitCode (*)(const Arguments&, const Session&, const Output&);

// Makes `command` choose `run`. Gives the arguments that its options are to fill, which live as
// long as the command does.
template <typename Arguments>
Arguments& Choose(CLI::App& command, Action& chosen, Run<Arguments> run) {
  const auto arguments = std::make_shared<Arguments>();
  command.callback([arguments, run, &chosen] {
    chosen = [arguments, run](const Session& session, const Output& output) {
      return run(*arguments, session, output);
    };
  });
  return *arguments;
}

// One unary call. What `page` makes of the answer is shown to people, the answer itself with
// --json.
template <typename Stub, typename Request, typename Response, typename Page>
ExitCode CallAndShow(const Session& session, const Output& output,
                     grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                     absl::string_view own_roles, const absl::StatusOr<Request>& request,
                     const Page& page) {
  if (!request.ok()) return output.WrongUsage(request.status());
  Response response;
  const grpc::Status status = session.Call(method, own_roles, *request, response);
  if (!status.ok()) return Report(status, session.options().server, output);
  if (output.json) {
    output.Json(MessageJson(response));
  } else {
    output.out << page(response);
  }
  return kFine;
}

}  // namespace stadspoort::client
