// Drafts, versions, changes and located zones, as people read them.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/stadspoort/draft_page.h"
#include "services/stadspoort/history_page.h"
#include "services/stadspoort/locate_page.h"
#include "tests/unit/stadspoort/messages.h"

namespace stadspoort::client {
namespace {

using testing::HasSubstr;

constexpr char kDraft[] = R"({
  "name": "cities/ghent/zones/gele-zone-1/draft", "displayName": "Gele zone 1",
  "usage": "USAGE_PAID_PARKING", "baseZoneVersion": "3", "state": "ZONE_DRAFT_STATE_VALIDATED",
  "etag": "e7", "updateTime": "2026-03-02T09:00:00Z", "polygons": [{}, {}], "vertexCount": 117,
  "regulation": {"graceAfter": "600s", "frames": [
    {"code": "dag", "fromLocalTime": "09:00", "toLocalTime": "19:00",
     "weekdays": ["WEEKDAY_MONDAY"], "acceptedKinds": ["RIGHT_KIND_PAID"]}]}})";

TEST(ZoneTablesTest, ADraftIsReadLikeAZone) {
  const std::string page = DraftPage(FromJson<zones::v1::ZoneDraft>(kDraft), Brussels(), false);
  EXPECT_THAT(page, HasSubstr("Draft of Gele zone 1 (gele-zone-1)\n"
                              "  Name         cities/ghent/zones/gele-zone-1/draft\n"
                              "  Usage        paid parking\n"
                              "  State        validated\n"
                              "  Made from    version 3\n"
                              "  Outline      2 areas, 117 points\n"
                              "  Grace        0 min before a right starts, 10 min after it ended\n"
                              "  Changed      2026-03-02 10:00 +01:00\n"
                              "  Version tag  e7\n"));
  EXPECT_THAT(page, HasSubstr("dag    Mon   09:00-19:00  all year  paid"));
}

TEST(ZoneTablesTest, DraftsAreARowEach) {
  zones::v1::ListZoneDraftsResponse list;
  *list.add_drafts() = FromJson<zones::v1::ZoneDraft>(kDraft);
  zones::v1::ZoneDraft& fresh = *list.add_drafts();
  fresh.set_name("cities/ghent/zones/nieuw/draft");
  fresh.set_state(zones::v1::ZONE_DRAFT_STATE_DRAFT);
  EXPECT_EQ(
      DraftTable(list.drafts(), Brussels(), false),
      "ZONE         NAME         USAGE         STATE      MADE FROM  CHANGED                  "
      "POINTS\n"
      "gele-zone-1  Gele zone 1  paid parking  validated  version 3  2026-03-02 10:00 +01:00  "
      "117\n"
      "nieuw        -            not said      draft      new        1970-01-01 01:00 +01:00  "
      "0\n");
}

TEST(ZoneTablesTest, VersionsAreARowEach) {
  const auto list = FromJson<zones::v1::ListZoneVersionsResponse>(R"({"zones": [
      {"zoneVersion": "3", "state": "ZONE_VERSION_STATE_WITHDRAWN", "displayName": "Geel",
       "inForceStartTime": "2026-06-30T22:00:00Z", "vertexCount": 4},
      {"zoneVersion": "2", "state": "ZONE_VERSION_STATE_PUBLISHED", "displayName": "Geel",
       "inForceStartTime": "2026-04-30T22:00:00Z", "vertexCount": 4},
      {"zoneVersion": "1", "state": "ZONE_VERSION_STATE_SUPERSEDED", "displayName": "Geel",
       "inForceStartTime": "2025-12-31T23:00:00Z", "inForceEndTime": "2026-04-30T22:00:00Z",
       "vertexCount": 5}]})");
  EXPECT_EQ(VersionTable(list.zones(), Brussels(), false),
            "VERSION  STATE       IN FORCE FROM            UNTIL                    NAME  POINTS\n"
            "3        withdrawn   2026-07-01 00:00 +02:00  -                        Geel  4\n"
            "2        published   2026-05-01 00:00 +02:00  -                        Geel  4\n"
            "1        superseded  2026-01-01 00:00 +01:00  2026-05-01 00:00 +02:00  Geel  5\n");
}

TEST(ZoneTablesTest, ChangesSayWhereToGoOn) {
  auto changes = FromJson<zones::v1::ListZoneChangesResponse>(R"({
      "changes": [{"zone": "cities/ghent/zones/gele-zone-1", "kind": "ZONE_CHANGE_KIND_PUBLISHED",
                   "zoneVersion": "2", "effectiveTime": "2026-04-30T22:00:00Z",
                   "changeTime": "2026-03-02T09:00:00Z"}],
      "nextCursor": "c-17", "calendarEtag": "k3"})");
  EXPECT_EQ(ChangesPage(changes, Brussels(), false),
            "RECORDED                 ZONE         CHANGE     VERSION  EFFECTIVE\n"
            "2026-03-02 10:00 +01:00  gele-zone-1  published  2        2026-05-01 00:00 +02:00\n"
            "\n"
            "Calendar k3. To go on from here: --since c-17\n");
  changes.clear_changes();
  EXPECT_EQ(ChangesPage(changes, Brussels(), false),
            "No changes.\n\nCalendar k3. To go on from here: --since c-17\n");
}

constexpr char kLocated[] = R"({
  "zones": [{"name": "cities/ghent/zones/gele-zone-1", "displayName": "Gele zone 1",
             "usage": "USAGE_PAID_PARKING", "zoneVersion": "3"},
            {"name": "cities/ghent/zones/lez", "displayName": "LEZ",
             "usage": "USAGE_LOW_EMISSION", "zoneVersion": "1", "border": true}],
  "outsidePossible": true, "asOfTime": "2026-03-02T09:00:00Z"})";

TEST(ZoneTablesTest, LocatedZonesAtABorderAreMarked) {
  checks::v1::LocateZonesRequest request;
  auto response = FromJson<checks::v1::LocateZonesResponse>(kLocated);
  EXPECT_EQ(LocatePage(request, response, Brussels(), false),
            "ZONE         NAME         USAGE         VERSION  INSIDE\n"
            "gele-zone-1  Gele zone 1  paid parking  3        yes\n"
            "lez          LEZ          low emission  1        perhaps: border\n"
            "The place may lie outside every zone.\n"
            "As of 2026-03-02 10:00 +01:00\n");
  response.set_outside_possible(false);
  response.clear_as_of_time();
  EXPECT_THAT(LocatePage(request, response, Brussels(), false), testing::EndsWith("border\n"));
}

TEST(ZoneTablesTest, NoZoneIsSaidOfTheUsageAsked) {
  checks::v1::LocateZonesRequest request;
  const checks::v1::LocateZonesResponse response;
  EXPECT_EQ(LocatePage(request, response, Brussels(), false), "Outside every zone.\n");
  request.set_usage(common::v1::USAGE_ACCESS);
  EXPECT_EQ(LocatePage(request, response, Brussels(), false), "Outside every zone of access.\n");
}

}  // namespace
}  // namespace stadspoort::client
