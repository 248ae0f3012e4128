// A publication of so many zones that they are not read where checks wait.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/projector/projector_loop.h"
#include "storage/postgres/register_read.h"
#include "storage/redis/projection.h"
#include "tests/integration/checks_in_process.h"
#include "tests/integration/database.h"

namespace stadspoort::testing {
namespace {

using domain::Decision;
using ladder::Rung;

// Squares.
constexpr int kZones = static_cast<int>(postgres::kZonesReadMax / (4 + 50)) + 10;

class LargePublicationTest : public ::testing::Test {
 protected:
  void SetUp() override {
    database_.MakeCity("small");
    database_.MakeCity("large");
    for (const char* city : {"small", "large"}) database_.Enrol(city, "KX3", "a");
  }

  // New versions of all zones: each zone stands where its neighbour stood.
  void Publish() {
    std::vector<std::string> codes;
    for (int i = 0; i < kZones; ++i) codes.push_back(absl::StrCat("z", (i + shift_) % kZones));
    ++shift_;
    database_.ImportZones("large", codes);
  }

  bool FromMemory(Checks& checks, const std::string& city, const Car& car) {
    const CarAnswer answer = checks.Ask(city, car);
    EXPECT_NE(answer.decision, Decision::kNotPermitted);
    return answer.decision == Decision::kPermitted && answer.rung == Rung::kMemory;
  }

