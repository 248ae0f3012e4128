#include "services/stadspoort/status_command.h"

#include <string>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "services/stadspoort/failure.h"
#include "services/stadspoort/json_text.h"
#include "services/stadspoort/status_page.h"
#include "services/stadspoort/table.h"
#include "stadspoort/operations/v1/operations.grpc.pb.h"

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

struct Counters {
  grpc::Status status;
  operations::v1::GetStatusResponse response;
};

Counters AskCounters(const Session& session) {
  Counters counters;
  counters.status = session.Call(&operations::v1::OperationsService::Stub::GetStatus, kRoles,
                                 operations::v1::GetStatusRequest(), counters.response);
  return counters;
}

void ShowJson(const std::string& server, const Answer& answer, const Counters& counters,
              const Output& output) {
  nlohmann::ordered_json shown = {{"server", server},
                                  {"health", HealthName(answer.response.status())},
                                  {"insecure", answer.insecure},
                                  {"answerSeconds", absl::ToDoubleSeconds(answer.took)}};
  if (counters.status.ok()) {
    shown["counters"] = MessageJson(counters.response);
  } else {
    shown["noCounters"] = NoCountersText(counters.status);
  }
  output.Json(shown);
}

void ShowText(const std::string& server, const Answer& answer, const Counters& counters,
              const Output& output) {
  FieldList fields;
  fields.Add("Register", server);
  fields.Add("Health", HealthName(answer.response.status()));
  fields.Add("Callers", answer.insecure ? "INSECURE: it believes whatever a caller says of itself"
                                        : "identified");
  fields.Add("Answered in", absl::FormatDuration(absl::Trunc(answer.took, absl::Microseconds(1))));
  if (!counters.status.ok()) {
    fields.Add("Counters", absl::StrCat("none: ", NoCountersText(counters.status)));
  }
  output.out << fields.Render(0);
  if (counters.status.ok()) output.out << StatusPage(counters.response);
}

ExitCode Status(const Session& session, const Output& output) {
  const Answer answer = Ask(session);
  if (!answer.status.ok()) {
    // Without its health the register is of no use, whatever the status says.
    Report(answer.status, session.options().server, output);
    return kFailed;
  }
  const Counters counters = AskCounters(session);
  (output.json ? ShowJson : ShowText)(session.options().server, answer, counters, output);
  // Counters are for reading: whether it serves is what health says.
  const bool serving = answer.response.status() == HealthCheckResponse::SERVING;
  return serving ? kFine : kFailed;
}

}  // namespace

void AddStatusCommand(CLI::App& app, Action& chosen) {
  CLI::App& command = *app.add_subcommand(
      "status", "Is the register there, does it serve, is it insecure, how does it fare?");
  command.callback([&chosen] { chosen = &Status; });
}

}  // namespace stadspoort::client
