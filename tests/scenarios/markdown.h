#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

// The part of Markdown that scenarios are made of: second-level headings and the pipe tables under
// them. Everything else is prose.
namespace stadspoort::scenarios {

struct Row {
  int line = 0;  // counted from 1
  std::vector<std::string> cells;
};

struct Table {
  int line = 0;  // of the header
  std::vector<std::string> columns;
  std::vector<Row> rows;  // each as wide as `columns`
};

struct Section {
  int line = 0;  // of the heading; 1 for what stands before the first
  // "Checks" of "## Checks: a Sunday"; empty before the first such heading and after a title ("#
  // ...").
  std::string heading;
  std::vector<Table> tables;
};

// "grace.md:41: what is wrong"
absl::Status FaultAt(absl::string_view file_name, int line, absl::string_view what);

// Cells are trimmed, rid of backticks, and "<br>" is a space. InvalidArgument, with file and line,
// for a table that Markdown would render otherwise than it reads here: a row of another width, no
// line of dashes under the header, a line that touches a table without being a row.
absl::StatusOr<std::vector<Section>> ReadMarkdown(absl::string_view file_name,
                                                  absl::string_view text);

}  // namespace stadspoort::scenarios
