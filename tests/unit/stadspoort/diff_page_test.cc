#include "services/stadspoort/diff_page.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/stadspoort/diff_command.h"
#include "tests/unit/stadspoort/messages.h"

namespace stadspoort::client {
namespace {

using testing::HasSubstr;
using zones::v1::DiffZoneResponse;

struct Words {
  const char* path;
  const char* group;
  const char* field;
};

constexpr Words kWords[] = {
    {"display_name", "name", ""},
    {"polygons", "outline", ""},
    {"regulation.grace_after", "grace after", ""},
    {"regulation.frames[dag]", "frame dag", ""},
    {"regulation.frames[dag].to_local_time", "frame dag", "to"},
    {"regulation.frames[dag].fare_parts[1].step", "frame dag", "fare 1, step"},
    {"regulation.special_day_rules[MARKET]", "special day MARKET", ""},
    {"regulation.closed_periods[Feesten. Deel [2]].end_time", "closed period Feesten. Deel [2]",
     "end time"},
    {"regulation.closed_periods[Feesten. Deel [2]]", "closed period Feesten. Deel [2]", ""},
    {"regulation.overlays[Werken].frames[dag].season", "overlay Werken", "frame dag, season"},
    {"regulation.overlays[Werken].frames[dag]", "overlay Werken", "frame dag"},
    {"regulation.colour_of_signs", "colour of signs", ""},
    {"", "", ""},
    {"[", " ", ""},
    {".", "", ""},
    {"frames[", "frame ", ""},
};

TEST(DiffPageTest, PathsBecomeWords) {
  for (const Words& row : kWords) {
    const FieldWords words = WordsOfField(row.path);
    EXPECT_EQ(words.group, row.group) << row.path;
    EXPECT_EQ(words.field, row.field) << row.path;
  }
}

TEST(DiffPageTest, GroupsWhatDiffers) {
  const auto response = FromJson<DiffZoneResponse>(R"({
      "fromZoneVersion": "3",
      "differences": [
        {"field": "display_name", "kind": "ZONE_DIFFERENCE_KIND_CHANGED",
         "before": "Gele zone 1", "after": "Gele zone"},
        {"field": "regulation.frames[dag].to_local_time", "kind": "ZONE_DIFFERENCE_KIND_CHANGED",
         "before": "19:00", "after": "21:00"},
        {"field": "regulation.frames[dag].max_stay", "kind": "ZONE_DIFFERENCE_KIND_REMOVED",
         "before": "5 h"},
        {"field": "regulation.frames[avond]", "kind": "ZONE_DIFFERENCE_KIND_ADDED",
         "after": "Mon-Sat 21:00-23:00; accepts PAID, RESIDENT, VISITOR, CARE, DISABLED; EUR 0.50 per 15 min"},
        {"field": "regulation.capacity_count", "before": "12"}],
      "rightsHurt": [
        {"zone": "cities/ghent/zones/gele-zone-1", "rightType": "cities/ghent/rightTypes/day-pass",
         "rightCount": "7", "firstRefusedTime": "2026-05-01T17:00:00Z"}]})");
  EXPECT_EQ(DiffPage("cities/ghent/zones/gele-zone-1", response, Brussels(), false),
            "gele-zone-1: version 3 (-) and the draft (+)\n"
            "\n"
            "name\n"
            "  - Gele zone 1\n"
            "  + Gele zone\n"
            "frame dag\n"
            "  - to: 19:00\n"
            "  + to: 21:00\n"
            "  - max stay: 5 h\n"
            "frame avond\n"
            "  + Mon-Sat 21:00-23:00; accepts PAID, RESIDENT, VISITOR, CARE, DISABLED; EUR\n"
            "    0.50 per 15 min\n"
            "capacity count\n"
            "  - 12\n"
            "  + (nothing)\n"
            "\n"
            "Rights that are good now and would be refused at times\n"
            "  ZONE         RIGHT TYPE  RIGHTS  FIRST REFUSED\n"
            "  gele-zone-1  day-pass    7       2026-05-01 19:00 +02:00\n");
}

TEST(DiffPageTest, SaysThatNothingDiffers) {
  const auto response =
      FromJson<DiffZoneResponse>(R"({"fromZoneVersion": "3", "toZoneVersion": "4"})");
  EXPECT_EQ(DiffPage("cities/ghent/zones/z", response, Brussels(), false),
            "z: version 3 (-) and version 4 (+)\n\nThey are the same.\n");
}

TEST(DiffPageTest, AsksForTheDraftUnlessVersionsAreGiven) {
  DiffArguments arguments;
  arguments.zone = {"ghent", "gele-zone-1"};
  EXPECT_EQ(DiffRequest(arguments)->name(), "cities/ghent/zones/gele-zone-1");
  EXPECT_EQ(DiffRequest(arguments)->from_zone_version(), 0);
  EXPECT_EQ(DiffRequest(arguments)->to_zone_version(), 0);
  arguments.from_version = 2;
  arguments.to_version = 3;
  EXPECT_EQ(DiffRequest(arguments)->from_zone_version(), 2);
  EXPECT_EQ(DiffRequest(arguments)->to_zone_version(), 3);
  arguments.to_version = 0;
  EXPECT_THAT(std::string(DiffRequest(arguments).status().message()), HasSubstr("count from 1"));
}

}  // namespace
}  // namespace stadspoort::client
