#include "services/stadspoort/contract_commands.h"

#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "services/stadspoort/contract_arguments.h"
#include "services/stadspoort/contract_page.h"
#include "services/stadspoort/failure.h"
#include "services/stadspoort/json_text.h"
#include "services/stadspoort/names.h"
#include "stadspoort/cities/v1/cities.grpc.pb.h"

namespace stadspoort::client {
namespace {

using cities::v1::CitiesService;

constexpr absl::string_view kAdmin = "city-admin";

using Run = ExitCode (*)(const ContractArguments&, const Session&, const Output&);

// One call whose answer is a contract.
template <typename Request, typename Response>
ExitCode CallAndShow(grpc::Status (CitiesService::Stub::*method)(grpc::ClientContext*,
                                                                 const Request&, Response*),
                     absl::string_view roles, const absl::StatusOr<Request>& request,
                     const Session& session, const Output& output) {
  if (!request.ok()) return output.WrongUsage(request.status());
  Response response;
  const grpc::Status status = session.Call(method, roles, *request, response);
  if (!status.ok()) return Report(status, session.options().server, output);
  if (output.json) {
    output.Json(MessageJson(response.contract()));
  } else {
    const absl::TimeZone clock = CityClock(session, CityOf(response.contract().name()), roles);
    output.out << ContractPage(response.contract(), clock);
  }
  return kFine;
}

ExitCode Create(const ContractArguments& arguments, const Session& session, const Output& output) {
  return CallAndShow(&CitiesService::Stub::CreateContract, kAdmin, CreateRequest(arguments),
                     session, output);
}

ExitCode Update(const ContractArguments& arguments, const Session& session, const Output& output) {
  return CallAndShow(&CitiesService::Stub::UpdateContract, kAdmin,
                     UpdateRequest(arguments, absl::Now()), session, output);
}

ExitCode Show(const ContractArguments& arguments, const Session& session, const Output& output) {
  return CallAndShow(&CitiesService::Stub::GetContract, session.ProviderOrClerk(),
                     GetRequest(arguments), session, output);
}

// Follows the page tokens to the end.
grpc::Status AllContracts(const Session& session, cities::v1::ListContractsRequest request,
                          cities::v1::ListContractsResponse& all) {
  while (true) {
    cities::v1::ListContractsResponse page;
    const grpc::Status status =
        session.Call(&CitiesService::Stub::ListContracts, session.ProviderOrClerk(), request, page);
    if (!status.ok()) return status;
    all.MergeFrom(page);
    all.clear_next_page_token();
    if (page.next_page_token().empty()) return status;
    if (page.next_page_token() == request.page_token()) {
      return {grpc::StatusCode::INTERNAL, "the register gave the same page twice"};
    }
    request.set_page_token(page.next_page_token());
  }
}

ExitCode List(const ContractArguments& arguments, const Session& session, const Output& output) {
  const auto request = ListRequest(arguments);
  if (!request.ok()) return output.WrongUsage(request.status());
  cities::v1::ListContractsResponse all;
  const grpc::Status status = AllContracts(session, *request, all);
  if (!status.ok()) return Report(status, session.options().server, output);
  if (output.json) {
    output.Json(MessageJson(all));
  } else if (all.contracts().empty()) {
    output.out << "No contracts.\n";
  } else {
    output.out << ContractTable(all.contracts(),
                                CityClock(session, request->parent(), session.ProviderOrClerk()),
                                output.colour);
  }
  return kFine;
}

// A subcommand, its arguments and what it runs.
struct Entry {
  CLI::App& command;
  ContractArguments& arguments;
};

Entry AddCommand(CLI::App& group, Action& chosen, const std::string& name,
                 const std::string& description, Run run) {
  CLI::App& command = *group.add_subcommand(name, description);
  const auto arguments = std::make_shared<ContractArguments>();
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

void AddList(const Entry& entry, const std::string& option, std::vector<std::string>& values,
             const std::string& form, const std::string& description, bool required = false) {
  entry.command.add_option(option, values, description)
      ->required(required)
      ->allow_extra_args(false)
      ->delimiter(',')
      ->option_text(required ? form + " (required)" : form);
}

void AddName(const Entry& entry) {
  AddText(entry, "NAME", entry.arguments.name, " ",
          "cities/CITY/contracts/CODE, or CODE with --city", true);
  AddText(entry, "--city", entry.arguments.city, "CODE", "");
}

void AddDryRun(const Entry& entry) {
  entry.command.add_flag("--dry-run", entry.arguments.dry_run, "Judge it, store nothing");
}

void AddCreate(CLI::App& group, Action& chosen) {
  const Entry entry =
      AddCommand(group, chosen, "create",
                 "Let a provider enrol right types; sending it again is safe", &Create);
  AddName(entry);
  AddText(entry, "--of", entry.arguments.of, "PROVIDER", "As its identity says", true);
  AddList(entry, "--type", entry.arguments.types, "CODE", "Right type of the city; repeatable",
          true);
  AddList(entry, "--zone", entry.arguments.zones, "ZONE",
          "Repeatable; none: the whole city, and rights for all of it");
  AddText(entry, "--from", entry.arguments.from, "TIME", "", true);
  AddText(entry, "--until", entry.arguments.until, "TIME", "Default none: without an end");
  AddText(entry, "--name", entry.arguments.display_name, "TEXT", "For people");
  AddDryRun(entry);
}

void AddUpdate(CLI::App& group, Action& chosen) {
  const Entry entry =
      AddCommand(group, chosen, "update",
                 "Change a contract; what was enrolled before stays as it is", &Update);
  AddName(entry);
  AddList(entry, "--type", entry.arguments.types, "CODE",
          "All right types that it is for from now on; repeatable");
  AddList(entry, "--zone", entry.arguments.zones, "ZONE",
          "All zones that it is for from now on; repeatable");
  entry.command.add_flag("--all-zones", entry.arguments.all_zones, "The whole city again");
  AddText(entry, "--until", entry.arguments.until, "TIME", "The new end");
  entry.command.add_flag("--open", entry.arguments.open, "Without an end");
  AddText(entry, "--name", entry.arguments.display_name, "TEXT", "For people");
  AddText(entry, "--etag", entry.arguments.etag, "TAG",
          "Only if this is still the contract's version tag");
  AddDryRun(entry);
}

}  // namespace

void AddContractCommands(CLI::App& app, Action& chosen) {
  CLI::App& group =
      *app.add_subcommand("contract", "Contracts: which provider may enrol what, where and when");
  AddCreate(group, chosen);
  AddUpdate(group, chosen);
  AddName(AddCommand(group, chosen, "show", "One contract", &Show));
  const Entry list = AddCommand(group, chosen, "list", "The contracts of a city", &List);
  AddText(list, "--city", list.arguments.city, "CODE", "", true);
  AddText(list, "--of", list.arguments.of, "PROVIDER", "Of one provider only");
}

}  // namespace stadspoort::client
