// A memory that is wrong, behind, or without a city never makes a "no" that is none.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/cities/city_commands.h"
#include "services/projector/projector_loop.h"
#include "storage/redis/codec.h"
#include "storage/redis/keys.h"
#include "tests/integration/checks_in_process.h"
#include "tests/integration/database.h"

namespace stadspoort::testing {
namespace {

using domain::Decision;
using ladder::Rung;

constexpr int kPlates = 240;

// No two of them read alike.
std::string PlateOf(int n) {
  std::string number = "KX";
  for (int i = 0; i < 4; ++i, n /= 4) number += "3479"[n % 4];
  return number;
}

std::string Hex(const domain::Pseudonym& pseudonym) {
  return absl::BytesToHexString(absl::string_view(
      reinterpret_cast<const char*>(pseudonym.bytes.data()), pseudonym.bytes.size()));
}

class MemoryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    database_.MakeCity("ghent");
    projector_ = std::make_unique<projector::ProjectorLoop>(
        projector::Options{database_.conninfo(), database_.redis(), database_.name()},
        postgres::LogFunction());
    for (int i = 0; i < kPlates; ++i) {
      cars_.emplace_back(PlateOf(i), "a");
      cars_.emplace_back(PlateOf(i), "b");
    }
  }

  // A plate with a right in the zone, of which the journal says nothing.
  void InsertBehindTheJournal(const std::string& number, const std::string& zone) {
    const domain::PlatePseudonyms names = database_.keyring()
                                              .KeyOf("test-1", domain::CityCode("ghent"))
                                              ->Of(*domain::PlateNumber::Normalise(number));
    sql_.Run(absl::StrFormat(
        "INSERT INTO stadspoort.plate VALUES ('ghent', gen_random_uuid(), '%1$s', '\\x%2$s',"
        " '\\x%3$s', 'test-1', 1) ON CONFLICT DO NOTHING;"
        "INSERT INTO stadspoort.access_right (city, right_id, plate_id, provider, reference,"
        " request_digest, right_type, city_wide, zones, effective_start, effective_end, version)"
        " SELECT city, gen_random_uuid(), plate_id, 'app', gen_random_uuid(),"
        " decode(repeat('00', 32), 'hex'), 'paid', false, '{%4$s}', now() - interval '1 hour',"
        " now() + interval '1 year', 1 FROM stadspoort.plate WHERE number = '%1$s'",
        number, Hex(names.exact), Hex(names.folded), zone));
  }

  // Who may stand where.
  std::set<Car> Truth() {
    std::set<Car> truth;
    for (const auto& row : sql_.Rows("SELECT number, unnest(zones) FROM stadspoort.plate"
                                     " JOIN stadspoort.access_right USING (city, plate_id)")) {
      truth.emplace(row[0], row[1]);
    }
    return truth;
  }

  // All answers are right, and what is permitted is permitted from memory.
  bool AllRight(Checks& checks, const std::set<Car>& truth) {
    const std::vector<CarAnswer> answers = checks.Ask("ghent", cars_);
    for (size_t i = 0; i < cars_.size(); ++i) {
      const bool may = truth.contains(cars_[i]);
      if (answers[i].decision != (may ? Decision::kPermitted : Decision::kNotPermitted)) {
        return false;
      }
      if (may && answers[i].rung != Rung::kMemory) return false;
    }
    return true;
  }

  // How many were wrongly refused, and how many wrongly let pass.
  std::pair<int, int> Wrong(Checks& checks, const std::set<Car>& truth) {
    const std::vector<CarAnswer> answers = checks.Ask("ghent", cars_);
    std::pair<int, int> wrong;
    for (size_t i = 0; i < cars_.size(); ++i) {
      const bool may = truth.contains(cars_[i]);
      const Decision decision = answers[i].decision;
      if (may && (decision == Decision::kNotPermitted || decision == Decision::kReview)) {
        ++wrong.first;
      }
      if (!may && decision == Decision::kPermitted) ++wrong.second;
    }
    return wrong;
  }

