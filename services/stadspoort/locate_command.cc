#include "services/stadspoort/locate_command.h"

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/stadspoort/check_question.h"
#include "services/stadspoort/command.h"
#include "services/stadspoort/locate_page.h"
#include "services/stadspoort/names.h"
#include "services/stadspoort/time_text.h"
#include "services/stadspoort/words.h"
#include "stadspoort/checks/v1/checks.grpc.pb.h"

namespace stadspoort::client {
namespace {

using checks::v1::ChecksService;
using checks::v1::LocateZonesRequest;
using checks::v1::LocateZonesResponse;

constexpr absl::string_view kRoles = "clerk";

ExitCode Locate(const LocateArguments& arguments, const Session& session, const Output& output) {
  const absl::StatusOr<LocateZonesRequest> request = LocateRequest(arguments);
  return CallAndShow(session, output, &ChecksService::Stub::LocateZones, kRoles, request,
                     [&](const LocateZonesResponse& response) {
                       return LocatePage(*request, response,
                                         CityClock(session, request->parent(), kRoles),
                                         output.colour);
                     });
}

}  // namespace

absl::StatusOr<LocateZonesRequest> LocateRequest(const LocateArguments& arguments) {
  const absl::StatusOr<std::string> city = CityName(arguments.city);
  if (!city.ok()) return city.status();
  if (arguments.position.empty() == arguments.selling_point.empty()) {
    return absl::InvalidArgumentError(
        "where? Give --position LAT,LON or --selling-point ID; not both");
  }
  LocateZonesRequest request;
  request.set_parent(*city);
  if (!arguments.position.empty()) {
    const absl::StatusOr<checks::v1::Position> position = ParsePosition(arguments.position);
    if (!position.ok()) return position.status();
    *request.mutable_position() = *position;
  } else {
    request.set_selling_point(arguments.selling_point);
  }
  if (!arguments.usage.empty()) {
    const absl::StatusOr<common::v1::Usage> usage = ParseUsage(arguments.usage);
    if (!usage.ok()) return usage.status();
    request.set_usage(*usage);
  }
  const auto at = ParseTime(arguments.at, "--at");
  if (!at.ok()) return at.status();
  if (*at) *request.mutable_at_time() = ToTimestamp(**at);
  return request;
}

void AddLocateCommand(CLI::App& app, Action& chosen) {
  CLI::App& command =
      *app.add_subcommand("locate", "Which zones a position or a selling point may be in");
  LocateArguments& arguments = Choose(command, chosen, &Locate);
  command.add_option("--city", arguments.city)->required()->option_text("CODE (required)");
  command
      .add_option("--position", arguments.position, "Degrees; accuracy in metres, 10 unless given")
      ->option_text("LAT,LON[,ACCURACY]");
  command.add_option("--selling-point", arguments.selling_point, "A meter or a code on a sign")
      ->option_text("ID");
  command.add_option("--usage", arguments.usage, "Zones of this usage only; default every usage")
      ->option_text("USAGE");
  command.add_option("--at", arguments.at, "Versions in force then; default now")
      ->option_text("TIME");
}

}  // namespace stadspoort::client
