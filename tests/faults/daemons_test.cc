// Daemons are stopped and resumed, and killed, while a transaction that began before everything
// else stays open: every answer is true, and another projector takes over.
#include <gtest/gtest.h>

#include <iostream>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/faults/idle_transaction.h"
#include "tests/faults/process.h"
#include "tests/faults/servers.h"
#include "tests/faults/trial.h"
#include "tests/faults/vitals.h"

namespace stadspoort::faults {
namespace {

constexpr absl::Duration kPause = absl::Seconds(10);
constexpr absl::Duration kIdle = absl::Minutes(5);
// Of projectors that go on beside the one that took over, and that are killed.
constexpr int kPairs = 6;
constexpr int kKills = 4;
// A hang, not a slow machine.
constexpr absl::Duration kNever = absl::Seconds(60);
// Calls that a daemon gets while it stands still.
constexpr absl::Duration kCalled = absl::Seconds(1);
// In its log.
constexpr char kActive[] = "projector: active, term ";
constexpr char kStandsBy[] = "projector: standing by";

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
  // The daemon that says it is active with the present term.
  std::optional<size_t> Active() {
    const std::string line = absl::StrCat(kActive, Term());
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
  while (election.Term() <= term && history::Now() - since < kNever) {
    absl::SleepFor(absl::Milliseconds(5));
  }
  const size_t active = election.AwaitActive();
  std::cout << from << ": daemon " << active << " took over in term " << election.Term()
            << " after " << history::Now() - since << std::endl;
  EXPECT_GT(election.Term(), term) << "nobody took over";
  EXPECT_EQ(election.Holders(), 1);
  return active;
}

std::vector<size_t> AllBut(const Fleet& fleet, size_t daemon) {
  std::vector<size_t> others;
  for (size_t i = 0; i < fleet.size(); ++i) {
    if (i != daemon) others.push_back(i);
  }
  return others;
}

// Most of the pause nobody calls it: calls that hang would be all the load there is. Those of the
// beginning, and of the end, meet it as it goes on.
void StandStillUntil(Trial& trial, size_t daemon, history::Moment until) {
  trial.fleet().Hide(daemon);
  Trial::Run(until - kCalled - history::Now());
  trial.fleet().Show(daemon);
  Trial::Run(until - history::Now());
}

void StopChecker(Trial& trial, Election& election) {
  const size_t active = election.AwaitActive();
  const size_t stopped = (active + 1) % trial.fleet().size();
  const history::Moment struck = trial.Begin("a checker stands still");
  Frozen frozen({trial.fleet().pid(stopped)});
  Trial::Run(kCalled);
  EXPECT_FALSE(trial.probe().AnswersDefinitely(trial.fleet()[stopped]))
      << "it does not stand still";
  StandStillUntil(trial, stopped, struck + kPause);
  const history::Moment gone = trial.Begin("the checker goes on");
  frozen.Thaw();
  trial.AwaitRecovery("a checker that stood still", gone);
  EXPECT_EQ(election.AwaitActive(), active) << "a checker's pause is nothing to the projector";
  trial.Over("a checker stands still", struck);
}

// By what its log says last.
bool SaysActive(const std::string& log) {
  const size_t active = log.rfind(kActive);
  const size_t stands_by = log.rfind(kStandsBy);
  return active != std::string::npos && (stands_by == std::string::npos || stands_by < active);
}

// It was active in `term` when it was stopped, and went on when another had taken over: it is
// active no more, or again in a later term. `before`: its log when it went on.
void ExpectFenced(const Fleet& fleet, size_t daemon, int64_t term, const std::string& before) {
  const history::Moment give_up = history::Now() + kNever;
  const auto found_out = [&] {
    return fleet.Log(daemon).find(kStandsBy, before.size()) != std::string::npos;
  };
  while (!found_out() && history::Now() < give_up) absl::SleepFor(absl::Milliseconds(5));
  EXPECT_TRUE(found_out()) << "daemon " << daemon << " was not fenced";
  const Vitals vitals = VitalsOf(fleet[daemon]);
  EXPECT_TRUE(!vitals.active || vitals.term > term) << "active in term " << vitals.term;
}

// The active projector stands still for `least`, and until another has taken over; then it goes on
// and believes that it is active still.
void PauseProjector(Trial& trial, Election& election, const std::string& what,
                    absl::Duration least) {
  Fleet& fleet = trial.fleet();
  const size_t paused = election.AwaitActive();
  const int64_t term = election.Term();
  const history::Moment stopped = trial.Begin(what + ", standing still");
  Frozen frozen({fleet.pid(paused)});
  Trial::Run(absl::Milliseconds(500));
  fleet.Hide(paused);
  EXPECT_NE(AwaitTakeOver(election, what, term, stopped), paused);
  trial.AwaitRecovery(what + ", others", history::Now(), AllBut(fleet, paused));
  StandStillUntil(trial, paused, stopped + least);
  const std::string log = fleet.Log(paused);
  EXPECT_TRUE(SaysActive(log)) << "it knew before it went on";
  const history::Moment gone = trial.Begin(what + ", going on");
  frozen.Thaw();
  trial.AwaitRecovery(what, gone);
  ExpectFenced(fleet, paused, term, log);
  EXPECT_GT(election.Term(), term);
}

void StopProjector(Trial& trial, Election& election) {
  const std::string what = "a projector that stood still";
  const history::Moment struck = history::Now();
  PauseProjector(trial, election, what, kPause);
  trial.Over(what, struck);
  EXPECT_EQ(election.Holders(), 1) << "the old one stands by";
}

// At whatever it was about to do each time: a delta, a batch for Redis, a commit.
void RunTwoProjectors(Trial& trial, Election& election) {
  const std::string what = "two projectors";
  std::mt19937 random(1);
  const history::Moment struck = history::Now();
  for (int i = 0; i < kPairs; ++i) {
    Trial::Run(absl::Milliseconds(std::uniform_int_distribution<int>(0, 200)(random)));
    PauseProjector(trial, election, what, absl::ZeroDuration());
  }
  trial.Over(what, struck);
  EXPECT_EQ(election.Holders(), 1);
}

void KillProjector(Trial& trial, Election& election) {
  const history::Moment struck = trial.Begin("the projector is killed");
  for (int i = 0; i < kKills; ++i) {
    const size_t active = election.AwaitActive();
    const int64_t term = election.Term();
    const history::Moment killed = history::Now();
    trial.fleet().Kill(active);
    trial.AwaitRecovery("a killed projector, others", killed, AllBut(trial.fleet(), active));
    // Its log went with it, and so AwaitActive cannot be asked.
    while (election.Term() <= term && history::Now() - killed < kNever) {
      absl::SleepFor(absl::Milliseconds(5));
    }
    EXPECT_GT(election.Term(), term);
    const history::Moment started = history::Now();
    trial.fleet().Start(active);
    trial.AwaitRecovery("a killed projector, from its start on", started);
    EXPECT_EQ(election.Holders(), 1);
    Trial::Run(absl::Seconds(3));
  }
  trial.Over("a killed projector", struck);
}

// Since `began` the load was on.
void EndIdleTransaction(Trial& trial, IdleTransaction& idle, history::Moment began) {
  trial.Begin("an idle transaction alone");
  trial.Over("an idle transaction", began, kIdle);
  const IdleTransaction::Held held = idle.End();
  trial.AwaitRecovery("an idle transaction", history::Now());
  std::cout << "a transaction was idle for " << held.open << " while " << held.ids_meanwhile
            << " ids were handed out; looked at " << held.looks << " times\n";
  EXPECT_GE(held.open, kIdle);
  EXPECT_GT(held.looks, 0);
  EXPECT_EQ(held.not_oldest, 0);
}

TEST(DaemonFaultsTest, EveryAnswerIsTrue) {
  const Servers servers("daemons", Servers::Durable::kNo);
  const Database database;
  // Every snapshot from now on has it in progress.
  IdleTransaction idle(database.superuser());
  Fleet fleet(database, {Fleet::Member(), Fleet::Member(), Fleet::Member()});
  Election election(database.superuser(), fleet);
  Trial trial(fleet);
  const history::Moment began = history::Now();
  Trial::Run(absl::Seconds(5));
  EXPECT_EQ(election.Holders(), 1) << "of three projectors one is active";
  StopChecker(trial, election);
  StopProjector(trial, election);
  RunTwoProjectors(trial, election);
  KillProjector(trial, election);
  EndIdleTransaction(trial, idle, began);
  trial.Finish();
}

}  // namespace
}  // namespace stadspoort::faults
