#include "services/stadspoort/zone_commands.h"

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/stadspoort/all_pages.h"
#include "services/stadspoort/command.h"
#include "services/stadspoort/diff_command.h"
#include "services/stadspoort/draft_commands.h"
#include "services/stadspoort/history_commands.h"
#include "services/stadspoort/names.h"
#include "services/stadspoort/preview_command.h"
#include "services/stadspoort/publish_commands.h"
#include "services/stadspoort/time_text.h"
#include "services/stadspoort/validate_command.h"
#include "services/stadspoort/zone_argument.h"
#include "services/stadspoort/zone_import.h"
#include "services/stadspoort/zone_page.h"
#include "stadspoort/zones/v1/zones.grpc.pb.h"

namespace stadspoort::client {
namespace {

using zones::v1::ZonesService;

constexpr absl::string_view kReadRoles = "clerk";
constexpr int kPageSize = 1000;  // the contract's most

struct ListArguments {
  std::string city;
  std::string at = "now";
};

struct ShowArguments {
  ZoneArgument zone;
  std::string at = "now";
};

absl::StatusOr<zones::v1::ListZonesRequest> ListRequest(const ListArguments& arguments) {
  const absl::StatusOr<std::string> city = CityName(arguments.city);
  if (!city.ok()) return city.status();
  const auto at = ParseTime(arguments.at, "--at");
  if (!at.ok()) return at.status();
  zones::v1::ListZonesRequest request;
  request.set_parent(*city);
  request.set_page_size(kPageSize);
  if (*at) *request.mutable_at_time() = ToTimestamp(**at);
  return request;
}

absl::StatusOr<zones::v1::GetZoneRequest> GetRequest(const ShowArguments& arguments) {
  const absl::StatusOr<std::string> name = ZoneNameOf(arguments.zone);
  if (!name.ok()) return name.status();
  const auto at = ParseTime(arguments.at, "--at");
  if (!at.ok()) return at.status();
  zones::v1::GetZoneRequest request;
  request.set_name(*name);
  request.set_view(zones::v1::ZONE_VIEW_FULL);
  if (*at) *request.mutable_at_time() = ToTimestamp(**at);
  return request;
}

ExitCode List(const ListArguments& arguments, const Session& session, const Output& output) {
  const auto request = ListRequest(arguments);
  if (!request.ok()) return output.WrongUsage(request.status());
  zones::v1::ListZonesResponse all;
  const grpc::Status status =
      AllPages(session, &ZonesService::Stub::ListZones, kReadRoles, *request, all);
  if (!status.ok()) return Report(status, session.options().server, output);
  if (output.json) {
    output.Json(MessageJson(all));
  } else if (all.zones().empty()) {
    output.out << "No zone of " << request->parent() << " is in force then.\n";
  } else {
    const absl::TimeZone clock = CityClock(session, request->parent(), kReadRoles);
    output.out << ZoneTable(all.zones(), clock, output.colour);
  }
  return kFine;
}

ExitCode Show(const ShowArguments& arguments, const Session& session, const Output& output) {
  const auto request = GetRequest(arguments);
  if (!request.ok()) return output.WrongUsage(request.status());
  zones::v1::GetZoneResponse response;
  const grpc::Status status =
      session.Call(&ZonesService::Stub::GetZone, kReadRoles, *request, response);
  if (!status.ok()) return Report(status, session.options().server, output);
  if (output.json) {
    output.Json(MessageJson(response.zone()));
  } else {
    const absl::TimeZone clock = CityClock(session, CityOf(request->name()), kReadRoles);
    output.out << ZonePage(response.zone(), clock, output.colour);
  }
  return kFine;
}

void AddImport(CLI::App& group, Action& chosen) {
  CLI::App& command = *group.add_subcommand(
      "import", "Publish a GeoJSON file of zones: all of it, or nothing and every fault");
  ImportArguments& arguments = Choose(command, chosen, &RunImport);
  AddImportOptions(command, arguments);
  command.add_option("--from", arguments.from, "The zones take force then; default now")
      ->option_text("TIME");
}

void AddList(CLI::App& group, Action& chosen) {
  CLI::App& command = *group.add_subcommand("list", "The zones of a city");
  ListArguments& arguments = Choose(command, chosen, &List);
  command.add_option("--city", arguments.city)->required()->option_text("CODE (required)");
  command.add_option("--at", arguments.at, "Versions in force then; default now")
      ->option_text("TIME");
}

void AddShow(CLI::App& group, Action& chosen) {
  CLI::App& command =
      *group.add_subcommand("show", "One zone: its hours, grace, special days and extensions");
  ShowArguments& arguments = Choose(command, chosen, &Show);
  AddZoneArgument(command, arguments.zone);
  command.add_option("--at", arguments.at, "The version in force then; default now")
      ->option_text("TIME");
}

}  // namespace

void AddZoneCommands(CLI::App& app, Action& chosen) {
  CLI::App& group = *app.add_subcommand("zone", "Zones: draw, validate, preview, publish, look up");
  AddImport(group, chosen);
  AddList(group, chosen);
  AddShow(group, chosen);
  AddDraftCommands(group, chosen);
  AddValidateCommand(group, chosen);
  AddPreviewCommand(group, chosen);
  AddDiffCommand(group, chosen);
  AddPublishCommands(group, chosen);
  AddHistoryCommands(group, chosen);
}

}  // namespace stadspoort::client
