// Rules 6, 10 and 11 of the protocol, which only a real database can break.
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/cities/city_commands.h"
#include "services/projector/projector_loop.h"
#include "services/rights/right_commands.h"
#include "storage/postgres/client/status.h"
#include "storage/postgres/schema.h"
#include "tests/integration/database.h"
#include "tests/integration/picture.h"

namespace stadspoort::testing {
namespace {

Deadline Patience() { return Deadline::After(absl::Minutes(2)); }

class DeltaRulesTest : public ::testing::Test {
 protected:
  void SetUp() override { database_.MakeCity("ghent"); }

  Database database_{"rules"};
};

// How many rights a load gives.
struct Loaded {
  absl::Status status;
  size_t cities = 0;
  size_t rights = 0;
};
Loaded Load(postgres::Connection& connection) {
  Loaded loaded;
  postgres::LoadSink sink;
  sink.rules = [&](const postgres::RegisterAnswer&, const std::vector<postgres::RulesRead>& rules) {
    loaded.cities += rules.size();
    return absl::OkStatus();
  };
  sink.plates = [&](const std::vector<postgres::PlateGroup>& groups) {
    for (const postgres::PlateGroup& group : groups) {
      for (const postgres::PlateRecord& plate : group.plates) loaded.rights += plate.rights.size();
    }
    return absl::OkStatus();
  };
  loaded.status = postgres::LoadRegister(connection, {}, sink, Patience());
  return loaded;
}

// Rule 6: behind a table rewrite that commits meanwhile, an older snapshot would see no rows.
TEST_F(DeltaRulesTest, ALoadBehindATableRewriteSeesEveryRow) {
  constexpr size_t kRights = 50;
  for (size_t i = 0; i < kRights; ++i) database_.Enrol("ghent", absl::StrCat("1ABC", 100 + i));
  const auto reader = ConnectReader(database_);
  EXPECT_EQ(Load(*reader).rights, kRights);
  for (const char* table : {"access_right", "plate", "city", "zone_version"}) {
    SCOPED_TRACE(table);
    Session sql(database_.superuser());
    sql.Run("BEGIN");
    sql.Run(absl::StrCat("SET LOCAL row_security = off; ALTER TABLE stadspoort.", table,
                         " ADD COLUMN rewritten text DEFAULT gen_random_uuid()::text"));
    Loaded loaded;
    std::thread loader([&] { loaded = Load(*reader); });
    Session watch(database_.superuser());
    EXPECT_TRUE(Eventually([&] {
      return watch.Run(
                 absl::StrFormat("SELECT count(*) FROM pg_locks WHERE NOT granted AND database ="
                                 " (SELECT oid FROM pg_database WHERE datname = current_database())"
                                 " AND relation = 'stadspoort.%s'::regclass",
                                 table)) == "1";
    }));
    sql.Run("COMMIT");
    loader.join();
    EXPECT_TRUE(loaded.status.ok()) << loaded.status;
    EXPECT_EQ(loaded.cities, 1U);
    EXPECT_EQ(loaded.rights, kRights);
  }
}

// Rule 11: a role that row-level security keeps rows from gets an error, never fewer rows.
TEST_F(DeltaRulesTest, ARoleThatRowLevelSecurityHidesRowsFromIsRefused) {
  database_.Enrol("ghent", "1ABC123");
  Session sql(database_.superuser());
  // The privileges of the ladder, without its BYPASSRLS, which is not inherited.
  const std::string role = absl::StrCat("filtered_", getpid());
  sql.Run(absl::StrFormat("CREATE ROLE %1$s LOGIN; GRANT stadspoort_ladder TO %1$s", role));
  const std::string seen = Session(absl::StrCat(database_.conninfo(), " user=", role))
                               .Run("SELECT count(*) FROM stadspoort.access_right");
  EXPECT_EQ(seen, "0") << "it would see nothing, without an error";
  for (const char* security : {"off", "on"}) {
    SCOPED_TRACE(security);
    postgres::ConnectionOptions options = postgres::ReaderOptions("", "ladder");
    options.conninfo = absl::StrCat(database_.conninfo(), " user=", role);
    options.settings.emplace_back("row_security", security);
    const bool off = std::string(security) == "off";
    const auto expect_refused = [&](const absl::Status& status) {
      // The server's own refusal, or ours.
      EXPECT_EQ(postgres::SqlStateOf(status), off ? "42501" : "") << status;
      EXPECT_EQ(status.code(),
                off ? absl::StatusCode::kInternal : absl::StatusCode::kFailedPrecondition);
    };
    const auto connect = [&] { return *postgres::Connection::Connect(options, Patience(), {}); };
    postgres::RegisterQuery query;
    query.plates.push_back({{domain::CityCode("ghent"), {}}, std::nullopt});
    expect_refused(postgres::ReadRegister(*connect(), query, Patience()).status());
    query.plates.clear();
    query.since = sql.Run("SELECT pg_current_snapshot()");
    expect_refused(postgres::ReadRegister(*connect(), query, Patience()).status());
    expect_refused(Load(*connect()).status);
  }
  sql.Run("DROP ROLE " + role);
}

// Rule 9: in a history in which no epoch has been opened nothing is written.
TEST_F(DeltaRulesTest, NothingIsWrittenWhileTheRegisterIsClosed) {
  database_.Enrol("ghent", "1ABC123");
  Session sql(database_.superuser());
  const std::string all = "SELECT count(*) FROM stadspoort.access_right";
  ASSERT_TRUE(postgres::StartNewEpoch(database_.superuser(), Patience(), {}).ok());
  rights::EnrolAsked asked;
  asked.city = domain::CityCode("ghent");
  asked.reference = "closed";
  asked.plate = *domain::PlateNumber::Normalise("1ABC124");
  asked.type = domain::RightTypeCode("paid");
  asked.zones = {domain::ZoneCode("a")};
  asked.term.end = absl::Now() + absl::Hours(1);
  rights::RightCommands rights(database_.pool("rights"), database_.keyring());
  const absl::Status refused =
      rights.Enrol(CallAs(platform::Role::kProvider, "app"), asked).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kUnavailable) << refused;
  EXPECT_EQ(postgres::SqlStateOf(refused), "57P03") << "which is temporary";
  cities::CityCommands cities(database_.pool("cities"), database_.keyring());
  const absl::Status calendar =
      cities.UpdateCalendar(CallAs(platform::Role::kCityAdmin), {asked.city, "", {}}).status();
  EXPECT_EQ(postgres::SqlStateOf(calendar), "57P03") << calendar;
  EXPECT_EQ(sql.Run(all), "1");