  bool FromMemory(Checks& checks, const std::string& city, const Car& car) {
    const CarAnswer answer = checks.Ask(city, car);
    return answer.decision == Decision::kPermitted && answer.rung == Rung::kMemory &&
           !answer.degraded;
  }

  Database database_{"memory"};
  Session sql_{database_.superuser()};
  std::unique_ptr<projector::ProjectorLoop> projector_;
  std::vector<Car> cars_;  // every plate in both zones
};

// The register is changed behind the journal's back, so that memory is wrong about every plate.
TEST_F(MemoryTest, GarbageInEveryEntryNeverMakesANoAndIsFound) {
  for (int i = 0; i < kPlates; ++i) {
    if (i % 3 != 0) InsertBehindTheJournal(PlateOf(i), i % 2 == 0 ? "a" : "b");
  }
  Checks checks(database_, {});
  ASSERT_TRUE(Eventually([&] { return AllRight(checks, Truth()); }));
  EXPECT_EQ(checks.follower().GetStats().differences, 0);
  int passed = 0;
  for (int round = 0; round < 6; ++round) {
    SCOPED_TRACE(round);
    const int64_t differences = checks.follower().GetStats().differences;
    const int64_t loads = checks.follower().GetStats().loads;
    // Those that are there move to the other zone or go; those that are not come.
    const std::set<Car> before = Truth();
    sql_.Run(
        "BEGIN; UPDATE stadspoort.access_right SET"
        " zones = CASE zones[1] WHEN 'a' THEN '{b}'::text[] ELSE '{a}' END");
    for (int i = 0; i < kPlates; ++i) {
      const std::string plate = PlateOf(i);
      if (!before.contains({plate, "a"}) && !before.contains({plate, "b"})) {
        InsertBehindTheJournal(plate, i % 2 == 0 ? "b" : "a");
      } else if (i % 3 == round % 3) {
        sql_.Run(
            "DELETE FROM stadspoort.access_right WHERE plate_id ="
            " (SELECT plate_id FROM stadspoort.plate WHERE number = '" +
            plate + "')");
      }
    }
    sql_.Run("COMMIT");
    const std::set<Car> truth = Truth();
    const auto [refused, let_pass] = Wrong(checks, truth);
    EXPECT_EQ(refused, 0);
    passed += let_pass;
    EXPECT_TRUE(Eventually([&] {
      EXPECT_EQ(Wrong(checks, truth).first, 0);
      return AllRight(checks, truth);
    })) << "memory mends itself";
    EXPECT_GT(checks.follower().GetStats().differences, differences);
    EXPECT_GT(checks.follower().GetStats().loads, loads);
  }
  // It was wrong indeed: what it said without asking was.
  EXPECT_GT(passed, 0);
  std::printf("%d let pass by a memory that was wrong\n", passed);
}

// What nobody asks about is compared all the same, from both sides.
TEST_F(MemoryTest, WhatNobodyAsksAboutIsComparedToo) {
  database_.Enrol("ghent", PlateOf(0));
  InsertBehindTheJournal(PlateOf(1), "a");
  Checks checks(database_, {});
  ASSERT_TRUE(Eventually([&] { return FromMemory(checks, "ghent", {PlateOf(0), "a"}); }));
  EXPECT_EQ(checks.follower().GetStats().differences, 0);
  InsertBehindTheJournal(PlateOf(2), "a");
  EXPECT_TRUE(Eventually([&] { return checks.follower().GetStats().differences == 1; }))
      << "a right that memory does not hold";
  ASSERT_TRUE(Eventually([&] { return FromMemory(checks, "ghent", {PlateOf(2), "a"}); }));
  sql_.Run("DELETE FROM stadspoort.access_right WHERE zones = '{a}'");
  EXPECT_TRUE(Eventually([&] { return checks.follower().GetStats().differences > 1; }))
      << "rights that only memory holds";
}

