#include "services/stadspoort/permit_page.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/stadspoort/messages.h"

namespace stadspoort::client {
namespace {

using permits::v1::Permit;
using testing::HasSubstr;
using testing::Not;

constexpr char kActive[] = R"({
  "name": "cities/ghent/permits/018f3c1e-7b2a-7c3d-9e4f-0123456789ab",
  "permitType": "cities/ghent/permitTypes/bewoner", "permitTypeVersion": "3",
  "holder": "h-17", "address": "veldstraat-1", "area": "geel",
  "plates": [
    {"plate": {"number": "1ABC123", "country": "B"}, "active": true,
     "startTime": "2026-03-01T09:00:00Z", "endTime": "2026-05-08T16:00:00Z"},
    {"plate": {"number": "2DEF456"}, "startTime": "2026-03-01T09:00:00Z",
     "endTime": "2027-02-28T23:00:00Z"}],
  "evidenceKinds": ["identity"], "state": "PERMIT_STATE_ACTIVE", "inForce": true,
  "startTime": "2026-03-01T09:00:00Z", "endTime": "2027-02-28T23:00:00Z",
  "renewableFromDate": "2026-12-31", "createTime": "2026-02-20T10:00:00Z", "etag": "5",
  "nextChange": {"time": "2026-05-08T16:00:00Z",
                 "kind": "PERMIT_EVENT_KIND_PLATES_CHANGED_AS_PLANNED",
                 "plates": [{"plate": {"number": "3GHI789"}, "active": true},
                            {"plate": {"number": "2DEF456"}}]}})";

Permit With(const std::string& fields) {
  Permit permit = FromJson<Permit>(kActive);
  permit.clear_next_change();
  permit.set_in_force(false);
  permit.MergeFrom(FromJson<Permit>(fields));
  return permit;
}

std::string Page(const Permit& permit) { return PermitPage(permit, Brussels(), false); }

TEST(PermitPageTest, SaysWhatHoldsUntilWhenAndWhatComesNext) {
  EXPECT_EQ(Page(FromJson<Permit>(kActive)),
            "cities/ghent/permits/018f3c1e-7b2a-7c3d-9e4f-0123456789ab\n"
            "  State           active\n"
            "  In force        yes, until 2027-03-01 00:00 +01:00\n"
            "  Next            2026-05-08 18:00 +02:00: plates change as planned: 3GHI789, 2DEF456 "
            "(resting)\n"
            "  Can be renewed  from 2026-12-31\n"
            "  Type            bewoner, version 3\n"
            "  Area            geel\n"
            "  Holder          h-17\n"
            "  Address         veldstraat-1\n"
            "  Evidence        identity\n"
            "  Asked for       2026-02-20 11:00 +01:00, to begin as soon as it is granted\n"
            "  Version tag     5\n"
            "\n"
            "Plates: 2\n"
            "  PLATE      STATE    ON IT FROM               UNTIL\n"
            "  1ABC123/B  active   2026-03-01 10:00 +01:00  2026-05-08 18:00 +02:00\n"
            "  2DEF456    resting  2026-03-01 10:00 +01:00  2027-03-01 00:00 +01:00\n");
}

TEST(PermitPageTest, WhatIsAskedForSaysWhatItWaitsFor) {
  const std::string page = Page(FromJson<Permit>(R"({
      "permitType": "cities/ghent/permitTypes/bewoner", "area": "geel",
      "permitSet": "cities/ghent/permitSets/residents-2027",
      "plates": [{"plate": {"number": "1ABC123"}, "active": true}],
      "state": "PERMIT_STATE_EVIDENCE_NEEDED", "missingEvidenceKinds": ["identity", "lease"],
      "requestedStartTime": "2026-05-31T22:00:00Z"})"));
  EXPECT_THAT(page, HasSubstr("A new permit\n"));
  EXPECT_THAT(page, HasSubstr("State             evidence needed: it waits for evidence\n"));
  EXPECT_THAT(page, HasSubstr("In force          not yet\n"));
  EXPECT_THAT(page, HasSubstr("Missing evidence  identity, lease\n"));
  EXPECT_THAT(page, HasSubstr("Set               residents-2027\n"));
  EXPECT_THAT(page, HasSubstr("now, to begin at 2026-06-01 00:00 +02:00\n"));
  EXPECT_THAT(page, HasSubstr("  1ABC123  active  -           -\n"));
  EXPECT_THAT(page, Not(HasSubstr("Holder")));
  EXPECT_THAT(page, Not(HasSubstr("Due")));
}

TEST(PermitPageTest, SaysTheAmountAndByWhen) {
  const std::string page = Page(FromJson<Permit>(R"({
      "state": "PERMIT_STATE_AWAITING_PAYMENT", "amountDueCents": "1250",
      "answerByTime": "2026-05-15T10:00:00Z",
      "nextChange": {"time": "2026-05-15T10:00:00Z", "kind": "PERMIT_EVENT_KIND_PAYMENT_LAPSED",
                     "state": "PERMIT_STATE_PAYMENT_LAPSED"}})"));
  EXPECT_THAT(page, HasSubstr("awaiting payment: it is granted, and begins once it is paid\n"));
  EXPECT_THAT(page, HasSubstr("€12.50 by 2026-05-15 12:00 +02:00\n"));
  EXPECT_THAT(page, HasSubstr("2026-05-15 12:00 +02:00: becomes payment lapsed\n"));
}

