#include "services/domain/refusal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "absl/strings/cord.h"
#include "services/domain/city_errors.h"

namespace stadspoort::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Refusal, CarriesCodeReasonMessageAndFields) {
  const absl::Status status =
      Refusal(absl::StatusCode::kFailedPrecondition, ErrorReason::kRightEnded, "it ended",
              {{"right.name", "has ended"}, {"right.windows[1]", "must be open, a | b"}});
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(status.message(), "it ended");
  const auto details = DetailsOf(status);
  ASSERT_TRUE(details.has_value());
  EXPECT_EQ(details->reason, ErrorReason::kRightEnded);
  EXPECT_THAT(details->violations,
              ElementsAre(FieldViolation{"right.name", "has ended"},
                          FieldViolation{"right.windows[1]", "must be open, a | b"}));
}

TEST(Refusal, ARefusedFieldIsAnInvalidArgument) {
  const absl::Status status = InvalidField("plate.number", "1 to 25 characters are accepted");
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "plate.number: 1 to 25 characters are accepted");
  EXPECT_EQ(DetailsOf(status)->reason, ErrorReason::kInvalidField);
  EXPECT_THAT(DetailsOf(status)->violations,
              ElementsAre(FieldViolation{"plate.number", "1 to 25 characters are accepted"}));
  EXPECT_EQ(DetailsOf(InvalidField("end", "late", ErrorReason::kEndBeforeStart))->reason,
            ErrorReason::kEndBeforeStart);
}

TEST(Refusal, EveryReasonComesBack) {
  std::set<std::string> names;
  for (int value = 0; value < 256; ++value) {
    const auto reason = static_cast<ErrorReason>(value);
    const absl::Status status = Refusal(absl::StatusCode::kInternal, reason, "");
    if (Name(reason).empty()) {
      EXPECT_EQ(DetailsOf(status), std::nullopt) << value;
      continue;
    }
    ASSERT_TRUE(DetailsOf(status).has_value()) << value;
    EXPECT_EQ(DetailsOf(status)->reason, reason);
    EXPECT_THAT(DetailsOf(status)->violations, IsEmpty());
    EXPECT_TRUE(names.insert(std::string(Name(reason))).second) << Name(reason);
  }
  EXPECT_EQ(names.count("CITY_NOT_FOUND"), 1U);
}

TEST(Refusal, AStaleEtagNamesThePresentOne) {
  const absl::Status stale = StaleEtag("city.etag", "17");
  EXPECT_EQ(stale.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(stale.message(),
            "it was changed since you read it and has the etag 17 now; read it again and repeat "
            "your change");
  EXPECT_THAT(DetailsOf(stale)->violations,
              ElementsAre(FieldViolation{"city.etag", "is not the present etag, which is 17"}));
}

TEST(Refusal, OtherStatusesHaveNoDetails) {
  EXPECT_EQ(DetailsOf(absl::OkStatus()), std::nullopt);
  EXPECT_EQ(DetailsOf(absl::InvalidArgumentError("INVALID_FIELD")), std::nullopt);
}

TEST(Refusal, DamagedDetailsAreNone) {
  std::string url;
  InvalidField("a", "b").ForEachPayload(
      [&url](absl::string_view key, const absl::Cord&) { url = std::string(key); });
  ASSERT_FALSE(url.empty());
  for (const char* payload : {"", "not a number", "999999999999", "-1", "0"}) {
    absl::Status damaged = absl::InternalError("x");
    damaged.SetPayload(url, absl::Cord(payload));
    EXPECT_EQ(DetailsOf(damaged), std::nullopt) << payload;
  }
}

TEST(Refusal, FieldsOfAMessageWithinAMessageGetItsPath) {
  const absl::Status one = WithFieldPrefix(InvalidField("number", "is empty"), "right.plate");
  EXPECT_EQ(one.message(), "right.plate.number: is empty");
  EXPECT_EQ(one.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(DetailsOf(one)->violations.front().field, "right.plate.number");

  const absl::Status twice =
      WithFieldPrefix(WithFieldPrefix(InvalidField("number", "is empty"), "plate"), "right");
  EXPECT_EQ(DetailsOf(twice)->violations.front().field, "right.plate.number");

  const absl::Status whole = WithFieldPrefix(InvalidField("", "is missing"), "right");
  EXPECT_EQ(DetailsOf(whole)->violations.front().field, "right");

  const absl::Status several =
      WithFieldPrefix(Refusal(absl::StatusCode::kInvalidArgument, ErrorReason::kTooManyItems,
                              "two faults", {{"a", "x"}, {"b", "y"}}),
                      "right");
  EXPECT_EQ(several.message(), "two faults");
  EXPECT_EQ(DetailsOf(several)->reason, ErrorReason::kTooManyItems);
  EXPECT_THAT(DetailsOf(several)->violations,
              ElementsAre(FieldViolation{"right.a", "x"}, FieldViolation{"right.b", "y"}));
}

TEST(Refusal, APrefixLeavesOtherStatusesAsTheyAre) {
  const absl::Status plain = absl::UnavailableError("down");
  EXPECT_EQ(WithFieldPrefix(plain, "right"), plain);
  EXPECT_EQ(WithFieldPrefix(absl::OkStatus(), "right"), absl::OkStatus());
  const absl::Status without_fields =
      Refusal(absl::StatusCode::kNotFound, ErrorReason::kCityNotFound, "no such city");
  EXPECT_EQ(WithFieldPrefix(without_fields, "right"), without_fields);
}

}  // namespace
}  // namespace stadspoort::domain
