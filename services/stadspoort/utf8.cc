#include "services/stadspoort/utf8.h"

#include <utf8proc.h>

namespace stadspoort::client {

CodePoint FirstCodePoint(absl::string_view text) {
  utf8proc_int32_t value = -1;
  const utf8proc_ssize_t bytes =
      utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                       static_cast<utf8proc_ssize_t>(text.size()), &value);
  if (bytes <= 0) return {};
  return {value, static_cast<size_t>(bytes)};
}

bool IsUtf8(absl::string_view text) {
  while (!text.empty()) {
    const CodePoint point = FirstCodePoint(text);
    if (point.value < 0) return false;
    text.remove_prefix(point.bytes);
  }
  return true;
}

}  // namespace stadspoort::client
