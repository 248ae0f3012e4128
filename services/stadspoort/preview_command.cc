#include "services/stadspoort/preview_command.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/stadspoort/command.h"
#include "services/stadspoort/preview_page.h"
#include "services/stadspoort/time_text.h"
#include "services/stadspoort/timetable_drawing.h"
#include "stadspoort/zones/v1/zones.grpc.pb.h"

namespace stadspoort::client {
namespace {

using zones::v1::PreviewZoneRequest;
using zones::v1::PreviewZoneResponse;
using zones::v1::ZonesService;

constexpr absl::string_view kRoles = "clerk";
// "2026-05-01"; the week of it must lie in the years that travel.
constexpr size_t kDateBytes = 10;
constexpr int kFirstYear = 2;
constexpr int kLastYear = 9998;

std::optional<absl::CivilDay> ParseDate(const std::string& text) {
  absl::CivilDay day;
  if (text.size() != kDateBytes || !absl::ParseCivilTime(text, &day)) return std::nullopt;
  if (day.year() < kFirstYear || day.year() > kLastYear) return std::nullopt;
  return day;
}

absl::Status CheckCombination(const PreviewArguments& arguments) {
  if (arguments.week && !arguments.week->empty() && !ParseDate(*arguments.week)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--week \"", *arguments.week, "\" is not a date; write 2026-05-01, or nothing"));
  }
  if (arguments.week && !arguments.at.empty()) {
    return absl::InvalidArgumentError("--at asks about a moment, --week about a week; not both");
  }
  if (!arguments.draft_from.empty() && !arguments.draft) {
    return absl::InvalidArgumentError("--draft-from needs --draft");
  }
  return absl::OkStatus();
}

ExitCode Week(const PreviewArguments& arguments, const Session& session, const Output& output,
              PreviewZoneRequest request, const PreviewZoneResponse& now) {
  if (now.entries().empty()) {
    return Report({grpc::StatusCode::INTERNAL, "the register told nothing of the zone"},
                  session.options().server, output);
  }
  const absl::TimeZone clock = ClockOf(now);
  const absl::Time today = FromTimestamp(now.entries(0).start_time());
  const absl::CivilDay monday = MondayOf(*arguments.week, absl::ToCivilDay(today, clock));
  *request.mutable_start_time() = ToTimestamp(absl::FromCivil(monday, clock));
  *request.mutable_end_time() = ToTimestamp(absl::FromCivil(monday + kDrawnDays, clock));
  return CallAndShow(session, output, &ZonesService::Stub::PreviewZone, kRoles,
                     absl::StatusOr<PreviewZoneRequest>(request),
                     [&](const PreviewZoneResponse& response) {
                       return PreviewWeek(request, response, monday, output.colour);
                     });
}

ExitCode Preview(const PreviewArguments& arguments, const Session& session, const Output& output) {
  const absl::StatusOr<PreviewZoneRequest> request = PreviewRequest(arguments);
  if (!request.ok()) return output.WrongUsage(request.status());
  PreviewZoneResponse response;
  const grpc::Status status =
      session.Call(&ZonesService::Stub::PreviewZone, kRoles, *request, response);
  if (!status.ok()) return Report(status, session.options().server, output);
  if (arguments.week) return Week(arguments, session, output, *request, response);
  if (output.json) {
    output.Json(MessageJson(response));
  } else {
    output.out << PreviewSentences(*request, response);
  }
  return kFine;
}

}  // namespace

absl::StatusOr<PreviewZoneRequest> PreviewRequest(const PreviewArguments& arguments) {
  const absl::Status combination = CheckCombination(arguments);
  if (!combination.ok()) return combination;
  const absl::StatusOr<std::string> name = ZoneNameOf(arguments.zone);
  if (!name.ok()) return name.status();
  PreviewZoneRequest request;
  request.set_name(*name);
  request.set_with_draft(arguments.draft);
  if (!arguments.at.empty()) {
    const auto at = ParseTime(arguments.at, "--at");
    if (!at.ok()) return at.status();
    if (*at) *request.mutable_start_time() = ToTimestamp(**at);
  }
  if (!arguments.draft_from.empty()) {
    const auto from = ParseTime(arguments.draft_from, "--draft-from");
    if (!from.ok()) return from.status();
    if (*from) *request.mutable_draft_start_time() = ToTimestamp(**from);
  }
  return request;
}

absl::CivilDay MondayOf(const std::string& date, absl::CivilDay today) {
  const absl::CivilDay day = ParseDate(date).value_or(today);
  return absl::PrevWeekday(day + 1, absl::Weekday::monday);
}

void AddPreviewCommand(CLI::App& zone_group, Action& chosen) {
  CLI::App& command =
      *zone_group.add_subcommand("preview", "What holds in a zone at a moment, or during a week");
  PreviewArguments& arguments = Choose(command, chosen, &Preview);
  AddZoneArgument(command, arguments.zone);
  command.add_option("--at", arguments.at, "At this moment; default now")->option_text("TIME");
  command
      .add_option("--week", arguments.week, "The timetable of the week of this day, or of today")
      ->expected(0, 1)
      ->option_text("[YYYY-MM-DD]");
  command.add_flag("--draft", arguments.draft, "As it would be with the zone's draft");
  command
      .add_option("--draft-from", arguments.draft_from,
                  "As if the draft took force then; default the beginning of what is shown")
      ->option_text("TIME");
}

}  // namespace stadspoort::client
