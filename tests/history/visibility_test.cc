// What is acknowledged by one daemon shows in the next answer of another.
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/history/cities.h"
#include "tests/history/doors.h"
#include "tests/integration/register.h"

namespace stadspoort::history {
namespace {

using RightsStub = rights::v1::RightsService::Stub;
using ChecksStub = checks::v1::ChecksService::Stub;

#ifdef __SANITIZE_ADDRESS__
constexpr int kShare = 10;
#else
constexpr int kShare = 1;
#endif
constexpr int kEnrolments = 10000 / kShare;
constexpr int kRevocations = 2000 / kShare;
constexpr int kHolidays = 10000 / kShare;
constexpr int kThreads = 8;
constexpr absl::Duration kPatience = absl::Seconds(60);

class VisibilityTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    database = new testing::Register();
    for (auto& daemon : daemons) daemon = database->Start().release();
  }
  static void TearDownTestSuite() {
    for (auto& daemon : daemons) delete daemon;
    delete database;
  }

  // Each round goes through one daemon and asks another, by turns.
  static testing::Daemon& A(int round) { return *daemons[round % 2]; }
  static testing::Daemon& B(int round) { return *daemons[(round + 1) % 2]; }

  static Door DoorOf(const testing::Daemon& daemon) {
    return {0, cities::v1::CitiesService::NewStub(daemon.channel()),
            zones::v1::ZonesService::NewStub(daemon.channel()), nullptr, nullptr};
  }
  static void InThreads(int rounds, const std::function<void(int)>& round) {
    std::vector<std::thread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&, thread] {
        for (int i = thread; i < rounds; i += kThreads) round(i);
      });
    }
    for (std::thread& thread : threads) thread.join();
  }

  static rights::v1::Right Enrol(testing::Daemon& daemon, const std::string& city,
                                 const std::string& plate) {
    rights::v1::EnrolRightResponse response;
    const grpc::Status status =
        Call(*daemon.rights, &RightsStub::EnrolRight, testing::Provider("app"),
             testing::EnrolRequest(city, plate, plate, kPaidZone), response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.right();
  }
  // UNKNOWN is what a daemon says that could not know in time, as on a machine that stands still
  // for a second; it is asked again, and says in the end what is so.
  static std::string Check(testing::Daemon& daemon, const std::string& city,
                           const std::string& plate, const std::string& zone, bool strong) {
    const absl::Time patient_until = absl::Now() + kPatience;
    std::string decision;
    do {
      decision = CheckOnce(daemon, city, plate, zone, strong);
    } while (decision == "DECISION_UNKNOWN" && absl::Now() < patient_until);
    return decision;
  }
  static std::string CheckOnce(testing::Daemon& daemon, const std::string& city,
                               const std::string& plate, const std::string& zone, bool strong) {
    checks::v1::CheckPlateRequest request = testing::CheckRequest(city, plate, zone);
    request.mutable_options()->set_consistency(strong ? checks::v1::CONSISTENCY_STRONG
                                                      : checks::v1::CONSISTENCY_DEFAULT);
    checks::v1::CheckPlateResponse response;
    const grpc::Status status =
        Call(*daemon.checks, &ChecksStub::CheckPlate, testing::Device(), request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return checks::v1::Decision_Name(response.answer().decision());
  }

  void Expect(const std::string& decision, const std::string& expected, int round) {
    ++asked_;
    EXPECT_EQ(decision, expected) << round;
  }

  static testing::Register* database;
  static testing::Daemon* daemons[2];
  std::atomic<int> asked_ = 0;
};
testing::Register* VisibilityTest::database = nullptr;
testing::Daemon* VisibilityTest::daemons[2] = {};

TEST_F(VisibilityTest, AnEnrolmentThroughOneDaemonShowsThroughAnother) {
  ASSERT_TRUE(MakePlatesCity(DoorOf(A(0)), kPatience, "enrolled").ok());
  InThreads(kEnrolments, [&](int round) {
    const std::string plate = absl::StrCat("1H", round);
    Enrol(A(round), "enrolled", plate);
    Expect(Check(B(round), "enrolled", plate, kPaidZone, false), "DECISION_PERMITTED", round);
  });
  EXPECT_EQ(asked_, kEnrolments);
}

TEST_F(VisibilityTest, ARevocationThroughOneDaemonShowsToStrongThroughAnother) {
  ASSERT_TRUE(MakePlatesCity(DoorOf(A(0)), kPatience, "revoked").ok());
  InThreads(kRevocations, [&](int round) {
    const std::string plate = absl::StrCat("1H", round);
    rights::v1::RevokeRightRequest revoke;
    revoke.set_name(Enrol(A(round), "revoked", plate).name());
    revoke.set_reason("test");
    // Whatever keeps plates in memory has this one, with its right.
    Expect(Check(B(round), "revoked", plate, kPaidZone, false), "DECISION_PERMITTED", round);
    rights::v1::RevokeRightResponse revoked;
    const grpc::Status status =
        Call(*A(round).rights, &RightsStub::RevokeRight, testing::Clerk(), revoke, revoked);
    EXPECT_TRUE(status.ok()) << status.error_message();
    Expect(Check(B(round), "revoked", plate, kPaidZone, true), "DECISION_NOT_PERMITTED", round);
  });
  EXPECT_EQ(asked_, 2 * kRevocations);
}

// One city a thread: a calendar is written by one at a time.
TEST_F(VisibilityTest, AHolidayThroughOneDaemonShowsThroughAnother) {
  const auto city_of = [](int round) { return absl::StrCat("holidays-", round % kThreads); };
  for (int i = 0; i < kThreads; ++i) {
    ASSERT_TRUE(MakeRulesCity(DoorOf(A(0)), kPatience, city_of(i), {}).ok());
  }
  InThreads(kHolidays, [&](int round) {
    const std::string city = city_of(round);
    // By turns also within the thread.
    const int turn = round / kThreads;
    const Door door = DoorOf(A(turn));
    EXPECT_TRUE(WriteCalendar(door, kPatience, city, true, "").status.ok());
    Expect(Check(B(turn), city, "1RULES1", kHolidayZone, false), "DECISION_NOT_REQUIRED", round);
    EXPECT_TRUE(WriteCalendar(door, kPatience, city, false, "").status.ok());
    Expect(Check(B(turn), city, "1RULES1", kHolidayZone, true), "DECISION_NOT_PERMITTED", round);
  });
  EXPECT_EQ(asked_, 2 * kHolidays);
}

}  // namespace
}  // namespace stadspoort::history
