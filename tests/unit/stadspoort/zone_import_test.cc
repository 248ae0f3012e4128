#include "services/stadspoort/zone_import.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/stadspoort/messages.h"

namespace stadspoort::client {
namespace {

using testing::HasSubstr;

TEST(ZoneImportTest, TellsWhereAFaultIs) {
  zones::v1::ImportFault fault;
  fault.set_feature_index(3);
  fault.set_zone_code("gele-zone-1");
  fault.set_field("geometry.coordinates[0][17]");
  fault.set_description("latitude 513 is out of range");
  EXPECT_EQ(FaultText(fault),
            "feature 3 (gele-zone-1): geometry.coordinates[0][17]: latitude 513 is out of range");
  fault.set_reason("INVALID_GEOMETRY");
  EXPECT_THAT(FaultText(fault), HasSubstr("[INVALID_GEOMETRY]"));
}

TEST(ZoneImportTest, AFaultMayBeOfTheFileOrOfAnUnnamedFeature) {
  zones::v1::ImportFault fault;
  fault.set_description("no code\x1b[31m");
  EXPECT_EQ(FaultText(fault), "feature 0: no code\uFFFD[31m");
  fault.set_feature_index(-1);
  EXPECT_EQ(FaultText(fault), "file: no code\uFFFD[31m");
}

TEST(ZoneImportTest, ReadsRules) {
  zones::v1::ImportZonesHeader header;
  const absl::Status status = ReadRules(
      R"({"rules": [{"code_prefix": "gele-", "usage": "USAGE_PAID_PARKING",
                     "regulation": {"grace_after": "600s"}}, {"code_prefix": "rode-"}]})",
      "rules.json", header);
  ASSERT_TRUE(status.ok()) << status;
  ASSERT_EQ(header.rules_size(), 2);
  EXPECT_EQ(header.rules(0).code_prefix(), "gele-");
  EXPECT_EQ(header.rules(0).usage(), common::v1::USAGE_PAID_PARKING);
  EXPECT_EQ(header.rules(0).regulation().grace_after().seconds(), 600);
}

TEST(ZoneImportTest, NamesThePlaceOfAFaultyRule) {
  zones::v1::ImportZonesHeader header;
  EXPECT_THAT(
      std::string(
          ReadRules(R"({"rules": [{}, {"usage": "PAID"}]})", "rules.json", header).message()),
      HasSubstr("rules.json: rules[1]"));
  for (const char* text :
       {"", "{}", "[]", R"({"rules": {}})", R"({"rule": []})", "{\"rules\": ["}) {
    EXPECT_FALSE(ReadRules(text, "rules.json", header).ok()) << text;
  }
  EXPECT_EQ(header.rules_size(), 0);
}

TEST(ZoneImportTest, SaysFromWhenTheVersionsHold) {
  zones::v1::ImportZonesHeader header;
  auto result = FromJson<zones::v1::ImportResult>(R"({"createdCount": 1, "supersededCount": 2,
      "unchangedCount": 15, "inForceStartTime": "2026-04-30T22:00:00Z"})");
  EXPECT_EQ(ImportResultText(result, header, Brussels()),
            "Zones: 1 created, 2 superseded, 15 unchanged; in force from 2026-05-01 00:00 "
            "+02:00\n");
  result.clear_in_force_start_time();
  header.set_validate_only(true);
  EXPECT_EQ(ImportResultText(result, header, Brussels()),
            "Judged only, nothing was stored. It would be: Zones: 1 created, 2 superseded, 15 "
            "unchanged\n");
}

TEST(ZoneImportTest, SaysHowManyDraftsWereStored) {
  zones::v1::ImportZonesHeader header;
  header.set_as_drafts(true);
  EXPECT_EQ(ImportResultText(
                FromJson<zones::v1::ImportResult>(R"({"draftedCount": 17, "unchangedCount": 1})"),
                header, Brussels()),
            "Drafts: 17 stored, 1 unchanged\n");
}

}  // namespace
}  // namespace stadspoort::client
