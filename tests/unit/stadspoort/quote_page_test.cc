#include "services/stadspoort/quote_page.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/stadspoort/quote_command.h"
#include "services/stadspoort/time_text.h"
#include "tests/unit/stadspoort/messages.h"

namespace stadspoort::client {
namespace {

using rights::v1::Amount;
using rights::v1::FareLine;
using rights::v1::QuoteRightRequest;
using rights::v1::QuoteRightResponse;
using testing::ElementsAre;
using testing::HasSubstr;

const absl::Time kNow = absl::FromUnixSeconds(1772442000);

QuoteArguments Arguments() {
  QuoteArguments arguments;
  arguments.city = "ghent";
  arguments.type = "paid";
  arguments.zones = {"rode-zone-1", "cities/ghent/zones/gele-zone-1"};
  arguments.from = "2026-04-27T18:00+02:00";
  arguments.until = "2026-04-28T10:00+02:00";
  return arguments;
}

TEST(QuotePageTest, DrawsTheArithmetic) {
  const auto response = FromJson<QuoteRightResponse>(R"({
      "amount": {"amountCents": "710", "currency": "EUR"},
      "startTime": "2026-04-27T16:00:00Z", "endTime": "2026-04-28T08:00:00Z",
      "lines": [
        {"zone": "cities/ghent/zones/rode-zone-1", "zoneVersion": "3", "frame": "dag",
         "date": "2026-04-27", "startTime": "2026-04-27T16:00:00Z",
         "endTime": "2026-04-27T17:00:00Z", "amountCents": "360",
         "steps": [
           {"stepCount": "4", "stepPriceCents": "50", "amountCents": "200", "paidDuration": "1800s"},
           {"partIndex": 1, "stepCount": "2", "stepPriceCents": "80", "amountCents": "160",
            "paidDuration": "1800s"}]},
        {"zone": "cities/ghent/zones/rode-zone-1", "zoneVersion": "4", "frame": "avond",
         "date": "2026-04-27", "startTime": "2026-04-27T17:00:00Z",
         "endTime": "2026-04-27T21:00:00Z", "amountCents": "350",
         "steps": [
           {"stepCount": "1", "stepPriceCents": "0", "paidDuration": "900s"},
           {"partIndex": 1, "stepCount": "9", "stepPriceCents": "50", "amountCents": "300",
            "capped": true},
           {"partIndex": 2, "stepCount": "1", "stepPriceCents": "50", "amountCents": "50"}]},
        {"zone": "cities/ghent/zones/rode-zone-1", "zoneVersion": "4", "frame": "dag",
         "date": "2026-04-28", "startTime": "2026-04-28T07:00:00Z",
         "endTime": "2026-04-28T08:00:00Z"}],
      "remarks": [{"code": "REMARK_CODE_MAX_STAY_EXCEEDED",
                   "description": "Longer than the longest stay of frame avond."}]})");
  EXPECT_EQ(QuotePage(*QuoteRequest(Arguments(), kNow), response, Brussels()),
            "paid in rode-zone-1, gele-zone-1\n"
            "from 2026-04-27 18:00 +02:00 until 2026-04-28 10:00 +02:00\n"
            "\n"
            "rode-zone-1, frame dag of Mon 27 Apr (version 3)\n"
            "  2026-04-27 18:00 +02:00 until 2026-04-27 19:00 +02:00\n"
            "  4 x 0.50 + 2 x 0.80 = 3.60\n"
            "\n"
            "rode-zone-1, frame avond of Mon 27 Apr (version 4)\n"
            "  2026-04-27 19:00 +02:00 until 2026-04-27 23:00 +02:00\n"
            "  15 min free + 9 x 0.50 (at most 3.00) + 1 x 0.50 = 3.50\n"
            "\n"
            "rode-zone-1, frame dag of Tue 28 Apr (version 4)\n"
            "  2026-04-28 09:00 +02:00 until 2026-04-28 10:00 +02:00\n"
            "  free = 0.00\n"
            "\n"
            "Total: €7.10\n"
            "Note: Longer than the longest stay of frame avond.\n");
}

TEST(QuotePageTest, NothingDueIsSaid) {
  const auto response = FromJson<QuoteRightResponse>(R"({
      "amount": {"currency": "EUR"}, "remarks": [{"code": "REMARK_CODE_NOTHING_REQUIRED"}],
      "startTime": "2026-04-26T16:00:00Z", "endTime": "2026-04-26T17:00:00Z"})");
  EXPECT_THAT(QuotePage(*QuoteRequest(Arguments(), kNow), response, Brussels()),
              HasSubstr("+02:00\n\nTotal: €0.00\nNote: nothing required\n"));
}

TEST(QuotePageTest, WhatIsNotPaidByTimeHasNoTotal) {
  const auto response = FromJson<QuoteRightResponse>(
      R"({"remarks": [{"code": "REMARK_CODE_NOT_PAID_BY_TIME"}],
          "startTime": "2026-04-26T16:00:00Z", "endTime": "2026-04-26T17:00:00Z"})");
  EXPECT_THAT(QuotePage(*QuoteRequest(Arguments(), kNow), response, Brussels()),
              HasSubstr("+02:00\n\nNote: not paid by time\n"));
}

// Cents are whole numbers: an amount that no double holds is told to the cent.
TEST(QuotePageTest, AmountsAreExact) {
  EXPECT_EQ(
      AmountText(FromJson<Amount>(R"({"amountCents": "9007199254740993", "currency": "EUR"})")),
      "€90071992547409.93");
  EXPECT_EQ(AmountText(FromJson<Amount>(R"({"amountCents": "5", "currency": "XTS"})")), "0.05 XTS");
}

TEST(QuotePageTest, AsksForTheWholeTermAndEveryZone) {
  const auto request = QuoteRequest(Arguments(), kNow);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->parent(), "cities/ghent");
  EXPECT_EQ(request->right_type(), "cities/ghent/rightTypes/paid");
  EXPECT_THAT(request->zones(),
              ElementsAre("cities/ghent/zones/rode-zone-1", "cities/ghent/zones/gele-zone-1"));
  EXPECT_EQ(request->start_time().seconds(), 1777305600);
  EXPECT_EQ(request->end_time().seconds(), 1777363200);
}

TEST(QuotePageTest, NowIsTheRegistersAtTheStartAndOursAtTheEnd) {
  QuoteArguments arguments = Arguments();
  arguments.from = "now";
  arguments.until = "now";
  const auto request = QuoteRequest(arguments, kNow);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_FALSE(request->has_start_time());
  EXPECT_EQ(request->end_time().seconds(), absl::ToUnixSeconds(kNow));
}

}  // namespace
}  // namespace stadspoort::client
