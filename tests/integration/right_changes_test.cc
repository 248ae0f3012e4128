// What a provider changes of its rights: amending and ending, and every refusal of it.
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

using rights::v1::AmendRightRequest;
using rights::v1::AmendRightResponse;
using rights::v1::CorrectRightRequest;
using rights::v1::CorrectRightResponse;
using rights::v1::EndRightRequest;
using rights::v1::EndRightResponse;
using rights::v1::EnrolRightRequest;
using rights::v1::EnrolRightResponse;
using rights::v1::Right;
using RightsStub = rights::v1::RightsService::Stub;
using Fields = std::vector<std::string>;

constexpr auto kInvalid = grpc::StatusCode::INVALID_ARGUMENT;
constexpr auto kState = grpc::StatusCode::FAILED_PRECONDITION;

google::protobuf::Timestamp FromNow(absl::Duration ahead) {
  google::protobuf::Timestamp stamp;
  stamp.set_seconds(absl::ToUnixSeconds(absl::Now() + ahead));
  return stamp;
}

absl::Time TimeOf(const google::protobuf::Timestamp& stamp) {
  return absl::FromUnixSeconds(stamp.seconds()) + absl::Nanoseconds(stamp.nanos());
}

template <typename Response>
Fields RemarksOf(const Response& response) {
  Fields remarks;
  for (const rights::v1::Remark& remark : response.remarks()) {
    remarks.push_back(rights::v1::RemarkCode_Name(remark.code()).substr(12));
  }
  return remarks;
}

void ExpectRefusal(const grpc::Status& status, grpc::StatusCode code, const std::string& reason,
                   const Fields& fields, const std::string& name) {
  EXPECT_EQ(status.error_code(), code) << name << ": " << status.error_message();
  EXPECT_EQ(ReasonOf(status), reason) << name;
  EXPECT_EQ(FieldsOf(status), fields) << name;
}

class RightChangesTest : public ::testing::Test {
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

