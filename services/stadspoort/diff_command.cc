#include "services/stadspoort/diff_command.h"

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/stadspoort/command.h"
#include "services/stadspoort/diff_page.h"
#include "services/stadspoort/names.h"
#include "stadspoort/zones/v1/zones.grpc.pb.h"

namespace stadspoort::client {
namespace {

using zones::v1::DiffZoneRequest;
using zones::v1::DiffZoneResponse;
using zones::v1::ZonesService;

constexpr absl::string_view kRoles = "clerk";

ExitCode Diff(const DiffArguments& arguments, const Session& session, const Output& output) {
  const absl::StatusOr<DiffZoneRequest> request = DiffRequest(arguments);
  return CallAndShow(session, output, &ZonesService::Stub::DiffZone, kRoles, request,
                     [&](const DiffZoneResponse& response) {
                       return DiffPage(request->name(), response,
                                       CityClock(session, CityOf(request->name()), kRoles),
                                       output.colour);
                     });
}

}  // namespace

absl::StatusOr<DiffZoneRequest> DiffRequest(const DiffArguments& arguments) {
  const absl::StatusOr<std::string> name = ZoneNameOf(arguments.zone);
  if (!name.ok()) return name.status();
  // To the register 0 is "not given", which is not what was typed.
  if (arguments.from_version == 0 || arguments.to_version == 0) {
    return absl::InvalidArgumentError(
        "versions count from 1; leave the option out for its default");
  }
  DiffZoneRequest request;
  request.set_name(*name);
  request.set_from_zone_version(arguments.from_version.value_or(0));
  request.set_to_zone_version(arguments.to_version.value_or(0));
  return request;
}

void AddDiffCommand(CLI::App& zone_group, Action& chosen) {
  CLI::App& command = *zone_group.add_subcommand(
      "diff", "What differs between two versions, or a version and the draft; whom it would hurt");
  DiffArguments& arguments = Choose(command, chosen, &Diff);
  AddZoneArgument(command, arguments.zone);
  command
      .add_option("--from-version", arguments.from_version,
                  "Default the version in force, or when none is, the newest")
      ->option_text("N");
  command.add_option("--to-version", arguments.to_version, "Default the draft")->option_text("N");
}

}  // namespace stadspoort::client
