#include "services/stadspoort/zone_commands.h"

#include <memory>
#include <optional>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/stadspoort/failure.h"
#include "services/stadspoort/json_file.h"
#include "services/stadspoort/json_text.h"
#include "services/stadspoort/names.h"
#include "services/stadspoort/time_text.h"
#include "services/stadspoort/zone_import.h"
#include "services/stadspoort/zone_page.h"
#include "stadspoort/zones/v1/zones.grpc.pb.h"

namespace stadspoort::client {
namespace {

using zones::v1::ZonesService;

constexpr absl::string_view kReadRoles = "clerk";
constexpr int kPageSize = 1000;  // the contract's most

struct ImportArguments {
  std::string city;
  std::string file;
  std::string rules;
  std::string from = "now";
  bool dry_run = false;
};

struct ReadArguments {
  std::string city;
  std::string zone;
  std::string at = "now";
};

absl::StatusOr<zones::v1::ImportZonesHeader> HeaderOf(const ImportArguments& arguments) {
  const absl::StatusOr<std::string> city = CityName(arguments.city);
  if (!city.ok()) return city.status();
  const auto from = ParseTime(arguments.from, "--from");
  if (!from.ok()) return from.status();
  zones::v1::ImportZonesHeader header;
  header.set_parent(*city);
  header.set_validate_only(arguments.dry_run);
  if (*from) *header.mutable_in_force_start_time() = ToTimestamp(**from);
  if (!arguments.rules.empty()) {
    const absl::StatusOr<std::string> text = ReadFile(arguments.rules);
    if (!text.ok()) return text.status();
    const absl::Status status = ReadRules(*text, arguments.rules, header);
    if (!status.ok()) return status;
  }
  return header;
}

absl::StatusOr<zones::v1::ListZonesRequest> ListRequest(const ReadArguments& arguments) {
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

// Either CITY ZONE, or the full name alone.
absl::StatusOr<zones::v1::GetZoneRequest> GetRequest(const ReadArguments& arguments) {
  absl::StatusOr<std::string> name;
  if (arguments.zone.empty()) {
    if (CityOf(arguments.city) == arguments.city || CityOf(arguments.city).empty()) {
      return absl::InvalidArgumentError(
          "which zone? Write CITY ZONE, or cities/CITY/zones/CODE alone");
    }
    name = ZoneName("", arguments.city);
  } else {
    const absl::StatusOr<std::string> city = CityName(arguments.city);
    if (!city.ok()) return city.status();
    name = ZoneName(*city, arguments.zone);
  }
  if (!name.ok()) return name.status();
  const auto at = ParseTime(arguments.at, "--at");
  if (!at.ok()) return at.status();
  zones::v1::GetZoneRequest request;
  request.set_name(*name);
  request.set_view(zones::v1::ZONE_VIEW_FULL);
  if (*at) *request.mutable_at_time() = ToTimestamp(**at);
  return request;
}

// Follows the page tokens to the end.
grpc::Status AllZones(const Session& session, zones::v1::ListZonesRequest request,
                      zones::v1::ListZonesResponse& all) {
  while (true) {
    zones::v1::ListZonesResponse page;
    const grpc::Status status =
        session.Call(&ZonesService::Stub::ListZones, kReadRoles, request, page);
    if (!status.ok()) return status;
    all.MergeFrom(page);
    all.clear_next_page_token();
    if (page.next_page_token().empty()) return status;
    if (page.next_page_token() == request.page_token()) {
      return {grpc::StatusCode::INTERNAL, "the register gave the same page twice"};
    }
    request.set_page_token(page.next_page_token());
  }
}

ExitCode Import(const ImportArguments& arguments, const Session& session, const Output& output) {
  const auto header = HeaderOf(arguments);
  if (!header.ok()) return output.WrongUsage(header.status());
  return ImportZones(*header, arguments.file, session, output);
}

ExitCode List(const ReadArguments& arguments, const Session& session, const Output& output) {
  const auto request = ListRequest(arguments);
  if (!request.ok()) return output.WrongUsage(request.status());
  zones::v1::ListZonesResponse all;
  const grpc::Status status = AllZones(session, *request, all);
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

ExitCode Show(const ReadArguments& arguments, const Session& session, const Output& output) {
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

template <typename Arguments>
void AddCity(CLI::App& command, Arguments& arguments) {
  command.add_option("--city", arguments.city)->required()->option_text("CODE (required)");
}

void AddImport(CLI::App& group, Action& chosen) {
  CLI::App& command = *group.add_subcommand(
      "import", "Import a GeoJSON file of zones: all of it, or nothing and every fault");
  const auto arguments = std::make_shared<ImportArguments>();
  command.add_option("FILE", arguments->file, "GeoJSON FeatureCollection")
      ->required()
      ->option_text(" ");
  AddCity(command, *arguments);
  command
      .add_option("--rules", arguments->rules,
                  "{\"rules\": [{\"code_prefix\": ..., \"usage\": ..., \"regulation\": ...}]}")
      ->option_text("rules.json");
  command.add_option("--from", arguments->from, "The zones take force then; default now")
      ->option_text("TIME");
  command.add_flag("--dry-run", arguments->dry_run, "Judge the file, store nothing");
  command.callback([arguments, &chosen] {
    chosen = [arguments](const Session& session, const Output& output) {
      return Import(*arguments, session, output);
    };
  });
}

void AddList(CLI::App& group, Action& chosen) {
  CLI::App& command = *group.add_subcommand("list", "The zones of a city");
  const auto arguments = std::make_shared<ReadArguments>();
  AddCity(command, *arguments);
  command.add_option("--at", arguments->at, "Versions in force then; default now")
      ->option_text("TIME");
  command.callback([arguments, &chosen] {
    chosen = [arguments](const Session& session, const Output& output) {
      return List(*arguments, session, output);
    };
  });
}

void AddShow(CLI::App& group, Action& chosen) {
  CLI::App& command =
      *group.add_subcommand("show", "One zone: its hours, grace, special days and extensions");
  const auto arguments = std::make_shared<ReadArguments>();
  command.add_option("CITY", arguments->city, "City, or the zone's full name alone")
      ->required()
      ->option_text(" ");
  command.add_option("ZONE", arguments->zone, "Zone code")->option_text(" ");
  command.add_option("--at", arguments->at, "The version in force then; default now")
      ->option_text("TIME");
  command.callback([arguments, &chosen] {
    chosen = [arguments](const Session& session, const Output& output) {
      return Show(*arguments, session, output);
    };
  });
}

}  // namespace

void AddZoneCommands(CLI::App& app, Action& chosen) {
  CLI::App& group = *app.add_subcommand("zone", "Zones: import, list, show");
  AddImport(group, chosen);
  AddList(group, chosen);
  AddShow(group, chosen);
}

}  // namespace stadspoort::client
