// Plates reach neither a log, nor an error, nor any table but the one where their text lives.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "storage/redis/client/connection.h"
#include "tests/integration/register.h"

namespace stadspoort::testing {
namespace {

using RightsStub = rights::v1::RightsService::Stub;
using ChecksStub = checks::v1::ChecksService::Stub;

constexpr int kPlates = 200;
constexpr char kCity[] = "ghent";

// Nothing else in the register looks like these.
std::string PlateOf(int i) { return absl::StrFormat("9SECRET%03dX", i); }

class PrivacyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    daemon_ = database_.Start();
    MakeCity(*daemon_, kCity);
  }

  template <typename Response, typename Stub, typename Request>
  Response Send(Stub& stub,
                grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                const Who& who, const Request& request, bool good) {
    Response response;
    const grpc::Status status = Call(stub, method, who, request, response);
    EXPECT_EQ(status.ok(), good) << status.error_message();
    for (const std::string& text : {status.error_message(), status.error_details()}) {
      EXPECT_FALSE(absl::StrContains(text, "SECRET")) << text;
      EXPECT_FALSE(absl::StrContains(text, "secret")) << text;
    }
    return response;
  }

  // The plate's life: well and badly asked.
  void Live(int i) {
    const std::string plate = PlateOf(i);
    const std::string reference = absl::StrCat("r", i);
    RightsStub& rights = *daemon_->rights;
    const Who app = Provider("app");
    rights::v1::EnrolRightRequest enrol = EnrolRequest(kCity, reference, plate);
    const rights::v1::Right right = Send(rights, &RightsStub::EnrolRight, app, enrol, true).right();
    enrol.mutable_right()->clear_zones();
    Send(rights, &RightsStub::EnrolRight, app, enrol, false);
    enrol = EnrolRequest(kCity, reference, plate, "b");
    Send(rights, &RightsStub::EnrolRight, app, enrol, false);  // a conflict
    enrol = EnrolRequest(kCity, reference + "x", plate + plate + plate);
    Send(rights, &RightsStub::EnrolRight, app, enrol, false);  // too long
    enrol = EnrolRequest(kCity, reference + "x", plate);
    enrol.mutable_right()->mutable_plate()->set_country(plate);  // in the wrong field
    Send(rights, &RightsStub::EnrolRight, app, enrol, false);
    enrol.mutable_right()->mutable_plate()->set_country("B");
    enrol.mutable_right()->set_right_type("cities/ghent/rightTypes/mauve");
    Send(rights, &RightsStub::EnrolRight, app, enrol, false);
    Send(rights, &RightsStub::EnrolRight, Device(), enrol, false);
    Correct(right, plate);
    rights::v1::ListRightsRequest list;
    list.set_parent("cities/ghent");
    list.mutable_plate()->set_number(plate);
    EXPECT_EQ(Send(rights, &RightsStub::ListRights, app, list, true).rights_size(), 1);
    list.mutable_plate()->set_number(plate + plate + plate);
    Send(rights, &RightsStub::ListRights, app, list, false);
    Check(plate);
  }

  void Correct(const rights::v1::Right& right, const std::string& plate) {
    rights::v1::CorrectRightRequest correct;
    *correct.mutable_right() = right;
    correct.set_reason("country told");
    correct.mutable_right()->mutable_plate()->set_country("B");
    correct.mutable_update_mask()->add_paths("plate");
    Send(*daemon_->rights, &RightsStub::CorrectRight, Clerk(), correct, true);
    correct.mutable_right()->clear_etag();
    correct.mutable_right()->mutable_plate()->set_number(plate + plate + plate);
    Send(*daemon_->rights, &RightsStub::CorrectRight, Clerk(), correct, false);
    correct.mutable_right()->mutable_plate()->set_number(plate);
    correct.clear_reason();
    Send(*daemon_->rights, &RightsStub::CorrectRight, Clerk(), correct, false);
  }