// Zones that ended behind the journal's back: memory holds rules that are no rules any more.
TEST_F(MemoryTest, RulesThatAreWrongInMemoryNeverMakeANo) {
  database_.Enrol("ghent", PlateOf(0));
  Checks checks(database_, {});
  ASSERT_TRUE(Eventually([&] { return FromMemory(checks, "ghent", {PlateOf(0), "a"}); }));
  const Car none(PlateOf(1), "a");
  EXPECT_EQ(checks.Ask("ghent", none).decision, Decision::kNotPermitted);
  sql_.Run(
      "BEGIN; UPDATE stadspoort.zone_version SET in_force_end = now() + interval '1 microsecond';"
      " UPDATE stadspoort.city SET zones_version = zones_version + 1; COMMIT");
  EXPECT_NE(checks.Ask("ghent", none).decision, Decision::kNotPermitted) << "no zone, no rule";
  EXPECT_TRUE(Eventually([&] { return checks.follower().GetStats().differences > 0; }));
}

// Not even the count of changes tells: only a comparison in full does.
TEST_F(MemoryTest, RulesThatAreWrongInMemoryAreFoundByTheAudit) {
  database_.Enrol("ghent", PlateOf(0));
  Checks checks(database_, {.rules_audit = absl::Milliseconds(20)});
  ASSERT_TRUE(Eventually([&] { return FromMemory(checks, "ghent", {PlateOf(0), "a"}); }));
  const int64_t loads = checks.follower().GetStats().loads;
  EXPECT_EQ(checks.follower().GetStats().differences, 0);
  sql_.Run(
      "SET session_replication_role = replica; UPDATE stadspoort.zone_version"
      " SET in_force_end = now() + interval '1 microsecond' WHERE code = 'a';"
      " SET session_replication_role = origin");
  EXPECT_TRUE(Eventually([&] { return checks.follower().GetStats().differences > 0; }));
  EXPECT_TRUE(Eventually([&] {
    return checks.Ask("ghent", {PlateOf(1), "a"}).decision == Decision::kNotRequired;
  })) << "no zone, no rule";
  EXPECT_TRUE(Eventually([&] { return checks.follower().GetStats().loads > loads; }));
  EXPECT_EQ(checks.follower().GetStats().differences, 1);
}

// A newer version of the program may have written what this one cannot read.
TEST_F(MemoryTest, RulesThatCannotBeReadStopNoOtherCity) {
  database_.MakeCity("bruges");
  for (const char* city : {"ghent", "bruges"}) database_.Enrol(city, PlateOf(0));
  Checks memory(database_, {});
  Checks redis(database_, {.memory = false});
  ASSERT_TRUE(Eventually([&] { return FromMemory(memory, "ghent", {PlateOf(0), "a"}); }));
  sql_.Run(
      "BEGIN; UPDATE stadspoort.zone_version SET regulation = '{\"notYetInvented\": 1}'"
      " WHERE city = 'ghent'; UPDATE stadspoort.city SET zones_version = zones_version + 1"
      " WHERE city = 'ghent'; INSERT INTO stadspoort.journal (kind, city, subject, version, state,"
      " actor) SELECT 'ZONE', city, zone_id, 99, '{}', 'test' FROM stadspoort.zone"
      " WHERE city = 'ghent'; COMMIT");
  for (Checks* checks : {&memory, &redis}) {
    EXPECT_TRUE(Eventually([&] {
      return checks->Ask("ghent", {PlateOf(0), "a"}).decision == Decision::kUnknown;
    }));
    EXPECT_EQ(checks->Ask("ghent", {PlateOf(1), "a"}).decision, Decision::kUnknown);
  }
  database_.Enrol("bruges", PlateOf(1));
  EXPECT_TRUE(Eventually([&] { return FromMemory(memory, "bruges", {PlateOf(1), "a"}); }));
  EXPECT_TRUE(Eventually([&] {
    const CarAnswer answer = redis.Ask("bruges", {PlateOf(1), "a"});
    return answer.decision == Decision::kPermitted && answer.rung == Rung::kRedis;
  }));
  EXPECT_EQ(memory.Ask("bruges", {PlateOf(2), "a"}).decision, Decision::kNotPermitted);
}

