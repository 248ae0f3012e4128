// What must hold when many send at once, and when the daemon is killed.
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/integration/register.h"

namespace stadspoort::testing {
namespace {

using rights::v1::EnrolRightResponse;
using RightsStub = rights::v1::RightsService::Stub;

TEST(DurabilityTest, SixtyFourSendsOfOneEnrolmentAreOneRight) {
  const Register database;
  const auto daemon = database.Start();
  MakeCity(*daemon, "ghent");
  std::vector<std::thread> senders;
  std::vector<std::string> names(64);
  for (std::string& name : names) {
    senders.emplace_back([&] {
      EnrolRightResponse response;
      const grpc::Status status = Call(*daemon->rights, &RightsStub::EnrolRight, Provider("app"),
                                       EnrolRequest("ghent", "one", "1ABC123"), response);
      name = status.ok() ? response.right().name() : status.error_message();
    });
  }
  for (std::thread& sender : senders) sender.join();
  EXPECT_EQ(std::set(names.begin(), names.end()).size(), 1U) << names[0];
  Sql sql(database.superuser());
  EXPECT_EQ(sql.Value("SELECT count(*) FROM stadspoort.access_right"), "1");
  EXPECT_EQ(sql.Value("SELECT count(*) FROM stadspoort.journal WHERE kind = 'PLATE'"), "1");
  EXPECT_EQ(sql.Value("SELECT version FROM stadspoort.plate"), "1");
}

TEST(DurabilityTest, SixtyFourSendsOfTwoContentsAreOneRightAndConflicts) {
  const Register database;
  const auto daemon = database.Start();
  MakeCity(*daemon, "ghent");
  std::atomic<int> enrolled = 0;
  std::atomic<int> conflicts = 0;
  std::vector<std::thread> senders;
  for (int i = 0; i < 64; ++i) {
    senders.emplace_back([&, i] {
      EnrolRightResponse response;
      const grpc::Status status =
          Call(*daemon->rights, &RightsStub::EnrolRight, Provider("app"),
               EnrolRequest("ghent", "one", i % 2 == 0 ? "1ABC123" : "1XYZ999"), response);
      if (status.ok()) ++enrolled;
      if (ReasonOf(status) == "REFERENCE_CONFLICT") ++conflicts;
    });
  }
  for (std::thread& sender : senders) sender.join();
  EXPECT_EQ(enrolled + conflicts, 64);
  EXPECT_EQ(enrolled, 32);
  EXPECT_EQ(Sql(database.superuser()).Value("SELECT count(*) FROM stadspoort.access_right"), "1");
}

// An end that overtakes its enrolment is applied to it, whoever comes first.
TEST(DurabilityTest, AnEndAndItsEnrolmentNeverMissEachOther) {
  const Register database;
  const auto daemon = database.Start();
  MakeCity(*daemon, "ghent");
  for (int round = 0; round < 100; ++round) {
    const std::string reference = absl::StrCat("race-", round);
    std::thread ender([&] {
      rights::v1::EndRightRequest request;
      request.set_parent("cities/ghent");
      request.set_reference(reference);
      rights::v1::EndRightResponse response;
      const grpc::Status status =
          Call(*daemon->rights, &RightsStub::EndRight, Provider("app"), request, response);
      EXPECT_TRUE(status.ok()) << status.error_message();
    });
    EnrolRightResponse response;
    const grpc::Status status =
        Call(*daemon->rights, &RightsStub::EnrolRight, Provider("app"),
             EnrolRequest("ghent", reference, absl::StrCat("1RAC", round)), response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    ender.join();
  }
  Sql sql(database.superuser());
  EXPECT_EQ(sql.Value("SELECT count(*) FROM stadspoort.access_right WHERE effective_end > now()"),
            "0");
  EXPECT_EQ(sql.Value("SELECT count(*) FROM stadspoort.pending_end"), "0");
}

// 5,000 enrolments from 8 senders; the daemon is killed on the way and started again; what was not
// acknowledged is sent again.
TEST(DurabilityTest, KilledDuringEnrolmentsThenResent) {
  constexpr int kRights = 5000;
  constexpr int kSenders = 8;
  const Register database;
  auto daemon = database.Start();
  MakeCity(*daemon, "ghent");
  std::vector<std::atomic<bool>> acknowledged(kRights);
  std::atomic<int> done = 0;
  const auto send_all = [&](Daemon& to, bool killed) {
    std::vector<std::thread> senders;
    for (int sender = 0; sender < kSenders; ++sender) {
      senders.emplace_back([&, sender] {
        for (int i = sender; i < kRights; i += kSenders) {
          if (acknowledged[static_cast<size_t>(i)]) continue;
          EnrolRightResponse response;
          const grpc::Status status =
              Call(*to.rights, &RightsStub::EnrolRight, Provider("app"),
                   EnrolRequest("ghent", absl::StrCat("r", i), absl::StrCat("1PL", i)), response);
          EXPECT_TRUE(killed || status.ok()) << status.error_message();
          if (!status.ok()) return;  // resent below
          acknowledged[static_cast<size_t>(i)] = true;
          ++done;
        }
      });
    }
    for (std::thread& sender : senders) sender.join();
  };
  std::thread killer([&] {
    while (done < kRights / 3) std::this_thread::yield();
    daemon->Kill();
  });
  send_all(*daemon, /*killed=*/true);
  killer.join();
  const int before = done;
  EXPECT_LT(before, kRights) << "the kill came too late to show anything";
  EXPECT_LE(
      before,
      std::stoi(Sql(database.superuser()).Value("SELECT count(*) FROM stadspoort.access_right")))
      << "an acknowledged right was lost";

  daemon = database.Start();
  send_all(*daemon, /*killed=*/false);
  EXPECT_EQ(done, kRights);
  Sql sql(database.superuser());
  EXPECT_EQ(sql.Value("SELECT count(*) FROM stadspoort.access_right"), "5000");
  EXPECT_EQ(sql.Value("SELECT count(DISTINCT reference) FROM stadspoort.access_right"), "5000");
  EXPECT_EQ(sql.Value("SELECT count(*) FROM stadspoort.journal WHERE kind = 'PLATE'"), "5000");
}

}  // namespace
}  // namespace stadspoort::testing
