#include "services/stadspoort/permit_set_commands.h"

#include <optional>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/stadspoort/command.h"
#include "services/stadspoort/names.h"
#include "services/stadspoort/permit_options.h"
#include "services/stadspoort/table.h"
#include "services/stadspoort/time_text.h"
#include "stadspoort/permits/v1/permits.grpc.pb.h"

namespace stadspoort::client {
namespace {

using permits::v1::PermitSet;
using permits::v1::PermitsService;

constexpr absl::string_view kRoles = "clerk";

std::string LiveText(const PermitSet& set, absl::TimeZone clock) {
  if (!set.has_live_start_time()) return "";
  return absl::StrCat(
      "from ", TimeText(set.live_start_time(), clock),
      set.has_live_end_time() ? absl::StrCat(" until ", TimeText(set.live_end_time(), clock)) : "");
}

ExitCode Create(const PermitSetArguments& arguments, const Session& session, const Output& output) {
  return CallAndShow(
      session, output, &PermitsService::Stub::CreatePermitSet, kRoles, CreateSetRequest(arguments),
      [](const permits::v1::CreatePermitSetResponse& response) {
        return absl::StrCat("permit set ", CodeOf(response.permit_set().name()), " of the series ",
                            response.permit_set().series(), " created; it is not live yet\n");
      });
}

ExitCode List(const PermitSetArguments& arguments, const Session& session, const Output& output) {
  const absl::StatusOr<std::string> city = CityName(arguments.city);
  if (!city.ok()) return output.WrongUsage(city.status());
  permits::v1::ListPermitSetsRequest request;
  request.set_parent(*city);
  request.set_series(arguments.series);
  return CallAndShow(session, output, &PermitsService::Stub::ListPermitSets, kRoles,
                     absl::StatusOr<permits::v1::ListPermitSetsRequest>(request),
                     [&](const permits::v1::ListPermitSetsResponse& response) {
                       return response.permit_sets().empty()
                                  ? std::string("No permit sets.\n")
                                  : PermitSetTable(response.permit_sets(),
                                                   CityClock(session, *city, kRoles),
                                                   output.colour);
                     });
}

ExitCode Switch(const PermitSetArguments& arguments, const Session& session, const Output& output) {
  const auto request = SwitchSetRequest(arguments);
  return CallAndShow(
      session, output, &PermitsService::Stub::SwitchPermitSet, kRoles, request,
      [&](const permits::v1::SwitchPermitSetResponse& response) {
        const absl::TimeZone clock = CityClock(session, request->parent(), kRoles);
        return absl::StrCat(
            arguments.dry_run ? "Judged only, nothing was stored. It would be:\n" : "",
            arguments.none ? "No set" : CodeOf(request->permit_set()), " of the series ",
            request->series(), " is live from ", TimeText(response.switch_time(), clock), "\n",
            PermitSetTable(response.permit_sets(), clock, output.colour));
      });
}

}  // namespace

absl::StatusOr<permits::v1::CreatePermitSetRequest> CreateSetRequest(
    const PermitSetArguments& arguments) {
  std::string city;
  if (!arguments.city.empty()) {
    const absl::StatusOr<std::string> given = CityName(arguments.city);
    if (!given.ok()) return given.status();
    city = *given;
  }
  const absl::StatusOr<std::string> name = PermitSetName(city, arguments.name);
  if (!name.ok()) return name.status();
  permits::v1::CreatePermitSetRequest request;
  request.set_parent(CityOf(*name));
  request.set_permit_set_id(CodeOf(*name));
  request.mutable_permit_set()->set_series(arguments.series);
  request.mutable_permit_set()->set_display_name(arguments.display_name);
  return request;
}

absl::StatusOr<permits::v1::SwitchPermitSetRequest> SwitchSetRequest(
    const PermitSetArguments& arguments) {
  if (arguments.none == !arguments.name.empty()) {
    return absl::InvalidArgumentError("give the set that is to be live, or --none");
  }
  const absl::StatusOr<std::string> city = CityName(arguments.city);
  if (!city.ok()) return city.status();
  permits::v1::SwitchPermitSetRequest request;
  request.set_parent(*city);
  request.set_series(arguments.series);
  if (!arguments.none) {
    const absl::StatusOr<std::string> name = PermitSetName(*city, arguments.name);
    if (!name.ok()) return name.status();
    request.set_permit_set(*name);
  }
  if (arguments.live == "none") {
    request.set_live_set("none");
  } else if (!arguments.live.empty()) {
    const absl::StatusOr<std::string> live = PermitSetName(*city, arguments.live);
    if (!live.ok()) return live.status();
    request.set_live_set(*live);
  }
  if (!arguments.at.empty()) {
    const absl::StatusOr<std::optional<absl::Time>> at = ParseTime(arguments.at, "--at");
    if (!at.ok()) return at.status();
    if (*at) *request.mutable_switch_time() = ToTimestamp(**at);
  }
  request.set_reason(arguments.reason);
  request.set_validate_only(arguments.dry_run);
  return request;
}

std::string PermitSetTable(const google::protobuf::RepeatedPtrField<PermitSet>& sets,
                           absl::TimeZone clock, bool colour) {
  Table table({"SERIES", "SET", "STATE", "LIVE", "NAME"});
  for (const PermitSet& set : sets) {
    table.AddRow({{set.series()},
                  {CodeOf(set.name())},
                  {set.live() ? "live" : "not live", set.live() ? Tone::kGood : Tone::kFaint},
                  {LiveText(set, clock)},
                  {set.display_name()}});
  }
  return table.Render(colour);
}

void AddPermitSetCommands(CLI::App& permit_group, Action& chosen) {
  CLI::App& group = *permit_group.add_subcommand(
      "set", "Permits that are prepared together and become good at one instant");

  CLI::App& create =
      *group.add_subcommand("create", "A new set; its permits wait until it is live");
  PermitSetArguments& made = Choose(create, chosen, &Create);
  create.add_option("SET", made.name, "cities/CITY/permitSets/CODE, or CODE with --city")
      ->required()
      ->option_text(" ");
  AddText(create, "--city", made.city, "CODE", "");
  AddText(create, "--series", made.series, "CODE",
          "Sets of one series take each other's place, such as residents", true);
  AddText(create, "--name", made.display_name, "TEXT", "For people");

  CLI::App& list = *group.add_subcommand("list", "The sets of a city, and which are live");
  PermitSetArguments& listed = Choose(list, chosen, &List);
  AddText(list, "--city", listed.city, "CODE", "", true);
  AddText(list, "--series", listed.series, "CODE", "Of one series only");

  CLI::App& switched = *group.add_subcommand(
      "switch", "Make another set of a series the live one, for every permit of both at once");
  PermitSetArguments& to = Choose(switched, chosen, &Switch);
  switched.add_option("SET", to.name, "That is to be live")->option_text(" ");
  AddText(switched, "--city", to.city, "CODE", "", true);
  AddText(switched, "--series", to.series, "CODE", "", true);
  switched.add_flag("--none", to.none, "No set of the series is live from then on");
  AddText(switched, "--live", to.live, "CODE|none", "Only if this one is live now");
  AddText(switched, "--at", to.at, "TIME", "Default now");
  AddText(switched, "--reason", to.reason, "TEXT", "For the journal; no plate and no person", true);
  AddDryRun(switched, to.dry_run);
}

}  // namespace stadspoort::client
