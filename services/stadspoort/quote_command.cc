#include "services/stadspoort/quote_command.h"

#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "services/stadspoort/command.h"
#include "services/stadspoort/names.h"
#include "services/stadspoort/quote_page.h"
#include "services/stadspoort/time_text.h"
#include "stadspoort/rights/v1/rights.grpc.pb.h"

namespace stadspoort::client {
namespace {

using rights::v1::QuoteRightRequest;
using rights::v1::QuoteRightResponse;
using rights::v1::RightsService;

ExitCode Quote(const QuoteArguments& arguments, const Session& session, const Output& output) {
  const absl::StatusOr<QuoteRightRequest> request = QuoteRequest(arguments, absl::Now());
  const absl::string_view roles = session.ProviderOrClerk();
  return CallAndShow(session, output, &RightsService::Stub::QuoteRight, roles, request,
                     [&](const QuoteRightResponse& response) {
                       return QuotePage(*request, response,
                                        CityClock(session, request->parent(), roles));
                     });
}

}  // namespace

absl::StatusOr<QuoteRightRequest> QuoteRequest(const QuoteArguments& arguments, absl::Time now) {
  const absl::StatusOr<std::string> city = CityName(arguments.city);
  if (!city.ok()) return city.status();
  const absl::StatusOr<std::string> type = RightTypeName(*city, arguments.type);
  if (!type.ok()) return type.status();
  QuoteRightRequest request;
  request.set_parent(*city);
  request.set_right_type(*type);
  for (const std::string& text : arguments.zones) {
    const absl::StatusOr<std::string> zone = ZoneName(*city, text);
    if (!zone.ok()) return zone.status();
    request.add_zones(*zone);
  }
  const auto from = ParseTime(arguments.from, "--from");
  if (!from.ok()) return from.status();
  if (*from) *request.mutable_start_time() = ToTimestamp(**from);
  const auto until = ParseTime(arguments.until, "--until");
  if (!until.ok()) return until.status();
  *request.mutable_end_time() = ToTimestamp(until->value_or(now));
  return request;
}

void AddQuoteCommand(CLI::App& app, Action& chosen) {
  CLI::App& command =
      *app.add_subcommand("quote", "What a right would cost, frame by frame; nothing is stored");
  QuoteArguments& arguments = Choose(command, chosen, &Quote);
  command.add_option("--city", arguments.city)->required()->option_text("CODE (required)");
  command.add_option("--type", arguments.type, "Right type of the city")
      ->required()
      ->option_text("CODE (required)");
  command
      .add_option("--zone", arguments.zones, "Repeatable; a right costs what its dearest zone does")
      ->required()
      ->allow_extra_args(false)
      ->delimiter(',')
      ->option_text("ZONE (required)");
  command.add_option("--from", arguments.from, "Default now")->option_text("TIME");
  command.add_option("--until", arguments.until)->required()->option_text("TIME (required)");
}

}  // namespace stadspoort::client
