#include "services/stadspoort/check_table.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/stadspoort/time_text.h"

namespace stadspoort::client {
namespace {

using checks::v1::BatchCheckPlatesRequest;
using checks::v1::BatchCheckPlatesResponse;
using checks::v1::CheckAnswer;
using testing::HasSubstr;
using testing::Not;

CheckView View(const std::string& language) {
  absl::TimeZone brussels;
  EXPECT_TRUE(absl::LoadTimeZone("Europe/Brussels", &brussels));
  return {language, brussels};
}

google::protobuf::Timestamp At(const std::string& text) {
  return ToTimestamp(**ParseTime(text, "at"));
}

common::v1::Plate Plate(const std::string& number, const std::string& country) {
  common::v1::Plate plate;
  plate.set_number(number);
  plate.set_country(country);
  return plate;
}

CheckAnswer Expired() {
  CheckAnswer answer;
  answer.set_decision(checks::v1::DECISION_NOT_PERMITTED);
  answer.set_reason(checks::v1::DECISION_REASON_EXPIRED);
  answer.set_expired_minutes_ago(12);
  *answer.mutable_check_time() = At("2026-03-02T10:00+01:00");
  *answer.mutable_as_of() = At("2026-03-02T10:00:03+01:00");
  answer.set_rung(checks::v1::RUNG_POSTGRES);
  return answer;
}

CheckAnswer Permitted() {
  CheckAnswer answer = Expired();
  answer.clear_expired_minutes_ago();
  answer.set_decision(checks::v1::DECISION_PERMITTED);
  answer.set_reason(checks::v1::DECISION_REASON_RIGHT);
  answer.set_degraded(true);
  *answer.mutable_valid_until() = At("2026-03-02T19:00+01:00");
  return answer;
}

TEST(CheckTableTest, ShowsOneRowAnAnswer) {
  BatchCheckPlatesResponse response;
  *response.add_answers() = Expired();
  *response.add_answers() = Permitted();
  EXPECT_EQ(CheckTable({Plate("1ABC123", "B"), Plate("XY", "")}, response.answers(), View("nl")),
            "PLATE      DECISION         REASON                              "
            "AS OF                       RUNG                VALID UNTIL\n"
            "1ABC123/B  Niet toegestaan  Recht verlopen, 12 minuten geleden  "
            "2026-03-02 10:00:03 +01:00  postgres            -\n"
            "XY         Toegestaan       Geldig recht                        "
            "2026-03-02 10:00:03 +01:00  postgres, degraded  2026-03-02 19:00 +01:00\n");
}

TEST(CheckTableTest, AnAnswerThatIsNotUnderstoodIsUnknown) {
  BatchCheckPlatesResponse response;
  CheckAnswer& answer = *response.add_answers();
  answer.set_decision(static_cast<checks::v1::Decision>(6));
  answer.set_reason(checks::v1::DECISION_REASON_RIGHT);
  answer.set_reason_text("Valid right");
  const std::string table = CheckTable({Plate("A", "")}, response.answers(), View("en"));
  EXPECT_THAT(table, HasSubstr("Unknown"));
  EXPECT_THAT(table, Not(HasSubstr("Valid right")));
}

TEST(CheckTableTest, SaysWhatIsWrongWithAQuestion) {
  BatchCheckPlatesResponse response;
  CheckAnswer& answer = *response.add_answers();
  answer.set_decision(checks::v1::DECISION_UNKNOWN);
  answer.set_reason(checks::v1::DECISION_REASON_INVALID_ITEM);
  answer.mutable_invalid_field()->set_field("plate.number");
  answer.mutable_invalid_field()->set_description("is empty");
  EXPECT_THAT(CheckTable({Plate("", "")}, response.answers(), View("en")),
              HasSubstr("The question is incomplete or faulty: plate.number: is empty"));
}

TEST(CheckTableTest, SaysWhatWasAsked) {
  BatchCheckPlatesRequest question;
  question.set_parent("cities/ghent");
  question.mutable_place()->mutable_zones()->add_zones("cities/ghent/zones/gele-zone-1");
  question.mutable_options()->set_usage(common::v1::USAGE_PAID_PARKING);
  BatchCheckPlatesResponse response;
  *response.add_answers() = Expired();
  EXPECT_EQ(QuestionText(question, response.answers(), View("en")),
            "ghent, zone gele-zone-1, paid parking, at 2026-03-02 10:00 +01:00");
  question.mutable_place()->mutable_zones()->add_zones("cities/ghent/zones/rode-1");
  EXPECT_THAT(QuestionText(question, response.answers(), View("en")),
              HasSubstr("one of the zones gele-zone-1, rode-1"));
  question.mutable_place()->mutable_position()->set_latitude_degrees(51.05);
  EXPECT_THAT(QuestionText(question, response.answers(), View("en")),
              HasSubstr("position 51.050000, 0.000000 (within 0 m)"));
}

TEST(CheckTableTest, TellsWhatAnAnswerRestsOn) {
  CheckAnswer answer = Permitted();
  answer.set_check_id(std::string(16, '\x01'));
  checks::v1::Basis& basis = *answer.mutable_basis();
  basis.set_zone("cities/ghent/zones/gele-zone-1");
  basis.set_zone_version(3);
  basis.set_frame("dag");
  checks::v1::RightBasis& right = *basis.mutable_right();
  right.set_right_id(std::string(16, '\x02'));
  right.set_right_type("cities/ghent/rightTypes/buren");
  right.set_kind(common::v1::RIGHT_KIND_RESIDENT);
  right.set_extended_from_zone("cities/ghent/zones/rode-1");
  const std::string why = WhyText(Plate("1ABC123", "B"), answer, View("fr"));
  EXPECT_THAT(why, HasSubstr("1ABC123/B: Autorisé\n"));
  EXPECT_THAT(why, HasSubstr("gele-zone-1, version 3, frame dag"));
  EXPECT_THAT(why, HasSubstr("buren (resident)"));
  EXPECT_THAT(why, HasSubstr("extended from zone rode-1"));
  EXPECT_THAT(why, HasSubstr("02020202-0202-0202-0202-020202020202"));
  EXPECT_THAT(why, HasSubstr("plate never seen"));
  EXPECT_THAT(why, HasSubstr("01010101-0101-0101-0101-010101010101"));
}

TEST(CheckTableTest, ListsCandidatesAsTheyMayBeRead) {
  CheckAnswer answer;
  answer.set_decision(checks::v1::DECISION_REVIEW);
  answer.set_reason(checks::v1::DECISION_REASON_BORDER);
  auto& zone = *answer.add_zone_candidates();
  zone.set_zone("cities/ghent/zones/a");
  zone.set_decision(checks::v1::DECISION_NOT_PERMITTED);
  zone.set_reason(checks::v1::DECISION_REASON_NO_RIGHT);
  auto& outside = *answer.add_zone_candidates();
  outside.set_decision(static_cast<checks::v1::Decision>(9));
  answer.add_plate_candidates()->mutable_plate()->set_number("1A8C123");
  *answer.mutable_recheck_after() = At("2026-03-02T10:05+01:00");
  const std::string why = WhyText(Plate("X", ""), answer, View("en"));
  EXPECT_THAT(why, HasSubstr("a: Not permitted (No right known for this plate)"));
  EXPECT_THAT(why, HasSubstr("outside every zone: Unknown (Unknown (9/0))"));
  EXPECT_THAT(why, HasSubstr("1A8C123"));
  EXPECT_THAT(why, HasSubstr("Look again after  2026-03-02 10:05 +01:00"));
}

}  // namespace
}  // namespace stadspoort::client
