// What a provider may enrol and amend under its contracts: each refusal, at each boundary, on a
// register whose clock stands where the test puts it.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "tests/integration/register.h"

namespace stadspoort::testing {
namespace {

using cities::v1::Contract;
using rights::v1::AmendRightRequest;
using rights::v1::EnrolRightRequest;
using rights::v1::EnrolRightResponse;
using rights::v1::Right;
using CitiesStub = cities::v1::CitiesService::Stub;
using RightsStub = rights::v1::RightsService::Stub;
using Fields = std::vector<std::string>;

constexpr absl::Duration kStep = absl::Microseconds(1);

// Hours of 2 March 2026, in UTC.
absl::Time At(int hour) {
  return absl::FromCivil(absl::CivilHour(2026, 3, 2, 0), absl::UTCTimeZone()) + absl::Hours(hour);
}

google::protobuf::Timestamp Stamp(absl::Time time) {
  google::protobuf::Timestamp stamp;
  const int64_t micros = absl::ToUnixMicros(time);
  stamp.set_seconds(micros / 1'000'000);
  stamp.set_nanos(static_cast<int32_t>(micros % 1'000'000 * 1000));
  return stamp;
}

class ContractedRightsTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    database = new Register();
    daemon = database->Start().release();
    sql = new Sql(database->superuser());
  }
  static void TearDownTestSuite() {
    delete sql;
    delete daemon;
    delete database;
  }
  // The contracts of MakeCity are with other providers than `meters`.
  void SetUp() override {
    static int count = 0;
    city_ = absl::StrCat("city-", ++count);
    SetClock(At(0));
    MakeCity(*daemon, city_);
  }

