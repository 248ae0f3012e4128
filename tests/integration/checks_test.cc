// What a checker is answered: by a real daemon, out of a real register.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/integration/register.h"

namespace stadspoort::testing {
namespace {

using checks::v1::BatchCheckPlatesRequest;
using checks::v1::BatchCheckPlatesResponse;
using checks::v1::CheckAnswer;
using checks::v1::CheckPlateRequest;
using checks::v1::CheckPlateResponse;
using CitiesStub = cities::v1::CitiesService::Stub;
using RightsStub = rights::v1::RightsService::Stub;
using ChecksStub = checks::v1::ChecksService::Stub;

google::protobuf::Timestamp Stamp(absl::Time time) {
  google::protobuf::Timestamp stamp;
  stamp.set_seconds(absl::ToUnixSeconds(time));
  stamp.set_nanos(static_cast<int32_t>(
      absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(stamp.seconds()))));
  return stamp;
}

absl::Time TimeOf(const google::protobuf::Timestamp& stamp) {
  return absl::FromUnixSeconds(stamp.seconds()) + absl::Nanoseconds(stamp.nanos());
}

// "NOT_PERMITTED NO_RIGHT"
std::string Words(checks::v1::Decision decision, checks::v1::DecisionReason reason) {
  return absl::StrCat(checks::v1::Decision_Name(decision).substr(9), " ",
                      checks::v1::DecisionReason_Name(reason).substr(16));
}
std::string Words(const CheckAnswer& answer) { return Words(answer.decision(), answer.reason()); }

class ChecksTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    database_ = new Register();
    daemon_ = database_->Start().release();
  }
  static void TearDownTestSuite() {
    delete daemon_;
    delete database_;
  }
  void SetUp() override {
    static int count = 0;
    city_ = absl::StrCat("city-", ++count);
    MakeCity(*daemon_, city_);
  }

  rights::v1::Right Enrol(const rights::v1::EnrolRightRequest& request) {
    rights::v1::EnrolRightResponse response;
    const grpc::Status status =
        Call(*daemon_->rights, &RightsStub::EnrolRight, Provider("app"), request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.right();
  }
  rights::v1::Right Enrol(const std::string& plate, const std::string& zone = "a") {
    return Enrol(EnrolRequest(city_, "right-of-" + plate + zone, plate, zone));
  }
  CheckAnswer Ask(const CheckPlateRequest& request, const Who& who = Device()) {
    CheckPlateResponse response;
    const grpc::Status status =
        Call(*daemon_->checks, &ChecksStub::CheckPlate, who, request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.answer();
  }
  std::string Check(const std::string& plate, const std::string& zone = "a") {
    return Words(Ask(CheckRequest(city_, plate, zone)));
  }
  CheckPlateRequest AtPosition(const std::string& plate, double latitude, double longitude,
                               double accuracy = 0) {
    CheckPlateRequest request = CheckRequest(city_, plate);
    checks::v1::Position& position = *request.mutable_place()->mutable_position();
    position.set_latitude_degrees(latitude);
    position.set_longitude_degrees(longitude);
    position.set_accuracy_meters(accuracy);
    request.mutable_options()->set_usage(common::v1::USAGE_PAID_PARKING);
    return request;
  }
  grpc::Status Batch(const BatchCheckPlatesRequest& request, BatchCheckPlatesResponse& response) {
    return Call(*daemon_->checks, &ChecksStub::BatchCheckPlates, Device(), request, response);
  }
  std::string Place(const std::string& zone) { return "cities/" + city_ + "/zones/" + zone; }

  static Register* database_;
  static Daemon* daemon_;
  std::string city_;
};
Register* ChecksTest::database_ = nullptr;
Daemon* ChecksTest::daemon_ = nullptr;

TEST_F(ChecksTest, ARightPermitsFromTheAnswerOfItsEnrolmentOn) {
  for (int i = 0; i < 20; ++i) {
    const std::string plate = absl::StrCat("1AAA", i);
    EXPECT_EQ(Check(plate), "NOT_PERMITTED NO_RIGHT");
    Enrol(plate);
    EXPECT_EQ(Check(plate), "PERMITTED RIGHT");
    EXPECT_EQ(Check(plate, "b"), "NOT_PERMITTED WRONG_ZONE");
  }
}

TEST_F(ChecksTest, EveryAnswerSaysWhatItRestsOn) {
  Enrol("1ABC123");
  CheckPlateRequest request = CheckRequest(city_, "1-abc.123");
  request.mutable_item()->set_reference("scan 7");
  request.mutable_options()->set_language("en");
  const CheckAnswer answer = Ask(request);
  EXPECT_EQ(answer.reference(), "scan 7");
  EXPECT_EQ(answer.check_id().size(), 16U);
  EXPECT_FALSE(answer.reason_text().empty());
  EXPECT_EQ(answer.rung(), checks::v1::RUNG_POSTGRES);
  EXPECT_FALSE(answer.degraded());
  EXPECT_EQ(answer.basis().zone(), Place("a"));
  EXPECT_EQ(answer.basis().zone_version(), 1);
  EXPECT_EQ(answer.basis().frame(), "day");
  EXPECT_EQ(answer.basis().calendar_version(), 2);
  EXPECT_EQ(answer.basis().city_version(), 1);
  EXPECT_EQ(answer.basis().plate_version(), 1);
  EXPECT_FALSE(answer.basis().has_right());
  EXPECT_EQ(TimeOf(answer.check_time()), TimeOf(answer.as_of()));
  // The safety end and the grace of ten minutes after it.
  EXPECT_GT(TimeOf(answer.valid_until()), TimeOf(answer.as_of()) + absl::Hours(23));
  const CheckAnswer negative = Ask(CheckRequest(city_, "1ABC124"));
  EXPECT_EQ(TimeOf(negative.recheck_after()), TimeOf(negative.check_time()) + absl::Minutes(5));
  EXPECT_EQ(negative.basis().plate_version(), 0);
  EXPECT_TRUE(negative.reason_text().empty());
}

TEST_F(ChecksTest, WhatBecomesOfARightIsToldAtOnce) {
  const rights::v1::Right right = Enrol("1ABC123");
  const auto change = [&](auto method, auto request, auto response) {
    request.set_name(right.name());
    request.set_reason("test");
    const grpc::Status status = Call(*daemon_->rights, method, Clerk(), request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
  };
  change(&RightsStub::SuspendRight, rights::v1::SuspendRightRequest(),
         rights::v1::SuspendRightResponse());
  EXPECT_EQ(Check("1ABC123"), "NOT_PERMITTED SUSPENDED");
  change(&RightsStub::ResumeRight, rights::v1::ResumeRightRequest(),
         rights::v1::ResumeRightResponse());
  EXPECT_EQ(Check("1ABC123"), "PERMITTED RIGHT");
  change(&RightsStub::RevokeRight, rights::v1::RevokeRightRequest(),
         rights::v1::RevokeRightResponse());
  EXPECT_EQ(Check("1ABC123"), "NOT_PERMITTED REVOKED") << "a revocation gives no grace";
}

// The zone gives 5 minutes before a start and 10 after an end.
TEST_F(ChecksTest, GraceBeforeAStartAndAfterAnEnd) {
  cities::v1::CreateRightTypeRequest type;
  type.set_parent("cities/" + city_);
  type.set_right_type_id("backdated");
  type.mutable_right_type()->set_kind(common::v1::RIGHT_KIND_PAID);
  type.mutable_right_type()->mutable_backdate()->mutable_at_most()->set_seconds(7200);
  cities::v1::CreateRightTypeResponse typed;
  ASSERT_TRUE(Call(*daemon_->cities, &CitiesStub::CreateRightType, Admin(), type, typed).ok());
  MakeContract(*daemon_, city_, "app", {"backdated"});
  const absl::Time now = absl::Now();
  const struct {
    const char* plate;
    int start_minutes, end_minutes, check_seconds;  // from now
    const char* expected;
    int64_t expired_minutes_ago;
  } kRows[] = {
      {"1STA004", 4, 60, 0, "PERMITTED GRACE", 0},
      {"1STA006", 6, 60, 0, "NOT_PERMITTED NOT_STARTED", 0},
      {"1STA106", 6, 60, 90, "NOT_PERMITTED NOT_STARTED", 0},  // a clock ahead: judged at now
      {"1END001", -60, 1, 59, "PERMITTED RIGHT", 0},
      {"1END101", -60, 1, 60, "PERMITTED RIGHT", 0},  // likewise: it has not ended yet
      {"1END009", -60, -9, 0, "PERMITTED GRACE", 0},
      {"1END010", -60, -10, 0, "NOT_PERMITTED EXPIRED", 10},
      {"1END020", -60, -20, 30, "NOT_PERMITTED EXPIRED", 20},
  };
  for (const auto& row : kRows) {
    rights::v1::EnrolRightRequest enrol = EnrolRequest(city_, row.plate, row.plate);
    rights::v1::Right& right = *enrol.mutable_right();
    right.set_right_type("cities/" + city_ + "/rightTypes/backdated");
    *right.mutable_requested_start_time() = Stamp(now + absl::Minutes(row.start_minutes));
    *right.mutable_requested_end_time() = Stamp(now + absl::Minutes(row.end_minutes));
    Enrol(enrol);
    CheckPlateRequest request = CheckRequest(city_, row.plate);
    *request.mutable_check_time() = Stamp(now + absl::Seconds(row.check_seconds));
    const CheckAnswer answer = Ask(request);
    EXPECT_EQ(Words(answer), row.expected) << row.plate;
    EXPECT_EQ(answer.has_expired_minutes_ago(), row.expired_minutes_ago > 0) << row.plate;
    EXPECT_EQ(answer.expired_minutes_ago(), row.expired_minutes_ago) << row.plate;
  }
}

TEST_F(ChecksTest, AnEndRequestedGivesGrace) {
  const rights::v1::Right right = Enrol("1ABC123");
  rights::v1::EndRightRequest end;
  end.set_name(right.name());
  rights::v1::EndRightResponse ended;
  ASSERT_TRUE(Call(*daemon_->rights, &RightsStub::EndRight, Provider("app"), end, ended).ok());
  EXPECT_EQ(Check("1ABC123"), "PERMITTED GRACE");
}

TEST_F(ChecksTest, PositionsAndBorders) {
  Enrol("1AAA111", "a");
  rights::v1::EnrolRightRequest both = EnrolRequest(city_, "both", "1BBB222", "a");
  both.mutable_right()->add_zones(Place("b"));
  Enrol(both);
  const struct {
    const char* plate;
    double latitude, longitude, accuracy;
    const char* expected;
    int candidates;
  } kRows[] = {
      {"1AAA111", 51.0505, 3.7205, 5, "PERMITTED RIGHT", 0},
      {"1AAA111", 51.0505, 3.7215, 5, "NOT_PERMITTED WRONG_ZONE", 0},
      {"1AAA111", 51.0505, 3.7210, 10, "REVIEW BORDER", 2},
      {"1BBB222", 51.0505, 3.7210, 10, "PERMITTED RIGHT", 2},
      {"1CCC333", 51.0505, 3.7210, 10, "NOT_PERMITTED NO_RIGHT", 2},
      {"1CCC333", 51.0505, 3.7200, 10, "REVIEW BORDER", 2},
      {"1CCC333", 51.0600, 3.7205, 10, "NOT_REQUIRED NO_FRAME", 0},
  };
  for (const auto& row : kRows) {
    CheckPlateRequest request = AtPosition(row.plate, row.latitude, row.longitude, row.accuracy);
    request.mutable_options()->set_include_candidates(true);
    const CheckAnswer answer = Ask(request);
    EXPECT_EQ(Words(answer), row.expected) << row.plate << " " << row.longitude;
    EXPECT_EQ(answer.zone_candidates_size(), row.candidates) << row.plate << " " << row.longitude;
  }
  const CheckAnswer border = Ask(AtPosition("1AAA111", 51.0505, 3.7210, 10));
  EXPECT_EQ(border.zone_candidates_size(), 0) << "listed on request only";
}

TEST_F(ChecksTest, NearMissesAreReviewedAndShownOnlyToWhoMaySeePlates) {
  Enrol("1ABC120");
  CheckPlateRequest request = CheckRequest(city_, "1ABC12O");
  request.mutable_options()->set_include_candidates(true);
  const CheckAnswer enforcer = Ask(request, Enforcer());
  EXPECT_EQ(Words(enforcer), "REVIEW NEAR_MISS");
  ASSERT_EQ(enforcer.plate_candidates_size(), 1);
  EXPECT_EQ(enforcer.plate_candidates(0).plate().number(), "1ABC120");
  const CheckAnswer device = Ask(request, Device());
  EXPECT_EQ(Words(device), "REVIEW NEAR_MISS");
  EXPECT_EQ(device.plate_candidates_size(), 0);
  EXPECT_EQ(device.DebugString().find("1ABC120"), std::string::npos);
}

TEST_F(ChecksTest, CountriesAndConfidence) {
  rights::v1::EnrolRightRequest enrol = EnrolRequest(city_, "belgian", "1ABC123");
  enrol.mutable_right()->mutable_plate()->set_country("b");
  Enrol(enrol);
  cities::v1::UpdateCityRequest update;
  update.mutable_city()->set_name("cities/" + city_);
  update.mutable_city()->set_confidence_threshold(80);
  update.mutable_update_mask()->add_paths("confidence_threshold");
  cities::v1::UpdateCityResponse updated;
  ASSERT_TRUE(Call(*daemon_->cities, &CitiesStub::UpdateCity, Admin(), update, updated).ok());
  const struct {
    const char* plate;
    const char* country;
    int confidence;
    const char* expected;
  } kRows[] = {
      {"1ABC123", "B", 100, "PERMITTED RIGHT"},
      {"1ABC123", "", 100, "PERMITTED RIGHT"},
      {"1ABC123", "NL", 100, "REVIEW COUNTRY_MISMATCH"},
      {"1ABC123", "B", 10, "PERMITTED RIGHT"},
      {"9XYZ999", "B", 79, "REVIEW LOW_CONFIDENCE"},
      {"9XYZ999", "B", 80, "NOT_PERMITTED NO_RIGHT"},
  };
  for (const auto& row : kRows) {
    CheckPlateRequest request = CheckRequest(city_, row.plate);
    request.mutable_item()->mutable_plate()->set_country(row.country);
    request.mutable_item()->set_confidence(row.confidence);
    EXPECT_EQ(Words(Ask(request)), row.expected)
        << row.plate << " " << row.country << " " << row.confidence;
  }
}

TEST_F(ChecksTest, TheRightIsNamedOnRequestToWhoMaySeeIt) {
  const rights::v1::Right right = Enrol("1ABC123");
  CheckPlateRequest request = CheckRequest(city_, "1ABC123");
  EXPECT_FALSE(Ask(request, Enforcer()).basis().has_right());
  request.mutable_options()->set_include_right(true);
  const checks::v1::RightBasis basis = Ask(request, Enforcer()).basis().right();
  EXPECT_EQ(basis.right_id().size(), 16U);
  EXPECT_EQ(basis.right_type(), right.right_type());
  EXPECT_EQ(basis.kind(), common::v1::RIGHT_KIND_PAID);
  EXPECT_EQ(TimeOf(basis.end_time()), TimeOf(right.effective_end_time()));
  EXPECT_FALSE(Ask(request, Device()).basis().has_right());
}

TEST_F(ChecksTest, TheSameReferenceIsTheSameCheck) {
  const auto id = [&](const std::string& reference, const std::string& subject) {
    CheckPlateRequest request = CheckRequest(city_, "1ABC123");
    request.mutable_item()->set_reference(reference);
    Who who = Device();
    who.subject = subject;
    return Ask(request, who).check_id();
  };
  EXPECT_EQ(id("one", "car-1"), id("one", "car-1"));
  EXPECT_NE(id("one", "car-1"), id("two", "car-1"));
  EXPECT_NE(id("one", "car-1"), id("one", "car-2"));
  EXPECT_NE(id("", "car-1"), id("", "car-1"));
}

TEST_F(ChecksTest, AHolidayHoldsFromTheAnswerOn) {
  zones::v1::ImportZonesHeader header;
  header.set_parent("cities/" + city_);
  zones::v1::ZoneRule& rule = *header.add_rules();
  rule.set_usage(common::v1::USAGE_PAID_PARKING);
  *rule.mutable_regulation() = PlainRegulation();
  zones::v1::SpecialDayRule& holiday = *rule.mutable_regulation()->add_special_day_rules();
  holiday.set_special_day("HOLIDAY");
  holiday.set_mode(zones::v1::SPECIAL_DAY_MODE_REPLACE);
  const grpc::Status imported =
      Import(*daemon_, Admin(), header, Collection({SquareFeature("free", 51.07, 3.72)}));
  ASSERT_TRUE(imported.ok()) << imported.error_message();
  EXPECT_EQ(Check("1ABC123", "free"), "NOT_PERMITTED NO_RIGHT");

  absl::TimeZone zone;
  ASSERT_TRUE(absl::LoadTimeZone("Europe/Brussels", &zone));
  const absl::CivilDay today = absl::ToCivilDay(absl::Now(), zone);
  cities::v1::UpdateCalendarRequest calendar;
  calendar.mutable_calendar()->set_name("cities/" + city_ + "/calendar");
  for (const absl::CivilDay day : {today, today + 1}) {
    cities::v1::SpecialDay& special = *calendar.mutable_calendar()->add_special_days();
    special.set_date(absl::FormatCivilTime(day));
    special.set_label("HOLIDAY");
  }
  cities::v1::UpdateCalendarResponse updated;
  ASSERT_TRUE(Call(*daemon_->cities, &CitiesStub::UpdateCalendar, Admin(), calendar, updated).ok());
  EXPECT_EQ(Check("1ABC123", "free"), "NOT_REQUIRED NO_FRAME");
  EXPECT_EQ(Check("1ABC123", "a"), "NOT_PERMITTED NO_RIGHT") << "it has no rule for the label";
}

TEST_F(ChecksTest, ARedrawnZoneHoldsFromTheAnswerOnAndTheOldOneForThePast) {
  const CheckAnswer before = Ask(AtPosition("1ABC123", 51.0505, 3.7205));
  EXPECT_EQ(Words(before), "NOT_PERMITTED NO_RIGHT");
  zones::v1::ImportZonesHeader header;
  header.set_parent("cities/" + city_);
  zones::v1::ZoneRule& rule = *header.add_rules();
  rule.set_usage(common::v1::USAGE_PAID_PARKING);
  *rule.mutable_regulation() = PlainRegulation();
  const grpc::Status imported =
      Import(*daemon_, Admin(), header, Collection({SquareFeature("a", 51.08, 3.72)}));
  ASSERT_TRUE(imported.ok()) << imported.error_message();
  EXPECT_EQ(Words(Ask(AtPosition("1ABC123", 51.0505, 3.7205))), "NOT_REQUIRED NO_FRAME");
  const CheckAnswer after = Ask(AtPosition("1ABC123", 51.0805, 3.7205));
  EXPECT_EQ(Words(after), "NOT_PERMITTED NO_RIGHT");
  EXPECT_EQ(after.basis().zone_version(), 2);
  CheckPlateRequest past = AtPosition("1ABC123", 51.0505, 3.7205);
  *past.mutable_check_time() = before.check_time();
  const CheckAnswer then = Ask(past);
  EXPECT_EQ(Words(then), "NOT_PERMITTED NO_RIGHT");
  EXPECT_EQ(then.basis().zone_version(), 1);
}

}  // namespace
}  // namespace stadspoort::testing
