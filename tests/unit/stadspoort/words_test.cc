#include "services/stadspoort/words.h"

#include <cstdint>
#include <limits>

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

TEST(WordsTest, SaysWhatIsPublishedInWords) {
  EXPECT_EQ(SeverityText(zones::v1::FINDING_SEVERITY_WARNING), "warning");
  EXPECT_EQ(FindingKindText(zones::v1::FINDING_KIND_OVERLAPPING_FRAMES), "overlapping frames");
  EXPECT_EQ(VersionStateText(zones::v1::ZONE_VERSION_STATE_SUPERSEDED), "superseded");
  EXPECT_EQ(DraftStateText(zones::v1::ZONE_DRAFT_STATE_VALIDATED), "validated");
  EXPECT_EQ(ZoneChangeKindText(zones::v1::ZONE_CHANGE_KIND_RETIRED), "retired");
  EXPECT_EQ(ZoneChangeKindText(static_cast<zones::v1::ZoneChangeKind>(9)), "unknown (9)");
}

TEST(WordsTest, SaysAndReadsWhatBecomesOfPermits) {
  EXPECT_EQ(PermitStateText(permits::v1::PERMIT_STATE_AWAITING_PAYMENT), "awaiting payment");
  EXPECT_EQ(PermitEventKindText(permits::v1::PERMIT_EVENT_KIND_PLATES_CHANGED), "plates changed");
  EXPECT_EQ(*ParsePermitState("in-review"), permits::v1::PERMIT_STATE_IN_REVIEW);
  EXPECT_EQ(*ParsePermitState("PERMIT_STATE_ACTIVE"), permits::v1::PERMIT_STATE_ACTIVE);
  EXPECT_FALSE(ParsePermitState("unspecified").ok());
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
  EXPECT_EQ(MoneyText(0), "€0.00");
  EXPECT_EQ(MoneyText(-5), "-€0.05");
  EXPECT_EQ(MoneyText(-150), "-€1.50");
  EXPECT_EQ(CentsText(360), "3.60");
  EXPECT_EQ(CentsText(-1), "-0.01");
  EXPECT_EQ(CentsText(std::numeric_limits<int64_t>::max()), "92233720368547758.07");
  EXPECT_EQ(CentsText(std::numeric_limits<int64_t>::min()), "-92233720368547758.08");
}

}  // namespace
}  // namespace stadspoort::client
