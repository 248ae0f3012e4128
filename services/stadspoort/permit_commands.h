#pragma once

#include "services/stadspoort/call.h"

namespace CLI {
class App;
}  // namespace CLI

namespace stadspoort::client {

// The group `permit`: apply | evidence | ask-evidence | approve | refuse | accept | pay | suspend |
// resume | renew | move | withdraw | revoke, what is asked about permits (permit_queries.h), and
// the groups `type`, `set` and `plate`.
void AddPermitCommands(CLI::App& app, Action& chosen);

}  // namespace stadspoort::client
