#pragma once

#include <string>

namespace CLI {
class App;
}  // namespace CLI

// Options that many commands on permits have.
namespace stadspoort::client {

// NAME and --city: "cities/CITY/permits/UUID", or UUID with --city.
void AddPermitName(CLI::App& command, std::string& name, std::string& city);

// --holder, for commands that a portal sends too.
void AddHolder(CLI::App& command, std::string& holder);

// --request-id, for writes.
void AddRequestId(CLI::App& command, std::string& request_id);

void AddDryRun(CLI::App& command, bool& dry_run);

// An option that takes text: "--area CODE".
void AddText(CLI::App& command, const std::string& option, std::string& value,
             const std::string& form, const std::string& description, bool required = false);

}  // namespace stadspoort::client
