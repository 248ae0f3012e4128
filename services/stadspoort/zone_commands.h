#pragma once

#include "services/stadspoort/call.h"

namespace CLI {
class App;
}  // namespace CLI

namespace stadspoort::client {

// zone import | list | show, and the other commands on zones. `chosen` is set while the command
// line is parsed.
void AddZoneCommands(CLI::App& app, Action& chosen);

}  // namespace stadspoort::client
