// Whoever reads only what changed of a city's zones holds what everybody else reads in full.
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "storage/ladder/rules_keeper.h"
#include "storage/postgres/admin.h"
#include "storage/postgres/migrations.h"
#include "storage/postgres/register_read.h"
#include "storage/postgres/schema.h"
#include "tests/integration/database.h"
#include "tests/integration/picture.h"

namespace stadspoort::testing {
namespace {

using ladder::CityRulesPtr;
using postgres::RulesRead;

constexpr int kSteps = 400;
const char* const kZones[] = {"a", "b", "c", "d", "e"};

class ZoneChangesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* city : {"ghent", "bruges"}) {
      database_.MakeCity(city);
      database_.ImportZones(city, {"c", "d", "e"});
    }
    reader_ = ConnectReader(database_);
  }

  RulesRead ReadRules(const CityRulesPtr& known, const std::string& city = "ghent") {
    postgres::RegisterQuery query;
    query.rules.push_back(
        {domain::CityCode(city), known == nullptr ? domain::CityVersions() : known->versions()});
    postgres::RegisterAnswer answer = Read(*reader_, query);
    EXPECT_EQ(answer.rules.size(), 1U);
    return answer.rules.empty() ? RulesRead() : std::move(answer.rules[0]);
  }
  CityRulesPtr Join(const CityRulesPtr& known, RulesRead read) {
    absl::StatusOr<CityRulesPtr> joined =
        ladder::JoinRules(known, std::move(read), database_.keyring());
    EXPECT_TRUE(joined.ok()) << joined.status();
    return joined.ok() ? *joined : nullptr;
  }
  CityRulesPtr InFull(const std::string& city = "ghent") {
    return Join(nullptr, ReadRules(nullptr, city));
  }

  // The zone's next version, in force from an hour that lies after all others'.
  std::string Publish(const std::string& city, const std::string& zone) {
    return absl::StrFormat(
        "UPDATE stadspoort.zone_version SET in_force_end = '2030-01-01'::timestamptz"
        " + %3$d * interval '1 hour' WHERE city = '%1$s' AND code = '%2$s' AND NOT withdrawn"
        " AND in_force_end = 'infinity';"
        "INSERT INTO stadspoort.zone_version (city, code, zone_version, in_force_start,"
        " display_name, regulation, geometry, vertex_count) SELECT city, code,"
        " (SELECT max(zone_version) + 1 FROM stadspoort.zone_version WHERE city = '%1$s'"
        "  AND code = '%2$s'), '2030-01-01'::timestamptz + %3$d * interval '1 hour', 'hour %3$d',"
        " regulation, geometry, vertex_count FROM stadspoort.zone_version"
        " WHERE city = '%1$s' AND code = '%2$s' AND zone_version = 1;",
        city, zone, ++hour_);
  }
  // Calls the zone's last version back, if it is not its first.
  static std::string Withdraw(const std::string& city, const std::string& zone) {
    const std::string of = absl::StrFormat(" WHERE city = '%s' AND code = '%s'", city, zone);
    const std::string last =
        "(SELECT max(zone_version) FROM stadspoort.zone_version" + of + " AND NOT withdrawn)";
    return "UPDATE stadspoort.zone_version SET withdrawn = true" + of +
           " AND zone_version > 1 AND zone_version = " + last +
           ";UPDATE stadspoort.zone_version SET in_force_end = 'infinity'" + of +
           " AND zone_version = " + last + ";";
  }
  static std::string MoveCountOn(const std::string& city) {
    return "UPDATE stadspoort.city SET zones_version = zones_version + 1 WHERE city = '" + city +
           "';";
  }

  // A transaction as publications make them, and as hands make them that forget the count.
  std::string SomeChange(std::mt19937& random) {
    const std::string city = random() % 4 == 0 ? "bruges" : "ghent";
    std::string change = "BEGIN;";
    const auto order = random() % 3;
    if (order == 0) change += MoveCountOn(city);
    for (auto n = 1 + random() % 3; n > 0; --n) {
      const std::string zone = kZones[random() % std::size(kZones)];
      change += random() % 3 == 0 ? Withdraw(city, zone) : Publish(city, zone);
    }
    if (order == 1) change += MoveCountOn(city);
    return change + (random() % 8 == 0 ? "ROLLBACK" : "COMMIT");
  }

  int64_t ChangedSince(const std::string& city, int64_t count) {
    const std::string rows = sql_.Run(absl::StrFormat(
        "SELECT count(*) FROM stadspoort.zone_version WHERE city = '%s' AND change_number > %d",
        city, count));
    return std::stoll(rows);
  }

  Database database_{"zones"};
  Session sql_{database_.superuser()};
  std::unique_ptr<postgres::Connection> reader_;
  int hour_ = 0;
};

