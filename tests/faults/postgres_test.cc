// PostgreSQL is stopped, and killed in part and as a whole, under load: nothing that was
// acknowledged is lost, and no answer rests on a transaction id that was handed out twice.
#include <gtest/gtest.h>
#include <libpq-fe.h>
#include <signal.h>

#include <algorithm>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/faults/burner.h"
#include "tests/faults/process.h"
#include "tests/faults/servers.h"
#include "tests/faults/trial.h"

namespace stadspoort::faults {
namespace {

constexpr int kBackendKills = 10;
constexpr int kPostmasterKills = 4;

// Until a new session is let in.
history::Moment AwaitServer(const std::string& conninfo) {
  for (int i = 0; i < 6000; ++i) {
    if (PQping(conninfo.c_str()) == PQPING_OK) return history::Now();
    absl::SleepFor(absl::Milliseconds(10));
  }
  ADD_FAILURE() << "PostgreSQL does not come back";
  return history::Now();
}

class PostgresFaultsTest : public ::testing::Test {
 protected:
  PostgresFaultsTest() : servers_("postgres", Servers::Durable::kYes) {}

  void Stop(Trial& trial, const std::string& how, int signal);
  void KillBackend(Trial& trial);
  void KillPostmaster(Trial& trial);
  // Takes ids that the crash which `strike` brings will give back, and sees whether it did.
  template <typename Strike>
  history::Moment Crash(Strike strike);

  Servers servers_;
  const Database database_;
  std::mt19937 random_{1};
  int ids_given_back_ = 0;  // crashes after which it was so
};

void PostgresFaultsTest::Stop(Trial& trial, const std::string& how, int signal) {
  const pid_t stopped = servers_.postgres();
  trial.Begin("PostgreSQL ends, " + how);
  servers_.EndPostgres(signal);
  trial.Begin("PostgreSQL is away, " + how);
  Trial::Run(absl::Seconds(6));
  servers_.Start();
  const history::Moment gone = trial.Begin("PostgreSQL is back, " + how);
  EXPECT_NE(servers_.postgres(), stopped);
  trial.AwaitRecovery("PostgreSQL stopped, " + how, gone);
  Trial::Run(absl::Seconds(5));
}

template <typename Strike>
history::Moment PostgresFaultsTest::Crash(Strike strike) {
  Burner burner(database_.superuser());
  // Replicas see the ids as handed out.
  absl::SleepFor(absl::Milliseconds(std::uniform_int_distribution<int>(100, 300)(random_)));
  strike();
  const history::Moment back = AwaitServer(database_.superuser());
  Sql sql(database_.superuser());
  const int64_t after = NextXid(sql);
  const int64_t before = burner.Seen();
  if (after < before) ++ids_given_back_;
  std::cout << "crash: the next transaction id was " << before << " and is " << after << "\n";
  return back;
}

// A session of a daemon: of whatever it is doing.
void PostgresFaultsTest::KillBackend(Trial& trial) {
  trial.Begin("a backend is killed");
  Sql sql(database_.superuser());
  const auto pid = static_cast<pid_t>(
      sql.Number("SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'stadspoortd-%' "
                 "ORDER BY random() LIMIT 1"));
  const std::vector<pid_t> backends = Children(servers_.postgres());
  ASSERT_NE(std::find(backends.begin(), backends.end(), pid), backends.end());
  const history::Moment back = Crash([&] {
    kill(pid, SIGKILL);
    EXPECT_TRUE(AwaitEnd(pid));
    // The other backends have to leave before the server recovers.
    for (const pid_t backend : backends) EXPECT_TRUE(AwaitEnd(backend));
  });
  trial.AwaitRecovery("a killed backend", back);
  Trial::Run(absl::Seconds(1));
}

void PostgresFaultsTest::KillPostmaster(Trial& trial) {
  trial.Begin("the postmaster is killed");
  const history::Moment back = Crash([&] {
    servers_.EndPostgres(SIGKILL);
    servers_.Start();
  });
  trial.AwaitRecovery("a killed postmaster", back);
  Trial::Run(absl::Seconds(3));
}

TEST_F(PostgresFaultsTest, EveryAnswerIsTrue) {
  Fleet fleet(database_, {Fleet::Member(), Fleet::Member(), {{"--rungs", "redis"}}});
  Trial trial(fleet);
  Trial::Run(absl::Seconds(4));
  Stop(trial, "fast", SIGINT);
  Stop(trial, "immediate", SIGQUIT);
  for (int i = 0; i < kBackendKills; ++i) KillBackend(trial);
  for (int i = 0; i < kPostmasterKills; ++i) KillPostmaster(trial);
  trial.Finish();
  const history::Summary away = trial.FiguresOf("PostgreSQL is away, fast");
  EXPECT_EQ(away.Of(domain::Decision::kNotPermitted), 0) << "a no without the system of record";
  EXPECT_GT(away.Of(domain::Decision::kUnknown), 0);
  EXPECT_GT(away.degraded, 0);
  EXPECT_GT(ids_given_back_, 0) << "no crash was hard enough to hand out an id twice";
  std::cout << "transaction ids were handed out again after " << ids_given_back_ << " of "
            << kBackendKills + kPostmasterKills << " crashes\n";
  const std::string log = servers_.PostgresLog();
  EXPECT_NE(log.find("was terminated by signal 9"), std::string::npos);
  EXPECT_NE(log.find("automatic recovery in progress"), std::string::npos);
}

}  // namespace
}  // namespace stadspoort::faults
