#include "services/stadspoort/failure.h"

#include <sstream>

#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/error_info.pb.h"
#include "google/rpc/status.pb.h"
#include "gtest/gtest.h"

namespace stadspoort::client {
namespace {

using nlohmann::ordered_json;
using testing::HasSubstr;
using testing::Not;

grpc::Status Refused() {
  google::rpc::Status status;
  google::rpc::ErrorInfo info;
  info.set_reason("INVALID_FIELD");
  info.set_domain("stadspoort");
  status.add_details()->PackFrom(info);
  google::rpc::BadRequest bad_request;
  auto& first = *bad_request.add_field_violations();
  first.set_field("city.time_zone");
  first.set_description("is required");
  auto& second = *bad_request.add_field_violations();
  second.set_field("city.look_back");
  second.set_description("at most \x1b[31m30 d");
  status.add_details()->PackFrom(bad_request);
  return {grpc::StatusCode::INVALID_ARGUMENT, "the city has faulty fields",
          status.SerializeAsString()};
}

TEST(FailureTest, ReadsReasonAndFields) {
  const Failure failure = FailureOf(Refused());
  EXPECT_EQ(failure.code, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(failure.reason, "INVALID_FIELD");
  EXPECT_EQ(failure.message, "the city has faulty fields");
  ASSERT_EQ(failure.fields.size(), 2u);
  EXPECT_EQ(failure.fields[0].field, "city.time_zone");
  EXPECT_EQ(failure.fields[0].description, "is required");
  EXPECT_EQ(failure.fields[1].field, "city.look_back");
}

TEST(FailureTest, TellsAPersonEverythingAndNothingElse) {
  EXPECT_EQ(FailureText(FailureOf(Refused()), "host:1"),
            "Refused (INVALID_ARGUMENT, INVALID_FIELD): the city has faulty fields\n"
            "  city.time_zone: is required\n"
            "  city.look_back: at most \uFFFD[31m30 d\n");
}

TEST(FailureTest, OneFaultIsToldOnce) {
  Failure failure;
  failure.code = grpc::StatusCode::INVALID_ARGUMENT;
  failure.reason = "INVALID_PLATE";
  failure.message = "plate.number: is empty";
  failure.fields = {{"plate.number", "is empty"}};
  EXPECT_EQ(FailureText(failure, "host:1"),
            "Refused (INVALID_ARGUMENT, INVALID_PLATE): plate.number: is empty\n");
}

TEST(FailureTest, DetailsThatCannotBeReadAreLeftOut) {
  const Failure failure =
      FailureOf({grpc::StatusCode::NOT_FOUND, "there is no city", "\xff\xff\xff"});
  EXPECT_EQ(failure.reason, "");
  EXPECT_TRUE(failure.fields.empty());
  EXPECT_EQ(FailureText(failure, "host:1"), "Refused (NOT_FOUND): there is no city\n");
}

TEST(FailureTest, AnUnreachableRegisterIsNamed) {
  const Failure failure = FailureOf({grpc::StatusCode::UNAVAILABLE, "connection refused"});
  EXPECT_THAT(FailureText(failure, "host:1"), HasSubstr("host:1 cannot be reached"));
}

TEST(FailureTest, AWriteOfUnknownOutcomeMayBeSentAgain) {
  Failure failure = FailureOf({grpc::StatusCode::DEADLINE_EXCEEDED, ""});
  EXPECT_THAT(FailureText(failure, "host:1"), HasSubstr("Send the same command again"));
  failure = FailureOf({grpc::StatusCode::UNAVAILABLE, ""});
  failure.reason = "OUTCOME_UNKNOWN";
  EXPECT_THAT(FailureText(failure, "host:1"), HasSubstr("Send the same command again"));
  failure.reason = "BACKEND_UNAVAILABLE";
  EXPECT_THAT(FailureText(failure, "host:1"), Not(HasSubstr("Send the same command again")));
}

TEST(FailureTest, ExitCodesSayWhoseMoveItIs) {
  EXPECT_EQ(ExitCodeOf(grpc::StatusCode::OK), kFine);
  for (const auto code : {grpc::StatusCode::INVALID_ARGUMENT, grpc::StatusCode::NOT_FOUND,
                          grpc::StatusCode::ALREADY_EXISTS, grpc::StatusCode::FAILED_PRECONDITION,
                          grpc::StatusCode::ABORTED, grpc::StatusCode::PERMISSION_DENIED,
                          grpc::StatusCode::UNAUTHENTICATED}) {
    EXPECT_EQ(ExitCodeOf(code), kRefused) << CodeName(code);
  }
  for (const auto code : {grpc::StatusCode::UNAVAILABLE, grpc::StatusCode::DEADLINE_EXCEEDED,
                          grpc::StatusCode::RESOURCE_EXHAUSTED, grpc::StatusCode::INTERNAL,
                          grpc::StatusCode::UNKNOWN, grpc::StatusCode::CANCELLED}) {
    EXPECT_EQ(ExitCodeOf(code), kFailed) << CodeName(code);
  }
}

TEST(FailureTest, ReportsJsonOnStandardOutputBesideWhatWasDone) {
  std::ostringstream out;
  std::ostringstream err;
  const Output output{out, err, /*json=*/true};
  EXPECT_EQ(Report(Refused(), "host:1", output, {{"done", 1}}), kRefused);
  EXPECT_EQ(err.str(), "");
  const ordered_json told = ordered_json::parse(out.str(), nullptr, false);
  EXPECT_EQ(told["done"], 1);
  EXPECT_EQ(told["error"]["status"], "INVALID_ARGUMENT");
  EXPECT_EQ(told["error"]["reason"], "INVALID_FIELD");
  EXPECT_EQ(told["error"]["fieldViolations"][0]["field"], "city.time_zone");
  EXPECT_EQ(told["error"]["exitCode"], 1);
}

TEST(FailureTest, ReportsTextOnStandardError) {
  std::ostringstream out;
  std::ostringstream err;
  const Output output{out, err};
  EXPECT_EQ(Report({grpc::StatusCode::INTERNAL, "oops"}, "host:1", output), kFailed);
  EXPECT_EQ(out.str(), "");
  EXPECT_EQ(err.str(), "Failed (INTERNAL): oops\n");
}

}  // namespace
}  // namespace stadspoort::client
