#include "services/stadspoort/plates.h"

#include <sstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace stadspoort::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> Texts(const std::vector<std::string>& arguments,
                               const std::string& input) {
  std::istringstream lines(input);
  const auto plates = ReadPlates(arguments, lines);
  EXPECT_TRUE(plates.ok()) << plates.status();
  std::vector<std::string> texts;
  if (plates.ok()) {
    for (const auto& plate : *plates) texts.push_back(PlateText(plate));
  }
  return texts;
}

TEST(PlatesTest, ReadsNumberAndCountry) {
  EXPECT_EQ(ParsePlate("1-ABC-123/b")->number(), "1-ABC-123");
  EXPECT_EQ(ParsePlate("1-ABC-123/b")->country(), "B");
  EXPECT_EQ(ParsePlate("1ABC123")->country(), "");
  EXPECT_EQ(ParsePlate("KA/01/IND")->number(), "KA/01");
  EXPECT_EQ(ParsePlate("1ABC123", "nl")->country(), "NL");
}

// Whatever stands behind the slash is the country, for the register to judge: taken as a part of
// the number it would make another plate, and a wrong no.
TEST(PlatesTest, ACountryThatIsNoneIsNotPartOfTheNumber) {
  EXPECT_EQ(ParsePlate("1ABC123/BELGIUM")->number(), "1ABC123");
  EXPECT_EQ(ParsePlate("1ABC123/BELGIUM")->country(), "BELGIUM");
}

TEST(PlatesTest, TheCountryIsGivenOnce) { EXPECT_FALSE(ParsePlate("1ABC123/B", "NL").ok()); }

TEST(PlatesTest, ReadsStandardInputWhereTheDashStands) {
  EXPECT_THAT(Texts({"A", "-", "B/NL"}, "C\n\n  D/F \r\nE"),
              ElementsAre("A", "C", "D/F", "E", "B/NL"));
  EXPECT_THAT(Texts({"-"},
                    "\xEF\xBB\xBF"
                    "1ABC\n"),
              ElementsAre("1ABC"));
  EXPECT_THAT(Texts({"-", "-"}, "A\n"), ElementsAre("A"));
}

TEST(PlatesTest, AnEmptyPlateIsLeftToTheRegister) { EXPECT_THAT(Texts({""}, ""), ElementsAre("")); }

TEST(PlatesTest, NoPlateAtAllIsNoQuestion) {
  std::istringstream empty("\n\n");
  EXPECT_FALSE(ReadPlates({"-"}, empty).ok());
}

TEST(PlatesTest, NamesTheLineThatCannotTravel) {
  std::istringstream lines("A\n\xff\xfe\n");
  const auto plates = ReadPlates({"-"}, lines);
  ASSERT_FALSE(plates.ok());
  EXPECT_THAT(std::string(plates.status().message()), HasSubstr("line 2"));
}

}  // namespace
}  // namespace stadspoort::client
