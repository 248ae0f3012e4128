#pragma once

#include "services/stadspoort/call.h"

namespace CLI {
class App;
}  // namespace CLI

namespace stadspoort::client {

// contract create | update | show | list. `chosen` is set while the command line is parsed.
void AddContractCommands(CLI::App& app, Action& chosen);

}  // namespace stadspoort::client
