#include "services/stadspoort/city_file.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace stadspoort::client {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

absl::StatusOr<CityPlan> Read(absl::string_view text) {
  return ReadCityFile(text, "city.json", "cities/ghent");
}

std::string FaultOf(absl::string_view text) {
  const auto plan = Read(text);
  EXPECT_FALSE(plan.ok()) << text;
  return std::string(plan.status().message());
}

TEST(CityFileTest, ReadsCityRightTypesAndCalendar) {
  const auto plan = Read(R"({
    "city": {"display_name": "Gent", "timeZone": "Europe/Brussels", "look_back": "172800s"},
    "right_types": [{"name": "resident", "kind": "RIGHT_KIND_RESIDENT"},
                    {"name": "cities/ghent/rightTypes/app", "backdate": {"at_most": "300s"}}],
    "calendar": {"special_days": [{"date": "2026-04-06", "label": "HOLIDAY"}]}})");
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->city.city_id(), "ghent");
  EXPECT_EQ(plan->city.city().display_name(), "Gent");
  EXPECT_EQ(plan->city.city().look_back().seconds(), 172800);
  EXPECT_EQ(plan->city.city().name(), "") << "output only";
  ASSERT_EQ(plan->right_types.size(), 2u);
  EXPECT_EQ(plan->right_types[0].parent(), "cities/ghent");
  EXPECT_EQ(plan->right_types[0].right_type_id(), "resident");
  EXPECT_EQ(plan->right_types[1].right_type_id(), "app");
  ASSERT_TRUE(plan->calendar.has_value());
  EXPECT_EQ(plan->calendar->calendar().name(), "cities/ghent/calendar");
  EXPECT_EQ(plan->calendar->calendar().special_days_size(), 1);
}

TEST(CityFileTest, ReadsContracts) {
  const auto plan = Read(R"({"contracts": [
      {"name": "app-2026", "provider": "parkeerapp", "rightTypes": ["paid"],
       "startTime": "2026-01-01T00:00:00Z"},
      {"name": "cities/ghent/contracts/desk", "display_name": "Loket", "zones": ["a", "b"]}]})");
  ASSERT_TRUE(plan.ok()) << plan.status();
  ASSERT_EQ(plan->contracts.size(), 2u);
  EXPECT_EQ(plan->contracts[0].parent(), "cities/ghent");
  EXPECT_EQ(plan->contracts[0].contract_id(), "app-2026");
  EXPECT_EQ(plan->contracts[0].contract().name(), "");
  EXPECT_EQ(plan->contracts[0].contract().provider(), "parkeerapp");
  EXPECT_EQ(plan->contracts[0].contract().right_types(0), "paid");
  EXPECT_EQ(plan->contracts[0].contract().start_time().seconds(), 1767225600);
  EXPECT_EQ(plan->contracts[1].contract_id(), "desk");
  EXPECT_EQ(plan->contracts[1].contract().zones_size(), 2);
  EXPECT_THAT(FaultOf(R"({"contracts": [{"provider": "app"}]})"), HasSubstr("contracts[0].name"));
  EXPECT_THAT(FaultOf(R"({"contracts": [{"name": "a"}, {"name": "cities/ghent/contracts/a"}]})"),
              AllOf(HasSubstr("contracts[1].name"), HasSubstr("twice")));
  EXPECT_THAT(FaultOf(R"({"contracts": [{"name": "cities/antwerp/contracts/a"}]})"),
              HasSubstr("cities/ghent"));
  EXPECT_THAT(FaultOf(R"({"contracts": [{"name": "a", "start": "2026"}]})"),
              AllOf(HasSubstr("city.json: contracts[0]"), HasSubstr("start")));
}

TEST(CityFileTest, EveryPartMayBeMissing) {
  const auto plan = Read("{}");
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->city.city_id(), "ghent");
  EXPECT_TRUE(plan->right_types.empty());
  EXPECT_FALSE(plan->calendar.has_value());
  EXPECT_TRUE(plan->contracts.empty());
}

TEST(CityFileTest, ReadsACalendarAlone) {
  const auto request = ReadCalendarFile(
      R"({"city": {}, "calendar": {"special_days": [{"date": "2026-12-25", "label": "HOLIDAY"}]}})",
      "city.json", "cities/ghent");
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->calendar().name(), "cities/ghent/calendar");
  EXPECT_EQ(request->calendar().special_days_size(), 1);
  for (const char* text : {"{}", R"({"calendar": []})", R"({"days": []})",
                           R"({"calendar": {"name": "cities/antwerp/calendar"}})"}) {
    const absl::Status status = ReadCalendarFile(text, "city.json", "cities/ghent").status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_THAT(std::string(status.message()), HasSubstr("city.json")) << text;
  }
}