  int shift_ = 0;
  Database database_{"large"};
  projector::ProjectorLoop projector_{{database_.conninfo(), database_.redis(), database_.name()},
                                      {}};
};

TEST_F(LargePublicationTest, ComesIntoMemoryWithoutALoad) {
  Checks checks(database_, {});
  ASSERT_TRUE(Eventually([&] { return FromMemory(checks, "large", {"KX3", "a"}); }));
  const int64_t loads = checks.follower().GetStats().loads;
  for (int i = 0; i < 3; ++i) {
    SCOPED_TRACE(i);
    Publish();
    const std::string plate = absl::StrCat("KX3", std::string(1, "479"[i]));
    database_.Enrol("large", plate, "z7");
    // Whoever asks at once waits for the rules and gets an answer by them.
    EXPECT_EQ(checks.Ask("large", Car(plate, "z7")).decision, Decision::kPermitted);
    EXPECT_EQ(checks.Ask("large", Car(plate, "z8")).decision, Decision::kNotPermitted);
    EXPECT_TRUE(Eventually([&] { return FromMemory(checks, "large", {plate, "z7"}); }));
    EXPECT_TRUE(FromMemory(checks, "small", {"KX3", "a"}));
  }
  EXPECT_EQ(checks.follower().GetStats().loads, loads);
  EXPECT_EQ(checks.follower().GetStats().differences, 0);
}

// Nobody asks: memory gets it all the same.
TEST_F(LargePublicationTest, ComesIntoMemoryUnasked) {
  Publish();
  Checks checks(database_, {});
  database_.Enrol("large", "KX4", "z7");
  ASSERT_TRUE(Eventually([&] { return FromMemory(checks, "large", {"KX4", "z7"}); }));
  const int64_t confirming = checks.follower().GetStats().confirming;
  Session sql(database_.superuser());
  for (int i = 0; i < 3; ++i) {
    Publish();
    const std::string count =
        sql.Run("SELECT zones_version FROM stadspoort.city WHERE city = 'large'");
    EXPECT_TRUE(Eventually([&] {
      const ladder::Memory::Reader reader(checks.memory());
      const ladder::CityRulesPtr rules = reader.index()->RulesOf(domain::CityCode("large"));
      return rules != nullptr && absl::StrCat(rules->versions().zones) == count;
    }));
  }
  EXPECT_EQ(checks.follower().GetStats().confirming, confirming);
  EXPECT_EQ(checks.follower().GetStats().differences, 0);
}

// Neither memory nor Redis, and the first check of all.
TEST_F(LargePublicationTest, IsReadBesideByWhoKnowsNothing) {
  Publish();
  database_.Enrol("large", "KX4", "z7");
  Checks checks(database_, {.memory = false, .redis = false});
  EXPECT_TRUE(Eventually(
      [&] { return checks.Ask("large", Car("KX4", "z7")).decision == Decision::kPermitted; }));
  EXPECT_EQ(checks.Ask("large", Car("KX4", "z7")).rung, Rung::kPostgres);
  EXPECT_EQ(checks.Ask("large", Car("KX4", "z8")).decision, Decision::kNotPermitted);
}

// While its rules cannot be read, memory does not go on with those of before, and the other city's
// checks go on.
TEST_F(LargePublicationTest, IsNotAnsweredFromBeforeWhileItCannotBeRead) {
  Publish();
  Checks checks(database_, {.redis = false});
  const Car car("KX3", "a");
  for (const char* city : {"small", "large"}) {
    ASSERT_TRUE(Eventually([&] { return FromMemory(checks, city, car); }));
  }
  // No new session, so none to read it beside.
  Session sql(database_.superuser());
  const std::string limit = "ALTER DATABASE \"" + database_.name() + "\" CONNECTION LIMIT ";
  sql.Run(limit + "0");
  // No zone any more, but for a right that is now good for nothing.
  sql.Run(
      "BEGIN; UPDATE stadspoort.zone_version SET in_force_end = greatest(now(), in_force_start"
      " + interval '1 microsecond') WHERE city = 'large'; INSERT INTO stadspoort.journal (kind,"
      " city, subject, version, state, actor) SELECT 'ZONE', city, zone_id, 99, '{}', 'test'"
      " FROM stadspoort.zone WHERE city = 'large' AND code = 'a'; COMMIT");
  EXPECT_TRUE(Eventually([&] { return checks.Ask("large", car).decision == Decision::kUnknown; }));
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(checks.Ask("large", car).decision, Decision::kUnknown);
    EXPECT_TRUE(FromMemory(checks, "small", car));
    EXPECT_EQ(checks.Ask("small", Car("KX4", "a")).decision, Decision::kNotPermitted);
  }
  sql.Run(limit + "-1");
  EXPECT_TRUE(
      Eventually([&] { return checks.Ask("large", car).decision == Decision::kNotRequired; }));
}

// A city that looks further back from now on, and whose rules memory lacks just then.
TEST_F(LargePublicationTest, ThatLooksFurtherBackIsLoadedAnew) {
  Checks checks(database_, {});
  ASSERT_TRUE(Eventually([&] { return FromMemory(checks, "large", {"KX3", "a"}); }));
  const int64_t loads = checks.follower().GetStats().loads;
  Session sql(database_.superuser());
  // In one transaction with a change of every zone.
  Publish();
  sql.Run(
      "BEGIN; UPDATE stadspoort.zone_version SET display_name = display_name || '!'"
      " WHERE city = 'large'; UPDATE stadspoort.city SET look_back_seconds = 7 * 24 * 3600,"
      " version = version + 1 WHERE city = 'large'; INSERT INTO stadspoort.journal (kind, city,"
      " subject, version, state, actor) SELECT 'CITY', city, city_id, version, '{}', 'test'"
      " FROM stadspoort.city WHERE city = 'large'; COMMIT");
  EXPECT_TRUE(Eventually([&] { return checks.follower().GetStats().loads > loads; }));
  EXPECT_TRUE(Eventually([&] { return FromMemory(checks, "large", {"KX3", "a"}); }));
  EXPECT_EQ(checks.follower().GetStats().differences, 0);
}

// The ticks say which rules hold; the rules themselves follow.
TEST_F(LargePublicationTest, ComesIntoRedis) {
  redis::Pool pool(database_.redis(), 1, {});
  redis::ProjectionReader projection(pool, database_.name());
  const domain::CityCode large("large");
  Session sql(database_.superuser());
  for (int i = 0; i < 3; ++i) {
    const std::string count =
        sql.Run("SELECT zones_version FROM stadspoort.city WHERE city = 'large'");
    EXPECT_TRUE(Eventually([&] {
      const auto read = projection.Read(large, {}, absl::Seconds(5));
      if (!read.ok() || !read->versions) return false;
      const auto rules = projection.ReadRules(read->watermark.generation, large, absl::Seconds(5));
      return rules.ok() && rules->stored.versions == *read->versions &&
             absl::StrCat(read->versions->zones) == count &&
             rules->zones.size() == 2U + static_cast<size_t>(i) * kZones;
    }));
    Publish();
  }
  EXPECT_EQ(projector_.GetStats().rebuilds, 1);
}

}  // namespace
}  // namespace stadspoort::testing
