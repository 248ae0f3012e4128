#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace stadspoort::client {

// The first code point of a text that is not empty, and how many bytes it takes. -1 and one byte
// when the text does not begin with valid UTF-8.
struct CodePoint {
  int32_t value = -1;
  size_t bytes = 1;
};
CodePoint FirstCodePoint(absl::string_view text);

bool IsUtf8(absl::string_view text);

}  // namespace stadspoort::client
