#include "services/domain/interval.h"

#include <gtest/gtest.h>

#include "absl/time/time.h"

namespace stadspoort::domain {
namespace {

absl::Time T(int minute) { return absl::UnixEpoch() + absl::Minutes(minute); }

TEST(Interval, ContainsItsStartAndNotItsEnd) {
  const Interval interval{T(10), T(20)};
  EXPECT_FALSE(interval.Contains(T(10) - absl::Nanoseconds(1)));
  EXPECT_TRUE(interval.Contains(T(10)));
  EXPECT_TRUE(interval.Contains(T(20) - absl::Nanoseconds(1)));
  EXPECT_FALSE(interval.Contains(T(20)));
}

TEST(Interval, IsEmptyWhenItDoesNotEndAfterItsStart) {
  EXPECT_FALSE((Interval{T(10), T(10) + absl::Nanoseconds(1)}.Empty()));
  EXPECT_TRUE((Interval{T(10), T(10)}.Empty()));
  EXPECT_TRUE((Interval{T(10), T(9)}.Empty()));
  EXPECT_FALSE((Interval{T(10), T(10)}.Contains(T(10))));
}

TEST(Interval, IsAllOfTimeByDefault) {
  EXPECT_TRUE(Interval().Contains(absl::InfinitePast()));
  EXPECT_TRUE(Interval().Contains(T(0)));
  EXPECT_TRUE((Interval{T(0), absl::InfiniteFuture()}.Contains(T(1'000'000'000))));
}

TEST(Interval, AdjoiningIntervalsDoNotOverlapAndLeaveNoGap) {
  const Interval before{T(10), T(20)};
  const Interval after{T(20), T(30)};
  EXPECT_FALSE(before.Overlaps(after));
  EXPECT_FALSE(after.Overlaps(before));
  for (int minute = 10; minute < 30; ++minute) {
    EXPECT_TRUE(before.Contains(T(minute)) != after.Contains(T(minute))) << minute;
  }
}

// Every pair of intervals over six instants, against the moments they contain.
TEST(Interval, OverlapsWhereBothContainAMoment) {
  constexpr int kInstants = 6;
  for (int code = 0; code < kInstants * kInstants * kInstants * kInstants; ++code) {
    const Interval a{T(code % 6), T(code / 6 % 6)};
    const Interval b{T(code / 36 % 6), T(code / 216)};
    bool both = false;
    bool any_in_a = false;
    for (int minute = 0; minute < kInstants; ++minute) {
      both |= a.Contains(T(minute)) && b.Contains(T(minute));
      any_in_a |= a.Contains(T(minute));
    }
    ASSERT_EQ(a.Overlaps(b), both) << a.start << " " << a.end << " " << b.start << " " << b.end;
    ASSERT_EQ(a.Empty(), !any_in_a) << a.start << " " << a.end;
  }
}

}  // namespace
}  // namespace stadspoort::domain
