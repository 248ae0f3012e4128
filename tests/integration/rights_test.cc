// Enrolling, reading and listing rights, and every refusal of it.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/integration/register.h"

namespace stadspoort::testing {
namespace {

using rights::v1::EnrolRightRequest;
using rights::v1::EnrolRightResponse;
using rights::v1::ListRightsRequest;
using rights::v1::ListRightsResponse;
using rights::v1::Right;
using RightsStub = rights::v1::RightsService::Stub;
using Fields = std::vector<std::string>;

google::protobuf::Timestamp FromNow(absl::Duration ahead) {
  google::protobuf::Timestamp stamp;
  stamp.set_seconds(absl::ToUnixSeconds(absl::Now() + ahead));
  return stamp;
}

absl::Time TimeOf(const google::protobuf::Timestamp& stamp) {
  return absl::FromUnixSeconds(stamp.seconds()) + absl::Nanoseconds(stamp.nanos());
}

std::vector<std::string> RemarksOf(const EnrolRightResponse& response) {
  std::vector<std::string> remarks;
  for (const rights::v1::Remark& remark : response.remarks()) {
    EXPECT_FALSE(remark.description().empty());
    remarks.push_back(rights::v1::RemarkCode_Name(remark.code()).substr(12));
  }
  return remarks;
}

class RightsTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    database_ = new Register();
    daemon_ = database_->Start().release();
    sql_ = new Sql(database_->superuser());
  }
  static void TearDownTestSuite() {
    delete sql_;
    delete daemon_;
    delete database_;
  }
  void SetUp() override {
    static int count = 0;
    city_ = absl::StrCat("city-", ++count);
    MakeCity(*daemon_, city_);
  }

