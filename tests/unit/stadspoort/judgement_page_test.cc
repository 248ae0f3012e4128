#include "services/stadspoort/judgement_page.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/stadspoort/publish_page.h"
#include "services/stadspoort/validate_command.h"
#include "tests/unit/stadspoort/messages.h"

namespace stadspoort::client {
namespace {

using testing::HasSubstr;
using zones::v1::Judgement;

constexpr char kJudgement[] = R"({
  "findings": [
    {"severity": "FINDING_SEVERITY_ERROR", "kind": "FINDING_KIND_INVALID_FIELD",
     "zone": "cities/ghent/zones/gele-zone-1", "field": "regulation.frames[2].to_local_time",
     "description": "must be HH:MM, from 00:00 to 24:00"},
    {"severity": "FINDING_SEVERITY_WARNING", "kind": "FINDING_KIND_OVERLAPS_ZONE",
     "zone": "cities/ghent/zones/gele-zone-1", "field": "polygons",
     "latitudeDegrees": 51.0543, "longitudeDegrees": 3.7174,
     "description": "the outline overlaps another zone of the same usage by 1,250 square metres",
     "otherZones": ["cities/ghent/zones/rode-zone-1", "cities/ghent/zones/rode-zone-2"]},
    {"severity": "FINDING_SEVERITY_WARNING", "kind": "FINDING_KIND_NO_FRAMES",
     "zone": "cities/ghent/zones/rode-zone-1"}],
  "errorCount": 1, "warningCount": 2,
  "rightsHurt": [
    {"zone": "cities/ghent/zones/gele-zone-1", "rightType": "cities/ghent/rightTypes/resident",
     "rightCount": "1234", "firstRefusedTime": "2026-05-01T07:00:00Z",
     "sampleRights": ["cities/ghent/rights/018f3c1e-7b2a-7c3d-9e4f-0123456789ab"]},
    {"zone": "cities/ghent/zones/gele-zone-1", "rightType": "cities/ghent/rightTypes/paid",
     "rightCount": "1", "firstRefusedTime": "2026-10-25T01:30:00Z"}]})";

TEST(JudgementPageTest, TellsFindingsByZoneThenCountsThenRightsHurt) {
  EXPECT_EQ(JudgementText(FromJson<Judgement>(kJudgement), Brussels(), false),
            "gele-zone-1\n"
            "  error    regulation.frames[2].to_local_time\n"
            "           must be HH:MM, from 00:00 to 24:00\n"
            "  warning  polygons, at 51.054300, 3.717400\n"
            "           the outline overlaps another zone of the same usage by 1,250 square\n"
            "           metres (concerns rode-zone-1, rode-zone-2)\n"
            "\n"
            "rode-zone-1\n"
            "  warning  no frames\n"
            "\n"
            "Found: 1 error, 2 warnings.\n"
            "\n"
            "Rights that are good now and would be refused at times\n"
            "  ZONE         RIGHT TYPE  RIGHTS  FIRST REFUSED\n"
            "  gele-zone-1  resident    1234    2026-05-01 09:00 +02:00\n"
            "  gele-zone-1  paid        1       2026-10-25 02:30 +01:00\n"
            "  For example\n"
            "    018f3c1e-7b2a-7c3d-9e4f-0123456789ab  resident in gele-zone-1\n");
}

TEST(JudgementPageTest, SaysWhenNotEveryFindingIsListed) {
  auto judgement = FromJson<Judgement>(kJudgement);
  judgement.set_warning_count(1499);
  EXPECT_THAT(JudgementText(judgement, Brussels(), false),
              HasSubstr("Found: 1 error, 1499 warnings, of which 3 are listed.\n"));
}

TEST(JudgementPageTest, NothingFoundIsNoText) {
  EXPECT_EQ(JudgementText(Judgement(), Brussels(), false), "");
}

TEST(JudgementPageTest, WhatThisProgramDoesNotKnowIsShownByItsNumber) {
  Judgement judgement;
  zones::v1::Finding& finding = *judgement.add_findings();
  finding.set_severity(static_cast<zones::v1::FindingSeverity>(17));
  finding.set_kind(static_cast<zones::v1::FindingKind>(99));
  finding.set_zone("cities/ghent/zones/z\x1b");
  EXPECT_EQ(FindingsText(judgement.findings(), false), "z\uFFFD\n  unknown (17) unknown (99)\n");
}

