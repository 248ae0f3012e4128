#include "services/permits/rights_diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace stadspoort::permits {
namespace {

using domain::Interval;
using postgres::RightOfPermit;
using ::testing::IsEmpty;

const absl::Time kStart = absl::FromUnixSeconds(1'780'000'000);
constexpr absl::Duration kHour = absl::Hours(1);

domain::UuidBytes Bytes(uint8_t name) {
  domain::UuidBytes bytes{};
  bytes.back() = name;
  return bytes;
}

RightOfPermit Right(uint8_t plate, absl::Time start, absl::Time end) {
  RightOfPermit right;
  right.plate = domain::PlateId(Bytes(plate));
  right.right.zones = {domain::ZoneCode("a")};
  right.right.effective = {start, end};
  return right;
}

class RightsChangedTest : public ::testing::Test {
 protected:
  std::vector<RightOfPermit> Changed(const std::vector<RightOfPermit>& stored,
                                     const std::vector<RightOfPermit>& wanted, absl::Time now) {
    return RightsChanged(stored, wanted, now, [this] { return domain::RightId(Bytes(++ids_)); });
  }

  uint8_t ids_ = 100;
};

TEST_F(RightsChangedTest, NewOnesAreMadeAndTheSameStay) {
  const std::vector<RightOfPermit> wanted = {Right(1, kStart, kStart + kHour)};
  std::vector<RightOfPermit> made = Changed({}, wanted, kStart);
  ASSERT_EQ(made.size(), 1U);
  EXPECT_EQ(made[0].right.id, domain::RightId(Bytes(101)));
  EXPECT_THAT(Changed(made, wanted, kStart), IsEmpty());
  EXPECT_THAT(Changed(made, wanted, kStart + kHour / 2), IsEmpty());
}

TEST_F(RightsChangedTest, WhatIsNotWantedEndsNowAndWhatHasNotBegunNeverHolds) {
  const std::vector<RightOfPermit> stored = {
      Right(1, kStart, kStart + 9 * kHour),
      Right(2, kStart + 5 * kHour, kStart + 9 * kHour),
      Right(3, kStart, kStart + kHour),
  };
  const absl::Time now = kStart + 2 * kHour;
  const auto changed = Changed(stored, {}, now);
  ASSERT_EQ(changed.size(), 2U) << "what has ended stays as it is";
  EXPECT_EQ(changed[0].right.effective, (Interval{kStart, now}));
  EXPECT_TRUE(changed[1].right.effective.Empty());
}

// A permit forgets old lists of plates: the beginning of what has begun is not asked.
TEST_F(RightsChangedTest, AnEndMovesAndAPastBeginningStays) {
  std::vector<RightOfPermit> stored = {Right(1, kStart, kStart + 9 * kHour)};
  stored[0].right.id = domain::RightId(Bytes(7));
  const absl::Time now = kStart + 3 * kHour;
  const auto changed = Changed(stored, {Right(1, kStart + kHour, kStart + 4 * kHour)}, now);
  ASSERT_EQ(changed.size(), 1U);
  EXPECT_EQ(changed[0].right.id, domain::RightId(Bytes(7)));
  EXPECT_EQ(changed[0].right.effective, (Interval{kStart, kStart + 4 * kHour}));
}

// A plate that left and came back at one instant: what it was covered by until then has ended.
TEST_F(RightsChangedTest, ANewOneNeverBeginsInThePast) {
  const absl::Time now = kStart + kHour;
  const auto changed = Changed({}, {Right(1, kStart, kStart + 9 * kHour)}, now);
  ASSERT_EQ(changed.size(), 1U);
  EXPECT_EQ(changed[0].right.effective, (Interval{now, kStart + 9 * kHour}));
}

TEST_F(RightsChangedTest, OtherZonesOrAPlateThatRestsAreAnotherRight) {
  const std::vector<RightOfPermit> stored = {Right(1, kStart, kStart + 9 * kHour)};
  const absl::Time now = kStart + kHour;
  for (const bool zones : {true, false}) {
    RightOfPermit other = Right(1, now, kStart + 9 * kHour);
    if (zones) {
      other.right.zones = {domain::ZoneCode("b")};
    } else {
      other.right.plate_active = false;
    }
    const auto changed = Changed(stored, {other}, now);
    ASSERT_EQ(changed.size(), 2U) << zones;
    EXPECT_EQ(changed[0].right.effective.start, now);
    EXPECT_EQ(changed[1].right.effective, (Interval{kStart, now}));
  }
}

TEST_F(RightsChangedTest, SuspensionAndRevocationReachEveryRightThatHasNotEnded) {
  const std::vector<RightOfPermit> stored = {Right(1, kStart, kStart + 9 * kHour),
                                             Right(2, kStart + 9 * kHour, kStart + 10 * kHour)};
  std::vector<RightOfPermit> wanted = stored;
  const absl::Time now = kStart + kHour;
  for (RightOfPermit& right : wanted) {
    right.right.suspensions = {{now, absl::InfiniteFuture()}};
    right.right.revoke_time = now;
  }
  EXPECT_EQ(Changed(stored, wanted, now), wanted);
}

TEST(RightsWantedTest, ZonesAreThoseOfTheVersionOfEachSpan) {
  domain::PermitType type;
  type.right_type = domain::RightTypeCode("resident");
  type.areas = {{domain::PermitAreaCode("noord"), "Noord", {domain::ZoneCode("a")}, 0}};
  domain::PermitType next = type;
  next.areas[0].zones.clear();
  PermitTypes types;
  types[1] = std::make_shared<const domain::PermitType>(type);
  types[2] = std::make_shared<const domain::PermitType>(next);
  domain::Permit permit;
  permit.state = domain::PermitState::kActive;
  permit.start = kStart;
  permit.rights_end = kStart + 9 * kHour;
  permit.areas = {{kStart, domain::PermitAreaCode("noord"), 1},
                  {kStart + kHour, domain::PermitAreaCode("noord"), 2}};
  permit.plates = domain::PlateBook({{kStart, {{domain::PlateId(Bytes(1)), {}, true}}}});
  // As PostgreSQL keeps them.
  permit.suspensions = {{kStart, kStart},
                        {kStart + kHour, kStart + 2 * kHour},
                        {kStart + 2 * kHour, kStart + 3 * kHour}};
  const auto wanted = RightsWanted(permit, types);
  ASSERT_TRUE(wanted.ok()) << wanted.status();
  ASSERT_EQ(wanted->size(), 2U);
  EXPECT_FALSE((*wanted)[0].right.city_wide);
  EXPECT_EQ((*wanted)[0].right.effective, (Interval{kStart, kStart + kHour}));
  EXPECT_TRUE((*wanted)[1].right.city_wide);
  EXPECT_EQ((*wanted)[1].right.effective, (Interval{kStart + kHour, kStart + 9 * kHour}));
  EXPECT_EQ((*wanted)[0].right.suspensions,
            (std::vector<Interval>{{kStart + kHour, kStart + 3 * kHour}}));
  types.erase(2);
  EXPECT_TRUE(absl::IsInternal(RightsWanted(permit, types).status()));
}

}  // namespace
}  // namespace stadspoort::permits
