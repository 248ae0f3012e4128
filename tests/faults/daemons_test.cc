// Daemons are stopped and resumed, and killed, while a transaction that began before everything
// else stays open: every answer is true, and another projector takes over.
#include <gtest/gtest.h>
#include <signal.h>

#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/faults/process.h"
#include "tests/faults/servers.h"
#include "tests/faults/trial.h"

namespace stadspoort::faults {
namespace {

constexpr absl::Duration kPause = absl::Seconds(10);

// Of the projector's election, as the system of record and the daemons tell it.
class Election {
 public:
  Election(const std::string& conninfo, Fleet& fleet) : sql_(conninfo), fleet_(fleet) {}

  int64_t Term() {
    return sql_.Number("SELECT term FROM stadspoort.projection ORDER BY n DESC LIMIT 1");
  }
  // Sessions that hold the election's lock.
  int64_t Holders() {
    return sql_.Number(
        "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = "
        "'advisory' AND granted AND application_name = 'stadspoortd-projector' AND database = "
        "(SELECT oid FROM pg_database WHERE datname = current_database())");
  }
  // Commits that it has made, by the numbers of the state's rows.
  int64_t Rows() { return sql_.Number("SELECT max(n) FROM stadspoort.projection"); }

  // The daemon that says it is active with the present term.
  std::optional<size_t> Active() {
    const std::string line = absl::StrCat("projector: active, term ", Term());
    for (size_t i = 0; i < fleet_.size(); ++i) {
      const std::string log = fleet_.Log(i);
      if ((log + "\n").find(line + "\n") != std::string::npos) return i;
    }
    return std::nullopt;
  }
  size_t AwaitActive() {
    for (int i = 0; i < 3000; ++i) {
      if (const auto active = Active()) return *active;
      absl::SleepFor(absl::Milliseconds(10));
    }
    ADD_FAILURE() << "no projector is active";
    return 0;
  }

 private:
  Sql sql_;
  Fleet& fleet_;
};

// Until there is a term after `term`; gives its projector.
size_t AwaitTakeOver(Election& election, const std::string& from, int64_t term,
                     history::Moment since) {
  while (election.Term() <= term && history::Now() - since < absl::Minutes(1)) {
    absl::SleepFor(absl::Milliseconds(5));
  }
  const size_t active = election.AwaitActive();
  std::cout << from << ": daemon " << active << " took over in term " << election.Term()
            << " after " << history::Now() - since << std::endl;
  EXPECT_GT(election.Term(), term) << "nobody took over";
  EXPECT_EQ(election.Holders(), 1);
  return active;
}

// Most of the pause nobody calls it: calls that hang would be all the load there is. Those of the
// beginning, and of the end, meet it as it goes on.
void StandStill(Trial& trial, size_t daemon, history::Moment until) {
  constexpr absl::Duration kSeen = absl::Seconds(1);
  trial.fleet().Hide(daemon);
  Trial::Run(until - kSeen - history::Now());
  trial.fleet().Show(daemon);
  Trial::Run(until - history::Now());
}

void StopChecker(Trial& trial, Election& election) {
  const size_t active = election.AwaitActive();
  const size_t stopped = (active + 1) % trial.fleet().size();
  const history::Moment began = trial.Begin("a checker stands still");
  Frozen frozen({trial.fleet().pid(stopped)});
  Trial::Run(absl::Seconds(1));
  StandStill(trial, stopped, began + kPause);
  const history::Moment gone = trial.Begin("the checker goes on");
  frozen.Thaw();
  trial.AwaitRecovery("a checker that stood still", gone);
  EXPECT_EQ(election.AwaitActive(), active) << "a checker's pause is nothing to the projector";
  Trial::Run(absl::Seconds(6));
}

void StopProjector(Trial& trial, Election& election) {
  const size_t active = election.AwaitActive();
  const int64_t term = election.Term();
  const history::Moment stopped = trial.Begin("the projector stands still");
  Frozen frozen({trial.fleet().pid(active)});
  Trial::Run(absl::Milliseconds(500));
  trial.fleet().Hide(active);
  EXPECT_NE(AwaitTakeOver(election, "SIGSTOP of the projector", term, stopped), active);
  std::vector<size_t> others;
  for (size_t i = 0; i < trial.fleet().size(); ++i) {
    if (i != active) others.push_back(i);
  }
  trial.AwaitRecovery("a projector that stands still, others", history::Now(), others);
  StandStill(trial, active, stopped + kPause);
  const history::Moment gone = trial.Begin("the projector goes on");
  frozen.Thaw();
  trial.AwaitRecovery("a projector that stood still", gone);
  Trial::Run(absl::Seconds(6));
  EXPECT_EQ(election.Holders(), 1) << "the old one stands by";
  EXPECT_EQ(election.Term(), term + 1);
}

void KillProjector(Trial& trial, Election& election) {
  for (int i = 0; i < 2; ++i) {
    const size_t active = election.AwaitActive();
    const int64_t term = election.Term();
    const history::Moment killed = trial.Begin("the projector is killed");
    trial.fleet().Kill(active);
    // Its log went with it; the successor's does not know the term.
    while (election.Term() <= term && history::Now() - killed < absl::Minutes(1)) {
      absl::SleepFor(absl::Milliseconds(5));
    }
    std::cout << "SIGKILL of the projector: term " << election.Term() << " after "
              << history::Now() - killed << std::endl;
    EXPECT_GT(election.Term(), term);
    trial.fleet().Start(active);
    trial.AwaitRecovery("a killed projector", history::Now());
    EXPECT_EQ(election.Holders(), 1);
    Trial::Run(absl::Seconds(8));
  }
}

TEST(DaemonFaultsTest, EveryAnswerIsTrue) {
  const Servers servers("daemons", Servers::Durable::kNo);
  const Database database;
  // It holds a transaction id, and every snapshot from now on has it in progress.
  Sql idle(database.superuser());
  idle.Value("BEGIN");
  const std::string held = idle.Value("SELECT pg_current_xact_id()");
  Fleet fleet(database, {Fleet::Member(), Fleet::Member(), Fleet::Member()});
  Election election(database.superuser(), fleet);
  Trial trial(fleet);
  Trial::Run(absl::Seconds(5));
  EXPECT_EQ(election.Holders(), 1) << "of three projectors one is active";
  StopChecker(trial, election);
  StopProjector(trial, election);
  KillProjector(trial, election);
  trial.Finish();
  const std::string behind = Sql(database.superuser())
                                 .Value(
                                     "SELECT pg_snapshot_xmax(pg_current_snapshot())::text || "
                                     "' ' || pg_snapshot_xmin(pg_current_snapshot())::text");
  std::cout << "the idle transaction holds " << held
            << "; next and oldest id at the end: " << behind << "\n";
  EXPECT_TRUE(behind.ends_with(" " + held)) << behind;
  idle.Value("ROLLBACK");
  EXPECT_GT(history::Summarise(trial.history()).failed_check_calls, 0)
      << "the stops struck nothing";
}

}  // namespace
}  // namespace stadspoort::faults
