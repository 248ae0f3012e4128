// What a clerk changes of rights, what a provider sees of others' rights, and what the journal
// keeps.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/integration/register.h"

namespace stadspoort::testing {
namespace {

using rights::v1::CorrectRightRequest;
using rights::v1::CorrectRightResponse;
using rights::v1::ResumeRightRequest;
using rights::v1::ResumeRightResponse;
using rights::v1::RevokeRightRequest;
using rights::v1::RevokeRightResponse;
using rights::v1::Right;
using rights::v1::SuspendRightRequest;
using rights::v1::SuspendRightResponse;
using RightsStub = rights::v1::RightsService::Stub;
using Fields = std::vector<std::string>;

constexpr auto kInvalid = grpc::StatusCode::INVALID_ARGUMENT;
constexpr auto kState = grpc::StatusCode::FAILED_PRECONDITION;
// A right that nobody has.
constexpr char kNoRight[] = "/rights/01890000-0000-7000-8000-000000000000";

google::protobuf::Timestamp FromNow(absl::Duration ahead) {
  google::protobuf::Timestamp stamp;
  stamp.set_seconds(absl::ToUnixSeconds(absl::Now() + ahead));
  return stamp;
}

void ExpectRefusal(const grpc::Status& status, grpc::StatusCode code, const std::string& reason,
                   const Fields& fields, const std::string& name) {
  EXPECT_EQ(status.error_code(), code) << name << ": " << status.error_message();
  EXPECT_EQ(ReasonOf(status), reason) << name;
  EXPECT_EQ(FieldsOf(status), fields) << name;
}

class ClerkChangesTest : public ::testing::Test {
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
    right_ = Enrol("one", "1ABC123");
  }

