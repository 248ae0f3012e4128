#pragma once

#include "services/stadspoort/call.h"

namespace CLI {
class App;
}  // namespace CLI

namespace stadspoort::client {

// right enrol | amend | end | revoke | suspend | resume | correct | show | list. `chosen` is set
// while the command line is parsed.
void AddRightCommands(CLI::App& app, Action& chosen);

}  // namespace stadspoort::client
