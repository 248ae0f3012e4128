#include "services/stadspoort/names.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace stadspoort::client {
namespace {

using testing::HasSubstr;

constexpr char kUuid[] = "018f3c1e-7b2a-7c3d-9e4f-0123456789ab";

TEST(NamesTest, TakesShortCodesAndFullNames) {
  EXPECT_EQ(*CityName("ghent"), "cities/ghent");
  EXPECT_EQ(*CityName("cities/ghent"), "cities/ghent");
  EXPECT_EQ(*ZoneName("cities/ghent", "gele-zone-1"), "cities/ghent/zones/gele-zone-1");
  EXPECT_EQ(*ZoneName("cities/ghent", "cities/ghent/zones/a"), "cities/ghent/zones/a");
  EXPECT_EQ(*ZoneName("", "cities/ghent/zones/a"), "cities/ghent/zones/a");
  EXPECT_EQ(*RightTypeName("cities/ghent", "resident"), "cities/ghent/rightTypes/resident");
  EXPECT_EQ(*ContractName("cities/ghent", "app-2026"), "cities/ghent/contracts/app-2026");
  EXPECT_EQ(*RightName("cities/ghent", kUuid), std::string("cities/ghent/rights/") + kUuid);
  EXPECT_EQ(*PermitName("cities/ghent", kUuid), std::string("cities/ghent/permits/") + kUuid);
  EXPECT_EQ(*PermitTypeName("cities/ghent", "bewoner"), "cities/ghent/permitTypes/bewoner");
  EXPECT_EQ(*PermitSetName("cities/ghent", "a-2027"), "cities/ghent/permitSets/a-2027");
}

TEST(NamesTest, SpellsAUuidInOneWay) {
  EXPECT_EQ(*RightName("", "cities/ghent/rights/018F3C1E-7B2A-7C3D-9E4F-0123456789AB"),
            std::string("cities/ghent/rights/") + kUuid);
}

TEST(NamesTest, RefusesWhatIsNoName) {
  for (const char* text :
       {"", "Ghent", "g", "city/ghent", "cities/", "cities/ghent/", "cities/ghent/zones/a"}) {
    EXPECT_FALSE(CityName(text).ok()) << text;
  }
  for (const char* text : {"", "A", "cities/ghent/zone/a", "cities/ghent/zones/", "zones/a",
                           "cities/ghent/zones/a/b", "cities/Ghent/zones/a"}) {
    EXPECT_FALSE(ZoneName("cities/ghent", text).ok()) << text;
  }
  EXPECT_FALSE(RightName("cities/ghent", "018f").ok());
  EXPECT_FALSE(PermitName("cities/ghent", std::string("cities/ghent/rights/") + kUuid).ok());
  EXPECT_FALSE(PermitTypeName("cities/ghent", "cities/ghent/rightTypes/bewoner").ok());
  EXPECT_FALSE(PermitSetName("cities/ghent", "2027").ok());
  EXPECT_FALSE(RightTypeName("cities/ghent", "1x").ok());
  EXPECT_FALSE(ContractName("cities/ghent", "2026-app").ok());
  EXPECT_FALSE(ContractName("cities/ghent", "cities/ghent/rights/app").ok());
}

TEST(NamesTest, AShortCodeNeedsItsCity) {
  const auto name = ZoneName("", "gele-zone-1");
  ASSERT_FALSE(name.ok());
  EXPECT_THAT(std::string(name.status().message()), HasSubstr("--city"));
}

TEST(NamesTest, RefusesANameOfAnotherCity) {
  const auto name = ZoneName("cities/ghent", "cities/antwerp/zones/a");
  ASSERT_FALSE(name.ok());
  EXPECT_THAT(std::string(name.status().message()), HasSubstr("cities/ghent"));
}

TEST(NamesTest, TakesNamesApart) {
  EXPECT_EQ(CityOf("cities/ghent/zones/gele-zone-1"), "cities/ghent");
  EXPECT_EQ(CityOf("cities/ghent"), "cities/ghent");
  EXPECT_EQ(CityOf("gele-zone-1"), "");
  EXPECT_EQ(CodeOf("cities/ghent/zones/gele-zone-1"), "gele-zone-1");
  EXPECT_EQ(CodeOf("gele-zone-1"), "gele-zone-1");
}

}  // namespace
}  // namespace stadspoort::client
