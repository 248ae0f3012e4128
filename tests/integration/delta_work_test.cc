// What a delta costs behind an idle transaction that holds a transaction id, and what the rules of
// a large city cost that did not change: work is judged, time is told.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "storage/postgres/projection_store.h"
#include "tests/integration/database.h"
#include "tests/integration/picture.h"

namespace stadspoort::testing {
namespace {

constexpr int kCommits = 300'000;
constexpr int kStates = 3'000;
constexpr int kTimed = 200;
constexpr int kZones = 5'000;
constexpr int64_t kBuffersMost = 200;

std::string StatementText(const std::string& name) {
  std::ifstream file(absl::StrCat(STADSPOORT_SOURCE_DIR, "/storage/postgres/sql/", name, ".sql"));
  return {std::istreambuf_iterator<char>(file), {}};
}

// What a session of the ladder's role and settings touches.
class Work {
 public:
  explicit Work(const Database& database)
      : sql_(absl::StrCat(database.conninfo(), " user=stadspoort_ladder options='",
                          "-c plan_cache_mode=force_generic_plan -c row_security=off"
                          " -c enable_seqscan=off -c enable_hashjoin=off"
                          " -c enable_mergejoin=off'")) {
    sql_.Run("PREPARE changes (text, bigint, bigint) AS " + StatementText("changes_since"));
    sql_.Run("PREPARE header AS " + StatementText("register_header"));
    sql_.Run("PREPARE zones (text[], bigint[], bigint) AS " + StatementText("zones_of_cities"));
  }

  // Pages, found in memory or not. The second time: what dead index entries cost once is paid.
  int64_t BuffersOf(const std::string& execute) {
    Explain(execute);
    const nlohmann::json plan = Explain(execute);
    return plan["Shared Hit Blocks"].get<int64_t>() + plan["Shared Read Blocks"].get<int64_t>();
  }

  int64_t BuffersOfZones(int64_t known, int64_t most = postgres::kZonesReadMax) {
    return BuffersOf(absl::StrFormat("zones('{ghent}', '{%d}', %d)", known, most));
  }

  int64_t BuffersOfDelta(const std::string& since) {
    const int64_t most = postgres::kDeltaMaxSubjects;
    return BuffersOf(absl::StrFormat("changes('%s', %d, %d)", since, most + 1,
                                     most * postgres::kDeltaMaxRowsEach + 1));
  }

 private:
  nlohmann::json Explain(const std::string& execute) {
    const std::string text = sql_.Run("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE " + execute);
    return nlohmann::json::parse(text)[0]["Plan"];
  }

