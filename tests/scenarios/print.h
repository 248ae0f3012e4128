#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "tests/scenarios/player.h"

// What has been played, for people: text that ends with a newline.
namespace stadspoort::scenarios {

// Columns as wide as their widest cell, two spaces between them, no space at the end of a line.
std::string Aligned(const std::vector<std::vector<std::string>>& rows);

// One line a check for a city official: plate, place, time, decision, reason in words, as of, rung,
// and a tick or what was expected. Decisions in `language`.
std::string DemoTable(const PlayedFile& file, absl::string_view language);

// "demo: 12 checks, all as expected" or "demo: 1 of 12 checks not as expected".
std::string DemoSummary(const std::vector<PlayedFile>& files);

// The rows that were not answered as expected, one line each, and "grace.md: 23 checks, all as
// expected" or how many were not; rows that were not played are counted behind it.
std::string FileSummary(const PlayedFile& file);

bool AllAsExpected(const PlayedFile& file);

}  // namespace stadspoort::scenarios
