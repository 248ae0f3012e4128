#include "services/stadspoort/right_commands.h"

#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "services/stadspoort/all_pages.h"
#include "services/stadspoort/failure.h"
#include "services/stadspoort/json_text.h"
#include "services/stadspoort/names.h"
#include "services/stadspoort/quote_page.h"
#include "services/stadspoort/right_arguments.h"
#include "services/stadspoort/right_page.h"
#include "stadspoort/rights/v1/rights.grpc.pb.h"

namespace stadspoort::client {
namespace {

using rights::v1::RightsService;

constexpr absl::string_view kProvider = "provider";
constexpr absl::string_view kClerk = "clerk";

using Run = ExitCode (*)(const RightArguments&, const Session&, const Output&);

// Answers that hold a right, and perhaps what is due and remarks.
void ShowRight(const rights::v1::Right& right, std::string_view more, absl::string_view roles,
               const Session& session, const Output& output) {
  output.out << RightPage(right, CityClock(session, CityOf(right.name()), roles)) << more;
}

// "Amount due for the whole term: €3.60", and the remarks.
template <typename Response>
std::string AmountAndRemarks(const Response& response) {
  return absl::StrCat(
      response.has_amount_due()
          ? absl::StrCat("Amount due for the whole term: ", AmountText(response.amount_due()), "\n")
          : "",
      RemarksText(response.remarks()));
}

// One call whose answer is a right with what is due and remarks.
template <typename Request, typename Response>
ExitCode CallAndRemark(grpc::Status (RightsService::Stub::*method)(grpc::ClientContext*,
                                                                   const Request&, Response*),
                       absl::string_view roles, const absl::StatusOr<Request>& request,
                       const Session& session, const Output& output) {
  if (!request.ok()) return output.WrongUsage(request.status());
  Response response;
  const grpc::Status status = session.Call(method, roles, *request, response);
  if (!status.ok()) return Report(status, session.options().server, output);
  if (output.json) {
    output.Json(MessageJson(response));
  } else {
    ShowRight(response.right(), AmountAndRemarks(response), roles, session, output);
  }
  return kFine;
}

// One call whose answer is a right alone.
template <typename Request, typename Response>
ExitCode CallAndShow(grpc::Status (RightsService::Stub::*method)(grpc::ClientContext*,
                                                                 const Request&, Response*),
                     absl::string_view roles, const Request& request, const Session& session,
                     const Output& output) {
  Response response;
  const grpc::Status status = session.Call(method, roles, request, response);
  if (!status.ok()) return Report(status, session.options().server, output);
  if (output.json) {
    output.Json(MessageJson(response));
  } else {
    ShowRight(response.right(), "", roles, session, output);
  }
  return kFine;
}

// Revoke, suspend and resume are alike: a name and a reason.
template <typename Request, typename Response>
ExitCode CallWithReason(grpc::Status (RightsService::Stub::*method)(grpc::ClientContext*,
                                                                    const Request&, Response*),
                        const RightArguments& arguments, const Session& session,
                        const Output& output) {
  const absl::StatusOr<std::string> name = NameOf(arguments);
  if (!name.ok()) return output.WrongUsage(name.status());
  Request request;
  request.set_name(*name);
  request.set_reason(arguments.reason);
  return CallAndShow(method, kClerk, request, session, output);
}

// Rights are enrolled in a provider's name, and references are a provider's own.
absl::Status CheckProvider(const Session& session) {
  if (!session.options().provider.empty() || !session.options().roles.empty()) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError("in whose name? Give --provider CODE");
}

ExitCode Enrol(const RightArguments& arguments, const Session& session, const Output& output) {
  const absl::Status provider = CheckProvider(session);
  if (!provider.ok()) return output.WrongUsage(provider);
  return CallAndRemark(&RightsService::Stub::EnrolRight, kProvider,
                       EnrolRequest(arguments, absl::Now()), session, output);
}

ExitCode Amend(const RightArguments& arguments, const Session& session, const Output& output) {
  return CallAndRemark(&RightsService::Stub::AmendRight, session.ProviderOrClerk(),
                       AmendRequest(arguments, absl::Now()), session, output);
}

ExitCode End(const RightArguments& arguments, const Session& session, const Output& output) {
  const auto request = EndRequest(arguments);
  if (!request.ok()) return output.WrongUsage(request.status());
  const bool by_reference = request->target_case() == rights::v1::EndRightRequest::kReference;
  const absl::Status provider = by_reference ? CheckProvider(session) : absl::OkStatus();
  if (!provider.ok()) return output.WrongUsage(provider);
  const absl::string_view roles = by_reference ? kProvider : session.ProviderOrClerk();
  rights::v1::EndRightResponse response;
  const grpc::Status status =
      session.Call(&RightsService::Stub::EndRight, roles, *request, response);
  if (!status.ok()) return Report(status, session.options().server, output);
  if (output.json) {
    output.Json(MessageJson(response));
  } else if (response.has_pending_end()) {
    output.out << PendingEndText(response.pending_end(),
                                 CityClock(session, request->parent(), roles))
               << RemarksText(response.remarks());
  } else {
    ShowRight(response.right(), AmountAndRemarks(response), roles, session, output);
  }
  return kFine;
}

ExitCode Revoke(const RightArguments& arguments, const Session& session, const Output& output) {
  return CallWithReason(&RightsService::Stub::RevokeRight, arguments, session, output);
}

ExitCode Suspend(const RightArguments& arguments, const Session& session, const Output& output) {
  return CallWithReason(&RightsService::Stub::SuspendRight, arguments, session, output);
}

ExitCode Resume(const RightArguments& arguments, const Session& session, const Output& output) {
  return CallWithReason(&RightsService::Stub::ResumeRight, arguments, session, output);
}

ExitCode Correct(const RightArguments& arguments, const Session& session, const Output& output) {
  const auto request = CorrectRequest(arguments, absl::Now());
  if (!request.ok()) return output.WrongUsage(request.status());
  return CallAndShow(&RightsService::Stub::CorrectRight, kClerk, *request, session, output);
}

ExitCode Show(const RightArguments& arguments, const Session& session, const Output& output) {
  const absl::StatusOr<std::string> name = NameOf(arguments);
  if (!name.ok()) return output.WrongUsage(name.status());
  rights::v1::GetRightRequest request;
  request.set_name(*name);
  return CallAndShow(&RightsService::Stub::GetRight, session.ProviderOrClerk(), request, session,
                     output);
}

ExitCode List(const RightArguments& arguments, const Session& session, const Output& output) {
  const auto request = ListRequest(arguments);
  if (!request.ok()) return output.WrongUsage(request.status());
  rights::v1::ListRightsResponse all;
  const grpc::Status status =
      AllPages(session, &RightsService::Stub::ListRights, session.ProviderOrClerk(), *request, all);
  if (!status.ok()) return Report(status, session.options().server, output);
  if (output.json) {
    output.Json(MessageJson(all));
  } else if (all.rights().empty()) {
    output.out << "No rights.\n";
  } else {
    output.out << RightTable(all.rights(),
                             CityClock(session, request->parent(), session.ProviderOrClerk()),
                             output.colour);
  }
  return kFine;
}

// A subcommand, its arguments and what it runs.
struct Entry {
  CLI::App& command;
  RightArguments& arguments;
};

Entry AddCommand(CLI::App& group, Action& chosen, const std::string& name,
                 const std::string& description, Run run) {
  CLI::App& command = *group.add_subcommand(name, description);
  const auto arguments = std::make_shared<RightArguments>();
  command.callback([arguments, run, &chosen] {
    chosen = [arguments, run](const Session& session, const Output& output) {
      return run(*arguments, session, output);
    };
  });
  return {command, *arguments};
}

void AddText(const Entry& entry, const std::string& option, std::string& value,
             const std::string& form, const std::string& description, bool required = false) {
  entry.command.add_option(option, value, description)
      ->required(required)
      ->option_text(required && option != "NAME" ? form + " (required)" : form);
}

void AddName(const Entry& entry, bool required) {
  AddText(entry, "NAME", entry.arguments.name, " ", "cities/CITY/rights/UUID, or UUID with --city",
          required);
  AddText(entry, "--city", entry.arguments.city, "CODE", "");
}

void AddPlate(const Entry& entry, bool required) {
  AddText(entry, "--plate", entry.arguments.plate, "NUMBER[/COUNTRY]",
          "Such as 1-ABC-123 or 1-ABC-123/B", required);
  AddText(entry, "--country", entry.arguments.country, "SIGN",
          "Country of the plate, when not given with it: B, NL, F, D ...");
}

void AddZones(const Entry& entry) {
  entry.command.add_option("--zone", entry.arguments.zones, "Repeatable")
      ->allow_extra_args(false)
      ->delimiter(',')
      ->option_text("ZONE");
}

// No delimiter: the comma belongs to a window's list of days.
void AddWindows(const Entry& entry) {
  entry.command
      .add_option("--window", entry.arguments.windows,
                  "Good only then, such as \"Mon-Fri 09:00-12:00\"; repeatable")
      ->allow_extra_args(false)
      ->option_text("WINDOW");
}

void AddChanges(const Entry& entry) {
  AddZones(entry);
  AddWindows(entry);
  entry.command.add_flag("--no-windows", entry.arguments.no_windows, "Good at all hours again");
  AddText(entry, "--etag", entry.arguments.etag, "TAG",
          "Only if this is still the right's version tag");
}

void AddReason(const Entry& entry, bool required) {
  AddText(entry, "--reason", entry.arguments.reason, "TEXT",
          "For the journal; no plate and no person", required);
}

void AddEnrol(CLI::App& group, Action& chosen) {
  const Entry entry = AddCommand(group, chosen, "enrol", "Enrol a right for a plate", &Enrol);
  AddText(entry, "--city", entry.arguments.city, "CODE", "", true);
  AddPlate(entry, true);
  AddText(entry, "--type", entry.arguments.type, "CODE", "Right type of the city", true);
  AddZones(entry);
  entry.command.add_flag("--city-wide", entry.arguments.city_wide, "Good in every zone");
  AddText(entry, "--from", entry.arguments.from, "TIME", "Default at once");
  AddText(entry, "--until", entry.arguments.until, "TIME",
          "Default none: the city's safety end applies");
  AddWindows(entry);
  AddText(entry, "--reference", entry.arguments.reference, "TEXT",
          "The provider's own; sending the same again is safe", true);
}

void AddAmend(CLI::App& group, Action& chosen) {
  const Entry entry =
      AddCommand(group, chosen, "amend", "Change end, zones or windows of a right", &Amend);
  AddName(entry, true);
  AddText(entry, "--until", entry.arguments.until, "TIME", "The new end");
  entry.command.add_flag("--open", entry.arguments.open, "Without an end");
  AddChanges(entry);
  AddReason(entry, false);
}

void AddEnd(CLI::App& group, Action& chosen) {
  const Entry entry = AddCommand(group, chosen, "end", "End a right, now or at a time", &End);
  AddName(entry, false);
  AddText(entry, "--reference", entry.arguments.reference, "TEXT",
          "The provider's own, with --city, instead of NAME");
  AddText(entry, "--at", entry.arguments.at, "TIME", "Default now");
  AddReason(entry, false);
}

void AddCorrect(CLI::App& group, Action& chosen) {
  const Entry entry = AddCommand(group, chosen, "correct",
                                 "Put right what was recorded wrongly, in the past too", &Correct);
  AddName(entry, true);
  AddPlate(entry, false);
  AddText(entry, "--type", entry.arguments.type, "CODE", "Right type of the city");
  AddText(entry, "--from", entry.arguments.from, "TIME", "The true start");
  AddText(entry, "--until", entry.arguments.until, "TIME", "The true end");
  AddChanges(entry);
  AddReason(entry, true);
}

void AddWithReason(CLI::App& group, Action& chosen, const std::string& name,
                   const std::string& description, Run run) {
  const Entry entry = AddCommand(group, chosen, name, description, run);
  AddName(entry, true);
  AddReason(entry, true);
}

}  // namespace

void AddRightCommands(CLI::App& app, Action& chosen) {
  CLI::App& group = *app.add_subcommand("right", "Rights: enrol, amend, end, revoke, look up");
  AddEnrol(group, chosen);
  AddAmend(group, chosen);
  AddEnd(group, chosen);
  AddWithReason(group, chosen, "revoke", "Take a right away, from now on", &Revoke);
  AddWithReason(group, chosen, "suspend", "Pause a right, from now until it is resumed", &Suspend);
  AddWithReason(group, chosen, "resume", "End the pause of a right", &Resume);
  AddCorrect(group, chosen);
  AddName(AddCommand(group, chosen, "show", "One right", &Show), true);
  const Entry list =
      AddCommand(group, chosen, "list", "The rights of a city, or of one plate", &List);
  AddText(list, "--city", list.arguments.city, "CODE", "", true);
  AddPlate(list, false);
}

}  // namespace stadspoort::client
