#pragma once

#include "services/stadspoort/call.h"

namespace CLI {
class App;
}  // namespace CLI

namespace stadspoort::client {

// The group `plate` of `permit`: add | remove | swap | activate | stand-in | call-back.
void AddPlateCommands(CLI::App& permit_group, Action& chosen);

}  // namespace stadspoort::client
