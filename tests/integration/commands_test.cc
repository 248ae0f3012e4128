// The commands of every service in one process, on several threads, without gRPC: what the thread
// sanitizer can see.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/checks/check_plates.h"
#include "services/cities/city_commands.h"
#include "services/cities/contract_commands.h"
#include "services/projector/projector_loop.h"
#include "services/rights/right_commands.h"
#include "services/zones/import_zones.h"
#include "storage/ladder/follower.h"
#include "storage/ladder/ladder.h"
#include "storage/ladder/memory.h"
#include "storage/postgres/client/connection.h"
#include "storage/postgres/client/pool.h"
#include "storage/postgres/schema.h"
#include "storage/redis/client/pool.h"
#include "storage/redis/projection.h"

namespace stadspoort {
namespace {

const char kZones[] = R"({"type":"FeatureCollection","features":[{"type":"Feature","properties":{
  "code":"a","name":"A","usage":"PAID_PARKING","regulation":{"frames":[{"code":"day","weekdays":[
  "WEEKDAY_MONDAY","WEEKDAY_TUESDAY","WEEKDAY_WEDNESDAY","WEEKDAY_THURSDAY","WEEKDAY_FRIDAY",
  "WEEKDAY_SATURDAY","WEEKDAY_SUNDAY"],"fromLocalTime":"00:00","toLocalTime":"24:00",
  "acceptedKinds":["RIGHT_KIND_PAID"]}]}},"geometry":{"type":"Polygon","coordinates":[[[3.72,51.05],
  [3.73,51.05],[3.73,51.06],[3.72,51.06],[3.72,51.05]]]}}]})";

// A database of its own, migrated in this process.
class CommandsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* servers = std::getenv("STADSPOORT_TEST_SERVERS");
    ASSERT_NE(servers, nullptr) << "run by ctest, or after tests/servers start";
    std::map<std::string, std::string> env;
    std::ifstream file(std::string(servers) + "/env");
    for (std::string line; std::getline(file, line);) {
      const size_t equals = line.find('=');
      env[line.substr(0, equals)] = line.substr(equals + 1);
    }
    const std::string server =
        absl::StrCat("host=", env["POSTGRES_SOCKET"], " port=", env["POSTGRES_PORT"]);
    const std::string superuser = absl::StrCat(server, " user=", env["POSTGRES_USER"]);
    redis_ = "unix:" + env["REDIS_SOCKET"];
    database_ = absl::StrCat("commands_", domain::UuidText(domain::NewUuid(absl::Now())));
    admin_ = superuser + " dbname=postgres";
    RunAsAdmin(absl::StrCat("CREATE DATABASE \"", database_, "\""));
    ASSERT_TRUE(postgres::Migrate(absl::StrCat(superuser, " dbname=", database_),
                                  Deadline::After(absl::Minutes(1)), {})
                    .ok());
    conninfo_ = absl::StrCat(server, " dbname=", database_);
    keyring_ = *domain::PlateKeyring::Parse(domain::PlateKeyring::NewLine("test-1"));
    for (const char* role : {"cities", "zones", "rights", "checks"}) {
      postgres::PoolOptions options;
      options.connection.conninfo = absl::StrCat(conninfo_, " user=stadspoort_", role);
      options.size = 4;
      pools_[role] = std::make_unique<postgres::Pool>(options, postgres::LogFunction());
    }
  }

  void TearDown() override {
    pools_.clear();
    RunAsAdmin(absl::StrCat("DROP DATABASE \"", database_, "\" WITH (FORCE)"));
  }

  void RunAsAdmin(const std::string& statement) {
    postgres::ConnectionOptions options;
    options.conninfo = admin_;
    const Deadline deadline = Deadline::After(absl::Minutes(1));
    auto connection = postgres::Connection::Connect(options, deadline, {});
    ASSERT_TRUE(connection.ok()) << connection.status();
    ASSERT_TRUE((*connection)->RunScript("admin", statement, deadline).ok());
  }

  static platform::Call CallAs(platform::Role role, const std::string& provider = "") {
    platform::Call call;
    call.caller.subject = "tester";
    call.caller.roles.Add(role);
    call.caller.provider = provider;
    call.caller.every_city = true;
    call.received = absl::Now();
    call.deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    return call;
  }

  void MakeGhent() {
    cities::CityCommands cities(*pools_["cities"], *keyring_);
    cities::CreateAsked city{domain::CityCode("ghent"), "Europe/Brussels", {}, std::nullopt};
    city.settings.display_name = "Gent";
    ASSERT_TRUE(cities.Create(CallAs(platform::Role::kOperator), city).ok());
    domain::RightType paid;
    paid.code = domain::RightTypeCode("paid");
    paid.kind = domain::RightKind::kPaid;
    ASSERT_TRUE(cities.CreateRightType(CallAs(platform::Role::kOperator), {city.city, paid}).ok());
    cities::CreateContractAsked app;
    app.city = city.city;
    app.contract.code = domain::ContractCode("app");
    app.contract.provider = "app";
    app.contract.right_types = {paid.code};
    app.contract.in_force.start = absl::UnixEpoch();
    ASSERT_TRUE(cities::ContractCommands(*pools_["cities"])
                    .Create(CallAs(platform::Role::kCityAdmin), app)
                    .ok());
    zones::ImportZones import(*pools_["zones"]);
    zones::ImportAsked asked;
    asked.city = city.city;
    asked.geojson = kZones;
    const auto imported =
        import.Run(CallAs(platform::Role::kCityAdmin), asked, [](zones::ImportPhase, int, int) {});
    ASSERT_TRUE(imported.ok()) << imported.status();
    ASSERT_EQ(imported->created, 1);
  }

  std::string database_;
  std::string admin_;
  std::string conninfo_;
  std::string redis_;
  std::optional<domain::PlateKeyring> keyring_;
  std::map<std::string, std::unique_ptr<postgres::Pool>> pools_;
};

