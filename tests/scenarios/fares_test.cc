// Every row of every `## Fares`, against the pure function.

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "tests/scenarios/fare_judge.h"
#include "tests/scenarios/tables.h"

namespace stadspoort::scenarios {
namespace {

constexpr size_t kRowsWanted = 70;

// A file that cannot be read is among them, so that its test says why.
std::vector<std::string> TablesWithFares() {
  std::vector<std::string> paths = TablesIn(STADSPOORT_SCENARIOS_FOLDER);
  paths.erase(std::remove_if(paths.begin(), paths.end(),
                             [](const std::string& path) {
                               const absl::StatusOr<ScenarioFile> file = LoadScenario(path);
                               return file.ok() &&
                                      std::all_of(
                                          file->groups.begin(), file->groups.end(),
                                          [](const Group& group) { return group.fares.empty(); });
                             }),
              paths.end());
  return paths;
}

std::string TestName(const testing::TestParamInfo<std::string>& param) {
  return TableName(param.param);
}

class FareTable : public testing::TestWithParam<std::string> {};

TEST_P(FareTable, IsReckonedAsExpected) {
  const absl::StatusOr<ScenarioFile> file = LoadScenario(GetParam());
  ASSERT_TRUE(file.ok()) << file.status().message();
  for (const Group& group : file->groups) {
    for (const Quote& quote : group.fares) {
      const absl::StatusOr<FareAnswer> answer = AnswerByRules(group, quote);
      const std::string difference = answer.ok() ? Difference(quote.expected, *answer)
                                                 : std::string(answer.status().message());
      if (!difference.empty()) {
        ADD_FAILURE() << file->name << ":" << quote.line << ": " << difference;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Scenarios, FareTable, testing::ValuesIn(TablesWithFares()), TestName);

TEST(FareTables, AreManyAndUseEveryRemark) {
  size_t rows = 0;
  std::set<domain::FareRemark> used;
  for (const std::string& path : TablesWithFares()) {
    const absl::StatusOr<ScenarioFile> file = LoadScenario(path);
    ASSERT_TRUE(file.ok()) << file.status().message();
    for (const Group& group : file->groups) {
      rows += group.fares.size();
      for (const Quote& quote : group.fares) {
        EXPECT_FALSE(quote.why.empty()) << file->name << ":" << quote.line << ": says no why";
        used.insert(quote.expected.remarks.begin(), quote.expected.remarks.end());
      }
    }
  }
  EXPECT_GE(rows, kRowsWanted);
  EXPECT_EQ(used.size(), static_cast<size_t>(domain::kFareRemarkCount));
}

}  // namespace
}  // namespace stadspoort::scenarios
