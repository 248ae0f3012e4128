#include "services/stadspoort/zone_import.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

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

}  // namespace
}  // namespace stadspoort::client
