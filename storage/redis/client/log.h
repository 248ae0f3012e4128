#pragma once

#include <functional>
#include <string_view>

namespace stadspoort::redis {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

// Where this room writes its log lines; handed in by the composition root. Called from any thread,
// several at once, and it must not call back into this room. A line never holds a command, a key or
// a value. An empty function drops the lines.
using LogFunction = std::function<void(LogLevel, std::string_view)>;

}  // namespace stadspoort::redis
