#pragma once

#include "services/stadspoort/call.h"

namespace CLI {
class App;
}  // namespace CLI

namespace stadspoort::client {

// status. `chosen` is set while the command line is parsed.
void AddStatusCommand(CLI::App& app, Action& chosen);

}  // namespace stadspoort::client
