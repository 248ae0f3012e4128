#include "services/stadspoort/wrapped_text.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/stadspoort/table.h"

namespace stadspoort::client {

std::string WrappedText(absl::string_view text, size_t indent) {
  const std::string clean = Printable(text);
  std::string out;
  size_t column = indent;
  for (const absl::string_view word : absl::StrSplit(clean, ' ', absl::SkipEmpty())) {
    const size_t width = DisplayWidth(word);
    const bool first = column == indent;
    if (!first && column + 1 + width > kTerminalColumns) {
      absl::StrAppend(&out, "\n", std::string(indent, ' '), word);
      column = indent + width;
    } else {
      absl::StrAppend(&out, first ? "" : " ", word);
      column += width + (first ? 0 : 1);
    }
  }
  return absl::StrCat(out, "\n");
}

}  // namespace stadspoort::client
