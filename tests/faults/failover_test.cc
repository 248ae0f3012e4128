// The primary stands still, its synchronous standby is promoted, and the old one goes on with
// clients still connected to it: nothing acknowledged is lost, and nobody is refused by either
// side.
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <future>
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/faults/probe.h"
#include "tests/faults/process.h"
#include "tests/faults/servers.h"
#include "tests/faults/service.h"
#include "tests/faults/trial.h"

namespace stadspoort::faults {
namespace {

bool AwaitTrue(Sql& sql, const std::string& query) {
  for (int i = 0; i < 6000; ++i) {
    if (sql.Value(query) == "t") return true;
    absl::SleepFor(absl::Milliseconds(10));
  }
  ADD_FAILURE() << "never: " << query;
  return false;
}

// A primary whose commits wait for its standby.
class Pair {
 public:
  Pair() : servers_("failover", Servers::Durable::kYes) {
    EXPECT_EQ(Execute({STANDBY, "start", servers_.folder()}), 0);
    standby_socket_ = servers_.folder_of_postgres() + "/standby/socket";
    Sql sql(servers_.conninfo());
    sql.Value("ALTER SYSTEM SET synchronous_standby_names = 'standby'");
    sql.Value("SELECT pg_reload_conf()");
    AwaitTrue(sql, "SELECT count(*) = 1 FROM pg_stat_replication WHERE sync_state = 'sync'");
  }
  ~Pair() { Execute({STANDBY, "stop", servers_.folder()}); }

  const Servers& primary() const { return servers_; }
  const std::string& standby_socket() const { return standby_socket_; }
  std::string standby() const {
    return absl::StrCat("host=", standby_socket_, " port=5432 user=postgres dbname=postgres");
  }
  // The postmaster first, so that it starts nobody.
  std::vector<pid_t> PrimaryProcesses() const {
    std::vector<pid_t> pids = {servers_.postgres()};
    const std::vector<pid_t> children = Children(servers_.postgres());
    pids.insert(pids.end(), children.begin(), children.end());
    return pids;
  }

 private:
  Servers servers_;
  std::string standby_socket_;
};

class FailoverTest : public ::testing::Test {
 protected:
  FailoverTest() : service_(pair_.primary()) {}

  // The last daemon knows the old primary by its own name, and stays with it for ever.
  std::vector<Fleet::Member> Members() const {
    const std::string behind = absl::StrCat("host=", pair_.primary().postgres_socket(),
                                            " port=5432 dbname=", database_.name());
    return {Fleet::Member(), Fleet::Member(), {{}, behind}};
  }
  // The primary stands still, the standby takes its place, the primary goes on.
  void FailOver(Trial& trial);
  void ExpectSilence(const Trial& trial, const std::vector<size_t>& daemons, absl::Duration time);
  std::string new_primary() const {
    return absl::StrCat(database_.superuser(), " host=", pair_.standby_socket());
  }
  std::string OnNewPrimary(const std::string& query) const {
    return Sql(new_primary()).Value(query);
  }
  void ExpectNothingLost(const Trial& trial) const {
    Sql sql(new_primary());
    trial.ExpectEveryEnrolment(sql);
  }

