// A city's right types: every method, every refusal, and what their backdate rules grant.
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

using cities::v1::CreateRightTypeRequest;
using cities::v1::CreateRightTypeResponse;
using cities::v1::RightType;
using CitiesStub = cities::v1::CitiesService::Stub;
using Fields = std::vector<std::string>;

constexpr auto kInvalid = grpc::StatusCode::INVALID_ARGUMENT;

class RightTypesTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    database_ = new Register();
    daemon_ = database_->Start().release();
    MakeCity(*daemon_, "ghent");  // with the types paid and resident
  }
  static void TearDownTestSuite() {
    delete daemon_;
    delete database_;
  }

  static CreateRightTypeRequest NewType(const std::string& code) {
    CreateRightTypeRequest request;
    request.set_parent("cities/ghent");
    request.set_right_type_id(code);
    request.mutable_right_type()->set_display_name("Zorgverlener");
    request.mutable_right_type()->set_kind(common::v1::RIGHT_KIND_CARE);
    return request;
  }
  static grpc::Status Create(const CreateRightTypeRequest& request, RightType* type = nullptr) {
    CreateRightTypeResponse response;
    const grpc::Status status =
        Call(*daemon_->cities, &CitiesStub::CreateRightType, Admin(), request, response);
    if (type != nullptr) *type = response.right_type();
    return status;
  }
  static std::vector<RightType> Listed() {
    cities::v1::ListRightTypesRequest request;
    request.set_parent("cities/ghent");
    cities::v1::ListRightTypesResponse response;
    const grpc::Status status =
        Call(*daemon_->cities, &CitiesStub::ListRightTypes, Provider("app"), request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return {response.right_types().begin(), response.right_types().end()};
  }
  // The effective start of a right of the type that was asked to start two days ago.
  static absl::Time StartOf(const std::string& type) {
    rights::v1::EnrolRightRequest request = EnrolRequest("ghent", "of-" + type, "1ABC123");
    request.mutable_right()->set_right_type("cities/ghent/rightTypes/" + type);
    request.mutable_right()->mutable_requested_start_time()->set_seconds(
        absl::ToUnixSeconds(absl::Now() - absl::Hours(48)));
    rights::v1::EnrolRightResponse response;
    const grpc::Status status = Call(*daemon_->rights, &rights::v1::RightsService::Stub::EnrolRight,
                                     Provider("app"), request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return absl::FromUnixSeconds(response.right().effective_start_time().seconds());
  }

  static Register* database_;
  static Daemon* daemon_;
};
Register* RightTypesTest::database_ = nullptr;
Daemon* RightTypesTest::daemon_ = nullptr;

TEST_F(RightTypesTest, ATypeIsListedAsItWasCreated) {
  RightType type;
  CreateRightTypeRequest request = NewType("care");
  request.mutable_right_type()->mutable_backdate()->mutable_at_most()->set_seconds(3600);
  ASSERT_TRUE(Create(request, &type).ok());
  EXPECT_EQ(type.name(), "cities/ghent/rightTypes/care");
  EXPECT_EQ(type.display_name(), "Zorgverlener");
  EXPECT_EQ(type.kind(), common::v1::RIGHT_KIND_CARE);
  EXPECT_EQ(type.backdate().at_most().seconds(), 3600);
  bool found = false;
  std::string before;
  for (const RightType& listed : Listed()) {
    EXPECT_LT(before, listed.name()) << "in the order of their codes";
    before = listed.name();
    found = found || listed.SerializeAsString() == type.SerializeAsString();
  }
  EXPECT_TRUE(found);
  const grpc::Status again = Create(request);
  EXPECT_EQ(again.error_code(), grpc::StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(ReasonOf(again), "RIGHT_TYPE_EXISTS");
}

TEST_F(RightTypesTest, ValidateOnlyStoresNothing) {
  CreateRightTypeRequest request = NewType("loader");
  request.set_validate_only(true);
  const size_t before = Listed().size();
  RightType shown;
  ASSERT_TRUE(Create(request, &shown).ok());
  EXPECT_EQ(shown.name(), "cities/ghent/rightTypes/loader");
  EXPECT_EQ(Listed().size(), before);
  request.set_right_type_id("paid");
  EXPECT_EQ(ReasonOf(Create(request)), "RIGHT_TYPE_EXISTS");
}

TEST_F(RightTypesTest, BadTypesAreRefusedAndNotStored) {
  const size_t before = Listed().size();
  const struct {
    const char* name;
    std::function<void(CreateRightTypeRequest&)> spoil;
    grpc::StatusCode code;
    const char* reason;
    Fields fields;
  } kRows[] = {
      {"no code",
       [](auto& r) { r.clear_right_type_id(); },
       kInvalid,
       "INVALID_FIELD",
       {"right_type_id"}},
      {"capitals",
       [](auto& r) { r.set_right_type_id("Care"); },
       kInvalid,
       "INVALID_FIELD",
       {"right_type_id"}},
      {"41 letters",
       [](auto& r) { r.set_right_type_id(std::string(41, 'c')); },
       kInvalid,
       "INVALID_FIELD",
       {"right_type_id"}},
      {"no kind",
       [](auto& r) { r.mutable_right_type()->clear_kind(); },
       kInvalid,
       "INVALID_FIELD",
       {"right_type.kind"}},
      {"kind 14",
       [](auto& r) { r.mutable_right_type()->set_kind(static_cast<common::v1::RightKind>(14)); },
       kInvalid,
       "INVALID_FIELD",
       {"right_type.kind"}},
      {"kind -1",
       [](auto& r) { r.mutable_right_type()->set_kind(static_cast<common::v1::RightKind>(-1)); },
       kInvalid,
       "INVALID_FIELD",
       {"right_type.kind"}},
      {"name",
       [](auto& r) { r.mutable_right_type()->set_display_name(std::string(101, 'n')); },
       kInvalid,
       "INVALID_FIELD",
       {"right_type.display_name"}},
      {"backdate 0",
       [](auto& r) { r.mutable_right_type()->mutable_backdate()->mutable_at_most(); },
       kInvalid,
       "INVALID_FIELD",
       {"right_type.backdate.at_most"}},
      {"backdate 31 d 1 s",
       [](auto& r) {
         r.mutable_right_type()->mutable_backdate()->mutable_at_most()->set_seconds(31 * 86400 + 1);
       },
       kInvalid,
       "INVALID_FIELD",
       {"right_type.backdate.at_most"}},
      {"city's form", [](auto& r) { r.set_parent("ghent"); }, kInvalid, "INVALID_NAME", {"parent"}},
      {"unknown city",
       [](auto& r) { r.set_parent("cities/atlantis"); },
       grpc::NOT_FOUND,
       "CITY_NOT_FOUND",
       {}},
  };
  for (const auto& row : kRows) {
    CreateRightTypeRequest request = NewType("bad");
    row.spoil(request);
    const grpc::Status status = Create(request);
    EXPECT_EQ(status.error_code(), row.code) << row.name << ": " << status.error_message();
    EXPECT_EQ(ReasonOf(status), row.reason) << row.name;
    EXPECT_EQ(FieldsOf(status), row.fields) << row.name;
  }
  EXPECT_EQ(Listed().size(), before);
}

TEST_F(RightTypesTest, TheBackdateRuleBoundsTheStart) {
  CreateRightTypeRequest hour = NewType("hour");
  hour.mutable_right_type()->mutable_backdate()->mutable_at_most()->set_seconds(3600);
  CreateRightTypeRequest day = NewType("day");
  day.mutable_right_type()->mutable_backdate()->set_start_of_day(true);
  CreateRightTypeRequest long_ago = NewType("month");
  long_ago.mutable_right_type()->mutable_backdate()->mutable_at_most()->set_seconds(int64_t{31} *
                                                                                    86400);
  for (const auto& request : {hour, day, long_ago}) ASSERT_TRUE(Create(request).ok());
  MakeContract(*daemon_, "ghent", "app", {"hour", "day", "month"});
  const absl::Time now = absl::Now();
  const absl::Duration leeway = absl::Minutes(5);
  const absl::Time none = StartOf("paid");
  EXPECT_GT(none, now - leeway);
  const absl::Time an_hour = StartOf("hour");
  EXPECT_GT(an_hour, now - absl::Hours(1) - leeway);
  EXPECT_LT(an_hour, now - absl::Hours(1) + leeway);
  absl::TimeZone zone;
  ASSERT_TRUE(absl::LoadTimeZone("Europe/Brussels", &zone));
  EXPECT_EQ(absl::ToCivilSecond(StartOf("day"), zone),
            absl::CivilSecond(absl::ToCivilDay(now, zone)));
  const absl::Time two_days = StartOf("month");
  EXPECT_LT(two_days, now - absl::Hours(48) + leeway) << "as it was asked";
}

TEST_F(RightTypesTest, ACityHasAtMostAThousandTypes) {
  Sql sql(database_->superuser());
  sql.Value(
      "INSERT INTO stadspoort.right_type (city, code, right_type_id, display_name, kind, "
      "backdate_form, version) SELECT 'ghent', 'many-' || n, gen_random_uuid(), '', 'OTHER', "
      "'NONE', 1 FROM generate_series(1, 1000 - (SELECT count(*) FROM stadspoort.right_type "
      "WHERE city = 'ghent')) n");
  const grpc::Status status = Create(NewType("one-more"));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ReasonOf(status), "TOO_MANY_ITEMS");
  EXPECT_EQ(Listed().size(), 1000U);
  sql.Value("DELETE FROM stadspoort.right_type WHERE code LIKE 'many-%'");
}

}  // namespace
}  // namespace stadspoort::testing