TEST_F(ZoneChangesTest, WhoReadsOnlyThemHoldsWhatEverybodyReadsInFull) {
  std::mt19937 random(7);
  const std::vector<std::string> cities = {"ghent", "bruges"};
  // One that reads after every change, one that often misses some.
  std::vector<std::vector<CityRulesPtr>> held(2);
  for (std::vector<CityRulesPtr>& reader : held) {
    for (const std::string& city : cities) reader.push_back(InFull(city));
  }
  int withdrawn = 0;
  for (int step = 0; step < kSteps; ++step) {
    SCOPED_TRACE(step);
    sql_.Run(SomeChange(random));
    for (size_t reader = 0; reader < held.size(); ++reader) {
      if (reader == 1 && random() % 3 != 0) continue;
      for (size_t n = 0; n < cities.size(); ++n) {
        CityRulesPtr& known = held[reader][n];
        RulesRead read = ReadRules(known, cities[n]);
        ASSERT_EQ(read.zones_since, known->versions().zones);
        withdrawn += static_cast<int>(read.withdrawn.size());
        // And nothing else than what changed.
        ASSERT_EQ(static_cast<int64_t>(read.zones.size() + read.withdrawn.size()),
                  ChangedSince(cities[n], known->versions().zones));
        known = Join(known, std::move(read));
        ASSERT_NE(known, nullptr);
        ASSERT_TRUE(known->parts() == InFull(cities[n])->parts());
      }
    }
  }
  EXPECT_GT(withdrawn, 0);
  EXPECT_EQ(sql_.Run("SELECT count(*) > 0 FROM stadspoort.zone_version WHERE withdrawn"), "t");
}

// A count that was not moved on when it was read, and a row that is of it, were a change that
// nobody sees.
TEST_F(ZoneChangesTest, OnesThatAreNotCommittedYetComeWhenTheyAre) {
  CityRulesPtr known = InFull();
  Session writer(database_.superuser());
  for (const bool count_first : {true, false}) {
    const std::string change = Publish("ghent", "a");
    writer.Run("BEGIN;" +
               (count_first ? MoveCountOn("ghent") + change : change + MoveCountOn("ghent")));
    EXPECT_EQ(Join(known, ReadRules(known)), known) << "nothing is seen";
    writer.Run("COMMIT");
    known = Join(known, ReadRules(known));
    EXPECT_TRUE(known->parts() == InFull()->parts());
  }
  // The next one waits for the one before, so counts are committed in their order.
  writer.Run("BEGIN;" + Publish("ghent", "b"));
  Session second(database_.superuser());
  EXPECT_EQ(second.StateOf("SET lock_timeout = '50ms';" + Publish("ghent", "c")), "55P03");
  writer.Run("COMMIT");
  second.Run(Publish("ghent", "c"));
  EXPECT_TRUE(Join(known, ReadRules(known))->parts() == InFull()->parts()) << "two at once";
}

