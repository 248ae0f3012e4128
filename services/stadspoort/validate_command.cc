#include "services/stadspoort/validate_command.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "services/stadspoort/command.h"
#include "services/stadspoort/draft_page.h"
#include "services/stadspoort/judgement_page.h"
#include "services/stadspoort/names.h"
#include "services/stadspoort/time_text.h"
#include "services/stadspoort/wrapped_text.h"
#include "stadspoort/zones/v1/zones.grpc.pb.h"

namespace stadspoort::client {
namespace {

using zones::v1::ValidateZoneDraftsRequest;
using zones::v1::ValidateZoneDraftsResponse;
using zones::v1::ZonesService;

constexpr absl::string_view kRoles = "clerk";

// "Can be published:     a, b"; empty without codes.
std::string CodesLine(absl::string_view heading, const std::vector<std::string>& codes) {
  if (codes.empty()) return "";
  return absl::StrCat(heading, WrappedText(absl::StrJoin(codes, ", "), heading.size()));
}

ExitCode Validate(const ValidateArguments& arguments, const Session& session,
                  const Output& output) {
  const absl::StatusOr<ValidateZoneDraftsRequest> request = ValidateRequest(arguments);
  if (!request.ok()) return output.WrongUsage(request.status());
  ValidateZoneDraftsResponse response;
  const grpc::Status status =
      session.Call(&ZonesService::Stub::ValidateZoneDrafts, kRoles, *request, response);
  if (!status.ok()) return Report(status, session.options().server, output);
  if (output.json) {
    output.Json(MessageJson(response));
  } else {
    output.out << ValidatePage(response, CityClock(session, request->parent(), kRoles),
                               output.colour);
  }
  return response.judgement().error_count() > 0 ? kRefused : kFine;
}

}  // namespace

absl::StatusOr<ValidateZoneDraftsRequest> ValidateRequest(const ValidateArguments& arguments) {
  const absl::StatusOr<std::string> city = CityName(arguments.city);
  if (!city.ok()) return city.status();
  ValidateZoneDraftsRequest request;
  request.set_parent(*city);
  for (const std::string& text : arguments.zones) {
    const absl::StatusOr<std::string> zone = ZoneName(*city, text);
    if (!zone.ok()) return zone.status();
    request.add_zones(*zone);
  }
  const auto from = ParseTime(arguments.from, "--from");
  if (!from.ok()) return from.status();
  if (*from) *request.mutable_in_force_start_time() = ToTimestamp(**from);
  return request;
}

std::string ValidatePage(const ValidateZoneDraftsResponse& response, absl::TimeZone clock,
                         bool colour) {
  if (response.drafts().empty()) return "No drafts.\n";
  std::vector<std::string> good;
  std::vector<std::string> bad;
  for (const zones::v1::ZoneDraft& draft : response.drafts()) {
    const bool validated = draft.state() == zones::v1::ZONE_DRAFT_STATE_VALIDATED;
    (validated ? good : bad).push_back(ZoneCodeOfDraft(draft.name()));
  }
  const std::string judgement = JudgementText(response.judgement(), clock, colour);
  return absl::StrCat(judgement, judgement.empty() ? "" : "\n", CodesLine("Valid:     ", good),
                      CodesLine("Not valid: ", bad));
}

void AddValidateCommand(CLI::App& zone_group, Action& chosen) {
  CLI::App& command = *zone_group.add_subcommand(
      "validate", "Judge drafts together, as they would be published; say everything found");
  ValidateArguments& arguments = Choose(command, chosen, &Validate);
  command.add_option("CITY", arguments.city)->required()->option_text(" ");
  command.add_option("ZONE", arguments.zones, "Zone codes; none: every draft of the city")
      ->option_text(" ");
  command.add_option("--from", arguments.from, "As if they took force then; default now")
      ->option_text("TIME");
  command.footer(zone_group.get_footer() +
                 "\nExit code 1 when there are errors; warnings alone are exit code 0.");
}

}  // namespace stadspoort::client