  Pair pair_;
  Service service_;
  const Database database_;
};

void FailoverTest::ExpectSilence(const Trial& trial, const std::vector<size_t>& daemons,
                                 absl::Duration time) {
  const history::Moment end = history::Now() + time;
  int asked = 0;
  while (history::Now() < end) {
    for (const size_t number : daemons) {
      EXPECT_FALSE(trial.probe().AnswersDefinitely(trial.fleet()[number])) << number;
      ++asked;
    }
    absl::SleepFor(absl::Milliseconds(20));
  }
  std::cout << "asked " << asked << " times without a definite answer\n";
}

void FailoverTest::FailOver(Trial& trial) {
  Sql standby(pair_.standby());
  const history::Moment struck = trial.Begin("the primary stands still");
  Frozen frozen(pair_.PrimaryProcesses());
  Trial::Run(absl::Seconds(3));
  EXPECT_EQ(standby.Value("SELECT pg_promote(true, 60)"), "t");
  service_.Route(pair_.standby_socket());
  const history::Moment promoted = trial.Begin("the standby is promoted");
  trial.AwaitRecovery("a failover", promoted, {0, 1});
  Trial::Run(absl::Seconds(3));
  trial.Begin("the old primary goes on");
  frozen.Thaw();
  ExpectSilence(trial, {2}, absl::Seconds(14));
  trial.Over("a failover", struck);
}

bool AwaitAnswer(const Probe& probe, const testing::Daemon& daemon) {
  for (int i = 0; i < 3000; ++i) {
    if (probe.AnswersDefinitely(daemon)) return true;
    absl::SleepFor(absl::Milliseconds(20));
  }
  return false;
}

// Every wait for the standby, for two seconds and until the write is answered. Gives how many.
int64_t CancelWaits(Sql& primary, const std::future<std::string>& written) {
  int64_t cancelled = 0;
  for (int i = 0; i < 40 || written.wait_for(std::chrono::seconds(0)) != std::future_status::ready;
       ++i) {
    cancelled += primary.Number(
        "SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
    absl::SleepFor(absl::Milliseconds(50));
  }
  return cancelled;
}

TEST_F(FailoverTest, NothingAcknowledgedIsLost) {
  Fleet fleet(database_, Members());
  Trial trial(fleet);
  Trial::Run(absl::Seconds(5));
  const std::string before = OnNewPrimary("SELECT pg_is_in_recovery()");
  FailOver(trial);
  trial.Finish({"NOT_FOUND"});
  ExpectNothingLost(trial);
  EXPECT_EQ(before, "t");
  EXPECT_EQ(OnNewPrimary("SELECT left(lineage, 80) LIKE '%-00000002-%' FROM stadspoort.projection "
                         "ORDER BY n DESC LIMIT 1"),
            "t")
      << "an epoch is open in the new timeline";
  EXPECT_GT(trial.FiguresOf("the old primary goes on").Of(domain::Decision::kNotPermitted), 0);
  EXPECT_GT(trial.FiguresOf("the old primary goes on").Of(domain::Decision::kUnknown), 0);
}

// Somebody made commits faster: nothing vouches for them, so nobody is refused.
TEST_F(FailoverTest, NoLeaseWhereCommitDoesNotWaitForTheStandby) {
  Fleet fleet(database_, {Fleet::Member()});
  const Probe probe(fleet[0]);
  EXPECT_TRUE(AwaitAnswer(probe, fleet[0]));
  Sql sql(database_.superuser());
  const std::string alter = absl::StrCat("ALTER DATABASE \"", database_.name(), "\" ");
  const std::string end_projector =
      "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname ="
      " current_database() AND application_name = 'stadspoortd-projector'";
  sql.Value(alter + "SET synchronous_commit = local");
  sql.Value(end_projector);
  absl::SleepFor(absl::Seconds(2));  // the lease is over by then
  for (int i = 0; i < 20; ++i) {
    EXPECT_FALSE(probe.AnswersDefinitely(fleet[0])) << i;
    absl::SleepFor(absl::Milliseconds(50));
  }
  EXPECT_TRUE(absl::StrContains(fleet.Log(0), "does not stand for election")) << fleet.Log(0);
  sql.Value(alter + "RESET synchronous_commit");
  EXPECT_TRUE(AwaitAnswer(probe, fleet[0])) << "without a restart";
}

// Commits that wait for a standby that is away, and whose waits are cut short: seen by whoever
// looks, and lost with the old primary.
TEST_F(FailoverTest, ACancelledWaitIsNeverAcknowledged) {
  Fleet fleet(database_, Members());
  Trial trial(fleet);
  Trial::Run(absl::Seconds(4));
  Sql primary(pair_.primary().conninfo());
  Sql standby(pair_.standby());
  trial.Begin("the standby is away");
  standby.Value("ALTER SYSTEM SET primary_conninfo = ''");
  standby.Value("SELECT pg_reload_conf()");
  AwaitTrue(primary, "SELECT count(*) = 0 FROM pg_stat_replication");
  // Until the lease is over, whose commits were safe: see tests/history/README.md.
  Trial::Run(absl::Seconds(2));
  trial.Begin("waits are cancelled");
  // Sent again, as one does, it finds a right that is visible, yet not safe.
  for (const char* time : {"at first", "again"}) {
    auto enrolled =
        std::async(std::launch::async, [&] { return trial.probe().Enrol(fleet[0], "cancelled"); });
    const int64_t cancelled = CancelWaits(primary, enrolled);
    const std::string said = enrolled.get();
    std::cout << "an enrolment, " << time << ": " << said << "; " << cancelled
              << " waits cancelled\n";
    EXPECT_GT(cancelled, 0);
    EXPECT_TRUE(said.ends_with(" OUTCOME_UNKNOWN")) << time << ": " << said;
  }
  const std::string query =
      "SELECT count(*) FROM stadspoort.access_right WHERE reference = 'cancelled'";
  EXPECT_EQ(Sql(database_.superuser()).Value(query), "1") << "visible, yet not safe";
  ExpectSilence(trial, {0, 1, 2}, absl::Seconds(2));
  FailOver(trial);
  trial.Finish({"NOT_FOUND"});
  ExpectNothingLost(trial);
  EXPECT_EQ(OnNewPrimary(query), "0") << "it was lost, and nobody was told that it was safe";
  EXPECT_EQ(trial.FiguresOf("waits are cancelled").Of(domain::Decision::kNotPermitted), 0);
}

}  // namespace
}  // namespace stadspoort::faults
