#pragma once

#include "services/stadspoort/call.h"

namespace CLI {
class App;
}  // namespace CLI

namespace stadspoort::client {

// show | list | history | follow, below `permit`.
void AddPermitQueries(CLI::App& permit_group, Action& chosen);

}  // namespace stadspoort::client
