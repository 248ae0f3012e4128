#include "services/stadspoort/permit_type_page.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "stadspoort/permits/v1/permits.pb.h"
#include "tests/unit/stadspoort/messages.h"

namespace stadspoort::client {
namespace {

using permits::v1::PermitType;
using testing::HasSubstr;
using testing::Not;

constexpr char kResident[] = R"({
  "name": "cities/ghent/permitTypes/bewoner", "version": "3", "displayName": "Bewoners",
  "rightType": "cities/ghent/rightTypes/resident",
  "areas": [
    {"code": "geel", "displayName": "Gele zones", "placeCount": "500",
     "zones": ["cities/ghent/zones/gele-zone-1", "cities/ghent/zones/gele-zone-2"]},
    {"code": "al", "displayName": "Overal"}],
  "countedBy": "COUNTED_BY_ADDRESS",
  "priceSteps": [{"fromOrdinal": 1, "term": {"months": 24}},
                 {"fromOrdinal": 2, "priceCents": "25000", "term": {"months": 12}}],
  "maxPerAddress": 2, "platesMax": 4, "activePlatesMax": 1, "swapsADayMax": 3,
  "temporaryPlateMaxDuration": "2419200s", "evidenceKinds": ["identity", "lease"],
  "reviewed": true, "waitingList": true, "offerTerm": "1209600s", "paymentTerm": "2592000s",
  "overdueTerm": "1814400s", "renewalWindowDays": 60, "reminderDays": 14, "refunds": true,
  "etag": "3-a", "createTime": "2026-01-05T09:00:00Z"})";

TEST(PermitTypePageTest, SaysTheRulesInWords) {
  EXPECT_EQ(PermitTypePage(FromJson<PermitType>(kResident), Brussels(), false),
            "Bewoners (cities/ghent/permitTypes/bewoner)\n"
            "  Version         3, since 2026-01-05 10:00 +01:00\n"
            "  Gives           rights of type resident\n"
            "  Price           permit 1: free, for 24 months\n"
            "                  permit 2 and on: €250.00, for 12 months\n"
            "                  counted are permits of one address\n"
            "  Permits         any number of one holder, at most 2 of one address\n"
            "  Plates          at most 4, of which 1 active at once\n"
            "  Swaps           at most 3 a day\n"
            "  Stand-in        a plate may stand in for another for at most 28 days\n"
            "  Evidence        identity, lease\n"
            "  Decided         by a clerk\n"
            "  When full       on a waiting list; an offer stands for 14 days\n"
            "  To be paid      within 30 days\n"
            "  Unpaid renewal  its rights go on for 21 days\n"
            "  Renewal         60 days before its end at the earliest\n"
            "  Reminder        14 days before something ends\n"
            "  Refund          by the day, when it is withdrawn\n"
            "  Version tag     3-a\n"
            "\n"
            "Areas: 2\n"
            "  AREA  NAME        PLACES      ZONES\n"
            "  geel  Gele zones  500         gele-zone-1, gele-zone-2\n"
            "  al    Overal      any number  whole city\n");
}

TEST(PermitTypePageTest, SaysWhatThereIsNot) {
  const std::string page = PermitTypePage(
      FromJson<PermitType>(R"({"platesMax": 1, "activePlatesMax": 1})"), Brussels(), false);
  EXPECT_THAT(page, HasSubstr("Plates          at most 1, all of them active\n"));
  EXPECT_THAT(page, HasSubstr("Swaps           none\n"));
  EXPECT_THAT(page, HasSubstr("Stand-in        never\n"));
  EXPECT_THAT(page, HasSubstr("Evidence        none\n"));
  EXPECT_THAT(page, HasSubstr("Decided         at once\n"));
  EXPECT_THAT(page, HasSubstr("When full       refused\n"));
  EXPECT_THAT(page, HasSubstr("To be paid      no term\n"));
  EXPECT_THAT(page, HasSubstr("Unpaid renewal  its rights end with the term\n"));
  EXPECT_THAT(page, HasSubstr("Renewal         never\n"));
  EXPECT_THAT(page, HasSubstr("Refund          none\n"));
  EXPECT_THAT(page, Not(HasSubstr("Version"))) << "judged only";
}

TEST(PermitTypePageTest, StepsSayForWhichPermitsAndHowLong) {
  const auto type = FromJson<PermitType>(R"({"priceSteps": [
      {"fromOrdinal": 1, "priceCents": "1000", "term": {"days": 1}},
      {"fromOrdinal": 2, "priceCents": "12000", "term": {"calendarYear": true}},
      {"fromOrdinal": 5, "priceCents": "5", "term": {"months": 1}},
      {"fromOrdinal": 6}]})");
  EXPECT_EQ(PriceStepsText(type.price_steps()),
            "permit 1: €10.00, for 1 day\n"
            "permits 2 to 4: €120.00, until the end of the calendar year: a twelfth of it for each "
            "month that is left\n"
            "permit 5: €0.05, for 1 month\n"
            "permit 6 and on: free, for a term that is not said");
  const auto one = FromJson<PermitType>(
      R"({"priceSteps": [{"fromOrdinal": 1, "term": {"calendarYear": true}}]})");
  EXPECT_EQ(PriceStepsText(one.price_steps()),
            "every permit: free, until the end of the calendar year");
}

TEST(PermitTypePageTest, TypesAreARowEach) {
  permits::v1::ListPermitTypesResponse list;
  *list.add_permit_types() = FromJson<PermitType>(kResident);
  EXPECT_EQ(PermitTypeTable(list.permit_types(), false),
            "TYPE     NAME      VERSION  RIGHT TYPE  AREAS     PLATES  DECIDED     FIRST\n"
            "bewoner  Bewoners  3        resident    geel, al  4       by a clerk  free, for 24 "
            "months\n");
}

}  // namespace
}  // namespace stadspoort::client
