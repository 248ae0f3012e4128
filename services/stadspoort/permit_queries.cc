#include "services/stadspoort/permit_queries.h"

#include <string>

#include "absl/strings/string_view.h"
#include "services/stadspoort/all_pages.h"
#include "services/stadspoort/command.h"
#include "services/stadspoort/names.h"
#include "services/stadspoort/permit_follow.h"
#include "services/stadspoort/permit_history_page.h"
#include "services/stadspoort/permit_options.h"
#include "services/stadspoort/permit_page.h"
#include "services/stadspoort/permit_questions.h"
#include "stadspoort/permits/v1/permits.grpc.pb.h"

namespace stadspoort::client {
namespace {

using permits::v1::PermitsService;

constexpr absl::string_view kRoles = "clerk";

ExitCode Show(const PermitShowArguments& arguments, const Session& session, const Output& output) {
  return CallAndShow(
      session, output, &PermitsService::Stub::GetPermit, kRoles, PermitShowRequest(arguments),
      [&](const permits::v1::GetPermitResponse& response) {
        return PermitPage(response.permit(),
                          CityClock(session, CityOf(response.permit().name()), kRoles),
                          output.colour);
      });
}

ExitCode List(const PermitListArguments& arguments, const Session& session, const Output& output) {
  const auto request = PermitListRequest(arguments);
  if (!request.ok()) return output.WrongUsage(request.status());
  permits::v1::ListPermitsResponse all;
  const grpc::Status status =
      AllPages(session, &PermitsService::Stub::ListPermits, kRoles, *request, all);
  if (!status.ok()) return Report(status, session.options().server, output);
  if (output.json) {
    output.Json(MessageJson(all));
  } else if (all.permits().empty()) {
    output.out << "No permits.\n";
  } else {
    output.out << PermitTable(all.permits(), CityClock(session, request->parent(), kRoles),
                              output.colour);
  }
  return kFine;
}

// Follows the page tokens to the end. Every page has the permit, which is wanted once.
grpc::Status AllEvents(const Session& session, permits::v1::ListPermitEventsRequest request,
                       permits::v1::ListPermitEventsResponse& all) {
  while (true) {
    permits::v1::ListPermitEventsResponse page;
    const grpc::Status status =
        session.Call(&PermitsService::Stub::ListPermitEvents, kRoles, request, page);
    if (!status.ok()) return status;
    all.mutable_events()->MergeFrom(page.events());
    *all.mutable_permit() = page.permit();
    if (page.next_page_token().empty()) return status;
    if (page.next_page_token() == request.page_token()) {
      return {grpc::StatusCode::INTERNAL, "the register gave the same page twice"};
    }
    request.set_page_token(page.next_page_token());
  }
}

ExitCode History(const PermitHistoryArguments& arguments, const Session& session,
                 const Output& output) {
  const auto request = PermitHistoryRequest(arguments);
  if (!request.ok()) return output.WrongUsage(request.status());
  permits::v1::ListPermitEventsResponse all;
  const grpc::Status status = AllEvents(session, *request, all);
  if (!status.ok()) return Report(status, session.options().server, output);
  if (output.json) {
    output.Json(MessageJson(all));
  } else {
    output.out << PermitHistoryPage(
        *request, all, CityClock(session, CityOf(request->permit()), kRoles), output.colour);
  }
  return kFine;
}

void AddList(CLI::App& permit_group, Action& chosen) {
  CLI::App& command =
      *permit_group.add_subcommand("list", "The permits of a city, or some of them");
  PermitListArguments& arguments = Choose(command, chosen, &List);
  AddText(command, "--city", arguments.city, "CODE", "", true);
  AddText(command, "--holder", arguments.holder, "TEXT", "Of one holder; a portal must say");
  command.add_option("--state", arguments.states, "In these states, such as in-review; repeatable")
      ->allow_extra_args(false)
      ->delimiter(',')
      ->option_text("STATE");
  AddText(command, "--type", arguments.type, "CODE", "Of one permit type");
  AddText(command, "--plate", arguments.plate, "NUMBER[/COUNTRY]", "That have this plate now");
}

}  // namespace

void AddPermitQueries(CLI::App& permit_group, Action& chosen) {
  CLI::App& show = *permit_group.add_subcommand("show", "One permit");
  PermitShowArguments& shown = Choose(show, chosen, &Show);
  AddPermitName(show, shown.name, shown.city);
  AddHolder(show, shown.holder);

  AddList(permit_group, chosen);

  CLI::App& history = *permit_group.add_subcommand(
      "history", "For an objection: what was done to a permit, by whom and why");
  PermitHistoryArguments& told = Choose(history, chosen, &History);
  AddPermitName(history, told.name, told.city);
  AddText(history, "--known-at", told.known_at, "TIME",
          "As the register knew it then; default now");

  CLI::App& follow = *permit_group.add_subcommand(
      "follow",
      "What happens to permits, a line for each event, until it is interrupted (Ctrl-C) or "
      "--deadline has passed");
  PermitFollowArguments& followed = Choose(follow, chosen, &FollowPermits);
  AddText(follow, "--city", followed.city, "CODE", "", true);
  AddText(follow, "--since", followed.since, "CURSOR", "Where an earlier run ended");
  AddText(follow, "--from", followed.from, "TIME", "What was recorded since then; default now");
}

}  // namespace stadspoort::client
