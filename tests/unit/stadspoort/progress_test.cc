#include "services/stadspoort/progress.h"

#include <sstream>

#include "gtest/gtest.h"

namespace stadspoort::client {
namespace {

class ProgressTest : public testing::Test {
 protected:
  std::ostringstream err_;
  absl::Time now_ = absl::FromUnixSeconds(1000);
  std::function<absl::Time()> clock_ = [this] { return now_; };
};

TEST_F(ProgressTest, ElsewhereThanOnATerminalALineASecondAtMost) {
  Progress progress(err_, /*terminal=*/false, clock_);
  progress.Show("at once");
  now_ += absl::Seconds(1);
  progress.Show("one");
  now_ += absl::Milliseconds(999);
  progress.Show("two");
  now_ += absl::Milliseconds(1);
  progress.Show("three");
  progress.Finish();
  EXPECT_EQ(err_.str(), "one\nthree\n");
}

TEST_F(ProgressTest, OnATerminalOneLineThatIsRewrittenAndRemoved) {
  Progress progress(err_, /*terminal=*/true, clock_);
  progress.Show("one");
  now_ += absl::Milliseconds(100);
  progress.Show("two");
  progress.Finish();
  progress.Finish();
  EXPECT_EQ(err_.str(), "\r\x1b[Kone\r\x1b[Ktwo\r\x1b[K");
}

TEST_F(ProgressTest, NothingShownNothingRemoved) {
  Progress progress(err_, /*terminal=*/true, clock_);
  progress.Finish();
  EXPECT_EQ(err_.str(), "");
}

}  // namespace
}  // namespace stadspoort::client
