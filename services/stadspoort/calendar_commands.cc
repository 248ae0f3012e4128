#include "services/stadspoort/calendar_commands.h"

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/stadspoort/city_file.h"
#include "services/stadspoort/json_file.h"
#include "services/stadspoort/names.h"
#include "stadspoort/cities/v1/cities.grpc.pb.h"

namespace stadspoort::client {
namespace {

using cities::v1::CitiesService;

constexpr absl::string_view kRoles = "city-admin";

struct SetArguments {
  std::string city;
  std::string file;
  std::string etag;
  bool dry_run = false;
};

absl::StatusOr<cities::v1::UpdateCalendarRequest> SetRequest(const SetArguments& arguments) {
  const absl::StatusOr<std::string> city = CityName(arguments.city);
  if (!city.ok()) return city.status();
  const absl::StatusOr<std::string> text = ReadFile(arguments.file);
  if (!text.ok()) return text.status();
  auto request = ReadCalendarFile(*text, arguments.file, *city);
  if (!request.ok()) return request;
  request->mutable_calendar()->set_etag(arguments.etag);
  request->set_validate_only(arguments.dry_run);
  return request;
}

ExitCode Set(const SetArguments& arguments, const Session& session, const Output& output) {
  return CallAndShow(
      session, output, &CitiesService::Stub::UpdateCalendar, kRoles, SetRequest(arguments),
      [&](const cities::v1::UpdateCalendarResponse& set) {
        const int days = set.calendar().special_days_size();
        return absl::StrCat(
            arguments.dry_run ? "Judged only, nothing was stored. It would be: " : "",
            "calendar of ", CodeOf(CityOf(set.calendar().name())), " set: ", days, " special day",
            days == 1 ? "" : "s", "\n");
      });
}

}  // namespace

void AddCalendarCommands(CLI::App& city_group, Action& chosen) {
  CLI::App& group = *city_group.add_subcommand("calendar", "The city's special days");
  CLI::App& command =
      *group.add_subcommand("set", "Set all special days; those before today stay what they are");
  SetArguments& arguments = Choose(command, chosen, &Set);
  command.add_option("CITY", arguments.city, "Such as ghent")->required()->option_text(" ");
  command
      .add_option("--file", arguments.file,
                  "{\"calendar\": {\"special_days\": [...]}}; nothing else in it is read")
      ->required()
      ->option_text("city.json (required)");
  command.add_option("--etag", arguments.etag, "Only if this is still the calendar's version tag")
      ->option_text("TAG");
  command.add_flag("--dry-run", arguments.dry_run, "Judge only, store nothing");
}

}  // namespace stadspoort::client
