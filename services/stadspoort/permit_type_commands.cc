#include "services/stadspoort/permit_type_commands.h"

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/stadspoort/all_pages.h"
#include "services/stadspoort/command.h"
#include "services/stadspoort/json_file.h"
#include "services/stadspoort/names.h"
#include "services/stadspoort/permit_options.h"
#include "services/stadspoort/permit_type_file.h"
#include "services/stadspoort/permit_type_page.h"
#include "stadspoort/permits/v1/permits.grpc.pb.h"

namespace stadspoort::client {
namespace {

using permits::v1::PermitsService;

constexpr absl::string_view kAdmin = "city-admin";
constexpr absl::string_view kClerk = "clerk";
constexpr int kPageSize = 500;  // the contract's most

struct TypeArguments {
  std::string name;  // full name, or code with `city`
  std::string city;
  std::string file;
  int64_t version = 0;
  std::string etag;
  std::string reason;
  bool dry_run = false;
};

absl::StatusOr<std::string> NameOf(const TypeArguments& arguments) {
  if (arguments.city.empty()) return PermitTypeName("", arguments.name);
  const absl::StatusOr<std::string> city = CityName(arguments.city);
  if (!city.ok()) return city.status();
  return PermitTypeName(*city, arguments.name);
}

absl::StatusOr<permits::v1::CreatePermitTypeRequest> CreateRequest(const TypeArguments& arguments) {
  const absl::StatusOr<std::string> name = NameOf(arguments);
  if (!name.ok()) return name.status();
  const absl::StatusOr<std::string> text = ReadFile(arguments.file);
  if (!text.ok()) return text.status();
  auto request = ReadNewPermitType(*text, arguments.file, *name);
  if (request.ok()) request->set_validate_only(arguments.dry_run);
  return request;
}

absl::StatusOr<permits::v1::UpdatePermitTypeRequest> UpdateRequest(const TypeArguments& arguments) {
  const absl::StatusOr<std::string> name = NameOf(arguments);
  if (!name.ok()) return name.status();
  const absl::StatusOr<std::string> text = ReadFile(arguments.file);
  if (!text.ok()) return text.status();
  auto request = ReadPermitTypeUpdate(*text, arguments.file, *name);
  if (!request.ok()) return request;
  request->mutable_permit_type()->set_etag(arguments.etag);
  request->set_reason(arguments.reason);
  request->set_validate_only(arguments.dry_run);
  return request;
}

// The answer as a page, behind what is said when nothing was stored.
template <typename Response>
auto PageOf(const TypeArguments& arguments, const Session& session, const Output& output,
            absl::string_view roles) {
  return [&arguments, &session, &output, roles](const Response& response) {
    // What was judged only may have no name yet.
    const std::string city = response.permit_type().name().empty()
                                 ? CityOf(*NameOf(arguments))
                                 : CityOf(response.permit_type().name());
    return absl::StrCat(
        arguments.dry_run ? "Judged only, nothing was stored. It would be:\n" : "",
        PermitTypePage(response.permit_type(), CityClock(session, city, roles), output.colour));
  };
}

ExitCode Create(const TypeArguments& arguments, const Session& session, const Output& output) {
  return CallAndShow(
      session, output, &PermitsService::Stub::CreatePermitType, kAdmin, CreateRequest(arguments),
      PageOf<permits::v1::CreatePermitTypeResponse>(arguments, session, output, kAdmin));
}

ExitCode Update(const TypeArguments& arguments, const Session& session, const Output& output) {
  return CallAndShow(
      session, output, &PermitsService::Stub::UpdatePermitType, kAdmin, UpdateRequest(arguments),
      PageOf<permits::v1::UpdatePermitTypeResponse>(arguments, session, output, kAdmin));
}

ExitCode Show(const TypeArguments& arguments, const Session& session, const Output& output) {
  const absl::StatusOr<std::string> name = NameOf(arguments);
  if (!name.ok()) return output.WrongUsage(name.status());
  permits::v1::GetPermitTypeRequest request;
  request.set_name(*name);
  request.set_version(arguments.version);
  return CallAndShow(
      session, output, &PermitsService::Stub::GetPermitType, kClerk,
      absl::StatusOr<permits::v1::GetPermitTypeRequest>(request),
      PageOf<permits::v1::GetPermitTypeResponse>(arguments, session, output, kClerk));
}

ExitCode List(const TypeArguments& arguments, const Session& session, const Output& output) {
  const absl::StatusOr<std::string> city = CityName(arguments.city);
  if (!city.ok()) return output.WrongUsage(city.status());
  permits::v1::ListPermitTypesRequest request;
  request.set_parent(*city);
  request.set_page_size(kPageSize);
  permits::v1::ListPermitTypesResponse all;
  const grpc::Status status =
      AllPages(session, &PermitsService::Stub::ListPermitTypes, kClerk, request, all);
  if (!status.ok()) return Report(status, session.options().server, output);
  if (output.json) {
    output.Json(MessageJson(all));
  } else if (all.permit_types().empty()) {
    output.out << "No permit types.\n";
  } else {
    output.out << PermitTypeTable(all.permit_types(), output.colour);
  }
  return kFine;
}

void AddName(CLI::App& command, TypeArguments& arguments) {
  command.add_option("NAME", arguments.name, "cities/CITY/permitTypes/CODE, or CODE with --city")
      ->required()
      ->option_text(" ");
  AddText(command, "--city", arguments.city, "CODE", "");
}

void AddFile(CLI::App& command, TypeArguments& arguments) {
  AddText(command, "--file", arguments.file, "type.json",
          "The rules, as show --json has them under permitType", true);
}

}  // namespace

void AddPermitTypeCommands(CLI::App& permit_group, Action& chosen) {
  CLI::App& group = *permit_group.add_subcommand(
      "type", "What a city grants, to whom, for how long and at what price");

  CLI::App& create = *group.add_subcommand("create", "A new type of permit, from a file");
  TypeArguments& made = Choose(create, chosen, &Create);
  AddName(create, made);
  AddFile(create, made);
  AddDryRun(create, made.dry_run);

  CLI::App& update = *group.add_subcommand(
      "update", "Replace its rules as a whole, for what is asked for or renewed from now on");
  TypeArguments& changed = Choose(update, chosen, &Update);
  AddName(update, changed);
  AddFile(update, changed);
  AddText(update, "--etag", changed.etag, "TAG", "Only if this is still the type's version tag");
  AddText(update, "--reason", changed.reason, "TEXT", "For the journal; no plate and no person");
  AddDryRun(update, changed.dry_run);

  CLI::App& show = *group.add_subcommand("show", "The rules in words");
  TypeArguments& shown = Choose(show, chosen, &Show);
  AddName(show, shown);
  show.add_option("--version", shown.version, "An earlier version; default the present one")
      ->check(CLI::PositiveNumber)
      ->option_text("NUMBER");

  CLI::App& list = *group.add_subcommand("list", "The types of permit of a city");
  AddText(list, "--city", Choose(list, chosen, &List).city, "CODE", "", true);
}

}  // namespace stadspoort::client
