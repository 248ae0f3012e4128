#include "services/stadspoort/plate_commands.h"

#include <string>

#include "absl/status/statusor.h"
#include "services/stadspoort/command.h"
#include "services/stadspoort/permit_options.h"
#include "services/stadspoort/permit_write.h"
#include "services/stadspoort/plate_change.h"

namespace stadspoort::client {
namespace {

// All are one call, whose answer is the permit.
template <absl::StatusOr<permits::v1::ChangePlatesRequest> (*Request)(const PlateChangeArguments&)>
ExitCode Change(const PlateChangeArguments& arguments, const Session& session,
                const Output& output) {
  return WritePermit(session, output, &permits::v1::PermitsService::Stub::ChangePlates,
                     Request(arguments));
}

// A subcommand, its arguments and what it runs.
struct Entry {
  CLI::App& command;
  PlateChangeArguments& arguments;
};

Entry AddChange(CLI::App& group, Action& chosen, const std::string& name,
                const std::string& description, Run<PlateChangeArguments> run) {
  CLI::App& command = *group.add_subcommand(name, description);
  PlateChangeArguments& arguments = Choose(command, chosen, run);
  AddPermitName(command, arguments.name, arguments.city);
  AddHolder(command, arguments.holder);
  AddText(command, "--etag", arguments.etag, "TAG",
          "Only if this is still the permit's version tag");
  AddDryRun(command, arguments.dry_run);
  AddRequestId(command, arguments.request_id);
  return {command, arguments};
}

void AddAt(const Entry& entry) {
  AddText(entry.command, "--at", entry.arguments.at, "TIME", "Default now");
}

void AddPlate(const Entry& entry, const std::string& option, std::string& plate,
              const std::string& description, bool required = true) {
  AddText(entry.command, option, plate, "NUMBER[/COUNTRY]", description, required);
}

}  // namespace

void AddPlateCommands(CLI::App& permit_group, Action& chosen) {
  CLI::App& group = *permit_group.add_subcommand("plate", "Which plates a permit covers");
  const Entry add =
      AddChange(group, chosen, "add", "Another plate: active while there is room, else resting",
                &Change<&AddPlateRequest>);
  AddPlate(add, "--plate", add.arguments.plate, "Such as 1-ABC-123 or 1-ABC-123/B");
  AddAt(add);
  const Entry remove = AddChange(group, chosen, "remove", "Take a plate off it; the last one stays",
                                 &Change<&RemovePlateRequest>);
  AddPlate(remove, "--plate", remove.arguments.plate, "One that is on the permit");
  AddAt(remove);
  const Entry swap = AddChange(group, chosen, "swap", "A plate takes the place of another",
                               &Change<&SwapPlatesRequest>);
  AddPlate(swap, "--leaving", swap.arguments.leaving, "One that is on the permit");
  AddPlate(swap, "--coming", swap.arguments.coming, "The one that comes in its place");
  AddAt(swap);
  const Entry activate = AddChange(group, chosen, "activate", "A plate that rests is covered",
                                   &Change<&ActivatePlateRequest>);
  AddPlate(activate, "--plate", activate.arguments.plate, "One that is on the permit");
  AddPlate(activate, "--instead-of", activate.arguments.instead_of, "The one that rests from then",
           /*required=*/false);
  AddAt(activate);
  const Entry stand_in = AddChange(group, chosen, "stand-in",
                                   "A plate stands in for another, which comes back by itself",
                                   &Change<&StandInRequest>);
  AddPlate(stand_in, "--replaced", stand_in.arguments.replaced, "One that is on the permit");
  AddPlate(stand_in, "--temporary", stand_in.arguments.temporary, "The garage's car, say");
  AddText(stand_in.command, "--until", stand_in.arguments.until, "TIME", "When the other is back",
          true);
  AddAt(stand_in);
  AddChange(group, chosen, "call-back",
            "What was planned does not happen; what was replaced is back at once",
            &Change<&CallBackRequest>);
}

}  // namespace stadspoort::client
