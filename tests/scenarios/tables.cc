#include "tests/scenarios/tables.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
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

std::string TableName(absl::string_view path) {
  std::string name = std::filesystem::path(std::string(path)).stem().string();
  for (char& c : name) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  return name;
}

}  // namespace stadspoort::scenarios
