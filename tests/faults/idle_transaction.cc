#include "tests/faults/idle_transaction.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace stadspoort::faults {
namespace {

constexpr char kOldest[] = "SELECT pg_snapshot_xmin(pg_current_snapshot())";
constexpr char kNext[] = "SELECT pg_snapshot_xmax(pg_current_snapshot())";
constexpr absl::Duration kBetweenLooks = absl::Milliseconds(200);
// A transaction that never ends, not a slow machine.
constexpr absl::Duration kNever = absl::Seconds(60);

}  // namespace

IdleTransaction::IdleTransaction(const std::string& conninfo)
    : conninfo_(conninfo), sql_(conninfo) {
  sql_.Value("BEGIN");
  id_ = sql_.Number("SELECT pg_current_xact_id()");
  Sql other(conninfo);
  const absl::Time give_up = absl::Now() + kNever;
  while (other.Number(kOldest) != id_ && absl::Now() < give_up) absl::SleepFor(kBetweenLooks);
  looker_ = std::thread([this] { Look(); });
}

IdleTransaction::~IdleTransaction() {
  if (looker_.joinable()) End();
}

void IdleTransaction::Look() {
  Sql sql(conninfo_);
  while (!stopping_) {
    ++looks_;
    if (sql.Number(kOldest) != id_) ++not_oldest_;
    absl::SleepFor(kBetweenLooks);
  }
}

IdleTransaction::Held IdleTransaction::End() {
  stopping_ = true;
  looker_.join();
  Held held;
  held.looks = looks_;
  held.not_oldest = not_oldest_;
  Sql other(conninfo_);
  held.open = absl::Milliseconds(other.Number(
      absl::StrCat("SELECT (1000 * extract(epoch FROM clock_timestamp() - xact_start))::bigint "
                   "FROM pg_stat_activity WHERE state = 'idle in transaction' AND "
                   "backend_xid::text = '",
                   id_, "'")));
  held.ids_meanwhile = other.Number(kNext) - id_;
  sql_.Value("ROLLBACK");
  return held;
}

}  // namespace stadspoort::faults