  projector::ProjectorLoop projector({database_.conninfo(), database_.redis(), database_.name()},
                                     {});
  EXPECT_TRUE(Eventually([&] {
    return rights.Enrol(CallAs(platform::Role::kProvider, "app"), asked).ok();
  })) << "open again";
  EXPECT_EQ(sql.Run(all), "2");
}

// Rule 10: each change of a plate has a version of its own, and the last one is what holds.
TEST_F(DeltaRulesTest, VersionsOfAPlateAreWithoutGapsHoweverManyChangeIt) {
  constexpr int kThreads = 16;
  constexpr int kChanges = 40;
  const domain::RightId right = database_.Enrol("ghent", "1ABC123");
  rights::RightCommands rights(database_.pool("rights"), database_.keyring());
  std::atomic<int> done = 1;  // the enrolment
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      rights::ChangeAsked change;
      change.city = domain::CityCode("ghent");
      change.right = right;
      change.reason = "test";
      for (int i = 0; i < kChanges; ++i) {
        const platform::Call clerk = CallAs(platform::Role::kClerk);
        absl::Status status;
        if ((thread + i) % 3 == 0) {
          status = rights.Suspend(clerk, change).status();
        } else if ((thread + i) % 3 == 1) {
          status = rights.Resume(clerk, change).status();
        } else {
          rights::ChangeAsked amend = change;
          amend.changes.requested_end = absl::Now() + absl::Hours(10 + thread * 100 + i);
          status = rights.Amend(CallAs(platform::Role::kProvider, "app"), amend).status();
        }
        // What another has suspended or resumed already is refused and changes nothing.
        if (status.ok()) ++done;
        EXPECT_TRUE(status.ok() || absl::IsFailedPrecondition(status)) << status;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_GT(done, kThreads * kChanges / 3);
  Session sql(database_.superuser());
  const std::string count = absl::StrCat(done.load());
  const std::vector<std::string> expected = {count, count, "1", count};
  const auto counted = sql.Rows(
      "SELECT count(*), count(DISTINCT version), min(version), max(version)"
      " FROM stadspoort.journal WHERE kind = 'PLATE'");
  ASSERT_EQ(counted.size(), 1U);
  EXPECT_EQ(counted[0], expected);
  // The journal's last word, the right's row and the subject's row agree.
  EXPECT_EQ(
      sql.Run("SELECT r.version = p.version AND r.version = j.version AND r.revision = j.version"
              " AND (j.state->>'effective_end')::timestamptz = r.effective_end"
              " AND (j.state->>'requested_end')::timestamptz = r.requested_end"
              " AND jsonb_array_length(j.state->'suspensions') ="
              "   (SELECT count(*) FROM unnest(r.suspensions))"
              " AND (j.state->'suspensions'->-1->>0)::timestamptz ="
              "   (SELECT max(lower(s)) FROM unnest(r.suspensions) s)"
              " FROM stadspoort.access_right r JOIN stadspoort.plate p USING (city, plate_id)"
              " JOIN stadspoort.journal j ON j.subject = p.plate_id ORDER BY j.version DESC LIMIT "
              "1"),
      "t");
}

}  // namespace
}  // namespace stadspoort::testing