  static void SetClock(absl::Time time) {
    sql->Value(absl::StrCat(
        "CREATE OR REPLACE FUNCTION stadspoort.register_time() RETURNS timestamptz LANGUAGE sql "
        "STABLE AS $$SELECT '",
        absl::FormatTime("%Y-%m-%d %H:%M:%E6S+00", time, absl::UTCTimeZone()), "'::timestamptz$$"));
  }
  // Of `meters`; no zones: the whole city.
  std::string Contracted(const Fields& types, const Fields& zones, absl::Time start,
                         absl::Time end = absl::InfiniteFuture()) {
    cities::v1::CreateContractRequest request;
    request.set_parent("cities/" + city_);
    request.set_contract_id(absl::StrCat("meters-", ++contracts_));
    Contract& contract = *request.mutable_contract();
    contract.set_provider("meters");
    for (const std::string& type : types) contract.add_right_types(type);
    for (const std::string& zone : zones) contract.add_zones(zone);
    *contract.mutable_start_time() = Stamp(start);
    if (end != absl::InfiniteFuture()) *contract.mutable_end_time() = Stamp(end);
    cities::v1::CreateContractResponse response;
    const grpc::Status status =
        Call(*daemon->cities, &CitiesStub::CreateContract, Admin(), request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.contract().name();
  }
  static void End(const std::string& contract, absl::Time end) {
    cities::v1::UpdateContractRequest request;
    request.mutable_contract()->set_name(contract);
    *request.mutable_contract()->mutable_end_time() = Stamp(end);
    request.mutable_update_mask()->add_paths("end_time");
    cities::v1::UpdateContractResponse response;
    const grpc::Status status =
        Call(*daemon->cities, &CitiesStub::UpdateContract, Admin(), request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
  }

  // Of `meters`, with a new reference; "*" is the whole city.
  EnrolRightRequest Request(const std::string& type, const Fields& zones) {
    EnrolRightRequest request = EnrolRequest(city_, absl::StrCat("r-", ++references_), "1ABC123");
    Right& right = *request.mutable_right();
    right.set_right_type(type);
    right.clear_zones();
    right.set_city_wide(zones == Fields({"*"}));
    if (!right.city_wide()) {
      for (const std::string& zone : zones) right.add_zones(zone);
    }
    *right.mutable_requested_end_time() = Stamp(At(100));
    return request;
  }
  static grpc::Status Enrol(const EnrolRightRequest& request, Right* right = nullptr,
                            const Who& who = Provider("meters")) {
    EnrolRightResponse response;
    const grpc::Status status =
        Call(*daemon->rights, &RightsStub::EnrolRight, who, request, response);
    if (right != nullptr) *right = response.right();
    return status;
  }
  Right Enrolled(const std::string& type, const Fields& zones, absl::Time end = At(100)) {
    EnrolRightRequest request = Request(type, zones);
    *request.mutable_right()->mutable_requested_end_time() = Stamp(end);
    Right right;
    const grpc::Status status = Enrol(request, &right);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return right;
  }
  static grpc::Status Amend(const Right& right, const Fields& paths,
                            const Who& who = Provider("meters")) {
    AmendRightRequest request;
    *request.mutable_right() = right;
    request.mutable_right()->clear_etag();
    for (const std::string& path : paths) request.mutable_update_mask()->add_paths(path);
    rights::v1::AmendRightResponse response;
    return Call(*daemon->rights, &RightsStub::AmendRight, who, request, response);
  }
  static void ExpectNotContracted(const grpc::Status& status, const Fields& fields,
                                  const std::string& name) {
    EXPECT_EQ(status.error_code(), grpc::FAILED_PRECONDITION)
        << name << ": " << status.error_message();
    EXPECT_EQ(ReasonOf(status), "NOT_CONTRACTED") << name;
    EXPECT_EQ(FieldsOf(status), fields) << name;
    EXPECT_FALSE(absl::StrContains(status.error_message(), "app")) << status.error_message();
    EXPECT_FALSE(absl::StrContains(status.error_details(), "rival")) << name;
  }
  std::string RightCount() {
    return sql->Value(absl::StrCat(
        "SELECT count(*) FROM stadspoort.access_right WHERE provider = 'meters' AND city = '",
        city_, "'"));
  }

  static Register* database;
  static Daemon* daemon;
  static Sql* sql;
  std::string city_;
  int contracts_ = 0;
  int references_ = 0;
};
Register* ContractedRightsTest::database = nullptr;
Daemon* ContractedRightsTest::daemon = nullptr;
Sql* ContractedRightsTest::sql = nullptr;

TEST_F(ContractedRightsTest, WithoutAContractNothingIsEnrolled) {
  const grpc::Status status = Enrol(Request("paid", {"a"}));
  ExpectNotContracted(status, {"right.right_type"}, "none");
  EXPECT_EQ(status.error_message(),
            "right.right_type: you have no contract for paid in force; nor for any other right "
            "type");
  EXPECT_EQ(RightCount(), "0");
}

TEST_F(ContractedRightsTest, OnlyTheTypesOfTheContract) {
  Contracted({"resident"}, {}, At(0));
  EXPECT_TRUE(Enrol(Request("resident", {"a"})).ok());
  const grpc::Status status = Enrol(Request("paid", {"a"}));
  ExpectNotContracted(status, {"right.right_type"}, "another type");
  EXPECT_TRUE(absl::EndsWith(status.error_message(), "; your contracts allow resident"))
      << status.error_message();
  Contracted({"resident", "paid"}, {}, At(0));
  EXPECT_TRUE(Enrol(Request("paid", {"a"})).ok());
  EXPECT_EQ(RightCount(), "2");
}

TEST_F(ContractedRightsTest, AContractIsInForceFromItsStartUntilItsEnd) {
  Contracted({"paid"}, {}, At(10), At(20));
  const struct {
    absl::Time now;
    bool granted;
  } kRows[] = {{At(10) - kStep, false}, {At(10), true},  {At(15), true},
               {At(20) - kStep, true},  {At(20), false}, {At(24 * 20), false}};
  for (const auto& row : kRows) {
    SetClock(row.now);
    EnrolRightRequest request = Request("paid", {"a"});
    *request.mutable_right()->mutable_requested_end_time() = Stamp(row.now + absl::Hours(100));
    const grpc::Status status = Enrol(request);
    if (row.granted) {
      EXPECT_TRUE(status.ok()) << row.now << status.error_message();
    } else {
      ExpectNotContracted(status, {"right.right_type"}, absl::FormatTime(row.now));
      EXPECT_TRUE(absl::StrContains(status.error_message(),
                                    row.now < At(10) ? "one begins at " : "one ended at "))
          << status.error_message();
    }
  }
}

TEST_F(ContractedRightsTest, TheStartLiesInTheContractToo) {
  Contracted({"paid"}, {}, At(10), At(20));
  SetClock(At(12));
  const struct {
    absl::Time start;
    bool granted;
  } kRows[] = {{At(15), true}, {At(20) - kStep, true}, {At(20), false}, {At(50), false}};
  for (const auto& row : kRows) {
    EnrolRightRequest request = Request("paid", {"a"});
    *request.mutable_right()->mutable_requested_start_time() = Stamp(row.start);
    const grpc::Status status = Enrol(request);
    if (row.granted) {
      EXPECT_TRUE(status.ok()) << row.start << status.error_message();
    } else {
      ExpectNotContracted(status, {"right.requested_start_time"}, absl::FormatTime(row.start));
    }
  }
  Contracted({"paid"}, {}, At(20));
  EnrolRightRequest request = Request("paid", {"a"});
  *request.mutable_right()->mutable_requested_start_time() = Stamp(At(20));
  EXPECT_TRUE(Enrol(request).ok()) << "in the contract that follows";
}

// A type that reaches back to the start of the day, on the day on which the contract begins.
TEST_F(ContractedRightsTest, ABackdatedStartLiesInTheContractToo) {
  cities::v1::CreateRightTypeRequest type;
  type.set_parent("cities/" + city_);
  type.set_right_type_id("day");
  type.mutable_right_type()->set_kind(common::v1::RIGHT_KIND_DAY_PASS);
  type.mutable_right_type()->mutable_backdate()->set_start_of_day(true);
  cities::v1::CreateRightTypeResponse typed;
  ASSERT_TRUE(Call(*daemon->cities, &CitiesStub::CreateRightType, Admin(), type, typed).ok());
  Contracted({"day"}, {}, At(10));
  SetClock(At(12));
  EnrolRightRequest request = Request("day", {"a"});
  *request.mutable_right()->mutable_requested_start_time() = Stamp(At(9));
  ExpectNotContracted(Enrol(request), {"right.requested_start_time"}, "before the contract");
  *request.mutable_right()->mutable_requested_start_time() = Stamp(At(10));
  EXPECT_TRUE(Enrol(request).ok());
  // Under a contract that has ended meanwhile and the one that follows.
  Contracted({"day"}, {}, At(0), At(10));
  request = Request("day", {"a"});
  *request.mutable_right()->mutable_requested_start_time() = Stamp(At(9));
  EXPECT_TRUE(Enrol(request).ok());
}

TEST_F(ContractedRightsTest, EveryZoneIsAllowedByOneContractOrAnother) {
  Contracted({"paid"}, {"a"}, At(0));
  EXPECT_TRUE(Enrol(Request("paid", {"a"})).ok());
  const grpc::Status status = Enrol(Request("paid", {"a", "b"}));
  ExpectNotContracted(status, {"right.zones[1]"}, "one of two");
  EXPECT_TRUE(absl::StrContains(status.error_message(), "your contracts for paid allow a"))
      << status.error_message();
  ExpectNotContracted(Enrol(Request("paid", {"b"})), {"right.zones[0]"}, "another");
  ExpectNotContracted(Enrol(Request("paid", {"*"})), {"right.city_wide"}, "the whole city");
  Contracted({"resident"}, {"b"}, At(0));
  ExpectNotContracted(Enrol(Request("paid", {"a", "b"})), {"right.zones[1]"}, "of another type");
  Contracted({"paid"}, {"b"}, At(0));
  EXPECT_TRUE(Enrol(Request("paid", {"b", "a"})).ok());
  ExpectNotContracted(Enrol(Request("paid", {"*"})), {"right.city_wide"}, "all its zones");
  Contracted({"paid"}, {}, At(0));
  EXPECT_TRUE(Enrol(Request("paid", {"*"})).ok());
}

TEST_F(ContractedRightsTest, WhatWasGrantedStaysGrantedWhenItIsSentAgain) {
  const std::string contract = Contracted({"paid"}, {}, At(0), At(10));
  SetClock(At(9));
  const EnrolRightRequest request = Request("paid", {"a"});
  Right granted;
  ASSERT_TRUE(Enrol(request, &granted).ok());
  SetClock(At(11));
  Right again;
  EXPECT_TRUE(Enrol(request, &again).ok());
  EXPECT_EQ(again.name(), granted.name());
  ExpectNotContracted(Enrol(Request("paid", {"a"})), {"right.right_type"}, "another one");
  EnrolRightRequest other = request;
  other.mutable_right()->mutable_plate()->set_number("2DEF456");
  const grpc::Status conflict = Enrol(other);
  EXPECT_EQ(ReasonOf(conflict), "REFERENCE_CONFLICT") << conflict.error_message();
}

TEST_F(ContractedRightsTest, ARefusedEnrolmentLeavesNoTrace) {
  const EnrolRightRequest request = Request("paid", {"a"});
  ExpectNotContracted(Enrol(request), {"right.right_type"}, "none");
  Contracted({"paid"}, {}, At(0));
  EXPECT_TRUE(Enrol(request).ok()) << "the reference is free";
  EXPECT_EQ(
      sql->Value(absl::StrCat(
          "SELECT count(*) FROM stadspoort.journal WHERE kind = 'PLATE' AND city = '", city_, "'")),
      "1");
}

// Whatever rights the plate has, of whichever provider, the refusal is the same to the byte.
TEST_F(ContractedRightsTest, TheRefusalTellsNothingOfThePlate) {
  Contracted({"paid"}, {"a"}, At(0));
  EnrolRightRequest request = Request("paid", {"b"});
  request.mutable_right()->mutable_plate()->set_number("9NEW999");
  const grpc::Status unknown = Enrol(request);
  EnrolRightRequest theirs = EnrolRequest(city_, "theirs", "9NEW999", "b");
  ASSERT_TRUE(Enrol(theirs, nullptr, Provider("app")).ok());
  EnrolRightRequest mine = Request("paid", {"a"});
  mine.mutable_right()->mutable_plate()->set_number("9NEW999");
  ASSERT_TRUE(Enrol(mine).ok());
  const grpc::Status known = Enrol(request);
  ExpectNotContracted(known, {"right.zones[0]"}, "known");
  EXPECT_EQ(known.error_message(), unknown.error_message());
  EXPECT_EQ(known.error_details(), unknown.error_details());
}

TEST_F(ContractedRightsTest, AnAmendmentNeedsAContractForWhatItAdds) {
  Contracted({"paid"}, {"a"}, At(0));
  const Right right = Enrolled("paid", {"a"});
  const auto with_zones = [&](const Fields& zones) {
    Right wanted = right;
    wanted.clear_zones();
    for (const std::string& zone : zones) wanted.add_zones(zone);
    wanted.set_city_wide(zones.empty());
    return wanted;
  };
  ExpectNotContracted(Amend(with_zones({"a", "b"}), {"zones"}), {"right.zones[1]"}, "a zone more");
  ExpectNotContracted(Amend(with_zones({"b"}), {"zones"}), {"right.zones[0]"}, "another zone");
  ExpectNotContracted(Amend(with_zones({}), {"city_wide"}), {"right.city_wide"}, "the whole city");
  Contracted({"paid"}, {"b"}, At(0), At(2));
  EXPECT_TRUE(Amend(with_zones({"a", "b"}), {"zones"}).ok());
  SetClock(At(2));
  EXPECT_TRUE(Amend(with_zones({"a", "b"}), {"zones"}).ok()) << "sent again: nothing is added";
  EXPECT_TRUE(Amend(with_zones({"a"}), {"zones"}).ok()) << "less than there was";
  ExpectNotContracted(Amend(with_zones({"a", "b"}), {"zones"}), {"right.zones[1]"}, "it has ended");
  Contracted({"paid"}, {}, At(2));
  EXPECT_TRUE(Amend(with_zones({}), {"city_wide"}).ok());
}

TEST_F(ContractedRightsTest, ALaterEndNeedsAContractAndAnEarlierOneDoesNot) {
  const std::string contract = Contracted({"paid"}, {"a", "b"}, At(0));
  const Right right = Enrolled("paid", {"a"}, At(20));
  const auto until = [&](absl::Time end) {
    Right wanted = right;
    *wanted.mutable_requested_end_time() = Stamp(end);
    return Amend(wanted, {"requested_end_time"});
  };
  EXPECT_TRUE(until(At(30)).ok());
  End(contract, At(5));
  SetClock(At(5) - kStep);
  EXPECT_TRUE(until(At(40)).ok()) << "as long as the contract is in force";
  SetClock(At(5));
  ExpectNotContracted(until(At(40) + kStep), {"right.requested_end_time"}, "it has ended");
  EXPECT_TRUE(until(At(40)).ok()) << "sent again: nothing is added";
  EXPECT_TRUE(until(At(35)).ok());
  ExpectNotContracted(until(At(40)), {"right.requested_end_time"}, "later than it is now");
  Right open = right;
  open.clear_requested_end_time();
  EXPECT_TRUE(Amend(open, {"requested_end_time"}).ok()) << "no later than the city's safety end";
  SetClock(At(12));
  ExpectNotContracted(Amend(open, {"requested_end_time"}), {"right.requested_end_time"}, "open");
  Right windows = right;
  common::v1::Window& window = *windows.add_windows();
  window.add_weekdays(common::v1::WEEKDAY_MONDAY);
  window.set_from_local_time("09:00");
  window.set_to_local_time("12:00");
  EXPECT_TRUE(Amend(windows, {"windows"}).ok());
  // For another zone only: the time between would be enrolled in a zone that is not contracted.
  Contracted({"paid"}, {"b"}, At(0));
  ExpectNotContracted(until(At(60)), {"right.requested_end_time"}, "of another zone");
  Contracted({"paid"}, {"a"}, At(0));
  EXPECT_TRUE(until(At(60)).ok());
}

TEST_F(ContractedRightsTest, AnEndAndAClerkNeedNoContract) {
  const std::string contract = Contracted({"paid"}, {"a"}, At(0));
  const Right ended = Enrolled("paid", {"a"});
  const Right changed = Enrolled("paid", {"a"});
  End(contract, At(5));
  SetClock(At(6));
  rights::v1::EndRightRequest end;
  end.set_name(ended.name());
  rights::v1::EndRightResponse end_response;
  EXPECT_TRUE(
      Call(*daemon->rights, &RightsStub::EndRight, Provider("meters"), end, end_response).ok());
  EXPECT_EQ(end_response.right().state(), rights::v1::RIGHT_STATE_ENDED);

  Right wanted = changed;
  wanted.add_zones("b");
  *wanted.mutable_requested_end_time() = Stamp(At(200));
  ExpectNotContracted(Amend(wanted, {"zones", "requested_end_time"}),
                      {"right.requested_end_time", "right.zones[1]"}, "by its provider");
  EXPECT_TRUE(Amend(wanted, {"zones", "requested_end_time"}, Clerk()).ok());
  rights::v1::CorrectRightRequest correct;
  *correct.mutable_right() = changed;
  correct.mutable_right()->clear_etag();
  correct.mutable_right()->set_right_type("resident");
  correct.mutable_update_mask()->add_paths("right_type");
  correct.set_reason("test");
  rights::v1::CorrectRightResponse corrected;
  EXPECT_TRUE(Call(*daemon->rights, &RightsStub::CorrectRight, Clerk(), correct, corrected).ok());
  rights::v1::SuspendRightRequest suspend;
  suspend.set_name(changed.name());
  suspend.set_reason("test");
  rights::v1::SuspendRightResponse suspended;
  EXPECT_TRUE(Call(*daemon->rights, &RightsStub::SuspendRight, Clerk(), suspend, suspended).ok());
  rights::v1::RevokeRightRequest revoke;
  revoke.set_name(changed.name());
  revoke.set_reason("test");
  rights::v1::RevokeRightResponse revoked;
  EXPECT_TRUE(Call(*daemon->rights, &RightsStub::RevokeRight, Clerk(), revoke, revoked).ok());
}

// What was enrolled stays good in checks, whatever becomes of the contract.
TEST_F(ContractedRightsTest, ChecksDoNotAskForContracts) {
  const std::string contract = Contracted({"paid"}, {}, At(0));
  EnrolRightRequest request = Request("paid", {"a"});
  ASSERT_TRUE(Enrol(request).ok());
  End(contract, At(1));
  SetClock(At(2));
  checks::v1::CheckPlateResponse response;
  const grpc::Status status = Call(*daemon->checks, &checks::v1::ChecksService::Stub::CheckPlate,
                                   Enforcer(), CheckRequest(city_, "1ABC123"), response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.answer().decision(), checks::v1::DECISION_PERMITTED);
}

}  // namespace
}  // namespace stadspoort::testing
