#include "services/stadspoort/right_type_commands.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/stadspoort/names.h"
#include "services/stadspoort/words.h"
#include "stadspoort/cities/v1/cities.grpc.pb.h"

namespace stadspoort::client {
namespace {

using cities::v1::CitiesService;

constexpr absl::string_view kRoles = "city-admin";

absl::Status ReadBackdate(absl::string_view text, cities::v1::BackdateRule& rule) {
  if (text == "none") {
    rule.set_none(true);
    return absl::OkStatus();
  }
  if (text == "start-of-day") {
    rule.set_start_of_day(true);
    return absl::OkStatus();
  }
  absl::Duration at_most;
  if (!absl::ParseDuration(text, &at_most) || at_most <= absl::ZeroDuration() ||
      at_most == absl::InfiniteDuration() || at_most % absl::Seconds(1) != absl::ZeroDuration()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--backdate \"", text,
        "\" is no rule for the past; write none, start-of-day, or a time such as 30m"));
  }
  rule.mutable_at_most()->set_seconds(absl::ToInt64Seconds(at_most));
  return absl::OkStatus();
}

ExitCode Create(const RightTypeArguments& arguments, const Session& session, const Output& output) {
  return CallAndShow(
      session, output, &CitiesService::Stub::CreateRightType, kRoles, RightTypeRequest(arguments),
      [&](const cities::v1::CreateRightTypeResponse& response) {
        return absl::StrCat(
            arguments.dry_run ? "Judged only, nothing was stored. It would be: " : "",
            "right type ", CodeOf(response.right_type().name()),
            " created: ", RightKindText(response.right_type().kind()), "\n");
      });
}

}  // namespace

absl::StatusOr<cities::v1::CreateRightTypeRequest> RightTypeRequest(
    const RightTypeArguments& arguments) {
  const absl::StatusOr<std::string> city = CityName(arguments.city);
  if (!city.ok()) return city.status();
  const absl::StatusOr<std::string> name = RightTypeName(*city, arguments.code);
  if (!name.ok()) return name.status();
  const absl::StatusOr<common::v1::RightKind> kind = ParseRightKind(arguments.kind);
  if (!kind.ok()) return kind.status();
  cities::v1::CreateRightTypeRequest request;
  request.set_parent(*city);
  request.set_right_type_id(CodeOf(*name));
  request.mutable_right_type()->set_kind(*kind);
  request.mutable_right_type()->set_display_name(arguments.display_name);
  if (!arguments.backdate.empty()) {
    const absl::Status read =
        ReadBackdate(arguments.backdate, *request.mutable_right_type()->mutable_backdate());
    if (!read.ok()) return read;
  }
  request.set_validate_only(arguments.dry_run);
  return request;
}

void AddRightTypeCommands(CLI::App& city_group, Action& chosen) {
  CLI::App& group = *city_group.add_subcommand("right-type", "What may be granted in a city");
  CLI::App& command = *group.add_subcommand(
      "create", "Add a right type: the city's own code for one of the register's kinds");
  RightTypeArguments& arguments = Choose(command, chosen, &Create);
  command.add_option("CITY", arguments.city, "Such as ghent")->required()->option_text(" ");
  command.add_option("CODE", arguments.code, "Such as bewoner")->required()->option_text(" ");
  command.add_option("--kind", arguments.kind, "Such as resident, paid or day-pass")
      ->required()
      ->option_text("KIND (required)");
  command.add_option("--name", arguments.display_name, "For people")->option_text("TEXT");
  command
      .add_option("--backdate", arguments.backdate,
                  "How far before its enrolment a right may start; default none")
      ->option_text("none|start-of-day|30m");
  command.add_flag("--dry-run", arguments.dry_run, "Judge only, store nothing");
}

}  // namespace stadspoort::client
