#pragma once

#include "services/stadspoort/command.h"

namespace stadspoort::client {

// `stadspoort city calendar set`.
void AddCalendarCommands(CLI::App& city_group, Action& chosen);

}  // namespace stadspoort::client
