#include "services/stadspoort/interruption.h"

#include <csignal>

#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace stadspoort::client {
namespace {

constexpr absl::Duration kLongEnough = absl::Seconds(20);

TEST(InterruptionTest, StopsWhatIsUnderWayInsteadOfTheProgram) {
  for (const int signal : {SIGINT, SIGTERM}) {
    absl::Notification stopped;
    const Interruption interruption([&stopped] { stopped.Notify(); });
    // Twice: a notification that is told of again would end the test.
    ASSERT_EQ(raise(signal), 0);
    ASSERT_EQ(raise(signal), 0);
    EXPECT_TRUE(stopped.WaitForNotificationWithTimeout(kLongEnough));
  }
}

TEST(InterruptionTest, LeavesNothingBehind) {
  struct sigaction before = {};
  sigaction(SIGINT, nullptr, &before);
  bool stopped = false;
  {
    const Interruption interruption([&stopped] { stopped = true; });
  }
  struct sigaction after = {};
  sigaction(SIGINT, nullptr, &after);
  EXPECT_EQ(after.sa_handler, before.sa_handler);
  EXPECT_FALSE(stopped);
}

}  // namespace
}  // namespace stadspoort::client
