// Every refusal of EnrolRight: its status, its reason, its fields, and nothing stored.
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

using rights::v1::EnrolRightRequest;
using rights::v1::EnrolRightResponse;
using RightsStub = rights::v1::RightsService::Stub;
using Fields = std::vector<std::string>;

constexpr auto kInvalid = grpc::StatusCode::INVALID_ARGUMENT;

google::protobuf::Timestamp FromNow(absl::Duration ahead) {
  google::protobuf::Timestamp stamp;
  stamp.set_seconds(absl::ToUnixSeconds(absl::Now() + ahead));
  return stamp;
}

std::string Zone(const std::string& code) { return "cities/ghent/zones/" + code; }

void AddWindow(EnrolRightRequest& request, const char* from, const char* to) {
  common::v1::Window& window = *request.mutable_right()->add_windows();
  window.add_weekdays(common::v1::WEEKDAY_MONDAY);
  window.set_from_local_time(from);
  window.set_to_local_time(to);
}

void SetTerm(EnrolRightRequest& request, absl::Duration start, absl::Duration end) {
  *request.mutable_right()->mutable_requested_start_time() = FromNow(start);
  *request.mutable_right()->mutable_requested_end_time() = FromNow(end);
}

void SetPlate(EnrolRightRequest& request, const std::string& number) {
  request.mutable_right()->mutable_plate()->set_number(number);
}

struct Row {
  const char* name;
  std::function<void(EnrolRightRequest&)> spoil;
  grpc::StatusCode code;
  const char* reason;
  Fields fields;
};

