#pragma once

#include "services/stadspoort/call.h"

namespace CLI {
class App;
}  // namespace CLI

namespace stadspoort::client {

// versions | changes | export, below `zone`.
void AddHistoryCommands(CLI::App& zone_group, Action& chosen);

}  // namespace stadspoort::client
