#include "services/stadspoort/permit_type_file.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace stadspoort::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

constexpr char kName[] = "cities/ghent/permitTypes/bewoner";
constexpr char kFile[] = R"({
  "displayName": "Bewonersvergunning", "right_type": "resident", "version": "3", "etag": "x",
  "createTime": "2026-01-01T00:00:00Z",
  "areas": [{"code": "geel", "zones": ["gele-zone-1", "cities/ghent/zones/gele-zone-2"]}],
  "countedBy": "COUNTED_BY_ADDRESS",
  "priceSteps": [{"fromOrdinal": 1, "term": {"months": 24}}], "paymentTerm": "1209600s"})";

std::string FaultOf(absl::string_view text) {
  const auto request = ReadNewPermitType(text, "type.json", kName);
  EXPECT_FALSE(request.ok());
  return std::string(request.status().message());
}

TEST(PermitTypeFileTest, CodesBecomeNames) {
  const auto request = ReadNewPermitType(kFile, "type.json", kName);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->parent(), "cities/ghent");
  EXPECT_EQ(request->permit_type_id(), "bewoner");
  const permits::v1::PermitType& type = request->permit_type();
  EXPECT_EQ(type.name(), "");
  EXPECT_EQ(type.display_name(), "Bewonersvergunning");
  EXPECT_EQ(type.right_type(), "cities/ghent/rightTypes/resident");
  EXPECT_THAT(type.areas(0).zones(),
              ElementsAre("cities/ghent/zones/gele-zone-1", "cities/ghent/zones/gele-zone-2"));
  EXPECT_EQ(type.counted_by(), permits::v1::COUNTED_BY_ADDRESS);
  EXPECT_EQ(type.price_steps(0).term().months(), 24);
  EXPECT_EQ(type.payment_term().seconds(), 1209600);
}

// What `show --json` wrote can be changed and sent back.
TEST(PermitTypeFileTest, WhatIsTheRegistersIsOnlyRead) {
  const auto request = ReadPermitTypeUpdate(kFile, "type.json", kName);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->permit_type().name(), kName);
  EXPECT_EQ(request->permit_type().version(), 0);
  EXPECT_EQ(request->permit_type().etag(), "");
  EXPECT_FALSE(request->permit_type().has_create_time());
}

TEST(PermitTypeFileTest, TheNameMayStandThereButNoOther) {
  EXPECT_TRUE(ReadNewPermitType(R"({"name": "bewoner"})", "f", kName).ok());
  EXPECT_TRUE(
      ReadNewPermitType(R"({"name": "cities/ghent/permitTypes/bewoner"})", "f", kName).ok());
  EXPECT_THAT(FaultOf(R"({"name": "zorg"})"), HasSubstr("is not cities/ghent/permitTypes/bewoner"));
}

TEST(PermitTypeFileTest, AFaultNamesFileAndPlace) {
  EXPECT_THAT(FaultOf("{"), StartsWith("type.json: not JSON"));
  EXPECT_THAT(FaultOf("[]"), StartsWith("type.json must be an object"));
  EXPECT_THAT(FaultOf(R"({"colour": "red"})"), HasSubstr("colour"));
  EXPECT_THAT(FaultOf(R"({"rightType": "Resident"})"), StartsWith("type.json: right_type: "));
  EXPECT_THAT(FaultOf(R"({"areas": [{}, {"zones": ["a", "B"]}]})"),
              StartsWith("type.json: areas[1].zones[1]: "));
  EXPECT_THAT(FaultOf(R"({"areas": [{"zones": ["cities/antwerp/zones/a"]}]})"),
              HasSubstr("not of cities/ghent"));
}

}  // namespace
}  // namespace stadspoort::client
