#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "tests/scenarios/markdown.h"

// The rows of a section's tables, cell by cell, with faults that name file, line and column.
namespace stadspoort::scenarios {

struct ColumnRule {
  absl::string_view name;
  bool compulsory = false;
};

class Cells {
 public:
  Cells(absl::string_view file_name, const Table& table, const Row& row)
      : file_name_(file_name), table_(&table), row_(&row) {}

  int line() const { return row_->line; }
  // Empty as well when the table has no such column.
  absl::string_view Text(absl::string_view column) const;
  bool Has(absl::string_view column) const { return !Text(column).empty(); }

  // What `parse` makes of the cell; where it refuses, a default value, and the first fault is kept.
  template <typename Parse>
  auto Read(absl::string_view column, Parse parse) {
    auto parsed = parse(Text(column));
    using Value = std::decay_t<decltype(*parsed)>;
    if (parsed.ok()) return *std::move(parsed);
    Refuse(column, parsed.status());
    return Value();
  }
  // The same for what has no value of its own.
  void Refuse(absl::string_view column, const absl::Status& status);

  // The first fault, if any.
  const absl::Status& status() const { return status_; }

 private:
  const absl::string_view file_name_;
  const Table* table_;
  const Row* row_;
  absl::Status status_;
};

// Every row of every table, in order. Refuses unknown and repeated columns, and missing compulsory
// ones.
absl::StatusOr<std::vector<Cells>> ReadRows(absl::string_view file_name, const Section& section,
                                            const std::vector<ColumnRule>& columns);

}  // namespace stadspoort::scenarios