TEST_F(ZoneChangesTest, WhatDidNotChangeIsShared) {
  const CityRulesPtr before = InFull();
  sql_.Run(Publish("ghent", "c"));
  const CityRulesPtr after = Join(before, ReadRules(before));
  ASSERT_EQ(after->parts().zones.size(), before->parts().zones.size() + 1);
  for (const domain::SharedZone& zone : before->parts().zones) {
    int same = 0;
    for (const domain::SharedZone& other : after->parts().zones) same += &*zone == &*other ? 1 : 0;
    EXPECT_EQ(same, zone->code.value() == "c" ? 0 : 1) << zone->code.value();
  }
}

// The database was put back to before what the reader holds.
TEST_F(ZoneChangesTest, ACountThatIsBehindTheReadersIsReadInFull) {
  const std::string count = sql_.Run("SELECT zones_version FROM stadspoort.city");
  for (int i = 0; i < 5; ++i) sql_.Run(Publish("ghent", "a"));
  sql_.Run(Publish("ghent", "b") + Withdraw("ghent", "b"));
  const CityRulesPtr known = InFull();
  sql_.Run(
      "SET session_replication_role = replica;"
      "DELETE FROM stadspoort.zone_version WHERE code = 'a' AND zone_version > 1;"
      "UPDATE stadspoort.zone_version SET in_force_end = 'infinity', change_number = 1"
      " WHERE NOT withdrawn;"
      "UPDATE stadspoort.city SET zones_version = 2;"
      "SET session_replication_role = origin");
  RulesRead read = ReadRules(known);
  EXPECT_EQ(read.zones_since, 0);
  EXPECT_TRUE(read.withdrawn.empty()) << "history, of which a new reader has no need";
  EXPECT_EQ(read.zones.size(), std::size(kZones));
  EXPECT_TRUE(Join(known, std::move(read))->parts() == InFull()->parts());
}

TEST_F(ZoneChangesTest, ChangesThatGoOnFromOthersAreRefused) {
  const CityRulesPtr first = InFull();
  sql_.Run(Publish("ghent", "a"));
  const CityRulesPtr second = Join(first, ReadRules(first));
  sql_.Run(Publish("ghent", "a"));
  const RulesRead read = ReadRules(second);
  EXPECT_FALSE(ladder::JoinRules(first, read, database_.keyring()).ok());
  EXPECT_FALSE(ladder::JoinRules(nullptr, read, database_.keyring()).ok());
  EXPECT_TRUE(ladder::JoinRules(second, read, database_.keyring()).ok());
}

TEST_F(ZoneChangesTest, MoreThanIsAskedForIsLeftOutOfThatCity) {
  const CityRulesPtr known = InFull();
  sql_.Run(Publish("ghent", "a"));
  postgres::RegisterQuery query;
  query.rules = {{domain::CityCode("ghent"), known->versions()}, {domain::CityCode("bruges")}};
  // Two versions changed in Ghent, five are all of Bruges; 4 vertices and 50 for the rules each.
  for (const auto& [most, left_out] : {std::pair(107, 2), {108, 1}, {269, 1}, {270, 0}}) {
    SCOPED_TRACE(most);
    query.zones_max = most;
    postgres::RegisterAnswer answer = Read(*reader_, query);
    ASSERT_EQ(answer.rules.size(), 2U);
    int found = 0;
    for (RulesRead& read : answer.rules) {
      EXPECT_TRUE(read.status.ok());
      EXPECT_EQ(read.zones.empty(), read.zones_left_out);
      found += read.zones_left_out ? 1 : 0;
      const CityRulesPtr& held = read.city == known->code() ? known : nullptr;
      EXPECT_NE(ladder::JoinRules(held, read, database_.keyring()).ok(), read.zones_left_out);
    }
    EXPECT_EQ(found, left_out);
  }
}

