// PostgreSQL is stopped, and killed in part and as a whole, under load: nothing that was
// acknowledged is lost, and no answer rests on a transaction id that was handed out twice.
#include <gtest/gtest.h>
#include <libpq-fe.h>

#include <algorithm>
#include <csignal>
#include <functional>
#include <future>
#include <iostream>
#include <random>
#include <sstream>
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
constexpr int kPostmasterKills = 10;
// In the server's log, once after each crash.
constexpr char kKilled[] = "was terminated by signal 9";
constexpr char kReinitialises[] = "all server processes terminated; reinitializing";
constexpr char kRecovers[] = "automatic recovery in progress";

int64_t Count(const std::string& text, const std::string& part) {
  int64_t count = 0;
  for (size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++count;
  return count;
}

// Until a new session is let in.
history::Moment AwaitServer(const std::string& conninfo) {
  for (int i = 0; i < 6000; ++i) {
    if (PQping(conninfo.c_str()) == PQPING_OK) return history::Now();
    absl::SleepFor(absl::Milliseconds(10));
  }
  ADD_FAILURE() << "PostgreSQL does not come back";
  return history::Now();
}

// Processes that write the log to disk: then no id that another takes meanwhile is in it.
constexpr char kLogWriters[] =
    "SELECT string_agg(pid::text, ' ') FROM pg_stat_activity WHERE backend_type IN ('walwriter', "
    "'checkpointer', 'background writer', 'autovacuum launcher') OR (application_name LIKE "
    "'stadspoortd-%' AND application_name NOT LIKE '%ladder%')";
// A load may be over, and its session with it, before it is struck.
constexpr char kAnySession[] =
    "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'stadspoortd-%' AND "
    "application_name NOT LIKE '%-load' ORDER BY random() LIMIT 1";

class PostgresFaultsTest : public ::testing::Test {
 protected:
  PostgresFaultsTest() : servers_("postgres", Servers::Durable::kYes) {}

  // Gives when PostgreSQL let sessions in again.
  history::Moment Start();
  void Stop(Trial& trial, const std::string& how, int signal);
  // One session of a daemon, or all processes that write the log after they stood still a moment.
  void KillBackends(Trial& trial, bool log_writers);
  // Alone, and its children leave when they notice; or with all of them.
  void KillPostmaster(Trial& trial, bool with_children);
  // That there were as many as were meant.
  void ExpectCrashes() const;
  std::vector<pid_t> Pids(const std::string& query);
  // Transaction ids are taken all the time, until `strike`, which gives when the server was back.
  void Crash(Trial& trial, const std::string& what, const std::function<history::Moment()>& strike);

  Servers servers_;
  const Database database_;
  std::mt19937 random_{1};
  int ids_given_back_ = 0;  // crashes after which it was so
};

history::Moment PostgresFaultsTest::Start() {
  auto back = std::async(std::launch::async, AwaitServer, database_.superuser());
  servers_.Start();
  return back.get();
}

void PostgresFaultsTest::Stop(Trial& trial, const std::string& how, int signal) {
  const pid_t stopped = servers_.postgres();
  const history::Moment struck = trial.Begin("PostgreSQL ends, " + how);
  servers_.EndPostgres(signal);
  trial.Begin("PostgreSQL is away, " + how);
  Trial::Run(absl::Seconds(8));
  trial.Begin("PostgreSQL is back, " + how);
  const history::Moment gone = Start();
  EXPECT_NE(servers_.postgres(), stopped);
  trial.AwaitRecovery("PostgreSQL stopped, " + how, gone);
  trial.Over("PostgreSQL stopped, " + how, struck);
}

std::vector<pid_t> PostgresFaultsTest::Pids(const std::string& query) {
  const std::vector<pid_t> children = Children(servers_.postgres());
  std::istringstream text(Sql(database_.superuser()).Value(query));
  std::vector<pid_t> pids;
  for (pid_t pid = 0; text >> pid;) {
    // Never another process than one of this server's.
    if (std::find(children.begin(), children.end(), pid) != children.end()) pids.push_back(pid);
  }
  EXPECT_FALSE(pids.empty()) << query;
  return pids;
}

void PostgresFaultsTest::Crash(Trial& trial, const std::string& what,
                               const std::function<history::Moment()>& strike) {
  trial.Begin(what);
  Burner burner(database_.superuser());
  // Replicas see the ids as handed out.
  absl::SleepFor(absl::Milliseconds(std::uniform_int_distribution<int>(100, 300)(random_)));
  const history::Moment back = strike();
  trial.AwaitRecovery(what, back);
  Sql sql(database_.superuser());
  const int64_t recovered = RecoveredXid(sql);
  const int64_t seen = burner.Seen();
  if (recovered < seen) ++ids_given_back_;
  std::cout << "transaction ids were seen up to " << seen
            << ", and after the crash handed out from " << recovered << " on\n";
}

void PostgresFaultsTest::KillBackends(Trial& trial, bool log_writers) {
  Crash(trial, log_writers ? "all that write the log are killed" : "a backend is killed", [&] {
    const std::vector<pid_t> pids = Pids(log_writers ? kLogWriters : kAnySession);
    const std::vector<pid_t> backends = Children(servers_.postgres());
    for (const pid_t pid : pids) kill(pid, log_writers ? SIGSTOP : SIGKILL);
    if (log_writers) {
      absl::SleepFor(absl::Milliseconds(300));
      for (const pid_t pid : pids) kill(pid, SIGKILL);
    }
    // The other backends have to leave before the server recovers.
    for (const pid_t backend : backends) EXPECT_TRUE(AwaitEnd(backend));
    return AwaitServer(database_.superuser());
  });
  Trial::Run(absl::Seconds(1));
}

void PostgresFaultsTest::KillPostmaster(Trial& trial, bool with_children) {
  Crash(trial, with_children ? "all of PostgreSQL is killed" : "the postmaster is killed", [&] {
    const pid_t killed = servers_.postgres();
    if (with_children) {
      StandStill(killed);  // so that it starts nobody
      for (const pid_t child : Children(killed)) kill(child, SIGKILL);
    }
    servers_.EndPostgres(SIGKILL);
    const history::Moment back = Start();
    EXPECT_NE(servers_.postgres(), killed);
    return back;
  });
  Trial::Run(absl::Seconds(2));
}

void PostgresFaultsTest::ExpectCrashes() const {
  const std::string log = servers_.PostgresLog();
  EXPECT_GE(Count(log, kKilled), kBackendKills);
  EXPECT_GE(Count(log, kReinitialises), kBackendKills);
  // The immediate stop is one, too.
  EXPECT_GE(Count(log, kRecovers), kBackendKills + kPostmasterKills + 1);
  EXPECT_GT(ids_given_back_, 0) << "no crash was hard enough to hand out an id twice";
  std::cout << "transaction ids were handed out again after " << ids_given_back_ << " of "
            << kBackendKills + kPostmasterKills << " crashes\n";
}

TEST_F(PostgresFaultsTest, EveryAnswerIsTrue) {
  Fleet fleet(database_, {Fleet::Member(), Fleet::Member(), {{"--rungs", "redis"}}});
  Trial trial(fleet);
  Trial::Run(absl::Seconds(4));
  Stop(trial, "fast", SIGINT);
  Stop(trial, "immediate", SIGQUIT);
  history::Moment struck = history::Now();
  for (int i = 0; i < kBackendKills; ++i) KillBackends(trial, i % 2 == 1);
  trial.Over("backends killed", struck);
  struck = history::Now();
  for (int i = 0; i < kPostmasterKills; ++i) KillPostmaster(trial, i % 2 == 1);
  trial.Over("the postmaster killed", struck);
  trial.Finish();
  Sql sql(database_.superuser());
  trial.ExpectEveryEnrolment(sql);
  for (const char* how : {"fast", "immediate"}) {
    const history::Summary away = trial.FiguresOf(absl::StrCat("PostgreSQL is away, ", how));
    EXPECT_EQ(away.Of(domain::Decision::kNotPermitted), 0) << "a no without the system of record";
    EXPECT_GT(away.Of(domain::Decision::kUnknown), 0);
    EXPECT_GT(away.degraded, 0);
  }
  ExpectCrashes();
}

}  // namespace
}  // namespace stadspoort::faults
