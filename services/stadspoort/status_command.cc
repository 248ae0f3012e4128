#include "services/stadspoort/status_command.h"

#include <string>

#include "CLI/CLI.hpp"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "services/stadspoort/failure.h"
#include "services/stadspoort/table.h"

namespace stadspoort::client {
namespace {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

constexpr absl::string_view kRoles = "operator";
constexpr const char* kInsecureHeader = "stadspoort-insecure";

struct Answer {
  grpc::Status status;
  HealthCheckResponse response;
  bool insecure = false;
  absl::Duration took;
};

Answer Ask(const Session& session) {
  Answer answer;
  grpc::ClientContext context;
  session.Prepare(context, kRoles);
  grpc::health::v1::Health::Stub stub(session.channel());
  const absl::Time begin = absl::Now();
  answer.status = stub.Check(&context, HealthCheckRequest(), &answer.response);
  answer.took = absl::Now() - begin;
  const auto& headers = context.GetServerInitialMetadata();
  const auto header = headers.find(kInsecureHeader);
  answer.insecure = header != headers.end() && header->second == "true";
  return answer;
}

std::string HealthName(HealthCheckResponse::ServingStatus status) {
  const std::string& name = HealthCheckResponse::ServingStatus_Name(status);
  return name.empty() ? "UNKNOWN" : name;
}

ExitCode Status(const Session& session, const Output& output) {
  const Answer answer = Ask(session);
  if (!answer.status.ok()) {
    // Without its health the register is of no use, whatever the status says.
    Report(answer.status, session.options().server, output);
    return kFailed;
  }
  const bool serving = answer.response.status() == HealthCheckResponse::SERVING;
  const std::string health = HealthName(answer.response.status());
  const std::string took = absl::FormatDuration(absl::Trunc(answer.took, absl::Microseconds(1)));
  if (output.json) {
    output.Json({{"server", session.options().server},
                 {"health", health},
                 {"insecure", answer.insecure},
                 {"answerSeconds", absl::ToDoubleSeconds(answer.took)}});
  } else {
    FieldList fields;
    fields.Add("Register", session.options().server);
    fields.Add("Health", health);
    fields.Add("Callers", answer.insecure ? "INSECURE: it believes whatever a caller says of itself"
                                          : "identified");
    fields.Add("Answered in", took);
    output.out << fields.Render(0);
  }
  return serving ? kFine : kFailed;
}

}  // namespace

void AddStatusCommand(CLI::App& app, Action& chosen) {
  CLI::App& command =
      *app.add_subcommand("status", "Is the register there, does it serve, is it insecure?");
  command.callback([&chosen] { chosen = &Status; });
}

}  // namespace stadspoort::client
