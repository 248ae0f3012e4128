// Every row of every table, against the pure function.

#include <gtest/gtest.h>

#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "tests/scenarios/judge.h"
#include "tests/scenarios/tables.h"

namespace stadspoort::scenarios {
namespace {

constexpr size_t kRowsWanted = 250;

std::vector<std::string> AllTables() { return TablesIn(STADSPOORT_SCENARIOS_FOLDER); }

std::string TestName(const testing::TestParamInfo<std::string>& param) {
  return TableName(param.param);
}

class Table : public testing::TestWithParam<std::string> {};

TEST_P(Table, IsDecidedAsExpected) {
  const absl::StatusOr<ScenarioFile> file = LoadScenario(GetParam());
  ASSERT_TRUE(file.ok()) << file.status().message();
  for (const Group& group : file->groups) {
    ASSERT_FALSE(group.zones.empty())
        << file->name << ":" << group.line << ": a table of this folder states its zones";
    const Judge judge(group);
    for (const Check& check : group.checks) {
      const std::string difference =
          Difference(check.expected, judge.Ask(check), group.city.zone());
      if (!difference.empty()) {
        ADD_FAILURE() << file->name << ":" << check.line << ": " << difference;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Table, testing::ValuesIn(AllTables()), TestName);

TEST(Tables, AreManyAndUseEveryReason) {
  size_t rows = 0;
  std::set<domain::DecisionReason> used;
  for (const std::string& path : AllTables()) {
    const absl::StatusOr<ScenarioFile> file = LoadScenario(path);
    ASSERT_TRUE(file.ok()) << file.status().message();
    for (const Group& group : file->groups) {
      rows += group.checks.size();
      for (const Check& check : group.checks) used.insert(check.expected.reason);
    }
  }
  EXPECT_GE(rows, kRowsWanted);
  for (int i = 1; i <= domain::kDecisionReasonCount; ++i) {
    const auto reason = static_cast<domain::DecisionReason>(i);
    EXPECT_TRUE(used.contains(reason)) << "no row expects " << domain::Name(reason);
  }
}

}  // namespace
}  // namespace stadspoort::scenarios
