#include "tests/scenarios/cells.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace stadspoort::scenarios {
namespace {

bool Contains(const std::vector<std::string>& columns, absl::string_view name) {
  return std::find(columns.begin(), columns.end(), name) != columns.end();
}

std::string Names(const std::vector<ColumnRule>& columns) {
  return absl::StrJoin(columns, ", ", [](std::string* out, const ColumnRule& column) {
    absl::StrAppend(out, column.name);
  });
}

absl::Status CheckColumns(absl::string_view file_name, const Table& table,
                          const std::vector<ColumnRule>& columns) {
  for (const std::string& name : table.columns) {
    const bool known = std::any_of(columns.begin(), columns.end(),
                                   [&](const ColumnRule& column) { return column.name == name; });
    if (!known) {
      return FaultAt(file_name, table.line,
                     absl::StrCat("unknown column \"", name, "\"; known: ", Names(columns)));
    }
    if (std::count(table.columns.begin(), table.columns.end(), name) > 1) {
      return FaultAt(file_name, table.line, absl::StrCat("column \"", name, "\" stands twice"));
    }
  }
  for (const ColumnRule& column : columns) {
    if (column.compulsory && !Contains(table.columns, column.name)) {
      return FaultAt(file_name, table.line, absl::StrCat("no column \"", column.name, "\""));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::string_view Cells::Text(absl::string_view column) const {
  for (size_t i = 0; i < table_->columns.size(); ++i) {
    if (table_->columns[i] == column) return row_->cells[i];
  }
  return "";
}

void Cells::Refuse(absl::string_view column, const absl::Status& status) {
  if (status_.ok() && !status.ok()) {
    status_ = FaultAt(file_name_, row_->line, absl::StrCat(column, ": ", status.message()));
  }
}

absl::StatusOr<std::vector<Cells>> ReadRows(absl::string_view file_name, const Section& section,
                                            const std::vector<ColumnRule>& columns) {
  std::vector<Cells> rows;
  if (section.tables.empty()) {
    return FaultAt(file_name, section.line,
                   absl::StrCat("there is no table under \"", section.heading, "\""));
  }
  for (const Table& table : section.tables) {
    if (const absl::Status checked = CheckColumns(file_name, table, columns); !checked.ok()) {
      return checked;
    }
    for (const Row& row : table.rows) rows.emplace_back(file_name, table, row);
  }
  return rows;
}

}  // namespace stadspoort::scenarios
