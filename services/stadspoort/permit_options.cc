#include "services/stadspoort/permit_options.h"

#include "CLI/CLI.hpp"

namespace stadspoort::client {

void AddText(CLI::App& command, const std::string& option, std::string& value,
             const std::string& form, const std::string& description, bool required) {
  command.add_option(option, value, description)
      ->required(required)
      ->option_text(required ? form + " (required)" : form);
}

void AddPermitName(CLI::App& command, std::string& name, std::string& city) {
  command.add_option("NAME", name, "cities/CITY/permits/UUID, or UUID with --city")
      ->required()
      ->option_text(" ");
  AddText(command, "--city", city, "CODE", "");
}

void AddHolder(CLI::App& command, std::string& holder) {
  AddText(command, "--holder", holder, "TEXT",
          "For whom: the portal's own name for a person; a portal must say");
}

void AddRequestId(CLI::App& command, std::string& request_id) {
  AddText(command, "--request-id", request_id, "ID",
          "Your own, so that sending the same again is safe; default a random one");
}

void AddDryRun(CLI::App& command, bool& dry_run) {
  command.add_flag("--dry-run", dry_run, "Judge only, store nothing");
}

}  // namespace stadspoort::client