TEST(PermitPageTest, ARenewalThatIsNotPaidSaysWhatComesOfIt) {
  Permit permit = With(R"({"state": "PERMIT_STATE_PAYMENT_OVERDUE", "inForce": true,
                           "amountDueCents": "25000"})");
  EXPECT_THAT(Page(permit), HasSubstr("payment overdue: its renewal is not paid, its rights"));
  EXPECT_THAT(Page(permit), HasSubstr("€250.00 for its renewal; unpaid, its rights end at "
                                      "2027-03-01 00:00 +01:00\n"));
}

TEST(PermitPageTest, SaysThePlaceInTheQueueAndTheOffer) {
  EXPECT_THAT(Page(FromJson<Permit>(R"({"state": "PERMIT_STATE_WAITLISTED", "queuePosition": 3})")),
              HasSubstr("Waiting list  position 3\n"));
  const std::string offered = Page(FromJson<Permit>(
      R"({"state": "PERMIT_STATE_OFFERED", "answerByTime": "2026-05-15T10:00:00Z"})"));
  EXPECT_THAT(offered, HasSubstr("offered: a place is kept for it, to be accepted\n"));
  EXPECT_THAT(offered, HasSubstr("by 2026-05-15 12:00 +02:00\n"));
}

TEST(PermitPageTest, SaysWhyItIsNotInForce) {
  constexpr char kTerm[] = "from 2026-03-01 10:00 +01:00 until 2027-03-01 00:00 +01:00";
  EXPECT_THAT(Page(With("{}")), HasSubstr(absl::StrCat("no; it is ", kTerm, "\n")));
  EXPECT_THAT(Page(With(R"({"permitSet": "cities/ghent/permitSets/a"})")),
              HasSubstr(absl::StrCat("no; it is ", kTerm, ", while its set is live\n")));
  EXPECT_THAT(Page(With(R"({"state": "PERMIT_STATE_SUSPENDED"})")),
              HasSubstr(absl::StrCat("no; its term is ", kTerm, "\n")));
  EXPECT_THAT(Page(With(R"({"state": "PERMIT_STATE_REVOKED"})")),
              HasSubstr(absl::StrCat("no longer; it was ", kTerm, "\n")));
  EXPECT_THAT(Page(With(R"({"state": "PERMIT_STATE_WITHDRAWN",
                            "endTime": "2026-03-01T09:00:00Z"})")),
              HasSubstr("never; it was over before it began\n"));
  EXPECT_THAT(Page(FromJson<Permit>(R"({"state": "PERMIT_STATE_REFUSED"})")),
              HasSubstr("In force   never\n"));
}

TEST(PermitPageTest, SaysWhatTimeWillDo) {
  EXPECT_THAT(Page(With(R"({"nextChange": {"time": "2027-02-14T23:00:00Z",
                            "kind": "PERMIT_EVENT_KIND_REMINDER"}})")),
              HasSubstr("2027-02-15 00:00 +01:00: reminder\n"));
  EXPECT_THAT(Page(With(R"({"nextChange": {"time": "2026-12-30T23:00:00Z",
                            "kind": "PERMIT_EVENT_KIND_RENEWAL_OPENS"}})")),
              HasSubstr("2026-12-31 00:00 +01:00: can be renewed from then on\n"));
}

TEST(PermitPageTest, WhatCameFromOutsideMovesNoCursor) {
  Permit permit = FromJson<Permit>(kActive);
  permit.set_holder("h\x1b[2J");
  permit.mutable_plates(0)->mutable_plate()->set_number("A\nB");
  EXPECT_THAT(Page(permit), Not(HasSubstr("\x1b")));
  EXPECT_THAT(Page(permit), Not(HasSubstr("A\nB")));
}

TEST(PermitPageTest, PermitsAreARowEach) {
  permits::v1::ListPermitsResponse list;
  *list.add_permits() = FromJson<Permit>(kActive);
  *list.add_permits() = FromJson<Permit>(R"({
      "name": "cities/ghent/permits/018f3c1e-7b2a-7c3d-9e4f-0123456789ac",
      "permitType": "cities/ghent/permitTypes/bewoner", "area": "rood", "holder": "h-18",
      "plates": [{"plate": {"number": "9XYZ987"}, "active": true}],
      "state": "PERMIT_STATE_AWAITING_PAYMENT", "amountDueCents": "1250"})");
  EXPECT_EQ(
      PermitTable(list.permits(), Brussels(), false),
      "PERMIT                                STATE             IN FORCE  TYPE     AREA  HOLDER  "
      "PLATES                        FROM                     UNTIL                    DUE\n"
      "018f3c1e-7b2a-7c3d-9e4f-0123456789ab  active            yes       bewoner  geel  h-17    "
      "1ABC123/B, 2DEF456 (resting)  2026-03-01 10:00 +01:00  2027-03-01 00:00 +01:00  -\n"
      "018f3c1e-7b2a-7c3d-9e4f-0123456789ac  awaiting payment  no        bewoner  rood  h-18    "
      "9XYZ987                       -                        -                        €12.50\n");
}

}  // namespace
}  // namespace stadspoort::client