// Rights that ended before memory's look-back are not in it.
TEST_F(MemoryTest, ACityThatLooksFurtherBackIsLoadedAnewWithoutAnAlarm) {
  database_.Enrol("ghent", PlateOf(0));
  sql_.Run(
      "UPDATE stadspoort.access_right SET effective_start = now() - interval '4 days',"
      " effective_end = now() - interval '3 days'");
  database_.Enrol("ghent", PlateOf(1));
  Checks checks(database_, {});
  ASSERT_TRUE(Eventually([&] { return FromMemory(checks, "ghent", {PlateOf(1), "a"}); }));
  const int64_t loads = checks.follower().GetStats().loads;
  cities::UpdateAsked asked;
  asked.city = domain::CityCode("ghent");
  asked.paths = {"look_back"};
  asked.settings.look_back = absl::Hours(24 * 7);
  ASSERT_TRUE(cities::CityCommands(database_.pool("cities"), database_.keyring())
                  .Update(CallAs(platform::Role::kCityAdmin), asked)
                  .ok());
  EXPECT_TRUE(Eventually([&] { return checks.follower().GetStats().loads > loads; }));
  ASSERT_TRUE(Eventually([&] { return FromMemory(checks, "ghent", {PlateOf(1), "a"}); }));
  EXPECT_EQ(checks.Ask("ghent", {PlateOf(0), "a"}).decision, Decision::kNotPermitted);
  EXPECT_EQ(checks.memory().GetStats().groups, 2U) << "the one that ended, too";
  EXPECT_EQ(checks.follower().GetStats().differences, 0);
}

// The last rows of the table of what holds while the system of record is away.
TEST_F(MemoryTest, WhatIsOlderThanTheCityAllowsIsUnknown) {
  sql_.Run("UPDATE stadspoort.city SET degraded_limit_seconds = 3");
  database_.Enrol("ghent", PlateOf(0));
  Checks memory(database_, {.redis = false});
  Checks redis(database_, {.memory = false});
  const Car car(PlateOf(0), "a");
  const Car none(PlateOf(1), "a");
  ASSERT_TRUE(Eventually([&] { return FromMemory(memory, "ghent", car); }));
  ASSERT_TRUE(Eventually([&] { return redis.Ask("ghent", car).rung == Rung::kRedis; }));
  projector_.reset();
  sql_ = Session(database_.superuser() + " dbname=postgres");
  sql_.Run(
      absl::StrFormat("ALTER DATABASE \"%1$s\" ALLOW_CONNECTIONS false;"
                      "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                      " WHERE datname = '%1$s'",
                      database_.name()));
  for (Checks* checks : {&memory, &redis}) {
    bool degraded = false;
    EXPECT_TRUE(Eventually([&] {
      const CarAnswer answer = checks->Ask("ghent", car);
      EXPECT_NE(answer.decision, Decision::kNotPermitted);
      const CarAnswer no = checks->Ask("ghent", none);
      EXPECT_NE(no.decision, Decision::kPermitted);
      if (answer.degraded && answer.decision == Decision::kPermitted) degraded = true;
      return answer.decision == Decision::kUnknown &&
             answer.reason == domain::DecisionReason::kStale;
    }));
    EXPECT_TRUE(degraded || checks == &redis) << "it was younger at first";
    const CarAnswer no = checks->Ask("ghent", none);
    EXPECT_EQ(no.decision, Decision::kUnknown);
    EXPECT_EQ(no.reason, domain::DecisionReason::kBackendUnavailable);
  }
  sql_.Run(absl::StrFormat("ALTER DATABASE \"%s\" ALLOW_CONNECTIONS true", database_.name()));
}

