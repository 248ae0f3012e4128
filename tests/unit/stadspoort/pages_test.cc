#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/stadspoort/city_page.h"
#include "services/stadspoort/contract_page.h"
#include "services/stadspoort/frame_text.h"
#include "services/stadspoort/right_page.h"
#include "services/stadspoort/zone_page.h"
#include "tests/unit/stadspoort/messages.h"

// The pages that people read, from messages as the register sends them.
namespace stadspoort::client {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kZone[] = R"({
  "name": "cities/ghent/zones/gele-zone-1", "displayName": "Gele zone 1",
  "usage": "USAGE_PAID_PARKING", "zoneVersion": 3, "inForceStartTime": "2025-12-31T23:00:00Z",
  "polygons": [{}], "vertexCount": 117,
  "regulation": {
    "graceBefore": "300s", "graceAfter": "600s",
    "frames": [
      {"code": "dag", "fromLocalTime": "09:00", "toLocalTime": "19:00", "maxStay": "18000s",
       "weekdays": ["WEEKDAY_MONDAY", "WEEKDAY_TUESDAY", "WEEKDAY_WEDNESDAY"],
       "acceptedKinds": ["RIGHT_KIND_PAID"], "acceptedRightTypes": ["cities/ghent/rightTypes/buren"],
       "fareParts": [{"stepPriceCents": 150, "step": "3600s", "capCents": 750}]},
      {"code": "markt", "specialDay": "MARKET", "fromLocalTime": "05:00", "toLocalTime": "14:00",
       "season": {"firstDay": "04-01", "lastDay": "10-31"}}],
    "specialDayRules": [{"specialDay": "HOLIDAY", "mode": "SPECIAL_DAY_MODE_REPLACE"},
                        {"specialDay": "MARKET", "mode": "SPECIAL_DAY_MODE_AND"}],
    "closedPeriods": [{"displayName": "Gentse Feesten", "startTime": "2026-07-16T22:00:00Z",
                       "endTime": "2026-07-26T22:00:00Z"}],
    "overlays": [{"displayName": "Wegenwerken", "startTime": "2026-05-01T00:00:00Z",
                  "endTime": "2026-06-01T00:00:00Z"}],
    "extensions": [{"zone": "cities/ghent/zones/rode-1"}],
    "restrictions": [{"windows": [{"weekdays": ["WEEKDAY_SUNDAY"], "fromLocalTime": "00:00",
                                   "toLocalTime": "24:00"}]}]}})";

TEST(PagesTest, ZonePageIsATimetable) {
  const std::string page = ZonePage(FromJson<zones::v1::Zone>(kZone), Brussels(), false);
  EXPECT_THAT(page, HasSubstr("Gele zone 1 (gele-zone-1)\n"));
  EXPECT_THAT(page, HasSubstr("3, in force from 2026-01-01 00:00 +01:00 until superseded"));
  EXPECT_THAT(page, HasSubstr("5 min before a right starts, 10 min after it ended"));
  EXPECT_THAT(page,
              HasSubstr("dag    Mon-Wed  09:00-19:00  all year        paid, right type buren"));
  EXPECT_THAT(page, HasSubstr("€1.50 per hour, at most €7.50"));
  EXPECT_THAT(page, HasSubstr("markt  MARKET   05:00-14:00  04-01 to 10-31  only exempt"));
  EXPECT_THAT(page, HasSubstr("HOLIDAY  no right is required"));
  EXPECT_THAT(page, HasSubstr("MARKET   its own frames beside the weekday's"));
  EXPECT_THAT(page, HasSubstr("Gentse Feesten: from 2026-07-17 00:00 +02:00"));
  EXPECT_THAT(page, HasSubstr("Wegenwerken: from 2026-05-01 02:00 +02:00"));
  EXPECT_THAT(page, HasSubstr("rode-1          all    always"));
  EXPECT_THAT(page, HasSubstr("all but exempt  Sun 00:00-24:00"));
}

TEST(PagesTest, AZoneWithoutFramesRequiresNothing) {
  const std::string page = ZonePage(zones::v1::Zone(), absl::UTCTimeZone(), false);
  EXPECT_THAT(page, HasSubstr("no right is ever required"));
}

TEST(PagesTest, TellsFaresInTheirOrder) {
  const auto frame = FromJson<zones::v1::TimeFrame>(R"({"fareParts": [
      {"appliesFor": "3600s"},
      {"appliesFor": "7200s", "stepPriceCents": 50, "step": "1800s"},
      {"stepPriceCents": 1205}]})");
  EXPECT_EQ(FareText(frame.fare_parts()),
            "first 1 h: free; next 2 h: €0.50 per 30 min; then: €12.05 in all");
}

