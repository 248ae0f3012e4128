// Each rule of the decision matters: switch it off, and some row must notice. A rule that no row
// would miss is a rule that nobody has tested.

#include <gtest/gtest.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "tests/scenarios/judge.h"
#include "tests/scenarios/tables.h"

namespace stadspoort::scenarios {
namespace {

class RulesMatter : public testing::Test {
 protected:
  void SetUp() override {
    for (const std::string& path : TablesIn(STADSPOORT_SCENARIOS_FOLDER)) {
      absl::StatusOr<ScenarioFile> file = LoadScenario(path);
      ASSERT_TRUE(file.ok()) << file.status().message();
      files_.push_back(std::make_unique<ScenarioFile>(*std::move(file)));
      for (const Group& group : files_.back()->groups) {
        judges_.push_back({&group, std::make_unique<Judge>(group)});
      }
    }
  }

  // Rows that are answered as expected by all rules and otherwise by these.
  int RowsThatNotice(const domain::RuleSet& rules) const {
    int count = 0;
    for (const auto& [group, judge] : judges_) {
      for (const Check& check : group->checks) {
        const bool expected = AsExpected(*group, *judge, check, domain::RuleSet::All());
        if (expected && !AsExpected(*group, *judge, check, rules)) ++count;
      }
    }
    return count;
  }

 private:
  struct Seat {
    const Group* group;
    std::unique_ptr<Judge> judge;
  };

  static bool AsExpected(const Group& group, const Judge& judge, const Check& check,
                         const domain::RuleSet& rules) {
    return Difference(check.expected, judge.Ask(check, rules), group.city.zone()).empty();
  }

  std::vector<std::unique_ptr<ScenarioFile>> files_;
  std::vector<Seat> judges_;
};

TEST_F(RulesMatter, EveryRuleIsMissedByARow) {
  std::printf("rule switched off     rows that notice\n");
  for (int i = 1; i <= domain::kDecisionReasonCount; ++i) {
    const auto reason = static_cast<domain::DecisionReason>(i);
    const std::string name(domain::Name(reason));
    const int count = RowsThatNotice(domain::RuleSet::Without(reason));
    std::printf("%-21s %16d\n", name.c_str(), count);
    EXPECT_GT(count, 0) << "no row notices that " << name << " is not tried";
  }
}

}  // namespace
}  // namespace stadspoort::scenarios