  Right Enrol(const std::string& reference, const std::string& plate,
              const Who& who = Provider("app")) {
    EnrolRightResponse response;
    const grpc::Status status = Call(*daemon_->rights, &RightsStub::EnrolRight, who,
                                     EnrolRequest(city_, reference, plate), response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.right();
  }
  grpc::Status Amend(const Right& right, const Fields& paths, AmendRightResponse& response,
                     const Who& who = Provider("app")) {
    AmendRightRequest request;
    *request.mutable_right() = right;
    for (const std::string& path : paths) request.mutable_update_mask()->add_paths(path);
    return Call(*daemon_->rights, &RightsStub::AmendRight, who, request, response);
  }
  grpc::Status Correct(const Right& right, const Fields& paths, const std::string& reason,
                       CorrectRightResponse& response) {
    CorrectRightRequest request;
    *request.mutable_right() = right;
    request.set_reason(reason);
    for (const std::string& path : paths) request.mutable_update_mask()->add_paths(path);
    return Call(*daemon_->rights, &RightsStub::CorrectRight, Clerk(), request, response);
  }
  EndRightRequest EndOf(const std::string& name) {
    EndRightRequest request;
    request.set_name(name);
    return request;
  }
  EndRightRequest EndOfReference(const std::string& reference) {
    EndRightRequest request;
    request.set_parent("cities/" + city_);
    request.set_reference(reference);
    return request;
  }
  grpc::Status End(const EndRightRequest& request, EndRightResponse& response,
                   const Who& who = Provider("app")) {
    return Call(*daemon_->rights, &RightsStub::EndRight, who, request, response);
  }
  // "ENROL AMEND": the verbs of the journal, in the order of their versions.
  std::string Journalled(const std::string& column) {
    return sql_->Value(absl::StrCat("SELECT string_agg(", column,
                                    ", ' ' ORDER BY version) FROM stadspoort.journal WHERE "
                                    "kind = 'PLATE' AND city = '",
                                    city_, "'"));
  }

  static Register* database_;
  static Daemon* daemon_;
  static Sql* sql_;
  std::string city_;
};
Register* RightChangesTest::database_ = nullptr;
Daemon* RightChangesTest::daemon_ = nullptr;
Sql* RightChangesTest::sql_ = nullptr;

TEST_F(RightChangesTest, AmendChangesWhatItsMaskNames) {
  Right right = Enrol("one", "1ABC123");
  Right wanted = right;
  *wanted.mutable_requested_end_time() = FromNow(absl::Hours(3));
  wanted.set_zones(0, "cities/" + city_ + "/zones/b");
  AmendRightResponse response;
  ASSERT_TRUE(Amend(wanted, {"requested_end_time"}, response).ok());
  EXPECT_EQ(TimeOf(response.right().effective_end_time()), TimeOf(wanted.requested_end_time()));
  EXPECT_EQ(response.right().zones(0), right.zones(0)) << "not in the mask";
  EXPECT_NE(response.right().etag(), right.etag());
  AmendRightResponse none;
  const grpc::Status stale = Amend(wanted, {"requested_end_time"}, none);
  ExpectRefusal(stale, grpc::ABORTED, "STALE_ETAG", {"right.etag"}, "stale");
  EXPECT_TRUE(
      absl::StrContains(stale.error_message(), "the etag " + response.right().etag() + " now"))
      << stale.error_message();
  EXPECT_EQ(RemarksOf(response), Fields());

  wanted.set_etag(response.right().etag());
  common::v1::Window& window = *wanted.add_windows();
  window.add_weekdays(common::v1::WEEKDAY_TUESDAY);
  window.set_from_local_time("22:00");
  window.set_to_local_time("02:00");
  ASSERT_TRUE(Amend(wanted, {"zones", "windows"}, response, Clerk()).ok());
  EXPECT_EQ(response.right().zones(0), wanted.zones(0));
  ASSERT_EQ(response.right().windows_size(), 1);
  EXPECT_EQ(response.right().windows(0).SerializeAsString(), window.SerializeAsString());

  wanted.clear_requested_end_time();
  wanted.clear_etag();
  ASSERT_TRUE(Amend(wanted, {"requested_end_time"}, response).ok());
  EXPECT_EQ(RemarksOf(response), Fields({"SAFETY_END"}));
  EXPECT_EQ(Journalled("state ->> 'verb'"), "ENROL AMEND AMEND AMEND");
}

TEST_F(RightChangesTest, BadAmendmentsAreRefusedAndChangeNothing) {
  const Right right = Enrol("one", "1ABC123");
  const struct {
    const char* name;
    std::function<void(Right&)> spoil;
    Fields paths;
    grpc::StatusCode code;
    const char* reason;
    Fields fields;
  } kRows[] = {
      {"no mask", [](Right&) {}, {}, kInvalid, "INVALID_FIELD", {"update_mask"}},
      {"plate", [](Right&) {}, {"plate"}, kInvalid, "INVALID_FIELD", {"update_mask"}},
      {"no path", [](Right&) {}, {"nonsense"}, kInvalid, "INVALID_FIELD", {"update_mask"}},
      {"name",
       [](Right& r) { r.set_name("rights/1"); },
       {"windows"},
       kInvalid,
       "INVALID_NAME",
       {"right.name"}},
      {"stale",
       [](Right& r) { r.set_etag("999"); },
       {"zones"},
       grpc::ABORTED,
       "STALE_ETAG",
       {"right.etag"}},
      {"zone",
       [&](Right& r) { r.set_zones(0, "cities/" + city_ + "/zones/mauve"); },
       {"zones"},
       grpc::NOT_FOUND,
       "ZONE_NOT_FOUND",
       {"right.zones[0]"}},
      {"zones and city_wide",
       [](Right& r) { r.set_city_wide(true); },
       {"city_wide"},
       kInvalid,
       "INVALID_FIELD",
       {"right.zones"}},
      {"end before start",
       [](Right& r) { *r.mutable_requested_end_time() = FromNow(-absl::Hours(1)); },
       {"requested_end_time"},
       kInvalid,
       "END_BEFORE_START",
       {"right.requested_end_time"}},
      {"eleven years",
       [](Right& r) { *r.mutable_requested_end_time() = FromNow(absl::Hours(24 * 366 * 11)); },
       {"requested_end_time"},
       kInvalid,
       "INVALID_FIELD",
       {"right.requested_end_time"}},
      {"window",
       [](Right& r) { r.add_windows(); },
       {"windows"},
       kInvalid,
       "INVALID_FIELD",
       {"right.windows[0].weekdays", "right.windows[0].from_local_time",
        "right.windows[0].to_local_time"}},
  };
  for (const auto& row : kRows) {
    Right wanted = right;
    row.spoil(wanted);
    AmendRightResponse response;
    ExpectRefusal(Amend(wanted, row.paths, response), row.code, row.reason, row.fields, row.name);
  }
  EXPECT_EQ(Journalled("state ->> 'verb'"), "ENROL");
}

TEST_F(RightChangesTest, EndByNameByReferenceAndTwice) {
  const Right first = Enrol("one", "1ABC123");
  EndRightResponse response;
  ASSERT_TRUE(End(EndOf(first.name()), response).ok());
  EXPECT_EQ(RemarksOf(response), Fields());
  EXPECT_EQ(response.right().state(), rights::v1::RIGHT_STATE_ENDED);
  const std::string ended = response.right().SerializeAsString();
  ASSERT_TRUE(End(EndOf(first.name()), response).ok());
  EXPECT_EQ(RemarksOf(response), Fields({"ALREADY_ENDED"}));
  EXPECT_EQ(response.right().SerializeAsString(), ended);
  EXPECT_EQ(Journalled("state ->> 'verb'"), "ENROL END") << "the second changed nothing";

  const Right second = Enrol("two", "1ABC123");
  EndRightRequest request = EndOfReference("two");
  *request.mutable_end_time() = FromNow(absl::Hours(1));
  ASSERT_TRUE(End(request, response).ok());
  EXPECT_EQ(response.right().name(), second.name());
  EXPECT_EQ(TimeOf(response.right().effective_end_time()), TimeOf(request.end_time()));
  *request.mutable_end_time() = FromNow(absl::Hours(20));
  ASSERT_TRUE(End(request, response).ok());
  EXPECT_LT(TimeOf(response.right().effective_end_time()), absl::Now() + absl::Hours(2))
      << "never later than it would have ended anyway";
}

TEST_F(RightChangesTest, AnEndBeforeTheStartMeansItNeverHolds) {
  EnrolRightRequest enrol = EnrolRequest(city_, "later", "1ABC123");
  *enrol.mutable_right()->mutable_requested_start_time() = FromNow(absl::Hours(1));
  EnrolRightResponse enrolled;
  ASSERT_TRUE(
      Call(*daemon_->rights, &RightsStub::EnrolRight, Provider("app"), enrol, enrolled).ok());
  EXPECT_EQ(enrolled.right().state(), rights::v1::RIGHT_STATE_NOT_STARTED);
  EndRightResponse response;
  ASSERT_TRUE(End(EndOfReference("later"), response).ok());
  EXPECT_EQ(RemarksOf(response), Fields({"NEVER_HOLDS"}));
  EXPECT_EQ(TimeOf(response.right().effective_end_time()),
            TimeOf(response.right().effective_start_time()));
}

TEST_F(RightChangesTest, AnEndForAnUnknownReferenceWaitsForIt) {
  EndRightResponse ended;
  EndRightRequest request = EndOfReference("soon");
  *request.mutable_end_time() = FromNow(absl::Hours(2));
  ASSERT_TRUE(End(request, ended).ok());
  EXPECT_EQ(ended.pending_end().reference(), "soon");
  EXPECT_EQ(TimeOf(ended.pending_end().end_time()), TimeOf(request.end_time()));
  EXPECT_GT(TimeOf(ended.pending_end().expire_time()), absl::Now() + absl::Hours(23));
  EnrolRightResponse enrolled;
  ASSERT_TRUE(Call(*daemon_->rights, &RightsStub::EnrolRight, Provider("app"),
                   EnrolRequest(city_, "soon", "1ABC123"), enrolled)
                  .ok());
  EXPECT_EQ(RemarksOf(enrolled), Fields({"PENDING_END_APPLIED"}));
  EXPECT_EQ(TimeOf(enrolled.right().effective_end_time()), TimeOf(request.end_time()));
  // It was this provider's end: another provider's enrolment is not touched by one.
  ASSERT_TRUE(End(EndOfReference("shared"), ended).ok());
  EXPECT_GT(TimeOf(Enrol("shared", "1ABC123", Provider("rival")).effective_end_time()),
            absl::Now() + absl::Hours(23));
}

TEST_F(RightChangesTest, BadEndsAreRefused) {
  const Right right = Enrol("one", "1ABC123");
  const struct {
    const char* name;
    EndRightRequest request;
    std::function<void(EndRightRequest&)> spoil;
    Who who;
    grpc::StatusCode code;
    const char* reason;
    Fields fields;
  } kRows[] = {
      {"neither", {}, [](auto&) {}, Provider("app"), kInvalid, "INVALID_FIELD", {"name"}},
      {"name",
       EndOf("rights/x"),
       [](auto&) {},
       Provider("app"),
       kInvalid,
       "INVALID_NAME",
       {"name"}},
      {"no city",
       EndOfReference("one"),
       [](auto& r) { r.clear_parent(); },
       Provider("app"),
       kInvalid,
       "INVALID_NAME",
       {"parent"}},
      {"unknown city",
       EndOfReference("one"),
       [](auto& r) { r.set_parent("cities/atlantis"); },
       Provider("app"),
       grpc::NOT_FOUND,
       "CITY_NOT_FOUND",
       {}},
      {"a clerk by reference",
       EndOfReference("one"),
       [](auto&) {},
       Clerk(),
       kInvalid,
       "INVALID_FIELD",
       {"reference"}},
      {"reference",
       EndOfReference(""),
       [](auto&) {},
       Provider("app"),
       kInvalid,
       "INVALID_FIELD",
       {"reference"}},
      {"reason",
       EndOf(right.name()),
       [](auto& r) { r.set_reason(std::string(501, 'r')); },
       Provider("app"),
       kInvalid,
       "INVALID_FIELD",
       {"reason"}},
      {"unknown, too far back",
       EndOfReference("none"),
       [](auto& r) { *r.mutable_end_time() = FromNow(-absl::Hours(2)); },
       Provider("app"),
       kState,
       "END_TOO_FAR_BACK",
       {"end_time"}},
  };
  for (const auto& row : kRows) {
    EndRightRequest request = row.request;
    row.spoil(request);
    EndRightResponse response;
    ExpectRefusal(End(request, response, row.who), row.code, row.reason, row.fields, row.name);
  }
  EXPECT_EQ(Journalled("state ->> 'verb'"), "ENROL");
  EXPECT_EQ(sql_->Value("SELECT count(*) FROM stadspoort.pending_end WHERE city = '" + city_ + "'"),
            "0");
}

TEST_F(RightChangesTest, ARightThatStartedLongAgoEndsOnlyWithinTheCitysLimit) {
  Right right = Enrol("one", "1ABC123");
  *right.mutable_effective_start_time() = FromNow(-absl::Hours(5));
  CorrectRightResponse corrected;
  ASSERT_TRUE(Correct(right, {"effective_start_time"}, "recorded late", corrected).ok());
  EndRightRequest request = EndOf(right.name());
  EndRightResponse response;
  *request.mutable_end_time() = FromNow(-absl::Minutes(61));
  ExpectRefusal(End(request, response), kState, "END_TOO_FAR_BACK", {"end_time"}, "61 minutes");
  *request.mutable_end_time() = FromNow(-absl::Minutes(59));
  ASSERT_TRUE(End(request, response).ok());
  EXPECT_EQ(TimeOf(response.right().effective_end_time()), TimeOf(request.end_time()));
}

}  // namespace
}  // namespace stadspoort::testing
