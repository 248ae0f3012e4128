#include "services/stadspoort/draft_commands.h"

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/stadspoort/all_pages.h"
#include "services/stadspoort/command.h"
#include "services/stadspoort/draft_edit.h"
#include "services/stadspoort/draft_page.h"
#include "services/stadspoort/names.h"
#include "services/stadspoort/zone_import.h"
#include "stadspoort/zones/v1/zones.grpc.pb.h"

namespace stadspoort::client {
namespace {

using zones::v1::ZonesService;

constexpr absl::string_view kRoles = "clerk";
constexpr int kPageSize = 1000;  // the contract's most

struct ShowArguments {
  ZoneArgument zone;
};

struct ListArguments {
  std::string city;
};

struct DeleteArguments {
  ZoneArgument zone;
  std::string etag;
  bool dry_run = false;
};

std::string Page(const zones::v1::ZoneDraft& draft, const Session& session, const Output& output) {
  const absl::TimeZone clock = CityClock(session, CityOf(draft.name()), kRoles);
  return DraftPage(draft, clock, output.colour);
}

ExitCode Edit(const DraftEdit& edit, const Session& session, const Output& output) {
  return CallAndShow(session, output, &ZonesService::Stub::UpdateZoneDraft, kRoles,
                     EditRequest(edit), [&](const zones::v1::UpdateZoneDraftResponse& response) {
                       return absl::StrCat(
                           edit.dry_run ? "Judged only, nothing was stored. It would be:\n" : "",
                           Page(response.draft(), session, output));
                     });
}

absl::StatusOr<zones::v1::GetZoneDraftRequest> ShowRequest(const ShowArguments& arguments) {
  const absl::StatusOr<std::string> name = DraftNameOf(arguments.zone);
  if (!name.ok()) return name.status();
  zones::v1::GetZoneDraftRequest request;
  request.set_name(*name);
  return request;
}

ExitCode Show(const ShowArguments& arguments, const Session& session, const Output& output) {
  return CallAndShow(session, output, &ZonesService::Stub::GetZoneDraft, kRoles,
                     ShowRequest(arguments), [&](const zones::v1::GetZoneDraftResponse& response) {
                       return Page(response.draft(), session, output);
                     });
}

ExitCode List(const ListArguments& arguments, const Session& session, const Output& output) {
  const absl::StatusOr<std::string> city = CityName(arguments.city);
  if (!city.ok()) return output.WrongUsage(city.status());
  zones::v1::ListZoneDraftsRequest request;
  request.set_parent(*city);
  request.set_page_size(kPageSize);
  zones::v1::ListZoneDraftsResponse all;
  const grpc::Status status =
      AllPages(session, &ZonesService::Stub::ListZoneDrafts, kRoles, request, all);
  if (!status.ok()) return Report(status, session.options().server, output);
  if (output.json) {
    output.Json(MessageJson(all));
  } else if (all.drafts().empty()) {
    output.out << "No drafts.\n";
  } else {
    output.out << DraftTable(all.drafts(), CityClock(session, *city, kRoles), output.colour);
  }
  return kFine;
}

absl::StatusOr<zones::v1::DeleteZoneDraftRequest> DeleteRequest(const DeleteArguments& arguments) {
  const absl::StatusOr<std::string> name = DraftNameOf(arguments.zone);
  if (!name.ok()) return name.status();
  zones::v1::DeleteZoneDraftRequest request;
  request.set_name(*name);
  request.set_etag(arguments.etag);
  request.set_validate_only(arguments.dry_run);
  return request;
}

ExitCode Delete(const DeleteArguments& arguments, const Session& session, const Output& output) {
  const auto request = DeleteRequest(arguments);
  return CallAndShow(session, output, &ZonesService::Stub::DeleteZoneDraft, kRoles, request,
                     [&](const zones::v1::DeleteZoneDraftResponse& /*response*/) {
                       const std::string zone = ZoneCodeOfDraft(request->name());
                       if (arguments.dry_run) {
                         return absl::StrCat("Judged only, nothing was stored. The draft of ", zone,
                                             " would be thrown away.\n");
                       }
                       return absl::StrCat("The draft of ", zone,
                                           " was thrown away. What was published stays.\n");
                     });
}

void AddEtag(CLI::App& command, std::string& etag) {
  command.add_option("--etag", etag, "Only if this is still the draft's version tag")
      ->option_text("TAG");
}

void AddImport(CLI::App& group, Action& chosen) {
  CLI::App& command = *group.add_subcommand(
      "import", "Make drafts of all features of a GeoJSON file; publish nothing");
  ImportArguments& arguments = Choose(command, chosen, &RunImport);
  arguments.as_drafts = true;
  AddImportOptions(command, arguments);
  command.add_flag("--replace", arguments.replace,
                   "Also in the place of drafts that say something else");
}

void AddEdit(CLI::App& group, Action& chosen) {
  CLI::App& command = *group.add_subcommand(
      "edit", "Change a zone's draft; without one, make it from the newest version");
  DraftEdit& edit = Choose(command, chosen, &Edit);
  AddZoneArgument(command, edit.zone);
  command
      .add_option("--regulation", edit.regulation,
                  "All rules, as under \"regulation\" of zone show --json")
      ->option_text("regulation.json");
  command.add_option("--display-name", edit.display_name, "For people")->option_text("TEXT");
  command.add_option("--usage", edit.usage, "Of a new zone, such as paid-parking or access")
      ->option_text("USAGE");
  AddEtag(command, edit.etag);
  command.add_flag("--dry-run", edit.dry_run, "Judge the change, store nothing");
}

}  // namespace

void AddDraftCommands(CLI::App& zone_group, Action& chosen) {
  CLI::App& group = *zone_group.add_subcommand(
      "draft", "Zones as they are being drawn: import, edit, show, list, delete");
  AddImport(group, chosen);
  AddEdit(group, chosen);
  CLI::App& show = *group.add_subcommand("show", "One draft, with its rules");
  AddZoneArgument(show, Choose(show, chosen, &Show).zone);
  CLI::App& list = *group.add_subcommand("list", "The drafts of a city");
  list.add_option("CITY", Choose(list, chosen, &List).city)->required()->option_text(" ");
  CLI::App& remove =
      *group.add_subcommand("delete", "Throw a draft away; what was published stays");
  DeleteArguments& arguments = Choose(remove, chosen, &Delete);
  AddZoneArgument(remove, arguments.zone);
  AddEtag(remove, arguments.etag);
  remove.add_flag("--dry-run", arguments.dry_run, "Judge only, store nothing");
}

}  // namespace stadspoort::client