const std::vector<Row>& Rows() {
  static const auto* rows = new std::vector<Row>{
      {"no city",
       [](EnrolRightRequest& r) { r.clear_parent(); },
       kInvalid,
       "INVALID_NAME",
       {"parent"}},
      {"not a city's name",
       [](EnrolRightRequest& r) { r.set_parent("city/ghent"); },
       kInvalid,
       "INVALID_NAME",
       {"parent"}},
      {"unknown city",
       [](EnrolRightRequest& r) {
         r.set_parent("cities/atlantis");
         r.mutable_right()->set_right_type("cities/atlantis/rightTypes/paid");
         r.mutable_right()->set_zones(0, "cities/atlantis/zones/a");
       },
       grpc::NOT_FOUND,
       "CITY_NOT_FOUND",
       {}},
      {"no plate",
       [](EnrolRightRequest& r) { r.mutable_right()->clear_plate(); },
       kInvalid,
       "INVALID_PLATE",
       {"right.plate.number"}},
      {"empty plate",
       [](EnrolRightRequest& r) { SetPlate(r, ""); },
       kInvalid,
       "INVALID_PLATE",
       {"right.plate.number"}},
      {"separators only",
       [](EnrolRightRequest& r) { SetPlate(r, " -.- "); },
       kInvalid,
       "INVALID_PLATE",
       {"right.plate.number"}},
      {"26 characters",
       [](EnrolRightRequest& r) { SetPlate(r, std::string(26, '7')); },
       kInvalid,
       "INVALID_PLATE",
       {"right.plate.number"}},
      {"1 MB",
       [](EnrolRightRequest& r) { SetPlate(r, std::string(1 << 20, 'A')); },
       kInvalid,
       "INVALID_PLATE",
       {"right.plate.number"}},
      {"country",
       [](EnrolRightRequest& r) { r.mutable_right()->mutable_plate()->set_country("B3"); },
       kInvalid,
       "INVALID_FIELD",
       {"right.plate.country"}},
      {"no reference",
       [](EnrolRightRequest& r) { r.mutable_right()->clear_reference(); },
       kInvalid,
       "INVALID_FIELD",
       {"right.reference"}},
      {"101 bytes of reference",
       [](EnrolRightRequest& r) { r.mutable_right()->set_reference(std::string(101, 'r')); },
       kInvalid,
       "INVALID_FIELD",
       {"right.reference"}},
      {"end before start",
       [](EnrolRightRequest& r) { SetTerm(r, absl::Hours(2), absl::Hours(1)); },
       kInvalid,
       "END_BEFORE_START",
       {"right.requested_end_time"}},
      {"end at start",
       [](EnrolRightRequest& r) { SetTerm(r, absl::Hours(1), absl::Hours(1)); },
       kInvalid,
       "END_BEFORE_START",
       {"right.requested_end_time"}},
      {"yesterday",
       [](EnrolRightRequest& r) { SetTerm(r, -absl::Hours(24), -absl::Hours(23)); },
       grpc::FAILED_PRECONDITION,
       "INTERVAL_IN_THE_PAST",
       {"right.requested_end_time"}},
      {"eleven years",
       [](EnrolRightRequest& r) { SetTerm(r, absl::Hours(1), absl::Hours(24 * 366 * 11)); },
       kInvalid,
       "INVALID_FIELD",
       {"right.requested_end_time"}},
      {"the year 1999",
       [](EnrolRightRequest& r) {
         r.mutable_right()->mutable_requested_end_time()->set_seconds(1);
       },
       kInvalid,
       "INVALID_FIELD",
       {"right.requested_end_time"}},
      {"nanos out of range",
       [](EnrolRightRequest& r) {
         *r.mutable_right()->mutable_requested_start_time() = FromNow(absl::Hours(1));
         r.mutable_right()->mutable_requested_start_time()->set_nanos(1'000'000'000);
       },
       kInvalid,
       "INVALID_FIELD",
       {"right.requested_start_time"}},
      {"no type",
       [](EnrolRightRequest& r) { r.mutable_right()->clear_right_type(); },
       kInvalid,
       "INVALID_NAME",
       {"right.right_type"}},
      {"type of another city",
       [](EnrolRightRequest& r) {
         r.mutable_right()->set_right_type("cities/other/rightTypes/paid");
       },
       kInvalid,
       "INVALID_NAME",
       {"right.right_type"}},
      {"unknown type",
       [](EnrolRightRequest& r) {
         r.mutable_right()->set_right_type("cities/ghent/rightTypes/mauve");
       },
       grpc::NOT_FOUND,
       "RIGHT_TYPE_NOT_FOUND",
       {"right.right_type"}},
      {"unknown zone",
       [](EnrolRightRequest& r) { r.mutable_right()->set_zones(0, Zone("mauve")); },
       grpc::NOT_FOUND,
       "ZONE_NOT_FOUND",
       {"right.zones[0]"}},
      {"unknown zone, told by its place in the request",
       [](EnrolRightRequest& r) {
         r.mutable_right()->set_zones(0, Zone("zz"));
         r.mutable_right()->add_zones(Zone("b"));
         r.mutable_right()->add_zones(Zone("a"));
       },
       grpc::NOT_FOUND,
       "ZONE_NOT_FOUND",
       {"right.zones[0]"}},
      {"zone of another city",
       [](EnrolRightRequest& r) { r.mutable_right()->set_zones(0, "cities/other/zones/a"); },
       kInvalid,
       "INVALID_NAME",
       {"right.zones[0]"}},
      {"no zones",
       [](EnrolRightRequest& r) { r.mutable_right()->clear_zones(); },
       kInvalid,
       "INVALID_FIELD",
       {"right.zones"}},
      {"zones and city_wide",
       [](EnrolRightRequest& r) { r.mutable_right()->set_city_wide(true); },
       kInvalid,
       "INVALID_FIELD",
       {"right.zones"}},
      {"a zone twice",
       [](EnrolRightRequest& r) { r.mutable_right()->add_zones(Zone("a")); },
       kInvalid,
       "INVALID_FIELD",
       {"right.zones[1]"}},
      {"51 zones",
       [](EnrolRightRequest& r) {
         for (int i = 0; i < 50; ++i) r.mutable_right()->add_zones(Zone(absl::StrCat("z", i)));
       },
       kInvalid,
       "INVALID_FIELD",
       {"right.zones"}},
      {"21 windows",
       [](EnrolRightRequest& r) {
         for (int i = 0; i < 21; ++i) AddWindow(r, "09:00", "12:00");
       },
       kInvalid,
       "INVALID_FIELD",
       {"right.windows"}},
      {"a window of nothing",
       [](EnrolRightRequest& r) { AddWindow(r, "09:00", "09:00"); },
       kInvalid,
       "INVALID_FIELD",
       {"right.windows[0].to_local_time"}},
      {"a window without form",
       [](EnrolRightRequest& r) { AddWindow(r, "9:00", "25:00"); },
       kInvalid,
       "INVALID_FIELD",
       {"right.windows[0].from_local_time", "right.windows[0].to_local_time"}},
      {"several faults together",
       [](EnrolRightRequest& r) {
         r.mutable_right()->clear_reference();
         r.mutable_right()->mutable_plate()->set_number("--");
         r.mutable_right()->clear_zones();
       },
       kInvalid,
       "INVALID_PLATE",
       {"right.reference", "right.plate.number", "right.zones"}},
  };
  return *rows;
}

TEST(BadEnrolmentsTest, EachIsRefusedByNameAndStoresNothing) {
  const Register database;
  const auto daemon = database.Start();
  MakeCity(*daemon, "ghent");
  for (const Row& row : Rows()) {
    EnrolRightRequest request = EnrolRequest("ghent", "bad", "1ABC123");
    row.spoil(request);
    EnrolRightResponse response;
    const grpc::Status status =
        Call(*daemon->rights, &RightsStub::EnrolRight, Provider("app"), request, response);
    EXPECT_EQ(status.error_code(), row.code) << row.name << ": " << status.error_message();
    EXPECT_EQ(ReasonOf(status), row.reason) << row.name;
    EXPECT_EQ(FieldsOf(status), row.fields) << row.name;
    EXPECT_LT(status.error_message().size(), 1000U) << row.name;
  }
  Sql sql(database.superuser());
  EXPECT_EQ(sql.Value("SELECT count(*) FROM stadspoort.access_right"), "0");
  EXPECT_EQ(sql.Value("SELECT count(*) FROM stadspoort.plate"), "0");
  EXPECT_EQ(sql.Value("SELECT count(*) FROM stadspoort.journal WHERE kind = 'PLATE'"), "0");
}

}  // namespace
}  // namespace stadspoort::testing
