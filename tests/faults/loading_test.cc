// A checker is killed again and again while it loads its memory, and comes back: it answers nothing
// it has not loaded, and the others do not notice.
#include <gtest/gtest.h>

#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/faults/servers.h"
#include "tests/faults/trial.h"

namespace stadspoort::faults {
namespace {

constexpr int kRights = 100'000;
constexpr int kKills = 8;
constexpr char kLoaded[] = "memory loaded";

// So many plates with a right each, of the probe's city.
void Fill(const std::string& superuser) {
  Sql sql(superuser);
  sql.Value(
      absl::StrCat("INSERT INTO stadspoort.plate SELECT 'probe', gen_random_uuid(), 'P' || n, "
                   "uuid_send(gen_random_uuid()), uuid_send(gen_random_uuid()), 'test-1', 1 "
                   "FROM generate_series(1, ",
                   kRights, ") n"));
  sql.Value(
      "INSERT INTO stadspoort.access_right (city, right_id, plate_id, provider, reference, "
      "request_digest, right_type, city_wide, zones, effective_start, effective_end, version) "
      "SELECT city, gen_random_uuid(), plate_id, 'app', 'filled-' || number, "
      "sha256(number::bytea), 'paid', false, '{a}', now(), now() + interval '1 day', 1 "
      "FROM stadspoort.plate WHERE city = 'probe' AND number LIKE 'P%'");
}

TEST(LoadingFaultsTest, EveryAnswerIsTrue) {
  const Servers servers("loading", Servers::Durable::kNo);
  const Database database;
  Fleet fleet(database, {Fleet::Member(), Fleet::Member(), Fleet::Member()});
  Trial trial(fleet);
  Fill(database.superuser());
  Trial::Run(absl::Seconds(3));
  fleet.Kill(2);
  trial.Begin("killed while loading");
  std::mt19937 random(1);
  int loading = 0;
  for (int i = 0; i < kKills; ++i) {
    const std::string log =
        StartAndKill(database, std::uniform_int_distribution<int>(0, 300)(random));
    if (log.find(kLoaded) == std::string::npos) ++loading;
    Trial::Run(absl::Milliseconds(500));
  }
  std::cout << "killed " << kKills << " times, of which " << loading << " while loading\n";
  EXPECT_GT(loading, 0) << "every kill came too late";
  const history::Moment gone = trial.Begin("it comes back");
  fleet.Start(2);
  std::cout << "ready after " << history::Now() - gone << "\n";
  trial.AwaitRecovery("a start with 100,000 rights", gone);
  EXPECT_NE(fleet.Log(2).find(kLoaded), std::string::npos);
  Trial::Run(absl::Seconds(10));
  trial.Finish();
}

}  // namespace
}  // namespace stadspoort::faults
