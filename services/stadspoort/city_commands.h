#pragma once

#include "services/stadspoort/call.h"

namespace CLI {
class App;
}  // namespace CLI

namespace stadspoort::client {

// city create | update | show. `chosen` is set while the command line is parsed.
void AddCityCommands(CLI::App& app, Action& chosen);

}  // namespace stadspoort::client