TEST(CityFileTest, NamesFileAndPlaceOfAFault) {
  EXPECT_THAT(FaultOf("{\n\"city\": {},\n}"), AllOf(HasSubstr("city.json"), HasSubstr("line 3")));
  EXPECT_THAT(FaultOf("[]"), HasSubstr("one JSON object"));
  EXPECT_THAT(FaultOf(R"({"zones": []})"), AllOf(HasSubstr("zones"), HasSubstr("right_types")));
  EXPECT_THAT(FaultOf(R"({"city": []})"), HasSubstr("city must be an object"));
  EXPECT_THAT(FaultOf(R"({"city": {"colour": "red"}})"),
              AllOf(HasSubstr("city.json: city"), HasSubstr("colour")));
  EXPECT_THAT(FaultOf(R"({"right_types": {}})"), HasSubstr("must be a list"));
  EXPECT_THAT(FaultOf(R"({"right_types": [{"name": "a"}, {"kind": "RESIDENT", "name": "b"}]})"),
              AllOf(HasSubstr("right_types[1]"), HasSubstr("RESIDENT")));
}

TEST(CityFileTest, ARightTypeNeedsItsCodeOnce) {
  EXPECT_THAT(FaultOf(R"({"right_types": [{"kind": "RIGHT_KIND_PAID"}]})"),
              HasSubstr("right_types[0].name"));
  EXPECT_THAT(FaultOf(R"({"right_types": [{"name": "a"}, {"name": "cities/ghent/rightTypes/a"}]})"),
              AllOf(HasSubstr("right_types[1].name"), HasSubstr("twice")));
}

TEST(CityFileTest, NamesOfAnotherCityAreRefused) {
  EXPECT_THAT(FaultOf(R"({"city": {"name": "cities/antwerp"}})"), HasSubstr("cities/ghent"));
  EXPECT_THAT(FaultOf(R"({"calendar": {"name": "cities/antwerp/calendar"}})"),
              HasSubstr("cities/ghent/calendar"));
  EXPECT_THAT(FaultOf(R"({"right_types": [{"name": "cities/antwerp/rightTypes/a"}]})"),
              HasSubstr("cities/ghent"));
}

TEST(CityFileTest, ReadsBounds) {
  const auto plan = Read(R"({"city": {"bounds": {"south_latitude_degrees": 50.97,
      "west_longitude_degrees": 3.57, "northLatitudeDegrees": 51.19,
      "eastLongitudeDegrees": 3.86}}})");
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->city.city().bounds().south_latitude_degrees(), 50.97);
  EXPECT_EQ(plan->city.city().bounds().west_longitude_degrees(), 3.57);
  EXPECT_EQ(plan->city.city().bounds().north_latitude_degrees(), 51.19);
  EXPECT_EQ(plan->city.city().bounds().east_longitude_degrees(), 3.86);
}

absl::StatusOr<cities::v1::UpdateCityRequest> ReadUpdate(absl::string_view text) {
  return ReadCityUpdate(text, "city.json", "cities/ghent");
}

TEST(CityFileTest, AnUpdateNamesTheSettingsThatStandInTheFile) {
  const auto update = ReadUpdate(R"({
      "city": {"name": "cities/ghent", "timeZone": "Europe/Brussels", "lookBack": "86400s",
               "confidence_threshold": 0, "bounds": null},
      "right_types": [{"name": "resident"}]})");
  ASSERT_TRUE(update.ok()) << update.status();
  EXPECT_EQ(update->city().name(), "cities/ghent");
  EXPECT_EQ(update->city().look_back().seconds(), 86400);
  EXPECT_FALSE(update->city().has_bounds()) << "taken away";
  EXPECT_EQ(update->city().time_zone(), "Europe/Brussels") << "to be compared";
  EXPECT_THAT(update->update_mask().paths(),
              UnorderedElementsAre("look_back", "confidence_threshold", "bounds"));
}

TEST(CityFileTest, AnUpdateWithoutASettingIsRefused) {
  for (const char* text : {"{}", R"({"city": {}})", R"({"calendar": {}})",
                           R"({"city": {"name": "cities/ghent", "time_zone": "Europe/Brussels"}})",
                           R"({"city": {"name": "cities/antwerp", "languages": ["nl"]}})",
                           R"({"city": []})", R"({"city": {"colour": "red"}})"}) {
    EXPECT_FALSE(ReadUpdate(text).ok()) << text;
  }
}

}  // namespace
}  // namespace stadspoort::client