  void Check(const std::string& plate) {
    ChecksStub& checks = *daemon_->checks;
    checks::v1::CheckPlateRequest check = CheckRequest(kCity, plate);
    Send(checks, &ChecksStub::CheckPlate, Device(), check, true);
    // A near miss and a bad item: the answer to a device holds no plate at all.
    check.mutable_options()->set_include_candidates(true);
    check.mutable_options()->set_include_right(true);
    check.mutable_options()->set_language("en");
    for (const std::string& asked :
         {absl::StrCat("9SECRET", plate.substr(7, 1) == "0" ? "O" : "I", plate.substr(8)),
          absl::AsciiStrToLower(plate) + plate + plate}) {
      check.mutable_item()->mutable_plate()->set_number(asked);
      const checks::v1::CheckPlateResponse response =
          Send(checks, &ChecksStub::CheckPlate, Device(), check, true);
      EXPECT_FALSE(absl::StrContains(absl::AsciiStrToLower(response.DebugString()), "secret"));
    }
    check.set_parent("cities/atlantis");
    Send(checks, &ChecksStub::CheckPlate, Device(), check, false);
    check.set_parent(plate);
    Send(checks, &ChecksStub::CheckPlate, Device(), check, false);
  }

  Register database_;
  std::unique_ptr<Daemon> daemon_;
};

// Every key of the register's prefix with its value.
std::vector<std::string> EverythingInRedis(const Place& place) {
  constexpr absl::Duration kPatience = absl::Minutes(1);
  const auto connection =
      redis::Connection::Connect({.address = place.redis}, kPatience, redis::LogFunction());
  EXPECT_TRUE(connection.ok()) << connection.status();
  const std::string pattern = place.redis_prefix + ":*";
  const absl::StatusOr<redis::Reply> keys = (*connection)->Run({"KEYS", pattern}, kPatience);
  EXPECT_TRUE(keys.ok()) << keys.status();
  std::vector<std::string> texts;
  for (const redis::Reply& key : keys->array()) {
    const std::string_view name = key.string().value_or("");
    const absl::StatusOr<redis::Reply> value = (*connection)->Run({"GET", name}, kPatience);
    EXPECT_TRUE(value.ok()) << value.status();
    texts.push_back(
        absl::StrCat(std::string(name), " ", std::string(value->string().value_or(""))));
  }
  return texts;
}

TEST_F(PrivacyTest, TwoHundredPlatesLeaveNoTraceInLogsErrorsOrTheJournal) {
  for (int i = 0; i < kPlates; ++i) Live(i);
  Sql sql(database_.superuser());
  EXPECT_EQ(sql.Value("SELECT count(*) FROM stadspoort.plate WHERE number LIKE '9SECRET%'"),
            absl::StrCat(kPlates));
  // In no other table, whatever its columns.
  for (const char* table : {"journal", "access_right", "pending_end", "city", "zone_version"}) {
    EXPECT_EQ(sql.Value(absl::StrCat("SELECT count(*) FROM stadspoort.", table,
                                     " t WHERE t::text ILIKE '%SECRET%'")),
              "0")
        << table;
  }
  // Nor in Redis, which holds an entry for each of them by now or soon.
  std::vector<std::string> texts = EverythingInRedis(database_.place());
  for (int i = 0; i < 600 && texts.size() < kPlates; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    texts = EverythingInRedis(database_.place());
  }
  EXPECT_GE(texts.size(), static_cast<size_t>(kPlates));
  for (const std::string& text : texts) {
    EXPECT_FALSE(absl::StrContains(absl::AsciiStrToLower(text), "secret"));
  }
  // What PostgreSQL says of a statement that it refuses quotes the row ("Failing row contains
  // ..."), and no row may get into the log by that way.
  sql.Value(
      "ALTER TABLE stadspoort.access_right ADD CONSTRAINT test_refuses CHECK (false) NOT VALID");
  for (int i = 0; i < 5; ++i) {
    Send(*daemon_->rights, &RightsStub::EnrolRight, Provider("app"),
         EnrolRequest(kCity, absl::StrCat("late-", i), PlateOf(i)), false);
  }
  sql.Value("ALTER TABLE stadspoort.plate ADD CONSTRAINT test_refuses CHECK (false) NOT VALID");
  Send(*daemon_->rights, &RightsStub::EnrolRight, Provider("app"),
       EnrolRequest(kCity, "last", "9SECRET999X"), false);
  EXPECT_EQ(daemon_->Stop(), 0);
  const std::string log = daemon_->Log();
  EXPECT_TRUE(absl::StrContains(log, "EnrolRight")) << "refusals are logged";
  EXPECT_FALSE(absl::StrContains(absl::AsciiStrToLower(log), "secret"));
}

}  // namespace
}  // namespace stadspoort::testing
