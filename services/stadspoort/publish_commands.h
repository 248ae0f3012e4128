#pragma once

#include "services/stadspoort/call.h"

namespace CLI {
class App;
}  // namespace CLI

namespace stadspoort::client {

// publish | retire | withdraw, below `zone`.
void AddPublishCommands(CLI::App& zone_group, Action& chosen);

}  // namespace stadspoort::client