  Session sql_;
};

absl::Duration MedianDelta(postgres::Connection& reader) {
  std::vector<absl::Duration> times;
  postgres::RegisterQuery query;
  query.since = Read(reader, {}).header.snapshot;
  for (int i = 0; i < kTimed; ++i) {
    const auto began = std::chrono::steady_clock::now();
    const postgres::RegisterAnswer answer = Read(reader, query);
    times.push_back(absl::FromChrono(std::chrono::steady_clock::now() - began));
    query.since = answer.header.snapshot;
  }
  std::nth_element(times.begin(), times.begin() + kTimed / 2, times.end());
  return times[kTimed / 2];
}

TEST(DeltaWorkTest, IsSmallBehindAnIdleTransactionAndManyCommits) {
  Database database("work");
  database.MakeCity("ghent");
  Session idle(database.superuser());
  idle.Run("BEGIN; SELECT pg_current_xact_id()");
  const std::unique_ptr<postgres::Connection> reader = ConnectReader(database);
  Work work(database);
  const std::string before = Read(*reader, {}).header.snapshot;

  // The journal's trigger would only cost time here.
  Session sql(database.superuser());
  sql.Run("SET session_replication_role = replica");
  sql.Run(absl::StrFormat(
      "DO $$ BEGIN FOR i IN 1..%d LOOP INSERT INTO stadspoort.journal (kind, city, subject, "
      "version,"
      " state, actor) VALUES ('PLATE', 'ghent', '00000000-0000-0000-0000-000000000001', i, '{}',"
      " 'test'); COMMIT; END LOOP; END $$",
      kCommits));

  const std::string since = Read(*reader, {}).header.snapshot;
  EXPECT_NE(since, before);
  // Without and with the statistics that autovacuum may gather at any time.
  EXPECT_LE(work.BuffersOfDelta(since), kBuffersMost);
  sql.Run("ANALYZE stadspoort.journal");
  const int64_t buffers = work.BuffersOfDelta(since);
  EXPECT_LE(buffers, kBuffersMost);
  // The measure can tell: from the snapshot before the commits the work is another.
  EXPECT_GT(work.BuffersOfDelta(before), kBuffersMost);
  const absl::Duration median = MedianDelta(*reader);
  ::testing::Test::RecordProperty("median_delta_microseconds",
                                  static_cast<int>(absl::ToInt64Microseconds(median)));
  std::printf("behind %d commits: %d pages, median of %d deltas %s\n", kCommits,
              static_cast<int>(buffers), kTimed, absl::FormatDuration(median).c_str());
  idle.Run("COMMIT");
}

// Every confirming statement asks for what changed of the rules.
TEST(DeltaWorkTest, WhatChangedOfManyZonesIsFoundAtOnce) {
  Database database("zones");
  database.MakeCity("ghent");
  Session sql(database.superuser());
  sql.Run(absl::StrFormat(
      "INSERT INTO stadspoort.zone SELECT 'ghent', 'z' || i, gen_random_uuid(), 'ACCESS', 1"
      " FROM generate_series(1, %1$d) i; INSERT INTO stadspoort.zone_version (city, code,"
      " zone_version, in_force_start, display_name, regulation, geometry, vertex_count)"
      " SELECT 'ghent', 'z' || i, 1, now(), 'x', jsonb_build_object('x', repeat(md5(i::text), 20)),"
      " '[]', 4 FROM generate_series(1, %1$d) i",
      kZones));
  const auto count = [&] {
    return std::stoll(sql.Run("SELECT zones_version FROM stadspoort.city WHERE city = 'ghent'"));
  };
  Work work(database);
  for (const bool with_statistics : {false, true}) {
    SCOPED_TRACE(with_statistics);
    if (with_statistics) sql.Run("ANALYZE stadspoort.zone_version");
    const int64_t before = count();
    EXPECT_LE(work.BuffersOfZones(before), kBuffersMost) << "nothing changed";
    sql.Run("UPDATE stadspoort.zone_version SET display_name = 'y' WHERE code = 'z7'");
    EXPECT_GT(count(), before);
    EXPECT_LE(work.BuffersOfZones(before), kBuffersMost) << "one";
  }
  // The measure can tell.
  EXPECT_GT(work.BuffersOfZones(0, int64_t{kZones} * 100), kBuffersMost);
}

// The state row changes ten times a second, and old ones cannot be removed.
TEST(DeltaWorkTest, TheHeaderIsFoundAtOnceBehindAnIdleTransactionAndManyStates) {
  Database database("states");
  Session idle(database.superuser());
  idle.Run("BEGIN; SELECT pg_current_xact_id()");
  const auto deadline = Deadline::After(absl::Minutes(2));
  auto projector = *postgres::Connection::Connect(
      postgres::ReaderOptions(database.conninfo(), "projector"), deadline, {});
  ASSERT_TRUE(*postgres::Elect(*projector, deadline));
  Work work(database);
  protocol::StateRow row = Read(*projector, {}).header.row;
  for (int i = 0; i < kStates; ++i) {
    const auto committed = postgres::CommitProjection(*projector, row, deadline);
    ASSERT_TRUE(committed.ok()) << committed.status();
    ASSERT_EQ(committed->outcome, postgres::ProjectionCommit::Outcome::kDone);
    if (i + 1 < kStates) row.lease = committed->now;
    if (i % 100 == 0) {
      ASSERT_TRUE(postgres::DeleteOldProjections(*projector, deadline).ok());
    }
  }
  const int64_t buffers = work.BuffersOf("header");
  EXPECT_LE(buffers, kBuffersMost);
  EXPECT_EQ(Read(*projector, {}).header.row.lease, row.lease);
  std::printf("behind %d states: %d pages\n", kStates, static_cast<int>(buffers));
  idle.Run("COMMIT");
}

}  // namespace
}  // namespace stadspoort::testing
