// Several publish at once, and a daemon dies while it publishes.
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/integration/zone_desk.h"

namespace stadspoort::testing {
namespace {

using zones::v1::PublishZonesRequest;
using zones::v1::Zone;

class PublishingRacesTest : public DeskTest {
 protected:
  // Versions that hold or will follow each other without a gap, and no two meet; numbers count up.
  void ExpectOneVersionAtATime(const std::string& code) {
    const auto versions = desk().Versions(code);
    ASSERT_TRUE(versions.ok()) << versions.status.error_message();
    int64_t number = versions.response.zones_size();
    const Zone* later = nullptr;
    for (const Zone& zone : versions.response.zones()) {
      EXPECT_EQ(zone.zone_version(), number--);
      EXPECT_EQ(zone.has_in_force_end_time(), later != nullptr);
      if (later != nullptr) {
        EXPECT_EQ(TimeOf(zone.in_force_end_time()), TimeOf(later->in_force_start_time()));
      }
      later = &zone;
    }
  }
};

TEST_F(PublishingRacesTest, OfSeveralPublishersOfOneDraftOneWins) {
  constexpr int kPublishers = 8;
  constexpr int kRounds = 10;
  for (int round = 0; round < kRounds; ++round) {
    desk().Ready(desk().NewDraft("a"));
    std::atomic<int> won{0};
    std::vector<std::thread> publishers;
    for (int i = 0; i < kPublishers; ++i) {
      publishers.emplace_back([&] {
        const auto published = desk().Publish({"a"});
        if (published.ok()) {
          ++won;
        } else {
          EXPECT_EQ(ReasonOf(published.status), "DRAFT_NOT_FOUND")
              << published.status.error_message();
        }
      });
    }
    for (std::thread& publisher : publishers) publisher.join();
    EXPECT_EQ(won, 1);
    EXPECT_EQ(desk().VersionAt("a"), 2 + round);
  }
  ExpectOneVersionAtATime("a");
}

TEST_F(PublishingRacesTest, SixteenPublishDifferentZonesOfACity) {
  constexpr int kPublishers = 16;
  constexpr int kVersions = 5;
  std::vector<std::thread> publishers;
  for (int i = 0; i < kPublishers; ++i) {
    publishers.emplace_back([&, i] {
      for (int round = 0; round < kVersions; ++round) {
        desk().Enact(desk().NewDraft(absl::StrCat("c", i)));
      }
    });
  }
  for (std::thread& publisher : publishers) publisher.join();
  for (int i = 0; i < kPublishers; ++i) {
    EXPECT_EQ(desk().VersionAt(absl::StrCat("c", i)), kVersions);
    ExpectOneVersionAtATime(absl::StrCat("c", i));
  }
  EXPECT_EQ(Count("zone_change", "code LIKE 'c%'"), absl::StrCat(kPublishers * kVersions));
  EXPECT_EQ(sql_->Value("SELECT count(DISTINCT change_number) FROM stadspoort.zone_change WHERE "
                        "code LIKE 'c%' AND city = '" +
                        desk().city() + "'"),
            absl::StrCat(kPublishers * kVersions));
}

// Two zones in one request and in the other order in another: nobody waits for ever.
TEST_F(PublishingRacesTest, RequestsForTheSameZonesInOtherOrders) {
  constexpr int kRounds = 10;
  for (int round = 0; round < kRounds; ++round) {
    for (const char* code : {"c", "d", "e"}) desk().Ready(desk().NewDraft(code));
    std::atomic<int> won{0};
    std::vector<std::thread> publishers;
    for (const Desk::Codes& codes :
         {Desk::Codes{"c", "d", "e"}, Desk::Codes{"e", "d", "c"}, Desk::Codes{"d", "e", "c"}}) {
      publishers.emplace_back([&, codes] {
        const auto published = desk().Publish(codes);
        won += published.ok() ? 1 : 0;
        if (published.ok()) return;
        EXPECT_EQ(ReasonOf(published.status), "DRAFT_NOT_FOUND");
      });
    }
    publishers.emplace_back([&] {
      const auto judged = desk().Validate();
      EXPECT_TRUE(judged.ok()) << judged.status.error_message();
    });
    for (std::thread& publisher : publishers) publisher.join();
    EXPECT_EQ(won, 1);
  }
}

// A retirement and a publication at once: whichever is first, the other finds it.
TEST_F(PublishingRacesTest, ARetirementMeetsAPublication) {
  constexpr int kRounds = 10;
  for (int round = 0; round < kRounds; ++round) {
    desk().Ready(desk().NewDraft("a"));
    const std::string before = Count("zone_version", "code = 'a'");
    grpc::Status published;
    grpc::Status retired;
    std::thread publisher([&] { published = desk().Publish({"a"}).status; });
    std::thread retirer([&] { retired = desk().Retire("a").status; });
    publisher.join();
    retirer.join();
    // The draft rests on the version that is retired: after its end another may follow.
    EXPECT_TRUE(published.ok()) << published.error_message();
    EXPECT_TRUE(retired.ok()) << retired.error_message();
    const auto versions = desk().Versions("a").response;
    const Zone& newest = versions.zones(0);
    const Zone& before_it = versions.zones(1);
    EXPECT_EQ(absl::StrCat(newest.zone_version() - 1), before);
    EXPECT_LE(TimeOf(before_it.in_force_end_time()), TimeOf(newest.in_force_start_time()));
    if (newest.has_in_force_end_time()) {
      EXPECT_EQ(newest.state(), zones::v1::ZONE_VERSION_STATE_RETIRED);
      EXPECT_EQ(before_it.state(), zones::v1::ZONE_VERSION_STATE_SUPERSEDED);
      EXPECT_EQ(desk().VersionAt("a"), 0);
      desk().Enact(desk().NewDraft("a"));
    } else {
      EXPECT_EQ(before_it.state(), zones::v1::ZONE_VERSION_STATE_RETIRED);
      EXPECT_EQ(desk().VersionAt("a"), newest.zone_version());
    }
  }
}

// Who waits for a lock in this database, but for us.
bool SomebodyWaits(Sql& sql) {
  for (int i = 0; i < 3000; ++i) {
    if (sql.Value("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
                  "wait_event_type = 'Lock'") != "0") {
      return true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

// Killed before it wrote anything, in the middle, and with everything sent to the database, COMMIT
// included: whoever sends the request again gets one version.
TEST_F(PublishingRacesTest, ADaemonKilledWhilePublishing) {
  int expected = 0;
  for (const char* lock : {"SELECT city FROM stadspoort.city WHERE city = '$' FOR UPDATE",
                           "LOCK TABLE stadspoort.zone_version IN SHARE MODE",
                           "LOCK TABLE stadspoort.zone_change IN SHARE MODE",
                           "LOCK TABLE stadspoort.request IN SHARE MODE"}) {
    ++expected;
    std::string statement = lock;
    if (const size_t at = statement.find('$'); at != std::string::npos) {
      statement.replace(at, 1, desk().city());
    }
    const std::unique_ptr<Daemon> doomed = database_->Start();
    const Desk there(*doomed, desk().city());
    desk().Ready(desk().NewDraft("c"));
    PublishZonesRequest request = desk().ToPublish({"c"});
    request.set_request_id(absl::StrCat("kill ", expected));

    Sql locker(database_->superuser());
    locker.Value("BEGIN");
    locker.Value(statement);
    grpc::Status lost;
    std::thread publisher([&] { lost = there.Publish(request).status; });
    EXPECT_TRUE(SomebodyWaits(*sql_)) << statement;
    doomed->Kill();
    publisher.join();
    EXPECT_EQ(lost.error_code(), grpc::StatusCode::UNAVAILABLE) << lost.error_message();
    locker.Value("COMMIT");

    const auto again = desk().Publish(request);
    ASSERT_TRUE(again.ok()) << statement << ": " << again.status.error_message();
    EXPECT_EQ(again.response.versions(0).zone_version(), expected) << statement;
    EXPECT_EQ(Count("zone_version", "code = 'c'"), absl::StrCat(expected)) << statement;
    EXPECT_EQ(Count("zone_change", "code = 'c'"), absl::StrCat(expected)) << statement;
    EXPECT_EQ(ReasonOf(desk().Drawn("c").status), "DRAFT_NOT_FOUND") << statement;
  }
  ExpectOneVersionAtATime("c");
}

// Whoever waited for too long knows nothing, and is told when it asks again.
TEST_F(PublishingRacesTest, ADeadlineThatPassesWhileOthersPublish) {
  desk().Ready(desk().NewDraft("c"));
  PublishZonesRequest request = desk().ToPublish({"c"});
  request.set_request_id("one");
  Sql locker(database_->superuser());
  locker.Value("BEGIN");
  locker.Value("SELECT city FROM stadspoort.city WHERE city = '" + desk().city() + "' FOR UPDATE");
  grpc::ClientContext context;
  Introduce(Admin(), context);
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(1));
  zones::v1::PublishZonesResponse response;
  const grpc::Status late = daemon_->zones->PublishZones(&context, request, &response);
  EXPECT_EQ(late.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED) << late.error_message();
  locker.Value("COMMIT");
  const auto again = desk().Publish(request);
  ASSERT_TRUE(again.ok()) << again.status.error_message();
  EXPECT_EQ(again.response.versions(0).zone_version(), 1);
  EXPECT_EQ(desk().StatesOf("c"), "1 PUBLISHED");
}

}  // namespace
}  // namespace stadspoort::testing
