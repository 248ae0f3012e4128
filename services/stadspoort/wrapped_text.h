#pragma once

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace stadspoort::client {

// What every terminal shows without breaking a line by itself.
inline constexpr size_t kTerminalColumns = 80;

// The words of `text` in lines of at most `kTerminalColumns`, but for a word that is longer by
// itself. The first line is taken to begin in column `indent`, behind what the caller wrote there;
// the others begin with as many spaces. Ends with a newline. Printable.
std::string WrappedText(absl::string_view text, size_t indent);

}  // namespace stadspoort::client
