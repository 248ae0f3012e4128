#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

// Text that a person reads on a terminal: aligned tables and lists of fields.
namespace stadspoort::client {

// How many columns of a terminal the UTF-8 text takes: wide characters two, combining marks none.
size_t DisplayWidth(absl::string_view text);

// The text with everything that could move a terminal's cursor or colour (control characters), and
// bytes that are not UTF-8, replaced by U+FFFD. Whatever comes from outside passes through it.
std::string Printable(absl::string_view text);

enum class Tone { kPlain, kGood, kBad, kCare, kFaint };

// The text in the tone's colour when `colour`, else just the text.
std::string Toned(std::string text, Tone tone, bool colour);

struct Cell {
  std::string text;
  Tone tone = Tone::kPlain;
};

// Columns as wide as their widest cell, two spaces between them, no space at the end of a line. An
// empty cell shows "-".
class Table {
 public:
  explicit Table(std::vector<std::string> headings);

  // As many cells as there are headings; missing ones are empty, further ones are left out.
  void AddRow(std::vector<Cell> cells);
  bool empty() const { return rows_.empty(); }
  // Every line begins with `indent` spaces and ends with a newline.
  std::string Render(bool colour, size_t indent = 0) const;

 private:
  std::vector<std::string> headings_;
  std::vector<std::vector<Cell>> rows_;
};

// "Time zone   Europe/Brussels", one field a line, values aligned. A value with newlines goes on in
// its own column.
class FieldList {
 public:
  void Add(std::string name, std::string value);
  std::string Render(size_t indent = 2) const;

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

}  // namespace stadspoort::client
