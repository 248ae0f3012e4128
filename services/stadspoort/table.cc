#include "services/stadspoort/table.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/stadspoort/utf8.h"

namespace stadspoort::client {
namespace {

constexpr absl::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr size_t kGap = 2;

// Control characters, the marks that turn the direction of writing, and separators of lines.
bool MovesTheCursor(int32_t point) {
  switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CS:
      return true;
    default:
      return false;
  }
}

absl::string_view ColourOf(Tone tone) {
  switch (tone) {
    case Tone::kGood:
      return "\x1b[32m";
    case Tone::kBad:
      return "\x1b[31m";
    case Tone::kCare:
      return "\x1b[33m";
    case Tone::kFaint:
      return "\x1b[2m";
    case Tone::kPlain:
      break;
  }
  return "";
}

void AppendPadded(std::string& line, const std::string& text, size_t width, Tone tone,
                  bool colour) {
  const size_t own = DisplayWidth(text);
  line += Toned(text, tone, colour);
  line.append(width > own ? width - own : 0, ' ');
}

void AppendLine(std::string& out, std::string line, size_t indent) {
  while (!line.empty() && line.back() == ' ') line.pop_back();
  absl::StrAppend(&out, std::string(line.empty() ? 0 : indent, ' '), line, "\n");
}

}  // namespace

size_t DisplayWidth(absl::string_view text) {
  size_t width = 0;
  while (!text.empty()) {
    const CodePoint point = FirstCodePoint(text);
    width +=
        point.value < 0 ? 1 : static_cast<size_t>(std::max(0, utf8proc_charwidth(point.value)));
    text.remove_prefix(point.bytes);
  }
  return width;
}

std::string Printable(absl::string_view text) {
  std::string clean;
  while (!text.empty()) {
    const CodePoint point = FirstCodePoint(text);
    const bool keep = point.value >= 0 && !MovesTheCursor(point.value);
    absl::StrAppend(&clean, keep ? text.substr(0, point.bytes) : kReplacement);
    text.remove_prefix(point.bytes);
  }
  return clean;
}

std::string Toned(std::string text, Tone tone, bool colour) {
  if (!colour || tone == Tone::kPlain) return text;
  return absl::StrCat(ColourOf(tone), text, "\x1b[0m");
}

Table::Table(std::vector<std::string> headings) : headings_(std::move(headings)) {}

void Table::AddRow(std::vector<Cell> cells) {
  cells.resize(headings_.size());
  for (Cell& cell : cells) cell.text = cell.text.empty() ? "-" : Printable(cell.text);
  rows_.push_back(std::move(cells));
}

std::string Table::Render(bool colour, size_t indent) const {
  std::vector<size_t> widths;
  for (size_t column = 0; column < headings_.size(); ++column) {
    size_t width = DisplayWidth(headings_[column]);
    for (const auto& row : rows_) width = std::max(width, DisplayWidth(row[column].text));
    widths.push_back(width + kGap);
  }
  std::string out;
  std::string line;
  for (size_t column = 0; column < headings_.size(); ++column) {
    AppendPadded(line, headings_[column], widths[column], Tone::kFaint, colour);
  }
  AppendLine(out, std::move(line), indent);
  for (const auto& row : rows_) {
    line.clear();
    for (size_t column = 0; column < row.size(); ++column) {
      AppendPadded(line, row[column].text, widths[column], row[column].tone, colour);
    }
    AppendLine(out, std::move(line), indent);
  }
  return out;
}

void FieldList::Add(std::string name, std::string value) {
  fields_.emplace_back(std::move(name), std::move(value));
}

std::string FieldList::Render(size_t indent) const {
  size_t width = 0;
  for (const auto& [name, value] : fields_) width = std::max(width, DisplayWidth(name) + kGap);
  std::string out;
  for (const auto& [name, value] : fields_) {
    std::string heading = name;
    for (const absl::string_view part : absl::StrSplit(value, '\n')) {
      std::string line;
      AppendPadded(line, heading, width, Tone::kPlain, false);
      AppendLine(out, absl::StrCat(line, Printable(part)), indent);
      heading.clear();
    }
  }
  return out;
}

}  // namespace stadspoort::client
