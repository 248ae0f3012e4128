#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "tests/scenarios/scenario.h"

namespace stadspoort::scenarios {

// Reads one file; its name in faults is the last part of the path.
absl::StatusOr<ScenarioFile> LoadScenario(absl::string_view path);

// Paths of the tables in a folder (every .md but README.md), in the order of their names.
std::vector<std::string> TablesIn(absl::string_view folder);

// What a table is about, for the name of a test: "special_days".
std::string TableName(absl::string_view path);

}  // namespace stadspoort::scenarios