  grpc::Status Enrol(const EnrolRightRequest& request, EnrolRightResponse& response,
                     const Who& who = Provider("app")) {
    return Call(*daemon_->rights, &RightsStub::EnrolRight, who, request, response);
  }
  Right Enrolled(const std::string& reference, const std::string& plate,
                 const Who& who = Provider("app")) {
    EnrolRightResponse response;
    const grpc::Status status = Enrol(EnrolRequest(city_, reference, plate), response, who);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.right();
  }
  std::string Count(const std::string& table) {
    return sql_->Value(
        absl::StrCat("SELECT count(*) FROM stadspoort.", table, " WHERE city = '", city_, "'"));
  }
  std::string Zone(const std::string& code) {
    return absl::StrCat("cities/", city_, "/zones/", code);
  }
  Fields Listed(ListRightsRequest request, const Who& who, const std::string& token = "") {
    request.set_parent("cities/" + city_);
    request.set_page_token(token);
    ListRightsResponse response;
    const grpc::Status status =
        Call(*daemon_->rights, &RightsStub::ListRights, who, request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    Fields references;
    for (const Right& right : response.rights()) references.push_back(right.reference());
    if (response.next_page_token().empty()) return references;
    const Fields rest = Listed(request, who, response.next_page_token());
    references.insert(references.end(), rest.begin(), rest.end());
    return references;
  }

  static Register* database_;
  static Daemon* daemon_;
  static Sql* sql_;
  std::string city_;
};
Register* RightsTest::database_ = nullptr;
Daemon* RightsTest::daemon_ = nullptr;
Sql* RightsTest::sql_ = nullptr;

TEST_F(RightsTest, AnOpenRightGetsTheSafetyEnd) {
  EnrolRightRequest request = EnrolRequest(city_, "one", "1-abc-123");
  request.mutable_right()->mutable_plate()->set_country("b");
  EnrolRightResponse response;
  ASSERT_TRUE(Enrol(request, response).ok());
  const Right& right = response.right();
  EXPECT_EQ(RemarksOf(response), Fields({"SAFETY_END"}));
  EXPECT_EQ(TimeOf(right.effective_end_time()) - TimeOf(right.effective_start_time()),
            absl::Hours(24));
  EXPECT_FALSE(right.has_requested_start_time());
  EXPECT_FALSE(right.has_requested_end_time());
  EXPECT_EQ(right.plate().number(), "1ABC123");
  EXPECT_EQ(right.plate().country(), "B");
  EXPECT_EQ(right.provider(), "app");
  EXPECT_EQ(right.reference(), "one");
  EXPECT_EQ(right.state(), rights::v1::RIGHT_STATE_IN_FORCE);
  EXPECT_FALSE(right.etag().empty());
  rights::v1::GetRightRequest get;
  get.set_name(right.name());
  rights::v1::GetRightResponse got;
  ASSERT_TRUE(Call(*daemon_->rights, &RightsStub::GetRight, Provider("app"), get, got).ok());
  EXPECT_EQ(got.right().SerializeAsString(), right.SerializeAsString());
}

TEST_F(RightsTest, AStartInThePastIsClippedAndSaidSo) {
  EnrolRightRequest request = EnrolRequest(city_, "one", "1ABC123");
  *request.mutable_right()->mutable_requested_start_time() = FromNow(-absl::Hours(2));
  *request.mutable_right()->mutable_requested_end_time() = FromNow(absl::Hours(1));
  EnrolRightResponse response;
  ASSERT_TRUE(Enrol(request, response).ok());
  EXPECT_EQ(RemarksOf(response), Fields({"START_CLIPPED"}));
  EXPECT_EQ(response.right().requested_start_time().seconds(),
            request.right().requested_start_time().seconds());
  EXPECT_GT(TimeOf(response.right().effective_start_time()), absl::Now() - absl::Minutes(5));
  EXPECT_EQ(TimeOf(response.right().effective_end_time()),
            TimeOf(request.right().requested_end_time()));
}

TEST_F(RightsTest, TheSameRequestIsTheSameRight) {
  const Right first = Enrolled("one", "1ABC123");
  const struct {
    const char* name;
    std::function<void(Right&)> vary;
  } kRows[] = {
      {"byte for byte", [](Right&) {}},
      {"another spelling", [](Right& r) { r.mutable_plate()->set_number("1-abc-123"); }},
      {"output fields are not content", [](Right& r) { r.set_etag("99"); }},
  };
  for (const auto& row : kRows) {
    EnrolRightRequest request = EnrolRequest(city_, "one", "1ABC123");
    row.vary(*request.mutable_right());
    EnrolRightResponse response;
    const grpc::Status status = Enrol(request, response);
    EXPECT_TRUE(status.ok()) << row.name << ": " << status.error_message();
    EXPECT_EQ(RemarksOf(response), Fields({"SAME_REQUEST"})) << row.name;
    EXPECT_EQ(response.right().SerializeAsString(), first.SerializeAsString()) << row.name;
  }
  EXPECT_EQ(Count("access_right"), "1");
  EXPECT_EQ(sql_->Value("SELECT max(version) FROM stadspoort.plate WHERE city = '" + city_ + "'"),
            "1");
}

TEST_F(RightsTest, OtherContentUnderAReferenceIsAConflictThatRevealsNothing) {
  Enrolled("one", "1ABC123");
  Enrolled("theirs", "1ABC123", Provider("rival"));
  const struct {
    const char* name;
    std::function<void(Right&)> vary;
  } kRows[] = {
      {"plate", [](Right& r) { r.mutable_plate()->set_number("9XYZ999"); }},
      {"country", [](Right& r) { r.mutable_plate()->set_country("NL"); }},
      {"zone", [&](Right& r) { r.set_zones(0, Zone("b")); }},
      {"city-wide",
       [](Right& r) {
         r.clear_zones();
         r.set_city_wide(true);
       }},
      {"type", [&](Right& r) { r.set_right_type("cities/" + city_ + "/rightTypes/resident"); }},
      {"start", [](Right& r) { *r.mutable_requested_start_time() = FromNow(absl::Hours(1)); }},
      {"end", [](Right& r) { *r.mutable_requested_end_time() = FromNow(absl::Hours(1)); }},
      {"windows",
       [](Right& r) {
         common::v1::Window& window = *r.add_windows();
         window.add_weekdays(common::v1::WEEKDAY_MONDAY);
         window.set_from_local_time("09:00");
         window.set_to_local_time("12:00");
       }},
  };
  for (const auto& row : kRows) {
    EnrolRightRequest request = EnrolRequest(city_, "one", "1ABC123");
    row.vary(*request.mutable_right());
    EnrolRightResponse response;
    const grpc::Status status = Enrol(request, response);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::ALREADY_EXISTS) << row.name;
    EXPECT_EQ(ReasonOf(status), "REFERENCE_CONFLICT") << row.name;
    EXPECT_EQ(FieldsOf(status), Fields({"right.reference"})) << row.name;
    for (const char* secret : {"1ABC123", "9XYZ999", "rival", "app"}) {
      EXPECT_FALSE(absl::StrContains(status.error_message(), secret)) << row.name;
      EXPECT_FALSE(absl::StrContains(status.error_details(), secret)) << row.name;
    }
  }
  EXPECT_EQ(Count("access_right"), "2");
  // Another provider's use of the same reference is no conflict at all.
  Enrolled("theirs", "9XYZ999");
  EXPECT_EQ(Count("access_right"), "3");
}

