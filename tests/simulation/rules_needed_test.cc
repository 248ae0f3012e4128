// Each rule of the protocol is needed: without it the simulation finds it broken, and so are bugs
// that are planted around the machines. Where the confirmation by key would mask the fault, it is
// switched off.

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

#include "tests/simulation/campaign.h"

namespace stadspoort::simulation {
namespace {

using Broken = Oracle::Rule;
using Rule = protocol::Rule;
using protocol::Rules;

constexpr uint64_t kSeedsMax = 200'000;

Options Answers(Rules rules, bool confirm_by_key = true) {
  Options options;
  options.rules = rules;
  options.confirm_by_key = confirm_by_key;
  options.monitors = false;
  return options;
}

void ExpectFound(const std::string& what, const Options& options,
                 const std::vector<Broken>& broken) {
  const auto found = FindBroken(kSeedsMax, options, broken);
  ASSERT_TRUE(found) << what << ": nothing is broken in " << kSeedsMax << " seeds";
  std::cout << what << ": seed " << found->seed << ": " << found->why << "\n";
}

const std::vector<Broken> kAnswers = {Broken::kR1, Broken::kR2, Broken::kR3, Broken::kR4};

TEST(RulesNeededTest, CheckJoinsOnlyWhatIsSentAfterItBegan) {
  ExpectFound("without rule 1", Answers(Rules::All().Without(Rule::kStatementAfterCheck)),
              {Broken::kR1});
}

TEST(RulesNeededTest, AgeRunsFromSending) {
  ExpectFound("without rule 2", Answers(Rules::All().Without(Rule::kAgeFromSending)),
              {Broken::kR4});
}

// While ticks are chained no order of messages brings an older entry to Redis: that versions are
// kept is a second line. So it is shown behind the first.
TEST(RulesNeededTest, VersionsAreKept) {
  Options options;
  options.rules = Rules::All().Without(Rule::kTicksChained);
  EXPECT_FALSE(FindBroken(10'000, options, {Broken::kRedis}));
  options.rules = options.rules.Without(Rule::kVersionsKept);
  ExpectFound("without rules 3 and 7", options, {Broken::kRedis});
}

TEST(RulesNeededTest, NewSessionStartsFromTheStoredSnapshot) {
  const Rules rules = Rules::All().Without(Rule::kStoredSnapshot);
  ExpectFound("without rule 5", Answers(rules), {Broken::kR4});
  ExpectFound("without rule 5, not confirmed by key", Answers(rules, false), {Broken::kR1});
}

TEST(RulesNeededTest, MemoryLoadsFromTheRecord) {
  const Rules rules = Rules::All().Without(Rule::kLoadFromRecord);
  ExpectFound("without rule 6", Answers(rules), {Broken::kR4});
  ExpectFound("without rule 6, not confirmed by key", Answers(rules, false), {Broken::kR1});
}

TEST(RulesNeededTest, TicksAreChained) {
  ExpectFound("without rule 7", Answers(Rules::All().Without(Rule::kTicksChained)), {Broken::kR4});
}

TEST(RulesNeededTest, AnswersCountWhileTheLeaseHolds) {
  const Rules rules = Rules::All().Without(Rule::kLeaseHeld);
  ExpectFound("without rule 8", Answers(rules), {Broken::kR1});
  ExpectFound("without rule 8, strong", Answers(rules), {Broken::kR3});
}

TEST(RulesNeededTest, NewLineageIsClosed) {
  const Rules rules = Rules::All().Without(Rule::kNewLineageClosed);
  ExpectFound("without rule 9", Answers(rules), kAnswers);
  ExpectFound("without rule 9, not confirmed by key", Answers(rules, false), {Broken::kR1});
}

// ---- bugs around the machines

Options With(Planted planted) {
  Options options = Answers(Rules::All());
  options.planted = planted;
  return options;
}

TEST(PlantedBugsTest, LeaseIsPublishedInItsOwnCommit) {
  ExpectFound("lease of its own commit", With(Planted::kLeaseOfOwnCommit), {Broken::kR1});
}

TEST(PlantedBugsTest, ClockIsReadAfterTheSnapshot) {
  ExpectFound("clock after snapshot", With(Planted::kClockAfterSnapshot), kAnswers);
}

TEST(PlantedBugsTest, UncommittedRowsAreRead) {
  ExpectFound("dirty read", With(Planted::kDirtyRead), {Broken::kR2});
}

TEST(PlantedBugsTest, StrongIsAnsweredFromMemory) {
  ExpectFound("strong from memory", With(Planted::kStrongFromMemory), {Broken::kR3});
}

TEST(PlantedBugsTest, RedisIsFilledFromWhateverServerAnswers) {
  ExpectFound("rebuild not judged", With(Planted::kRebuildUnjudged), {Broken::kR4});
}

TEST(PlantedBugsTest, MemoryKeepsWhatAStatementLeftOut) {
  ExpectFound("left out and kept", With(Planted::kLeftOutKept), {Broken::kR4});
}

}  // namespace
}  // namespace stadspoort::simulation
