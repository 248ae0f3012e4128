#pragma once

#include "services/stadspoort/call.h"

namespace CLI {
class App;
}  // namespace CLI

namespace stadspoort::client {

// draft import | edit | show | list | delete, below `zone`.
void AddDraftCommands(CLI::App& zone_group, Action& chosen);

}  // namespace stadspoort::client
