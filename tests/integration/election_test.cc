// The election's lock passes on when its holder stands still in the middle of an answer, where
// neither a statement's time-out nor the network's reaches it.
#include <gtest/gtest.h>
#include <libpq-fe.h>

#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "storage/postgres/projection_store.h"
#include "storage/postgres/register_read.h"
#include "tests/integration/database.h"

namespace stadspoort::testing {
namespace {

TEST(ElectionTest, AProjectorThatReadsNoAnswerIsEnded) {
  Database database("election");
  const auto deadline = Deadline::After(absl::Minutes(1));
  const std::unique_ptr<PGconn, decltype(&PQfinish)> stuck(
      PQconnectdb(absl::StrCat(database.conninfo(), " user=stadspoort_projector").c_str()),
      &PQfinish);
  ASSERT_EQ(PQstatus(stuck.get()), CONNECTION_OK) << PQerrorMessage(stuck.get());
  PQclear(PQexec(stuck.get(), "SET statement_timeout = '1s'"));
  PQclear(
      PQexec(stuck.get(), "SELECT pg_advisory_lock(hashtextextended('stadspoort.projector', 0))"));
  // More than every buffer on the way holds; nobody reads it.
  ASSERT_EQ(PQsendQuery(stuck.get(), "SELECT repeat('x', 1000000) FROM generate_series(1, 100)"),
            1);
  auto projector = *postgres::Connection::Connect(
      postgres::ReaderOptions(database.conninfo(), "projector"), deadline, {});
  bool elected = *postgres::Elect(*projector, deadline);
  EXPECT_FALSE(elected) << "another has the lock";
  while (!elected && !deadline.Passed()) {
    absl::SleepFor(absl::Milliseconds(100));
    const auto again = postgres::Elect(*projector, deadline);
    ASSERT_TRUE(again.ok()) << again.status();
    elected = *again;
  }
  EXPECT_TRUE(elected);
}

// One that is only slow, or idle, is left alone: the server's time-outs are for it.
TEST(ElectionTest, AProjectorThatReadsItsAnswersStays) {
  Database database("election");
  const auto deadline = Deadline::After(absl::Minutes(1));
  auto active = *postgres::Connection::Connect(
      postgres::ReaderOptions(database.conninfo(), "projector"), deadline, {});
  ASSERT_TRUE(*postgres::Elect(*active, deadline));
  auto candidate = *postgres::Connection::Connect(
      postgres::ReaderOptions(database.conninfo(), "projector"), deadline, {});
  for (int i = 0; i < 70; ++i) {
    ASSERT_FALSE(*postgres::Elect(*candidate, deadline));
    absl::SleepFor(absl::Milliseconds(100));
  }
  EXPECT_FALSE(active->HasEnded());
}

}  // namespace
}  // namespace stadspoort::testing
