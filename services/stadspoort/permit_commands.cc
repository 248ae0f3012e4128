#include "services/stadspoort/permit_commands.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "services/stadspoort/command.h"
#include "services/stadspoort/permit_arguments.h"
#include "services/stadspoort/permit_options.h"
#include "services/stadspoort/permit_queries.h"
#include "services/stadspoort/permit_set_commands.h"
#include "services/stadspoort/permit_type_commands.h"
#include "services/stadspoort/permit_write.h"
#include "services/stadspoort/plate_commands.h"
#include "services/stadspoort/words.h"

namespace stadspoort::client {
namespace {

using permits::v1::PermitsService;

// A verb that says no more than which permit, for whom or why.
template <typename Request, typename Response>
ExitCode Verb(PermitMethod<Request, Response> method, const PermitArguments& arguments,
              const Session& session, const Output& output) {
  return WritePermit(session, output, method, VerbRequest<Request>(arguments));
}

ExitCode Apply(const PermitArguments& arguments, const Session& session, const Output& output) {
  return WritePermit(
      session, output, &PermitsService::Stub::ApplyForPermit, ApplyRequest(arguments),
      [](const permits::v1::ApplyForPermitResponse& response) {
        return absl::StrCat("Price of its first term: ", MoneyText(response.price_cents()), "\n");
      });
}

ExitCode Evidence(const PermitArguments& arguments, const Session& session, const Output& output) {
  return WritePermit(session, output, &PermitsService::Stub::GiveEvidence,
                     EvidenceRequest(arguments));
}

ExitCode AskEvidence(const PermitArguments& arguments, const Session& session,
                     const Output& output) {
  return WritePermit(session, output, &PermitsService::Stub::AskEvidence,
                     AskEvidenceRequest(arguments));
}

ExitCode Approve(const PermitArguments& arguments, const Session& session, const Output& output) {
  return Verb(&PermitsService::Stub::ApprovePermit, arguments, session, output);
}

ExitCode Refuse(const PermitArguments& arguments, const Session& session, const Output& output) {
  return Verb(&PermitsService::Stub::RefusePermit, arguments, session, output);
}

ExitCode Accept(const PermitArguments& arguments, const Session& session, const Output& output) {
  return Verb(&PermitsService::Stub::AcceptOffer, arguments, session, output);
}

// Safe to send again too: by its reference.
ExitCode Pay(const PermitArguments& arguments, const Session& session, const Output& output) {
  return WritePermit(session, output, &PermitsService::Stub::ConfirmPayment,
                     PaymentRequest(arguments));
}

ExitCode Suspend(const PermitArguments& arguments, const Session& session, const Output& output) {
  return Verb(&PermitsService::Stub::SuspendPermit, arguments, session, output);
}

ExitCode Resume(const PermitArguments& arguments, const Session& session, const Output& output) {
  return Verb(&PermitsService::Stub::ResumePermit, arguments, session, output);
}

ExitCode Renew(const PermitArguments& arguments, const Session& session, const Output& output) {
  return Verb(&PermitsService::Stub::RenewPermit, arguments, session, output);
}

ExitCode Move(const PermitArguments& arguments, const Session& session, const Output& output) {
  return WritePermit(session, output, &PermitsService::Stub::MovePermit, MoveRequest(arguments));
}

ExitCode Withdraw(const PermitArguments& arguments, const Session& session, const Output& output) {
  return WritePermit(session, output, &PermitsService::Stub::WithdrawPermit,
                     VerbRequest<permits::v1::WithdrawPermitRequest>(arguments),
                     [](const permits::v1::WithdrawPermitResponse& response) {
                       return absl::StrCat(
                           "To be paid back: ", MoneyText(response.refund_due_cents()), "\n");
                     });
}

ExitCode Revoke(const PermitArguments& arguments, const Session& session, const Output& output) {
  return Verb(&PermitsService::Stub::RevokePermit, arguments, session, output);
}

// A subcommand, its arguments and what it runs.
struct Entry {
  CLI::App& command;
  PermitArguments& arguments;
};

Entry AddCommand(CLI::App& group, Action& chosen, const std::string& name,
                 const std::string& description, Run<PermitArguments> run) {
  CLI::App& command = *group.add_subcommand(name, description);
  return {command, Choose(command, chosen, run)};
}

// A command on one permit.
Entry AddVerb(CLI::App& group, Action& chosen, const std::string& name,
              const std::string& description, Run<PermitArguments> run) {
  const Entry entry = AddCommand(group, chosen, name, description, run);
  AddPermitName(entry.command, entry.arguments.name, entry.arguments.city);
  return entry;
}

void AddCodes(const Entry& entry, const std::string& option, std::vector<std::string>& values,
              const std::string& form, const std::string& description, bool required) {
  entry.command.add_option(option, values, description)
      ->required(required)
      ->allow_extra_args(false)
      ->delimiter(',')
      ->option_text(required ? form + " (required)" : form);
}

// A plate may hold a comma as it may hold anything: no list of them.
void AddPlates(const Entry& entry) {
  entry.command
      .add_option("--plate", entry.arguments.plates, "Such as 1-ABC-123 or 1-ABC-123/B; repeatable")
      ->required()
      ->allow_extra_args(false)
      ->option_text("NUMBER[/COUNTRY] (required)");
}

void AddReason(const Entry& entry) {
  AddText(entry.command, "--reason", entry.arguments.reason, "TEXT",
          "For the journal; no plate and no person", true);
}

// What ends every write.
void AddId(const Entry& entry) { AddRequestId(entry.command, entry.arguments.request_id); }

void AddWithReason(CLI::App& group, Action& chosen, const std::string& name,
                   const std::string& description, Run<PermitArguments> run) {
  const Entry entry = AddVerb(group, chosen, name, description, run);
  AddReason(entry);
  AddId(entry);
}

// Verbs of the holder, which a portal or a clerk may send for it.
Entry AddOfHolder(CLI::App& group, Action& chosen, const std::string& name,
                  const std::string& description, Run<PermitArguments> run) {
  const Entry entry = AddVerb(group, chosen, name, description, run);
  AddHolder(entry.command, entry.arguments.holder);
  return entry;
}

void AddApply(CLI::App& group, Action& chosen) {
  const Entry entry =
      AddCommand(group, chosen, "apply", "Ask for a permit; it is judged at once", &Apply);
  PermitArguments& arguments = entry.arguments;
  AddText(entry.command, "--city", arguments.city, "CODE", "", true);
  AddText(entry.command, "--type", arguments.type, "CODE", "Permit type of the city", true);
  AddText(entry.command, "--area", arguments.area, "CODE", "One of the type's areas", true);
  AddPlates(entry);
  AddText(entry.command, "--holder", arguments.holder, "TEXT",
          "For whom: the portal's own name for a person; a holder who calls may leave it out");
  AddText(entry.command, "--address", arguments.address, "TEXT",
          "The city's own name for a dwelling, where the type counts by address");
  AddCodes(entry, "--evidence", arguments.evidence_kinds, "KIND",
           "Evidence that the portal has; repeatable", false);
  AddText(entry.command, "--from", arguments.from, "TIME", "Default as soon as it is granted");
  AddText(entry.command, "--set", arguments.set, "CODE",
          "Its rights hold only while this set of permits is live");
  AddDryRun(entry.command, arguments.dry_run);
  AddId(entry);
}

void AddEvidence(CLI::App& group, Action& chosen) {
  const Entry given =
      AddOfHolder(group, chosen, "evidence", "One more kind of evidence was given", &Evidence);
  AddCodes(given, "--kind", given.arguments.evidence_kinds, "KIND", "One of those that are missing",
           true);
  AddId(given);
  const Entry asked =
      AddVerb(group, chosen, "ask-evidence",
              "From review back to the applicant: evidence is needed", &AskEvidence);
  AddCodes(asked, "--kind", asked.arguments.evidence_kinds, "KIND",
           "One of the type's kinds; repeatable", true);
  AddReason(asked);
  AddId(asked);
}

void AddPayment(CLI::App& group, Action& chosen) {
  AddId(AddOfHolder(group, chosen, "accept", "Take the place that was offered", &Accept));
  const Entry pay = AddOfHolder(group, chosen, "pay", "What is due was paid", &Pay);
  AddText(pay.command, "--amount", pay.arguments.amount, "EUROS", "Such as 12.50", true);
  AddText(pay.command, "--reference", pay.arguments.reference, "TEXT",
          "Of whoever took the payment; sending the same again is safe", true);
}

void AddTerms(CLI::App& group, Action& chosen) {
  const Entry renew =
      AddOfHolder(group, chosen, "renew", "Ask for another term after the present one", &Renew);
  AddDryRun(renew.command, renew.arguments.dry_run);
  AddId(renew);
  const Entry move =
      AddOfHolder(group, chosen, "move", "To another address and area, at once", &Move);
  AddText(move.command, "--area", move.arguments.area, "CODE", "One of the type's areas", true);
  AddText(move.command, "--address", move.arguments.address, "TEXT",
          "The city's own name for the dwelling");
  AddDryRun(move.command, move.arguments.dry_run);
  AddId(move);
  const Entry withdraw =
      AddOfHolder(group, chosen, "withdraw", "The holder gives it back", &Withdraw);
  AddDryRun(withdraw.command, withdraw.arguments.dry_run);
  AddId(withdraw);
}

}  // namespace

void AddPermitCommands(CLI::App& app, Action& chosen) {
  CLI::App& group = *app.add_subcommand(
      "permit", "Permits: from the application to the rights that scanners find");
  AddPermitTypeCommands(group, chosen);
  AddPermitSetCommands(group, chosen);
  AddApply(group, chosen);
  AddEvidence(group, chosen);
  AddWithReason(group, chosen, "approve", "Grant what is in review", &Approve);
  AddWithReason(group, chosen, "refuse", "Refuse what is in review", &Refuse);
  AddPayment(group, chosen);
  AddPlateCommands(group, chosen);
  AddWithReason(group, chosen, "suspend", "Pause its rights, until it is resumed", &Suspend);
  AddWithReason(group, chosen, "resume", "End the pause", &Resume);
  AddTerms(group, chosen);
  AddWithReason(group, chosen, "revoke", "Take it away, from now on", &Revoke);
  AddPermitQueries(group, chosen);
}

}  // namespace stadspoort::client