// What was withdrawn holds for nobody, and its time is free for another.
TEST_F(ZoneChangesTest, AWithdrawnVersionNeverHolds) {
  sql_.Run(Publish("ghent", "a"));
  const std::string at = "'2035-01-01'";
  const auto version_at = [&] {
    return sql_.Run(
        "SELECT string_agg(zone_version::text, ' ') FROM stadspoort.zone_version WHERE city = "
        "'ghent' AND code = 'a' AND NOT withdrawn AND in_force_start <= " +
        at + " AND in_force_end > " + at);
  };
  EXPECT_EQ(version_at(), "2");
  sql_.Run(Withdraw("ghent", "a"));
  EXPECT_EQ(version_at(), "1");
  EXPECT_EQ(sql_.StateOf("UPDATE stadspoort.zone_version SET withdrawn = false"), "23P01");
  sql_.Run(Publish("ghent", "a"));
  EXPECT_EQ(version_at(), "3");
  const CityRulesPtr rules = InFull();
  for (const domain::SharedZone& zone : rules->parts().zones) {
    EXPECT_FALSE(zone->code.value() == "a" && zone->version == 2);
  }
  EXPECT_EQ(sql_.Run("SELECT count(*) FROM stadspoort.zone_version WHERE withdrawn"), "1")
      << "history stays";
}

// Versions of before the migration count as changed when the city's zones last were.
TEST(ZoneChangesMigrationTest, NumbersWhatIsThere) {
  Database empty("before");  // for its server
  const std::string name = empty.name() + "_old";
  Session(empty.superuser()).Run("CREATE DATABASE \"" + name + "\"");
  const std::string conninfo = empty.superuser() + " dbname=" + name;
  {
    Session sql(conninfo);
    sql.Run(std::string(postgres::admin::kBootstrap.text));
    for (const postgres::Migration& migration : postgres::kMigrations) {
      if (migration.number >= 4) break;
      sql.Run(absl::StrCat("BEGIN; SET LOCAL ROLE stadspoort_owner;", std::string(migration.text),
                           "; RESET ROLE; INSERT INTO stadspoort.schema_migration VALUES (",
                           migration.number, ", '", std::string(migration.slug), "'); COMMIT"));
    }
    for (const std::string city : {"ghent", "bruges"}) {
      sql.Run(absl::StrFormat(
          "INSERT INTO stadspoort.city (city, city_id, display_name, time_zone, languages,"
          " look_back_seconds, degraded_limit_seconds, end_in_the_past_limit_seconds,"
          " open_end_limit_seconds, confidence_threshold, plate_key_id, plate_key_fingerprint,"
          " version, zones_version) VALUES ('%1$s', gen_random_uuid(), 'x', 'Europe/Brussels',"
          " '{nl}', 7200, 60, 60, 7200, 0, 'k', decode(repeat('00', 16), 'hex'), 1, %2$d);"
          "INSERT INTO stadspoort.zone VALUES ('%1$s', 'a', gen_random_uuid(), 'ACCESS', 1);"
          "INSERT INTO stadspoort.zone_version (city, code, zone_version, in_force_start,"
          " in_force_end, display_name, regulation, geometry, vertex_count) VALUES"
          " ('%1$s', 'a', 1, '2026-01-01', '2026-02-01', 'x', '{}', '[]', 3),"
          " ('%1$s', 'a', 2, '2026-02-01', 'infinity', 'x', '{}', '[]', 3)",
          city, city == "ghent" ? 17 : 3));
    }
  }
  const absl::Status migrated = postgres::Migrate(conninfo, Deadline::After(absl::Minutes(2)), {});
  EXPECT_TRUE(migrated.ok()) << migrated;
  {
    Session sql(conninfo);
    EXPECT_EQ(sql.Run("SELECT string_agg(city || change_number, ' ' ORDER BY city, zone_version)"
                      " FROM stadspoort.zone_version WHERE NOT withdrawn"),
              "bruges3 bruges3 ghent17 ghent17");
    EXPECT_EQ(sql.Run("SELECT count(*) FROM pg_class WHERE relname IN ('city', 'zone_version')"
                      " AND relrowsecurity AND relforcerowsecurity"),
              "2");
  }
  Session(empty.superuser()).Run("DROP DATABASE \"" + name + "\" WITH (FORCE)");
}

}  // namespace
}  // namespace stadspoort::testing
