// The command-line client: what is typed, the connection, where the answers go. Everything else
// lives in the command groups.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/stadspoort/call.h"
#include "services/stadspoort/check_command.h"
#include "services/stadspoort/city_commands.h"
#include "services/stadspoort/contract_commands.h"
#include "services/stadspoort/locate_command.h"
#include "services/stadspoort/options.h"
#include "services/stadspoort/output.h"
#include "services/stadspoort/permit_commands.h"
#include "services/stadspoort/quote_command.h"
#include "services/stadspoort/right_commands.h"
#include "services/stadspoort/status_command.h"
#include "services/stadspoort/utf8.h"
#include "services/stadspoort/zone_commands.h"

namespace stadspoort::client {
namespace {

constexpr const char* kDescription =
    "Stadspoort: which plate may stand or drive where and when.\n"
    "A client of a city's parking- and access-rights register.";
constexpr const char* kFooter =
    "Names are short codes (ghent, gele-zone-1) or full names (cities/ghent/zones/gele-zone-1).\n"
    "TIME is RFC 3339 with its zone (2026-03-02T10:00+01:00, 2026-03-02T09:00:00Z), or now.\n"
    "Options of all commands: stadspoort --help.\n"
    "Exit codes: 0 fine; 1 refused by the register; 2 wrong usage, nothing was sent; 3 the "
    "register "
    "is\nunreachable, overloaded or failed. check has three more: stadspoort check --help.";

// A script's empty variable must not read as "option not given": `right list --plate ""` is not
// `right list`. Plates of a check go to the register as they are, which answers UNKNOWN.
void RefuseEmptyValues(CLI::App& app) {
  for (CLI::Option* option : app.get_options()) {
    if (option->get_name() == "PLATE" || option->get_items_expected_max() == 0) continue;
    option->check(CLI::Validator(
        [](const std::string& value) {
          return value.empty() ? std::string("is empty") : std::string();
        },
        ""));
  }
  for (CLI::App* command : app.get_subcommands({})) RefuseEmptyValues(*command);
}

bool IsTerminal(int descriptor) { return isatty(descriptor) == 1; }

// Nothing, or only a group of commands, was named.
ExitCode WhichCommand(const CLI::App& app) {
  const CLI::App* named = &app;
  std::string above;
  while (!named->get_subcommands().empty()) {
    above += (above.empty() ? "" : " ") + named->get_name();
    named = named->get_subcommands().front();
  }
  std::cerr << "stadspoort: which command?\n\n" << named->help(above);
  return kWrongUsage;
}

ExitCode Execute(const GlobalArguments& globals, const Action& chosen) {
  const Output output{std::cout, std::cerr, globals.json,
                      IsTerminal(STDOUT_FILENO) && std::getenv("NO_COLOR") == nullptr,
                      IsTerminal(STDERR_FILENO)};
  const absl::StatusOr<CallOptions> options = CheckedOptions(globals);
  if (!options.ok()) return output.WrongUsage(options.status());
  const ExitCode code = chosen(Session(*options), output);
  std::cout.flush();
  if (std::cout) return code;
  // An answer that could not be written down is no answer.
  std::cerr << "stadspoort: the answer could not be written\n";
  return kFailed;
}

int Main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    if (IsUtf8(argv[i])) continue;
    std::cerr << "stadspoort: argument " << i << " is not UTF-8 text\n";
    return kWrongUsage;
  }
  CLI::App app(kDescription, "stadspoort");
  app.set_version_flag("--version", STADSPOORT_VERSION);
  app.footer(kFooter);
  app.fallthrough();
  GlobalArguments globals;
  Action chosen;
  AddGlobalOptions(app, globals);
  AddCityCommands(app, chosen);
  AddContractCommands(app, chosen);
  AddZoneCommands(app, chosen);
  AddRightCommands(app, chosen);
  AddPermitCommands(app, chosen);
  AddQuoteCommand(app, chosen);
  AddLocateCommand(app, chosen);
  AddCheckCommand(app, chosen);
  AddStatusCommand(app, chosen);
  RefuseEmptyValues(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // Help and version end here too, well.
    return app.exit(error) == 0 ? kFine : kWrongUsage;
  }
  if (!chosen) return WhichCommand(app);
  return Execute(globals, chosen);
}

}  // namespace
}  // namespace stadspoort::client

int main(int argc, char** argv) {
  try {
    return stadspoort::client::Main(argc, argv);
  } catch (...) {
    // Out of memory, or two options of one name: nothing of ours throws.
    std::fputs("stadspoort: failed\n", stderr);
    return stadspoort::client::kFailed;
  }
}
