#pragma once

#include "services/stadspoort/call.h"

namespace CLI {
class App;
}  // namespace CLI

namespace stadspoort::client {

// The group `type` of `permit`: create | update | show | list.
void AddPermitTypeCommands(CLI::App& permit_group, Action& chosen);

}  // namespace stadspoort::client
