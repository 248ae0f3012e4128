// A checker is killed again and again while it loads its memory, and comes back: it answers nothing
// it has not loaded, and the others do not notice.
#include <gtest/gtest.h>

#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/faults/servers.h"
#include "tests/faults/trial.h"
#include "tests/faults/vitals.h"

namespace stadspoort::faults {
namespace {

constexpr int kRights = 100'000;
constexpr char kFilled[] = "filled";  // their city
constexpr size_t kKilled = 2;         // the daemon
// While it loads. A kill that comes after the load is made up for by another.
constexpr int kKills = 10;
constexpr int kMostStarts = 5 * kKills;
constexpr char kLoaded[] = "memory loaded";
// A hang, not a slow machine.
constexpr absl::Duration kNever = absl::Seconds(60);

// So many plates with a right each. No journal tells of them, so they are there before any daemon
// looks; Redis never hears of them, but nobody asks for them.
void Fill(const Database& database) {
  {
    const Fleet founder(database, {Fleet::Member()});
    FoundCity(founder[0], kFilled);
  }
  Sql sql(database.superuser());
  sql.Value(absl::StrCat("INSERT INTO stadspoort.plate SELECT '", kFilled,
                         "', gen_random_uuid(), 'P' || n, uuid_send(gen_random_uuid()), "
                         "uuid_send(gen_random_uuid()), 'test-1', 1 FROM generate_series(1, ",
                         kRights, ") n"));
  sql.Value(absl::StrCat(
      "INSERT INTO stadspoort.access_right (city, right_id, plate_id, provider, reference, "
      "request_digest, right_type, city_wide, zones, effective_start, effective_end, version) "
      "SELECT city, gen_random_uuid(), plate_id, 'app', 'filled-' || number, "
      "sha256(number::bytea), 'paid', false, '{a}', now(), now() + interval '1 day', 1 "
      "FROM stadspoort.plate WHERE city = '",
      kFilled, "'"));
}

bool Loaded(const std::string& log) { return log.find(kLoaded) != std::string::npos; }

// Until the daemon, which was just started, says that its load has begun.
history::Moment AwaitLoad(const Fleet& fleet) {
  const history::Moment give_up = history::Now() + kNever;
  while (VitalsOf(fleet[kKilled]).loads == 0) {
    if (history::Now() > give_up) {
      ADD_FAILURE() << "no load begins: " << fleet.Log(kKilled);
      break;
    }
    absl::SleepFor(absl::Milliseconds(1));
  }
  return history::Now();
}

void AwaitLoaded(const Fleet& fleet, history::Moment began) {
  while (!Loaded(fleet.Log(kKilled))) {
    if (history::Now() - began > kNever) {
      ADD_FAILURE() << "no load ends: " << fleet.Log(kKilled);
      break;
    }
    absl::SleepFor(absl::Milliseconds(1));
  }
}

// How long a load takes under this load, from when it is seen to have begun.
absl::Duration MeasureLoad(Fleet& fleet) {
  fleet.Start(kKilled, Fleet::Ready::kNo);
  const history::Moment began = AwaitLoad(fleet);
  AwaitLoaded(fleet, began);
  const absl::Duration took = history::Now() - began;
  fleet.Kill(kKilled);
  return took;
}

// So long after its load began. Whether it had not ended.
bool StartAndKill(Fleet& fleet, absl::Duration after) {
  fleet.Start(kKilled, Fleet::Ready::kNo);
  AwaitLoad(fleet);
  Trial::Run(after);
  return !Loaded(fleet.Kill(kKilled));
}

void KillWhileLoading(Trial& trial) {
  Fleet& fleet = trial.fleet();
  const absl::Duration takes = MeasureLoad(fleet);
  std::mt19937 random(1);
  int starts = 0;
  int struck = 0;
  while (struck < kKills && starts < kMostStarts) {
    const absl::Duration after = takes * std::uniform_real_distribution<>(0, 1)(random);
    const bool loading = StartAndKill(fleet, after);
    ++starts;
    if (loading) ++struck;
    std::cout << "killed " << after << " after its load began, "
              << (loading ? "while it loaded\n" : "too late\n");
  }
  std::cout << "a load takes " << takes << "; of " << starts << " kills " << struck
            << " came while it loaded\n";
  EXPECT_EQ(struck, kKills);
}

TEST(LoadingFaultsTest, EveryAnswerIsTrue) {
  const Servers servers("loading", Servers::Durable::kNo);
  const Database database;
  Fill(database);
  Fleet fleet(database, {Fleet::Member(), Fleet::Member(), Fleet::Member()});
  Trial trial(fleet);
  Trial::Run(absl::Seconds(3));
  const history::Moment struck = trial.Begin("killed while loading");
  fleet.Kill(kKilled);
  KillWhileLoading(trial);
  // The cause is gone as the process that is not killed any more starts.
  const history::Moment gone = trial.Begin("it comes back");
  fleet.Start(kKilled, Fleet::Ready::kNo);
  // It answers from the rungs below while it loads.
  trial.AwaitRecovery(absl::StrCat("a start, beside the load of ", kRights, " rights"), gone,
                      {kKilled});
  AwaitLoaded(fleet, gone);
  std::cout << "memory loaded " << history::Now() - gone << " after the process began\n";
  trial.Over("killed while loading", struck);
  trial.Finish();
}

}  // namespace
}  // namespace stadspoort::faults
