#include "services/stadspoort/check_question.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace stadspoort::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

CheckArguments InZone() {
  CheckArguments arguments;
  arguments.city = "ghent";
  arguments.zones = {"gele-zone-1"};
  return arguments;
}

TEST(CheckQuestionTest, AsksAboutZones) {
  CheckArguments arguments = InZone();
  arguments.zones.push_back("cities/ghent/zones/rode-1");
  arguments.at = "2026-03-02T10:00+01:00";
  const auto question = CheckQuestion(arguments, "nl");
  ASSERT_TRUE(question.ok()) << question.status();
  EXPECT_EQ(question->parent(), "cities/ghent");
  EXPECT_THAT(question->place().zones().zones(),
              ElementsAre("cities/ghent/zones/gele-zone-1", "cities/ghent/zones/rode-1"));
  EXPECT_EQ(question->check_time().seconds(), 1772442000);
  EXPECT_EQ(question->options().language(), "nl");
  EXPECT_EQ(question->options().usage(), common::v1::USAGE_UNSPECIFIED);
  EXPECT_EQ(question->options().consistency(), checks::v1::CONSISTENCY_DEFAULT);
  EXPECT_FALSE(question->options().include_right());
  EXPECT_FALSE(question->options().include_candidates());
}

TEST(CheckQuestionTest, NowIsLeftToTheRegister) {
  EXPECT_FALSE(CheckQuestion(InZone(), "en")->has_check_time());
}

TEST(CheckQuestionTest, WhyAsksForRightAndCandidates) {
  CheckArguments arguments = InZone();
  arguments.why = true;
  arguments.strong = true;
  const auto question = CheckQuestion(arguments, "en");
  EXPECT_TRUE(question->options().include_right());
  EXPECT_TRUE(question->options().include_candidates());
  EXPECT_EQ(question->options().consistency(), checks::v1::CONSISTENCY_STRONG);
}

TEST(CheckQuestionTest, TheCityMayComeFromTheZone) {
  CheckArguments arguments;
  arguments.zones = {"cities/ghent/zones/a", "b"};
  const auto question = CheckQuestion(arguments, "en");
  ASSERT_TRUE(question.ok()) << question.status();
  EXPECT_EQ(question->parent(), "cities/ghent");
  EXPECT_THAT(question->place().zones().zones(),
              ElementsAre("cities/ghent/zones/a", "cities/ghent/zones/b"));
}

TEST(CheckQuestionTest, APositionNeedsItsUsage) {
  CheckArguments arguments;
  arguments.city = "ghent";
  arguments.position = "51.05,3.72,5";
  EXPECT_THAT(std::string(CheckQuestion(arguments, "en").status().message()), HasSubstr("--usage"));
  arguments.usage = "paid-parking";
  const auto question = CheckQuestion(arguments, "en");
  ASSERT_TRUE(question.ok()) << question.status();
  EXPECT_EQ(question->options().usage(), common::v1::USAGE_PAID_PARKING);
  EXPECT_EQ(question->place().position().accuracy_meters(), 5);
}

TEST(CheckQuestionTest, RefusesAQuestionWithoutOnePlace) {
  CheckArguments arguments = InZone();
  arguments.position = "51,3";
  EXPECT_FALSE(CheckQuestion(arguments, "en").ok());
  arguments.zones.clear();
  arguments.position.clear();
  EXPECT_FALSE(CheckQuestion(arguments, "en").ok());
  arguments.city.clear();
  EXPECT_THAT(std::string(CheckQuestion(arguments, "en").status().message()), HasSubstr("--city"));
}

TEST(CheckQuestionTest, RefusesATimeWithoutZone) {
  CheckArguments arguments = InZone();
  arguments.at = "2026-03-02T10:00";
  EXPECT_FALSE(CheckQuestion(arguments, "en").ok());
}

TEST(CheckQuestionTest, ReadsPositions) {
  const auto position = ParsePosition("-51.0543,3.7174");
  ASSERT_TRUE(position.ok()) << position.status();
  EXPECT_EQ(position->latitude_degrees(), -51.0543);
  EXPECT_EQ(position->longitude_degrees(), 3.7174);
  EXPECT_EQ(position->accuracy_meters(), 10) << "a position without any doubt does not exist";
  EXPECT_EQ(ParsePosition("51,3,0")->accuracy_meters(), 0);
  for (const char* text : {"", "51", "51,3,5,6", "51,x", "nan,3", "51,inf", "51;3", "51,,3"}) {
    EXPECT_FALSE(ParsePosition(text).ok()) << text;
  }
}

}  // namespace
}  // namespace stadspoort::client
