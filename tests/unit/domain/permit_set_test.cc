#include "services/domain/permit_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace stadspoort::domain {
namespace {

using ::testing::IsEmpty;

const absl::Time kStart = absl::FromUnixSeconds(1'780'000'000);
absl::Time At(int hours) { return kStart + absl::Hours(hours); }

Right Of(int64_t set, int from, int to) {
  Right right;
  right.permit_set = set;
  right.effective = {At(from), At(to)};
  return right;
}

std::vector<Interval> Kept(const std::vector<LiveSet>& live, std::vector<Right> rights) {
  KeepLive(live, rights);
  std::vector<Interval> kept;
  for (const Right& right : rights) kept.push_back(right.effective);
  return kept;
}

TEST(KeepLiveTest, RightsOfNoSetStayAsTheyAre) {
  EXPECT_EQ(Kept({{1, {At(0), At(9)}}}, {Of(0, 5, 50), Of(0, 5, 5)}),
            (std::vector<Interval>{{At(5), At(50)}, {At(5), At(5)}}));
}

TEST(KeepLiveTest, OfASetWhatHoldsWhileItIsLive) {
  const std::vector<LiveSet> live = {
      {1, {At(0), At(10)}}, {1, {At(20), absl::InfiniteFuture()}}, {2, {At(10), At(20)}}};
  EXPECT_EQ(Kept(live, {Of(1, 5, 50)}), (std::vector<Interval>{{At(5), At(10)}, {At(20), At(50)}}));
  EXPECT_EQ(Kept(live, {Of(2, 5, 50), Of(0, 1, 2)}),
            (std::vector<Interval>{{At(10), At(20)}, {At(1), At(2)}}));
  EXPECT_EQ(Kept(live, {Of(2, 12, 13)}), (std::vector<Interval>{{At(12), At(13)}}));
  EXPECT_THAT(Kept(live, {Of(2, 20, 30), Of(1, 10, 20)}), IsEmpty()) << "half-open";
  EXPECT_THAT(Kept(live, {Of(3, 0, 50)}), IsEmpty()) << "never live";
}

}  // namespace
}  // namespace stadspoort::domain
