#include "services/stadspoort/publish_commands.h"

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/stadspoort/all_pages.h"
#include "services/stadspoort/command.h"
#include "services/stadspoort/draft_page.h"
#include "services/stadspoort/names.h"
#include "services/stadspoort/publish_page.h"
#include "services/stadspoort/publish_request.h"
#include "services/stadspoort/request_id.h"
#include "stadspoort/zones/v1/zones.grpc.pb.h"

namespace stadspoort::client {
namespace {

using zones::v1::ZonesService;

constexpr absl::string_view kRoles = "city-admin";
constexpr int kPageSize = 1000;  // the contract's most

// The call, and its answer with the id under which it may be sent again.
template <typename Request, typename Response, typename Page>
ExitCode Send(const Session& session, const Output& output,
              grpc::Status (ZonesService::Stub::*method)(grpc::ClientContext*, const Request&,
                                                         Response*),
              const Request& request, absl::string_view zones_instead_of_all, const Page& page) {
  Response response;
  const grpc::Status status = CallUntilKnown(session, method, kRoles, request, response);
  if (!status.ok()) {
    return ReportRequest(status, session, output, request.request_id(), zones_instead_of_all);
  }
  if (output.json) {
    nlohmann::ordered_json answer = MessageJson(response);
    answer["requestId"] = request.request_id();
    answer["validateOnly"] = request.validate_only();
    output.Json(answer);
  } else {
    output.out << page(response);
  }
  return kFine;
}

// The drafts of --all, by name.
grpc::Status AddAllDrafts(const Session& session, zones::v1::PublishZonesRequest& request) {
  zones::v1::ListZoneDraftsRequest list;
  list.set_parent(request.parent());
  list.set_page_size(kPageSize);
  zones::v1::ListZoneDraftsResponse all;
  grpc::Status status = AllPages(session, &ZonesService::Stub::ListZoneDrafts, kRoles, list, all);
  for (const zones::v1::ZoneDraft& draft : all.drafts()) {
    request.add_drafts()->set_zone(
        absl::StrCat(request.parent(), "/zones/", ZoneCodeOfDraft(draft.name())));
  }
  return status;
}

ExitCode Publish(const PublishArguments& arguments, const Session& session, const Output& output) {
  auto request = PublishRequest(arguments);
  if (!request.ok()) return output.WrongUsage(request.status());
  std::string zones;
  if (arguments.all) {
    const grpc::Status status = AddAllDrafts(session, *request);
    if (!status.ok()) return Report(status, session.options().server, output);
    if (request->drafts().empty()) {
      return Report({grpc::StatusCode::FAILED_PRECONDITION,
                     absl::StrCat(request->parent(), " has no drafts to publish")},
                    session.options().server, output);
    }
    for (const auto& draft : request->drafts()) {
      absl::StrAppend(&zones, zones.empty() ? "" : " ", CodeOf(draft.zone()));
    }
  }
  return Send(session, output, &ZonesService::Stub::PublishZones, *request, zones,
              [&](const zones::v1::PublishZonesResponse& response) {
                return PublishPage(response, arguments.dry_run,
                                   CityClock(session, request->parent(), kRoles), output.colour);
              });
}

ExitCode Retire(const RetireArguments& arguments, const Session& session, const Output& output) {
  const auto request = RetireRequest(arguments);
  if (!request.ok()) return output.WrongUsage(request.status());
  return Send(session, output, &ZonesService::Stub::RetireZone, *request, "",
              [&](const zones::v1::RetireZoneResponse& response) {
                return RetirePage(response, arguments.dry_run,
                                  CityClock(session, CityOf(request->name()), kRoles),
                                  output.colour);
              });
}

ExitCode Withdraw(const WithdrawArguments& arguments, const Session& session,
                  const Output& output) {
  const auto request = WithdrawRequest(arguments);
  if (!request.ok()) return output.WrongUsage(request.status());
  return Send(session, output, &ZonesService::Stub::WithdrawZoneVersion, *request, "",
              [&](const zones::v1::WithdrawZoneVersionResponse& response) {
                return WithdrawPage(response, arguments.dry_run,
                                    CityClock(session, CityOf(request->name()), kRoles),
                                    output.colour);
              });
}

// What every write of this group understands.
template <typename Arguments>
void AddWriteOptions(CLI::App& command, Arguments& arguments, const std::string& etag) {
  command.add_flag("--dry-run", arguments.dry_run, "Judge only, store nothing");
  command.add_option("--etag", arguments.etag, etag)->option_text("TAG");
  command.add_option("--reason", arguments.reason, "For the journal; no plate and no person")
      ->option_text("TEXT");
  command
      .add_option("--request-id", arguments.request_id,
                  "Your own, so that sending the same again is safe; default a random one")
      ->option_text("ID");
}

}  // namespace

void AddPublishCommands(CLI::App& zone_group, Action& chosen) {
  CLI::App& publish = *zone_group.add_subcommand(
      "publish", "Publish validated drafts, all or none, at once or for a moment");
  PublishArguments& drafts = Choose(publish, chosen, &Publish);
  publish.add_option("CITY", drafts.city)->required()->option_text(" ");
  publish.add_option("ZONE", drafts.zones, "Zone codes")->option_text(" ");
  publish.add_flag("--all", drafts.all, "Every draft of the city");
  publish.add_option("--from", drafts.from, "The versions take force then; default now")
      ->option_text("TIME");
  AddWriteOptions(publish, drafts, "Of one zone: only if this is still its draft's version tag");

  CLI::App& retire =
      *zone_group.add_subcommand("retire", "End a zone: nothing is required there any more");
  RetireArguments& ended = Choose(retire, chosen, &Retire);
  AddZoneArgument(retire, ended.zone);
  retire.add_option("--at", ended.at, "It ends then; default now")->option_text("TIME");
  AddWriteOptions(retire, ended, "Only if this is still the zone's version tag");

  CLI::App& withdraw = *zone_group.add_subcommand(
      "withdraw", "Call back the newest version of a zone before it comes into force");
  WithdrawArguments& called_back = Choose(withdraw, chosen, &Withdraw);
  withdraw.add_option("CITY", called_back.city)->required()->option_text(" ");
  withdraw.add_option("ZONE", called_back.zone, "Zone code")->required()->option_text(" ");
  withdraw.add_option("VERSION", called_back.version, "Its number; must be the newest")
      ->required()
      ->option_text(" ");
  AddWriteOptions(withdraw, called_back, "Only if this is still the zone's version tag");
}

}  // namespace stadspoort::client
