// Daemons that are killed and come back elsewhere while they are written and asked: the workload
// goes on, what it could not know is of unknown outcome, and every answer is true.
#include <gtest/gtest.h>

#include <iostream>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "tests/history/checker.h"
#include "tests/history/summary.h"
#include "tests/history/workload.h"
#include "tests/integration/register.h"

namespace stadspoort::history {
namespace {

#ifdef __SANITIZE_ADDRESS__
constexpr int64_t kChecksBetweenKills = 400;
#else
constexpr int64_t kChecksBetweenKills = 4000;
#endif
constexpr int kKills = 6;

// Two daemons, of which one at a time is away.
class Pair {
 public:
  Pair() {
    for (auto& daemon : daemons_) daemon = database_.Start();
  }

  std::vector<std::string> Addresses() {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> addresses;
    for (const auto& daemon : daemons_) {
      if (daemon != nullptr) addresses.push_back(daemon->address());
    }
    return addresses;
  }
  // It is still on the list for a moment, as in life.
  void KillAndRestart(int which) {
    std::unique_ptr<testing::Daemon>& daemon = daemons_[which % 2];
    daemon->Kill();
    {
      const std::lock_guard lock(mutex_);
      daemon = nullptr;
    }
    std::unique_ptr<testing::Daemon> started = database_.Start();
    const std::lock_guard lock(mutex_);
    daemon = std::move(started);
  }

 private:
  const testing::Register database_;
  std::mutex mutex_;
  std::unique_ptr<testing::Daemon> daemons_[2];
};

TEST(RestartsTest, EveryAnswerIsTrueWhileDaemonsAreKilled) {
  Pair daemons;
  Load load;
  load.pause = absl::Milliseconds(20);  // time for a daemon to come back
  Workload workload(load, [&] { return daemons.Addresses(); });
  ASSERT_TRUE(workload.Prepare().ok());
  workload.Start();
  for (int i = 0; i < kKills; ++i) {
    workload.WaitForChecks(workload.checks() + kChecksBetweenKills);
    daemons.KillAndRestart(i);
  }
  workload.WaitForChecks(workload.checks() + kChecksBetweenKills);
  const History history = workload.Stop();
  const Summary summary = Summarise(history);
  std::cout << Describe(summary);
  for (const Violation& violation : FindViolations(history)) ADD_FAILURE() << violation.text;
  EXPECT_GT(summary.failed_check_calls, 0) << "the kills struck nothing";
  EXPECT_GT(summary.unknown_writes, 0) << "the kills struck nothing";
  for (const auto& [status, count] : history.refused_writes) ADD_FAILURE() << status;
}

}  // namespace
}  // namespace stadspoort::history