TEST(PagesTest, ZonesAreARowEach) {
  zones::v1::ListZonesResponse list;
  *list.add_zones() = FromJson<zones::v1::Zone>(kZone);
  EXPECT_EQ(
      ZoneTable(list.zones(), Brussels(), false),
      "ZONE         NAME         USAGE         VERSION  IN FORCE FROM            UNTIL  POINTS\n"
      "gele-zone-1  Gele zone 1  paid parking  3        2026-01-01 00:00 +01:00  -      117\n");
}

TEST(PagesTest, CityPageShowsSettingsTypesAndDaysByDate) {
  const auto city = FromJson<cities::v1::City>(R"({
      "name": "cities/ghent", "displayName": "Gent", "timeZone": "Europe/Brussels",
      "languages": ["nl", "fr"], "lookBack": "172800s", "confidenceThreshold": 80})");
  const auto type = FromJson<cities::v1::RightType>(R"({
      "name": "cities/ghent/rightTypes/app", "displayName": "Betaald", "kind": "RIGHT_KIND_PAID",
      "backdate": {"atMost": "300s"}})");
  const auto calendar = FromJson<cities::v1::Calendar>(R"({"specialDays": [
      {"date": "2026-04-06", "label": "HOLIDAY", "displayName": "Paasmaandag"},
      {"date": "2026-01-01", "label": "HOLIDAY", "displayName": "Nieuwjaar"}]})");
  const std::string page = CityPage(city, {type}, calendar, Brussels(), false);
  EXPECT_THAT(page, HasSubstr("Gent (cities/ghent)\n"));
  EXPECT_THAT(page, HasSubstr("nl, fr"));
  EXPECT_THAT(page, HasSubstr("2 days"));
  EXPECT_THAT(page, HasSubstr("review below 80 of 100"));
  EXPECT_THAT(page, HasSubstr("Lies within            not said\n"));
  EXPECT_THAT(page, HasSubstr("app   Betaald  paid  up to 5 min"));
  EXPECT_LT(page.find("2026-01-01  Thu  HOLIDAY  Nieuwjaar"), page.find("2026-04-06  Mon"));
}

TEST(PagesTest, CityPageShowsWhereTheCityLies) {
  const auto city = FromJson<cities::v1::City>(R"({"bounds": {
      "southLatitudeDegrees": 50.97, "westLongitudeDegrees": 3.57,
      "northLatitudeDegrees": 51.19, "eastLongitudeDegrees": 3.86}})");
  EXPECT_THAT(CityPage(city, {}, {}, Brussels(), false),
              HasSubstr("latitude 50.970000 to 51.190000, longitude 3.570000 to 3.860000\n"));
}

TEST(PagesTest, TellsBackdateRules) {
  EXPECT_EQ(BackdateText(cities::v1::BackdateRule()), "not at all");
  EXPECT_EQ(BackdateText(FromJson<cities::v1::BackdateRule>(R"({"startOfDay": true})")),
            "from the beginning of the day");
}

constexpr char kContract[] = R"({
  "name": "cities/ghent/contracts/meters-2026", "displayName": "Meters", "provider": "parkeermeters",
  "rightTypes": ["cities/ghent/rightTypes/day-pass", "cities/ghent/rightTypes/paid"],
  "zones": ["cities/ghent/zones/gele-zone-1"], "startTime": "2025-12-31T23:00:00Z",
  "endTime": "2026-12-31T23:00:00Z", "createTime": "2025-12-01T10:00:00Z", "etag": "3"})";

TEST(PagesTest, ContractPageTellsWhatMayBeEnrolled) {
  auto contract = FromJson<cities::v1::Contract>(kContract);
  EXPECT_EQ(ContractPage(contract, Brussels()),
            "cities/ghent/contracts/meters-2026\n"
            "  Name         Meters\n"
            "  Provider     parkeermeters\n"
            "  May enrol    day-pass, paid\n"
            "  In           gele-zone-1\n"
            "  In force     from 2026-01-01 00:00 +01:00 until 2027-01-01 00:00 +01:00\n"
            "  Created      2025-12-01 11:00 +01:00\n"
            "  Version tag  3\n");
  contract.clear_zones();
  contract.clear_end_time();
  contract.clear_create_time();
  contract.clear_etag();
  const std::string judged = ContractPage(contract, Brussels());
  EXPECT_THAT(judged, HasSubstr("In         whole city\n"));
  EXPECT_THAT(judged, HasSubstr("from 2026-01-01 00:00 +01:00, without an end\n"));
  EXPECT_THAT(judged, Not(HasSubstr("Version")));
}