// Rule 4: what Redis says of itself does not make memory younger.
TEST_F(MemoryTest, IsAsOldAsItsOwnLastDelta) {
  database_.Enrol("ghent", PlateOf(0));
  const Car car(PlateOf(0), "a");
  const Car none(PlateOf(1), "a");
  Checks checks(database_, {});
  ASSERT_TRUE(Eventually([&] { return FromMemory(checks, "ghent", car); }));
  ASSERT_TRUE(Eventually([&] { return projector_->GetStats().in_step; }));

  // The delta reads the journal, and nothing else does.
  sql_.Run("BEGIN; LOCK TABLE stadspoort.journal IN ACCESS EXCLUSIVE MODE");
  Session watch(database_.superuser());
  const auto waits = [&] {
    return watch.Run(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND application_name = 'stadspoortd-ladder' AND wait_event_type = 'Lock'");
  };
  ASSERT_TRUE(Eventually([&] { return waits() == "1"; }));
  const std::optional<Moment> fresh = checks.memory().GetStats().fresh_at;
  ASSERT_TRUE(fresh.has_value());

  auto redis = *redis::Connection::Connect(database_.redis(), absl::Minutes(1), {});
  const std::string key = redis::WatermarkKey(database_.name());
  const redis::Reply held = *redis->Run({"GET", key}, absl::Minutes(1));
  const std::string_view text = held.string().value_or("");
  protocol::Watermark ahead = *redis::WatermarkOf({text.data(), text.size()});
  for (const absl::Duration step : {absl::Hours(1), absl::Hours(-2)}) {
    ahead.as_of += step;
    const std::string value = redis::WatermarkValue(ahead);
    ASSERT_TRUE(redis->Run({"SET", key, value}, absl::Minutes(1)).ok());
    const auto until = BootClock::now() + std::chrono::milliseconds(1500);
    ASSERT_TRUE(Eventually([&] {
      const auto began = BootClock::now();
      const std::vector<CarAnswer> answers = checks.Ask("ghent", {car, none});
      EXPECT_EQ(checks.memory().GetStats().fresh_at, fresh);
      EXPECT_NE(answers[0].decision, Decision::kNotPermitted);
      EXPECT_NE(answers[1].decision, Decision::kPermitted);
      // By then it is too old to be asked, but for a degraded answer.
      if (began - *fresh > std::chrono::seconds(1)) {
        EXPECT_TRUE(answers[0].rung != Rung::kMemory || answers[0].degraded);
      }
      return began > until;
    }));
  }
  sql_.Run("ROLLBACK");
  EXPECT_TRUE(Eventually([&] { return FromMemory(checks, "ghent", car); }));
  EXPECT_GT(*checks.memory().GetStats().fresh_at, *fresh);
  database_.Enrol("ghent", PlateOf(1));
  EXPECT_TRUE(Eventually([&] { return FromMemory(checks, "ghent", none); }));
}

// What a stream of changes from the projector could have bought: memory would be as young as Redis.
TEST_F(MemoryTest, TellsHowSoonAChangeIsInMemoryAndInRedis) {
  Checks memory(database_, {});
  Checks redis(database_, {.memory = false});
  database_.Enrol("ghent", PlateOf(0));
  ASSERT_TRUE(Eventually([&] { return FromMemory(memory, "ghent", {PlateOf(0), "a"}); }));
  ASSERT_TRUE(Eventually([&] {
    return redis.Ask("ghent", {PlateOf(0), "a"}).rung == Rung::kRedis;
  }));
  for (Checks* checks : {&memory, &redis}) {
    std::vector<absl::Duration> times;
    for (int i = 1; i <= 100; ++i) {
      const Car car(PlateOf(checks == &memory ? i : i + 100), "a");
      database_.Enrol("ghent", car.first);
      const Moment acknowledged = BootClock::now();
      ASSERT_TRUE(Eventually([&] {
        const CarAnswer answer = checks->Ask("ghent", car);
        EXPECT_EQ(answer.decision, Decision::kPermitted);
        return answer.rung != Rung::kPostgres;
      }));
      times.push_back(absl::FromChrono(BootClock::now() - acknowledged));
    }
    std::sort(times.begin(), times.end());
    std::printf("in %s after %s (median), %s (95 %%)\n", checks == &memory ? "memory" : "Redis",
                absl::FormatDuration(times[50]).c_str(), absl::FormatDuration(times[95]).c_str());
  }
}

// Rule 4 the other way: memory does not need Redis, nor a projection that keeps up.
TEST_F(MemoryTest, GoesOnWithoutRedis) {
  Checks checks(database_, {});
  database_.Enrol("ghent", PlateOf(0));
  ASSERT_TRUE(Eventually([&] { return FromMemory(checks, "ghent", {PlateOf(0), "a"}); }));
  auto redis = *redis::Connection::Connect(database_.redis(), absl::Minutes(1), {});
  for (int i = 1; i < 20; ++i) {
    ASSERT_TRUE(redis->Run({"DEL", redis::WatermarkKey(database_.name())}, absl::Minutes(1)).ok());
    database_.Enrol("ghent", PlateOf(i));
    EXPECT_TRUE(Eventually([&] { return FromMemory(checks, "ghent", {PlateOf(i), "a"}); }));
  }
}

TEST_F(MemoryTest, ACityCreatedAfterTheLoadIsServedFromIt) {
  Checks checks(database_, {});
  database_.Enrol("ghent", PlateOf(0));
  ASSERT_TRUE(Eventually([&] { return FromMemory(checks, "ghent", {PlateOf(0), "a"}); }));
  const int64_t loads = checks.follower().GetStats().loads;
  database_.MakeCity("bruges");
  database_.Enrol("bruges", PlateOf(1));
  EXPECT_EQ(checks.Ask("bruges", {PlateOf(1), "a"}).decision, Decision::kPermitted);
  EXPECT_TRUE(Eventually([&] { return FromMemory(checks, "bruges", {PlateOf(1), "a"}); }));
  EXPECT_EQ(checks.Ask("bruges", {PlateOf(0), "a"}).decision, Decision::kNotPermitted);
  EXPECT_EQ(checks.Ask("ghent", {PlateOf(1), "a"}).decision, Decision::kNotPermitted);
  EXPECT_EQ(checks.follower().GetStats().loads, loads);
  EXPECT_EQ(checks.follower().GetStats().differences, 0);
}

TEST_F(MemoryTest, ACityThatIsNotHostedIsAnsweredFromALowerRung) {
  database_.MakeCity("bruges");
  database_.Enrol("ghent", PlateOf(0));
  database_.Enrol("bruges", PlateOf(1));
  for (const bool with_redis : {true, false}) {
    SCOPED_TRACE(with_redis);
    Checks checks(database_, {.redis = with_redis, .hosted = {domain::CityCode("ghent")}});
    ASSERT_TRUE(Eventually([&] { return FromMemory(checks, "ghent", {PlateOf(0), "a"}); }));
    const Rung rung = with_redis ? Rung::kRedis : Rung::kPostgres;
    EXPECT_TRUE(Eventually([&] {
      const CarAnswer answer = checks.Ask("bruges", {PlateOf(1), "a"});
      EXPECT_NE(answer.decision, Decision::kNotPermitted);
      EXPECT_NE(answer.rung, Rung::kMemory);
      return answer.rung == rung && answer.decision == Decision::kPermitted;
    }));
    EXPECT_EQ(checks.Ask("bruges", {PlateOf(0), "a"}).decision, Decision::kNotPermitted);
    // What changes there does not get into memory either.
    database_.Enrol("bruges", PlateOf(with_redis ? 2 : 3));
    EXPECT_EQ(checks.Ask("bruges", {PlateOf(with_redis ? 2 : 3), "a"}).decision,
              Decision::kPermitted);
    EXPECT_EQ(checks.memory().GetStats().groups, 1U);
    EXPECT_EQ(checks.follower().GetStats().differences, 0);
  }
}

}  // namespace
}  // namespace stadspoort::testing