TEST_F(RightsTest, TwentyFiveCharactersAndPersonalPlatesAreAccepted) {
  const std::string longest(25, 'Z');
  for (const std::string& plate :
       {longest, std::string("X"), std::string("OO-OO"), std::string("1")}) {
    EXPECT_FALSE(Enrolled("r-" + plate, plate).name().empty()) << plate;
  }
  EXPECT_EQ(Count("access_right"), "4");
}

TEST_F(RightsTest, ListsShowAProviderItsOwnAndAClerkAll) {
  Fields mine;
  for (int i = 0; i < 7; ++i) {
    mine.push_back(absl::StrCat("mine-", i));
    Enrolled(mine.back(), i % 2 == 0 ? "1ABC123" : "9XYZ999");
    Enrolled(absl::StrCat("theirs-", i), "1ABC123", Provider("rival"));
  }
  ListRightsRequest request;
  EXPECT_EQ(Listed(request, Provider("app")), mine);
  EXPECT_EQ(Listed(request, Provider("nobody")), Fields());
  for (const int size : {1, 3, 7, 14, 500}) {
    request.set_page_size(size);
    EXPECT_EQ(Listed(request, Provider("app")), mine) << size;
    EXPECT_EQ(Listed(request, Clerk()).size(), 14U) << size;
  }
  request.mutable_plate()->set_number("1-abc-123");
  EXPECT_EQ(Listed(request, Provider("app")), Fields({"mine-0", "mine-2", "mine-4", "mine-6"}));
  EXPECT_EQ(Listed(request, Who{"auditor"}).size(), 11U);
  request.mutable_plate()->set_number("7UNKNOWN7");
  EXPECT_EQ(Listed(request, Clerk()), Fields());
}

TEST_F(RightsTest, BadListsAreRefused) {
  const struct {
    const char* name;
    std::function<void(ListRightsRequest&)> spoil;
    grpc::StatusCode code;
    const char* reason;
    Fields fields;
  } kRows[] = {
      {"size -1",
       [](auto& r) { r.set_page_size(-1); },
       grpc::INVALID_ARGUMENT,
       "INVALID_FIELD",
       {"page_size"}},
      {"size 501",
       [](auto& r) { r.set_page_size(501); },
       grpc::INVALID_ARGUMENT,
       "INVALID_FIELD",
       {"page_size"}},
      {"token",
       [](auto& r) { r.set_page_token("abc"); },
       grpc::INVALID_ARGUMENT,
       "INVALID_PAGE_TOKEN",
       {"page_token"}},
      {"plate",
       [](auto& r) { r.mutable_plate()->set_number("--"); },
       grpc::INVALID_ARGUMENT,
       "INVALID_PLATE",
       {"plate.number"}},
      {"name",
       [](auto& r) { r.set_parent("ghent"); },
       grpc::INVALID_ARGUMENT,
       "INVALID_NAME",
       {"parent"}},
      {"unknown city",
       [](auto& r) { r.set_parent("cities/atlantis"); },
       grpc::NOT_FOUND,
       "CITY_NOT_FOUND",
       {}},
  };
  for (const auto& row : kRows) {
    ListRightsRequest request;
    request.set_parent("cities/" + city_);
    row.spoil(request);
    ListRightsResponse response;
    const grpc::Status status =
        Call(*daemon_->rights, &RightsStub::ListRights, Clerk(), request, response);
    EXPECT_EQ(status.error_code(), row.code) << row.name;
    EXPECT_EQ(ReasonOf(status), row.reason) << row.name;
    EXPECT_EQ(FieldsOf(status), row.fields) << row.name;
  }
}

}  // namespace
}  // namespace stadspoort::testing