TEST(PagesTest, ContractsAreARowEach) {
  cities::v1::ListContractsResponse list;
  *list.add_contracts() = FromJson<cities::v1::Contract>(kContract);
  cities::v1::Contract& open = *list.add_contracts();
  open = FromJson<cities::v1::Contract>(R"({"name": "cities/ghent/contracts/app",
      "provider": "app", "rightTypes": ["cities/ghent/rightTypes/paid"],
      "startTime": "2026-06-30T22:00:00Z"})");
  EXPECT_EQ(ContractTable(list.contracts(), Brussels(), false),
            "CONTRACT     PROVIDER       MAY ENROL       IN           FROM                     "
            "UNTIL                    NAME\n"
            "meters-2026  parkeermeters  day-pass, paid  gele-zone-1  2026-01-01 00:00 +01:00  "
            "2027-01-01 00:00 +01:00  Meters\n"
            "app          app            paid            whole city   2026-07-01 00:00 +02:00  "
            "-                        -\n");
}

constexpr char kRight[] = R"({
  "name": "cities/ghent/rights/018f3c1e-7b2a-7c3d-9e4f-0123456789ab", "provider": "appco",
  "reference": "app-1", "plate": {"number": "1ABC123", "country": "B"},
  "rightType": "cities/ghent/rightTypes/resident", "zones": ["cities/ghent/zones/gele-zone-1"],
  "requestedEndTime": "2026-03-02T12:00:00Z", "effectiveStartTime": "2026-03-02T09:00:00Z",
  "effectiveEndTime": "2026-03-02T12:00:00Z", "state": "RIGHT_STATE_SUSPENDED",
  "suspensions": [{"startTime": "2026-03-02T10:00:00Z"}], "etag": "e1"})";

TEST(PagesTest, RightPageTellsAskedAndGranted) {
  auto right = FromJson<rights::v1::Right>(kRight);
  std::string page = RightPage(right, Brussels());
  EXPECT_THAT(page, HasSubstr("State        suspended"));
  EXPECT_THAT(page, HasSubstr("Plate        1ABC123/B"));
  EXPECT_THAT(page, HasSubstr("Asked        at once until 2026-03-02 13:00 +01:00"));
  EXPECT_THAT(page, HasSubstr("from 2026-03-02 10:00 +01:00 until 2026-03-02 13:00 +01:00"));
  EXPECT_THAT(page, HasSubstr("from 2026-03-02 11:00 +01:00 until it is resumed"));
  EXPECT_THAT(page, Not(HasSubstr("Revoked")));
  *right.mutable_effective_end_time() = right.effective_start_time();
  EXPECT_THAT(RightPage(right, Brussels()), HasSubstr("ended before it began"));
  right.set_state(static_cast<rights::v1::RightState>(17));
  EXPECT_THAT(RightPage(right, Brussels()), HasSubstr("State        unknown (17)"));
}

TEST(PagesTest, RightsAreARowEach) {
  rights::v1::ListRightsResponse list;
  *list.add_rights() = FromJson<rights::v1::Right>(kRight);
  const std::string table = RightTable(list.rights(), Brussels(), false);
  EXPECT_THAT(table, HasSubstr("018f3c1e-7b2a-7c3d-9e4f-0123456789ab  1ABC123/B  resident  "
                               "gele-zone-1  2026-03-02 10:00 +01:00  2026-03-02 13:00 +01:00  "
                               "suspended  appco     app-1\n"));
}

TEST(PagesTest, TellsRemarksAndPendingEnds) {
  const auto response = FromJson<rights::v1::EnrolRightResponse>(R"({"remarks": [
      {"code": "REMARK_CODE_SAFETY_END", "description": "The city's end applies."},
      {"code": "REMARK_CODE_START_CLIPPED"}]})");
  EXPECT_EQ(RemarksText(response.remarks()),
            "Note: The city's end applies.\nNote: start clipped\n");
  const auto pending = FromJson<rights::v1::PendingEnd>(R"({"reference": "later",
      "endTime": "2026-03-02T10:00:00Z", "expireTime": "2026-03-03T10:00:00Z"})");
  EXPECT_THAT(
      PendingEndText(pending, absl::UTCTimeZone()),
      HasSubstr("enrolled before 2026-03-03 10:00 UTC, it will end at 2026-03-02 10:00 UTC"));
}

}  // namespace
}  // namespace stadspoort::client
