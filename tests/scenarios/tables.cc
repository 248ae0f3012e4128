#include "tests/scenarios/tables.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace stadspoort::scenarios {

absl::StatusOr<ScenarioFile> LoadScenario(absl::string_view path) {
  const std::filesystem::path file{std::string(path)};
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  if (!stream || !(text << stream.rdbuf())) {
    return absl::NotFoundError(absl::StrCat(path, ": cannot be read"));
  }
  return ParseScenario(file.filename().string(), text.str());
}

std::vector<std::string> TablesIn(absl::string_view folder) {
  std::vector<std::string> paths;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(folder), error)) {
    const std::filesystem::path& path = entry.path();
    if (path.extension() == ".md" && path.filename() != "README.md") {
      paths.push_back(path.string());
    }
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace stadspoort::scenarios