TEST(JudgementPageTest, ValidationSaysWhichDraftsAreValid) {
  auto response = FromJson<zones::v1::ValidateZoneDraftsResponse>(R"({"drafts": [
      {"name": "cities/ghent/zones/gele-zone-1/draft", "state": "ZONE_DRAFT_STATE_DRAFT"},
      {"name": "cities/ghent/zones/rode-zone-1/draft", "state": "ZONE_DRAFT_STATE_VALIDATED"},
      {"name": "cities/ghent/zones/rode-zone-2/draft", "state": "ZONE_DRAFT_STATE_VALIDATED"}]})");
  EXPECT_EQ(ValidatePage(response, Brussels(), false),
            "Valid:     rode-zone-1, rode-zone-2\n"
            "Not valid: gele-zone-1\n");
  *response.mutable_judgement() = FromJson<Judgement>(kJudgement);
  EXPECT_THAT(ValidatePage(response, Brussels(), false),
              HasSubstr("rode-zone-1, rode-zone-2\nNot valid: gele-zone-1\n"));
  EXPECT_EQ(ValidatePage(zones::v1::ValidateZoneDraftsResponse(), Brussels(), false),
            "No drafts.\n");
}

TEST(JudgementPageTest, PublicationSaysVersionsFromWhenAndWarnings) {
  auto response = FromJson<zones::v1::PublishZonesResponse>(R"({
      "versions": [{"zone": "cities/ghent/zones/gele-zone-1", "zoneVersion": "4"},
                   {"zone": "cities/ghent/zones/rode-zone-1", "zoneVersion": "1"}],
      "inForceStartTime": "2026-04-30T22:00:00Z"})");
  EXPECT_EQ(PublishPage(response, /*dry_run=*/false, Brussels(), false),
            "Published; in force from 2026-05-01 00:00 +02:00.\n"
            "  ZONE         VERSION\n"
            "  gele-zone-1  4\n"
            "  rode-zone-1  1\n");
  *response.mutable_judgement() =
      FromJson<Judgement>(R"({"findings": [{"severity": "FINDING_SEVERITY_WARNING",
          "zone": "cities/ghent/zones/gele-zone-1", "description": "covers less than before"}],
          "warningCount": 1})");
  EXPECT_EQ(PublishPage(response, /*dry_run=*/true, Brussels(), false),
            "Judged only, nothing was stored. It would be:\n"
            "Published; in force from 2026-05-01 00:00 +02:00.\n"
            "  ZONE         VERSION\n"
            "  gele-zone-1  4\n"
            "  rode-zone-1  1\n"
            "\n"
            "gele-zone-1\n"
            "  warning  covers less than before\n"
            "\n"
            "Found: 1 warning.\n");
}

TEST(JudgementPageTest, RetirementAndWithdrawalSayFromWhen) {
  const auto retired = FromJson<zones::v1::RetireZoneResponse>(R"({"zone": {
      "name": "cities/ghent/zones/gele-zone-1", "zoneVersion": "3",
      "inForceEndTime": "2026-06-30T22:00:00Z"}})");
  EXPECT_EQ(RetirePage(retired, /*dry_run=*/false, Brussels(), false),
            "gele-zone-1 is retired: it ends at 2026-07-01 00:00 +02:00 with version 3, and\n"
            "from then on nothing is required there. Its history stays.\n");
  const auto withdrawn = FromJson<zones::v1::WithdrawZoneVersionResponse>(R"({"zone": {
      "name": "cities/ghent/zones/gele-zone-1", "zoneVersion": "4",
      "inForceStartTime": "2026-06-30T22:00:00Z"},
      "judgement": {"findings": [{"severity": "FINDING_SEVERITY_WARNING",
          "zone": "cities/ghent/zones/gele-zone-1", "description": "covers less than before"}],
          "warningCount": 1}})");
  EXPECT_EQ(WithdrawPage(withdrawn, /*dry_run=*/true, Brussels(), false),
            "Judged only, nothing was stored. It would be:\n"
            "Version 4 of gele-zone-1 is withdrawn; it would have come into force at\n"
            "2026-07-01 00:00 +02:00.\n"
            "\n"
            "gele-zone-1\n"
            "  warning  covers less than before\n"
            "\n"
            "Found: 1 warning.\n");
}

}  // namespace
}  // namespace stadspoort::client
