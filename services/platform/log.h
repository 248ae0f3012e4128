#pragma once

#include "absl/strings/string_view.h"

// The log: one line an event on standard error, UTC. Nobody puts the content of a request into it;
// no plate, no person.
namespace stadspoort::platform {

enum class LogLevel { kInfo, kWarning, kError };

// Thread-safe.
void Log(LogLevel level, absl::string_view line);

// Called once by main before anything is logged.
void StartLog();

}  // namespace stadspoort::platform
