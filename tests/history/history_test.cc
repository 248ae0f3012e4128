// Three daemons on one database, written and asked at the same time: every answer is judged.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "tests/history/checker.h"
#include "tests/history/summary.h"
#include "tests/history/workload.h"
#include "tests/integration/register.h"

namespace stadspoort::history {
namespace {

using domain::Decision;

#ifdef __SANITIZE_ADDRESS__
constexpr int64_t kChecks = 20000;
#else
constexpr int64_t kChecks = 200000;
#endif

// STADSPOORT_HISTORY_CHECKS=5000000 for a long one.
int64_t ChecksAsked() {
  const char* text = std::getenv("STADSPOORT_HISTORY_CHECKS");
  int64_t checks = kChecks;
  if (text != nullptr && !absl::SimpleAtoi(text, &checks)) {
    ADD_FAILURE() << "STADSPOORT_HISTORY_CHECKS is no number";
  }
  return checks;
}

constexpr size_t kViolationsTold = 20;

void ExpectTrue(const History& history) {
  const std::vector<Violation> violations = FindViolations(history);
  EXPECT_EQ(violations.size(), 0U) << "the first of them:";
  for (size_t i = 0; i < violations.size() && i < kViolationsTold; ++i) {
    ADD_FAILURE() << violations[i].text;
  }
}

// A healthy register: no call fails, and the workload was as hard as it is meant to be.
void ExpectHealthyAndHard(const History& history, const Summary& summary, int64_t checks) {
  EXPECT_GE(summary.checks, checks);
  EXPECT_GE(summary.Share(summary.Of(Decision::kNotPermitted)), 0.30);
  EXPECT_LE(summary.Share(summary.Of(Decision::kUnknown)), 0.001);
  EXPECT_GE(summary.Share(summary.close_to_a_write), 0.50);
  EXPECT_GT(summary.Of(Decision::kReview), 0);
  EXPECT_GT(summary.Of(Decision::kNotRequired), 0);
  for (const auto& [status, count] : history.failed_check_calls) ADD_FAILURE() << status;
  for (const auto& [status, count] : history.unknown_writes) ADD_FAILURE() << status;
  for (const auto& [status, count] : history.refused_writes) ADD_FAILURE() << status;
}

Summary RunOnThreeDaemons(const std::vector<std::string>& options, int64_t checks) {
  const testing::Register database;
  std::vector<std::unique_ptr<testing::Daemon>> daemons;
  std::vector<std::string> addresses;
  for (int i = 0; i < 3; ++i) {
    daemons.push_back(database.Start(options));
    addresses.push_back(daemons.back()->address());
  }
  History history;
  {
    Workload workload({}, [&] { return addresses; });
    const grpc::Status prepared = workload.Prepare();
    EXPECT_TRUE(prepared.ok()) << prepared.error_message();
    if (!prepared.ok()) return {};
    workload.Start();
    workload.WaitForChecks(checks);
    history = workload.Stop();
  }
  Summary summary = Summarise(history);
  std::cout << Describe(summary);
  ExpectTrue(history);
  ExpectHealthyAndHard(history, summary, checks);
  return summary;
}

// TO COME with the rungs above PostgreSQL, here and nowhere else:
//  - in the first test: EXPECT_GE(summary.PositivesShareOf(Rung::kMemory), 0.95);
//  - a test a forced rung: RunOnThreeDaemons({"--rung", "memory"}, ...), likewise redis and
//    postgres, each expecting that its rung gave the positives.
TEST(HistoryTest, EveryAnswerIsTrue) { RunOnThreeDaemons({}, ChecksAsked()); }

}  // namespace
}  // namespace stadspoort::history