  Right Enrol(const std::string& reference, const std::string& plate,
              const Who& who = Provider("app")) {
    rights::v1::EnrolRightResponse response;
    const grpc::Status status = Call(*daemon_->rights, &RightsStub::EnrolRight, who,
                                     EnrolRequest(city_, reference, plate), response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.right();
  }
  template <typename Request, typename Response>
  static grpc::Status Verb(grpc::Status (RightsStub::*method)(grpc::ClientContext*, const Request&,
                                                              Response*),
                           const std::string& name, const std::string& reason,
                           Right* right = nullptr) {
    Request request;
    request.set_name(name);
    request.set_reason(reason);
    Response response;
    const grpc::Status status = Call(*daemon_->rights, method, Clerk(), request, response);
    if (right != nullptr) *right = response.right();
    return status;
  }
  static grpc::Status Revoke(const std::string& name, const std::string& reason,
                             Right* right = nullptr) {
    return Verb(&RightsStub::RevokeRight, name, reason, right);
  }
  static grpc::Status Suspend(const std::string& name, const std::string& reason,
                              Right* right = nullptr) {
    return Verb(&RightsStub::SuspendRight, name, reason, right);
  }
  static grpc::Status Resume(const std::string& name, const std::string& reason,
                             Right* right = nullptr) {
    return Verb(&RightsStub::ResumeRight, name, reason, right);
  }
  static grpc::Status Correct(const Right& right, const Fields& paths, const std::string& reason,
                              Right* corrected = nullptr) {
    CorrectRightRequest request;
    *request.mutable_right() = right;
    request.set_reason(reason);
    for (const std::string& path : paths) request.mutable_update_mask()->add_paths(path);
    CorrectRightResponse response;
    const grpc::Status status =
        Call(*daemon_->rights, &RightsStub::CorrectRight, Clerk(), request, response);
    if (corrected != nullptr) *corrected = response.right();
    return status;
  }
  template <typename Response, typename Request>
  static grpc::Status As(const Who& who, Request request,
                         grpc::Status (RightsStub::*method)(grpc::ClientContext*, const Request&,
                                                            Response*)) {
    Response response;
    return Call(*daemon_->rights, method, who, request, response);
  }
  std::string Check(const std::string& plate) {
    checks::v1::CheckPlateResponse response;
    const grpc::Status status = Call(*daemon_->checks, &checks::v1::ChecksService::Stub::CheckPlate,
                                     Device(), CheckRequest(city_, plate), response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return checks::v1::DecisionReason_Name(response.answer().reason()).substr(16);
  }
  // Of every change of a plate of the city, in the order in which they were recorded.
  std::string Journalled(const std::string& column) {
    return sql_->Value(absl::StrCat("SELECT string_agg(", column,
                                    ", ' ' ORDER BY xid, version, state ->> 'verb' DESC) FROM "
                                    "stadspoort.journal WHERE kind = 'PLATE' AND city = '",
                                    city_, "'"));
  }

  static Register* database_;
  static Daemon* daemon_;
  static Sql* sql_;
  std::string city_;
  Right right_;
};
Register* ClerkChangesTest::database_ = nullptr;
Daemon* ClerkChangesTest::daemon_ = nullptr;
Sql* ClerkChangesTest::sql_ = nullptr;

TEST_F(ClerkChangesTest, RevokingTwiceIsRevokingOnce) {
  Right revoked;
  ASSERT_TRUE(Revoke(right_.name(), "fraud", &revoked).ok());
  EXPECT_EQ(revoked.state(), rights::v1::RIGHT_STATE_REVOKED);
  EXPECT_TRUE(revoked.has_revoke_time());
  Right again;
  ASSERT_TRUE(Revoke(right_.name(), "fraud", &again).ok());
  EXPECT_EQ(again.SerializeAsString(), revoked.SerializeAsString());
  EXPECT_EQ(Journalled("state ->> 'verb'"), "ENROL REVOKE");
  EXPECT_EQ(Journalled("reason"), " fraud");
  // It never revives.
  ExpectRefusal(Suspend(right_.name(), "x"), kState, "RIGHT_ENDED", {}, "suspend");
  ExpectRefusal(Resume(right_.name(), "x"), kState, "RIGHT_ENDED", {}, "resume");
  ExpectRefusal(Correct(revoked, {"zones"}, "x"), kState, "RIGHT_ENDED", {}, "correct");
  rights::v1::AmendRightRequest amend;
  *amend.mutable_right() = right_;
  amend.mutable_right()->clear_etag();
  amend.mutable_update_mask()->add_paths("zones");
  ExpectRefusal(As(Provider("app"), amend, &RightsStub::AmendRight), kState, "RIGHT_ENDED", {},
                "amend");
}

TEST_F(ClerkChangesTest, SuspendAndResume) {
  ExpectRefusal(Resume(right_.name(), "x"), kState, "RIGHT_NOT_SUSPENDED", {}, "resume first");
  Right right;
  ASSERT_TRUE(Suspend(right_.name(), "unpaid", &right).ok());
  EXPECT_EQ(right.state(), rights::v1::RIGHT_STATE_SUSPENDED);
  ASSERT_EQ(right.suspensions_size(), 1);
  EXPECT_FALSE(right.suspensions(0).has_end_time());
  ExpectRefusal(Suspend(right_.name(), "x"), kState, "RIGHT_SUSPENDED", {}, "again");
  ASSERT_TRUE(Resume(right_.name(), "paid", &right).ok());
  EXPECT_EQ(right.state(), rights::v1::RIGHT_STATE_IN_FORCE);
  ASSERT_EQ(right.suspensions_size(), 1);
  EXPECT_TRUE(right.suspensions(0).has_end_time());
  ASSERT_TRUE(Suspend(right_.name(), "unpaid again", &right).ok());
  EXPECT_EQ(right.suspensions_size(), 2);
  EXPECT_EQ(Journalled("state ->> 'verb'"), "ENROL SUSPEND RESUME SUSPEND");
}

TEST_F(ClerkChangesTest, AnEndedRightIsNotSuspendedNorAmended) {
  rights::v1::EndRightRequest end;
  end.set_name(right_.name());
  ASSERT_TRUE(As(Clerk(), end, &RightsStub::EndRight).ok());
  ExpectRefusal(Suspend(right_.name(), "x"), kState, "RIGHT_ENDED", {}, "suspend");
  ExpectRefusal(Resume(right_.name(), "x"), kState, "RIGHT_ENDED", {}, "resume");
  ExpectRefusal(Revoke(right_.name(), "x"), kState, "RIGHT_ENDED", {}, "revoke");
  rights::v1::AmendRightRequest amend;
  amend.mutable_right()->set_name(right_.name());
  *amend.mutable_right()->mutable_requested_end_time() = FromNow(absl::Hours(2));
  amend.mutable_update_mask()->add_paths("requested_end_time");
  ExpectRefusal(As(Provider("app"), amend, &RightsStub::AmendRight), kState, "RIGHT_ENDED", {},
                "amend");
  EXPECT_EQ(Journalled("state ->> 'verb'"), "ENROL END");
}

TEST_F(ClerkChangesTest, EveryVerbSaysWhyAndNamesARight) {
  const std::string long_reason(501, 'r');
  const std::string unknown = "cities/" + city_ + kNoRight;
  for (const auto& verb : {Revoke, Suspend, Resume}) {
    ExpectRefusal(verb(right_.name(), "", nullptr), kInvalid, "INVALID_FIELD", {"reason"}, "none");
    ExpectRefusal(verb(right_.name(), long_reason, nullptr), kInvalid, "INVALID_FIELD", {"reason"},
                  "long");
    ExpectRefusal(verb("rights/1", "x", nullptr), kInvalid, "INVALID_NAME", {"name"}, "name");
    ExpectRefusal(verb(unknown, "x", nullptr), grpc::NOT_FOUND, "RIGHT_NOT_FOUND", {}, "unknown");
    ExpectRefusal(verb(absl::StrCat("cities/atlantis", kNoRight), "x", nullptr), grpc::NOT_FOUND,
                  "CITY_NOT_FOUND", {}, "unknown city");
  }
  EXPECT_EQ(Journalled("state ->> 'verb'"), "ENROL");
}

TEST_F(ClerkChangesTest, ACorrectionReachesIntoThePastAndToAnotherPlate) {
  Right wanted = right_;
  wanted.mutable_plate()->set_number("9-XYZ-999");
  *wanted.mutable_effective_start_time() = FromNow(-absl::Hours(24 * 10));
  wanted.set_right_type("cities/" + city_ + "/rightTypes/resident");
  Right corrected;
  const grpc::Status status =
      Correct(wanted, {"plate", "effective_start_time", "right_type"}, "mistyped", &corrected);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(corrected.name(), right_.name());
  EXPECT_EQ(corrected.plate().number(), "9XYZ999");
  EXPECT_EQ(corrected.right_type(), wanted.right_type());
  EXPECT_EQ(corrected.effective_start_time().seconds(), wanted.effective_start_time().seconds());
  EXPECT_EQ(corrected.reference(), "one");
  EXPECT_EQ(Check("1ABC123"), "NO_RIGHT");
  EXPECT_EQ(Check("9XYZ999"), "RIGHT");
  EXPECT_EQ(Journalled("state ->> 'verb'"), "ENROL MOVE_AWAY CORRECT")
      << "both plates' histories know";
  EXPECT_EQ(Journalled("actor"), "tester tester tester");
  // Corrected to the plate it has: nothing moves.
  ASSERT_TRUE(Correct(corrected, {"plate"}, "again", &corrected).ok());
  EXPECT_EQ(Check("9XYZ999"), "RIGHT");
}

TEST_F(ClerkChangesTest, BadCorrectionsAreRefusedAndChangeNothing) {
  const struct {
    const char* name;
    std::function<void(Right&)> spoil;
    Fields paths;
    std::string reason_given;
    grpc::StatusCode code;
    const char* reason;
    Fields fields;
  } kRows[] = {
      {"no reason", [](Right&) {}, {"zones"}, "", kInvalid, "INVALID_FIELD", {"reason"}},
      {"no mask", [](Right&) {}, {}, "x", kInvalid, "INVALID_FIELD", {"update_mask"}},
      {"reference", [](Right&) {}, {"reference"}, "x", kInvalid, "INVALID_FIELD", {"update_mask"}},
      {"plate",
       [](Right& r) { r.mutable_plate()->set_number("--"); },
       {"plate"},
       "x",
       kInvalid,
       "INVALID_PLATE",
       {"right.plate.number"}},
      {"type",
       [&](Right& r) { r.set_right_type("cities/" + city_ + "/rightTypes/mauve"); },
       {"right_type"},
       "x",
       grpc::NOT_FOUND,
       "RIGHT_TYPE_NOT_FOUND",
       {"right.right_type"}},
      {"zone",
       [&](Right& r) { r.set_zones(0, "cities/" + city_ + "/zones/mauve"); },
       {"zones"},
       "x",
       grpc::NOT_FOUND,
       "ZONE_NOT_FOUND",
       {"right.zones[0]"}},
      {"end before start",
       [](Right& r) { *r.mutable_effective_end_time() = FromNow(-absl::Hours(1)); },
       {"effective_end_time"},
       "x",
       kInvalid,
       "END_BEFORE_START",
       {"right.effective_end_time"}},
      {"no start",
       [](Right& r) { r.clear_effective_start_time(); },
       {"effective_start_time"},
       "x",
       kInvalid,
       "INVALID_FIELD",
       {"right.effective_start_time"}},
      {"more than ten years",
       [](Right& r) { *r.mutable_effective_end_time() = FromNow(absl::Hours(24 * 366 * 20)); },
       {"effective_end_time"},
       "x",
       kInvalid,
       "INVALID_FIELD",
       {"right.effective_end_time"}},
      {"stale",
       [](Right& r) { r.set_etag("99"); },
       {"zones"},
       "x",
       grpc::ABORTED,
       "STALE_ETAG",
       {"right.etag"}},
      {"unknown",
       [&](Right& r) { r.set_name("cities/" + city_ + kNoRight); },
       {"zones"},
       "x",
       grpc::NOT_FOUND,
       "RIGHT_NOT_FOUND",
       {}},
  };
  for (const auto& row : kRows) {
    Right wanted = right_;
    row.spoil(wanted);
    ExpectRefusal(Correct(wanted, row.paths, row.reason_given), row.code, row.reason, row.fields,
                  row.name);
  }
  EXPECT_EQ(Journalled("state ->> 'verb'"), "ENROL");
  EXPECT_EQ(Check("1ABC123"), "RIGHT");
}

TEST_F(ClerkChangesTest, AnotherProvidersRightIsNotFoundInTheSameWords) {
  rights::v1::GetRightRequest get;
  rights::v1::AmendRightRequest amend;
  amend.mutable_right()->add_zones("cities/" + city_ + "/zones/b");
  amend.mutable_update_mask()->add_paths("zones");
  rights::v1::EndRightRequest end;
  const auto all = [&](const std::string& name) {
    get.set_name(name);
    amend.mutable_right()->set_name(name);
    end.set_name(name);
    return std::vector<grpc::Status>{As(Provider("rival"), get, &RightsStub::GetRight),
                                     As(Provider("rival"), amend, &RightsStub::AmendRight),
                                     As(Provider("rival"), end, &RightsStub::EndRight)};
  };
  const std::vector<grpc::Status> theirs = all(right_.name());
  const std::vector<grpc::Status> nobodys = all("cities/" + city_ + kNoRight);
  for (size_t i = 0; i < theirs.size(); ++i) {
    ExpectRefusal(theirs[i], grpc::NOT_FOUND, "RIGHT_NOT_FOUND", {}, absl::StrCat(i));
    EXPECT_EQ(theirs[i].error_message(), nobodys[i].error_message()) << i;
    EXPECT_EQ(theirs[i].error_details(), nobodys[i].error_details()) << i;
  }
  EXPECT_EQ(Check("1ABC123"), "RIGHT");
  EXPECT_EQ(Journalled("state ->> 'verb'"), "ENROL");
  get.set_name(right_.name());
  EXPECT_TRUE(As(Who{"auditor"}, get, &RightsStub::GetRight).ok());
}

TEST_F(ClerkChangesTest, TheJournalHoldsActorsAndNoPlate) {
  Right wanted = right_;
  wanted.mutable_plate()->set_number("9XYZ999");
  Right right;
  ASSERT_TRUE(Correct(wanted, {"plate"}, "mistyped", &right).ok());
  ASSERT_TRUE(Suspend(right.name(), "unpaid").ok());
  ASSERT_TRUE(Revoke(right.name(), "fraud").ok());
  EXPECT_EQ(sql_->Value("SELECT count(*) FROM stadspoort.journal WHERE actor = ''"), "0");
  for (const char* plate : {"1ABC123", "9XYZ999"}) {
    EXPECT_EQ(sql_->Value(absl::StrCat("SELECT count(*) FROM stadspoort.journal WHERE position('",
                                       plate, "' IN state::text || reason || actor) > 0")),
              "0")
        << plate;
  }
  // The plate row carries the newest version of its history.
  EXPECT_EQ(sql_->Value("SELECT count(*) FROM stadspoort.plate p WHERE version <> (SELECT "
                        "max(j.version) FROM stadspoort.journal j WHERE j.subject = p.plate_id)"),
            "0");
}

}  // namespace
}  // namespace stadspoort::testing
