#include "services/stadspoort/history_commands.h"

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/stadspoort/all_pages.h"
#include "services/stadspoort/command.h"
#include "services/stadspoort/history_page.h"
#include "services/stadspoort/names.h"
#include "services/stadspoort/zone_argument.h"
#include "services/stadspoort/zone_export.h"
#include "stadspoort/zones/v1/zones.grpc.pb.h"

namespace stadspoort::client {
namespace {

using zones::v1::ZonesService;

constexpr absl::string_view kRoles = "clerk";
constexpr int kPageSize = 1000;  // the contract's most

struct VersionsArguments {
  ZoneArgument zone;
};

struct ChangesArguments {
  std::string city;
  std::string since;
};

ExitCode Versions(const VersionsArguments& arguments, const Session& session,
                  const Output& output) {
  const absl::StatusOr<std::string> name = ZoneNameOf(arguments.zone);
  if (!name.ok()) return output.WrongUsage(name.status());
  zones::v1::ListZoneVersionsRequest request;
  request.set_parent(*name);
  request.set_page_size(kPageSize);
  zones::v1::ListZoneVersionsResponse all;
  const grpc::Status status =
      AllPages(session, &ZonesService::Stub::ListZoneVersions, kRoles, request, all);
  if (!status.ok()) return Report(status, session.options().server, output);
  if (output.json) {
    output.Json(MessageJson(all));
  } else {
    output.out << VersionTable(all.zones(), CityClock(session, CityOf(*name), kRoles),
                               output.colour);
  }
  return kFine;
}

// Goes on from cursor to cursor as long as there is more now.
grpc::Status AllChanges(const Session& session, zones::v1::ListZoneChangesRequest request,
                        zones::v1::ListZoneChangesResponse& all) {
  while (true) {
    zones::v1::ListZoneChangesResponse some;
    const grpc::Status status =
        session.Call(&ZonesService::Stub::ListZoneChanges, kRoles, request, some);
    if (!status.ok()) return status;
    all.MergeFrom(some);
    if (some.changes_size() < request.page_size()) return status;
    if (some.next_cursor() == request.cursor()) {
      return {grpc::StatusCode::INTERNAL, "the register gave the same changes twice"};
    }
    request.set_cursor(some.next_cursor());
  }
}

ExitCode Changes(const ChangesArguments& arguments, const Session& session, const Output& output) {
  const absl::StatusOr<std::string> city = CityName(arguments.city);
  if (!city.ok()) return output.WrongUsage(city.status());
  zones::v1::ListZoneChangesRequest request;
  request.set_parent(*city);
  request.set_page_size(kPageSize);
  request.set_cursor(arguments.since);
  zones::v1::ListZoneChangesResponse all;
  const grpc::Status status = AllChanges(session, request, all);
  if (!status.ok()) return Report(status, session.options().server, output);
  if (output.json) {
    output.Json(MessageJson(all));
  } else {
    output.out << ChangesPage(all, CityClock(session, *city, kRoles), output.colour);
  }
  return kFine;
}

}  // namespace

void AddHistoryCommands(CLI::App& zone_group, Action& chosen) {
  CLI::App& versions =
      *zone_group.add_subcommand("versions", "Every version of a zone, the newest first");
  AddZoneArgument(versions, Choose(versions, chosen, &Versions).zone);

  CLI::App& changes = *zone_group.add_subcommand(
      "changes", "What was published, retired or withdrawn, in the order in which it took place");
  ChangesArguments& since = Choose(changes, chosen, &Changes);
  changes.add_option("CITY", since.city)->required()->option_text(" ");
  changes
      .add_option("--since", since.since, "Where an earlier answer ended; default the beginning")
      ->option_text("CURSOR");

  CLI::App& zones =
      *zone_group.add_subcommand("export", "The zones in force as a GeoJSON file for zone import");
  ExportArguments& file = Choose(zones, chosen, &ExportZones);
  zones.add_option("CITY", file.city)->required()->option_text(" ");
  zones.add_option("--at", file.at, "Versions in force then; default now")->option_text("TIME");
  zones.add_option("--out", file.out, "Default standard output")->option_text("FILE");
}

}  // namespace stadspoort::client
