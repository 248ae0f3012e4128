#include "services/stadspoort/words.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace stadspoort::client {
namespace {

using testing::HasSubstr;

TEST(WordsTest, SaysEnumsInWords) {
  EXPECT_EQ(UsageText(common::v1::USAGE_PAID_PARKING), "paid parking");
  EXPECT_EQ(UsageText(common::v1::USAGE_UNSPECIFIED), "not said");
  EXPECT_EQ(UsageText(static_cast<common::v1::Usage>(99)), "unknown (99)");
  EXPECT_EQ(RightKindText(common::v1::RIGHT_KIND_DAY_PASS), "day pass");
  EXPECT_EQ(RightStateText(rights::v1::RIGHT_STATE_IN_FORCE), "in force");
  EXPECT_EQ(RungText(checks::v1::RUNG_POSTGRES, false), "postgres");
  EXPECT_EQ(RungText(checks::v1::RUNG_MEMORY, true), "memory, degraded");
  EXPECT_EQ(RungText(checks::v1::RUNG_UNSPECIFIED, false), "");
  EXPECT_EQ(RungText(static_cast<checks::v1::Rung>(7), false), "unknown (7)");
}

TEST(WordsTest, ReadsUsages) {
  for (const char* text : {"paid-parking", "PAID_PARKING", "USAGE_PAID_PARKING", "Paid-Parking"}) {
    const auto usage = ParseUsage(text);
    ASSERT_TRUE(usage.ok()) << text;
    EXPECT_EQ(*usage, common::v1::USAGE_PAID_PARKING);
  }
  for (const char* text : {"", "unspecified", "USAGE_UNSPECIFIED", "paid", "1"}) {
    const auto usage = ParseUsage(text);
    ASSERT_FALSE(usage.ok()) << text;
    EXPECT_THAT(std::string(usage.status().message()), HasSubstr("paid-parking, permit-parking"));
    EXPECT_THAT(std::string(usage.status().message()), HasSubstr("reserved-bay"));
  }
}

TEST(WordsTest, SaysMoney) {
  EXPECT_EQ(MoneyText(150), "€1.50");
  EXPECT_EQ(MoneyText(5), "€0.05");
  EXPECT_EQ(MoneyText(25000), "€250.00");
}

}  // namespace
}  // namespace stadspoort::client