// Whatever else goes on, a right is seen by every check that begins after its enrolment was
// acknowledged, and is gone for every STRONG check that begins after its revocation was.
TEST_F(CommandsTest, WhatWasAcknowledgedIsSeenByEveryLaterCheck) {
  constexpr int kWriters = 4;
  constexpr int kRightsPerWriter = 60;
  MakeGhent();
  const domain::CityCode ghent("ghent");
  rights::RightCommands rights(*pools_["rights"], *keyring_);
  const redis::ConnectionOptions redis{.address = redis_};
  const projector::ProjectorLoop projector({conninfo_, redis, database_}, {});
  ladder::Memory memory;
  ladder::Follower follower({.postgres = conninfo_, .hosted = {}}, *keyring_, memory, {});
  redis::Pool redis_pool(redis, 4, {});
  redis::ProjectionReader projection(redis_pool, database_);
  ladder::Ladder ladder({}, *keyring_, memory, follower, projection);
  checks::CheckPlates checks(ladder, *pools_["checks"]);
  while (!follower.loaded()) std::this_thread::yield();

  const auto reason_for = [&](const domain::PlateNumber& plate, bool strong) {
    checks::BatchAsked batch;
    batch.city = ghent;
    batch.strong = strong;
    checks::ItemAsked item;
    item.plate = plate;
    item.place.zones = {domain::ZoneCode("a")};
    batch.items.push_back(item);
    const auto answered = checks.Run(CallAs(platform::Role::kDevice), batch, false);
    EXPECT_TRUE(answered.ok()) << answered.status();
    return answered.ok() ? answered->items[0].verdict.reason : domain::DecisionReason::kStale;
  };

  std::atomic<bool> writing = true;
  std::thread administrator([&] {
    cities::CityCommands cities(*pools_["cities"], *keyring_);
    for (int year = 0; writing; ++year) {
      cities::CalendarAsked calendar;
      calendar.city = ghent;
      calendar.days.push_back({absl::CivilDay(2030 + year % 50, 1, 1),
                               domain::SpecialDayLabel("HOLIDAY"), "Nieuwjaar"});
      EXPECT_TRUE(cities.UpdateCalendar(CallAs(platform::Role::kCityAdmin), calendar).ok());
    }
  });
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&, writer] {
      for (int i = 0; i < kRightsPerWriter; ++i) {
        const auto plate = domain::PlateNumber::Normalise(absl::StrCat("1W", writer, "N", 100 + i));
        rights::EnrolAsked enrol;
        enrol.city = ghent;
        enrol.reference = absl::StrCat(writer, "-", i);
        enrol.plate = *plate;
        enrol.type = domain::RightTypeCode("paid");
        enrol.zones = {domain::ZoneCode("a")};
        const auto granted = rights.Enrol(CallAs(platform::Role::kProvider, "app"), enrol);
        ASSERT_TRUE(granted.ok()) << granted.status();
        EXPECT_EQ(reason_for(*plate, /*strong=*/false), domain::DecisionReason::kRight);
        rights::ChangeAsked revoke;
        revoke.city = ghent;
        revoke.right = granted->right.right.id;
        revoke.reason = "test";
        ASSERT_TRUE(rights.Revoke(CallAs(platform::Role::kClerk), revoke).ok());
        EXPECT_EQ(reason_for(*plate, /*strong=*/true), domain::DecisionReason::kRevoked);
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  writing = false;
  administrator.join();
}

}  // namespace
}  // namespace stadspoort
