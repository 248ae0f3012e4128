#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "tests/faults/database.h"
#include "tests/faults/fleet.h"
#include "tests/faults/probe.h"
#include "tests/history/history.h"
#include "tests/history/summary.h"

namespace stadspoort::history {
class Workload;
}  // namespace stadspoort::history

namespace stadspoort::faults {

// How long every fault is under load, from its first strike until all that follows from it is over.
inline constexpr absl::Duration kUnderLoad = absl::Seconds(20);

// The history's load on a fleet, while faults strike it one after the other. Each stretch of time
// has a name and figures of its own, which show whether its fault struck. The history as a whole is
// judged at the end.
class Trial {
 public:
  explicit Trial(Fleet& fleet);
  ~Trial();

  const Probe& probe() const { return probe_; }
  Fleet& fleet() const { return fleet_; }

  // Another stretch begins. Gives when.
  history::Moment Begin(const std::string& stretch);
  // No more writes, but checks go on. Returns when every write under way is over.
  void RestWriters();
  void WakeWriters() { writing_ = true; }
  // The load goes on for so long.
  static void Run(absl::Duration time);
  // The load goes on until a fault that began to strike at `struck` was under it for so long.
  void Over(const std::string& fault, history::Moment struck,
            absl::Duration under_load = kUnderLoad);

  using Good = std::function<bool(const testing::Daemon&)>;
  // Prints after how long, from `gone` on, each of these daemons is `good`. Fails only when one of
  // them never is. Empty: of all.
  void AwaitEach(const std::string& what, history::Moment gone, const Good& good,
                 std::vector<size_t> daemons = {});
  // Such a recovery. From any thread.
  void Recovered(const std::string& what, absl::Duration took);
  // That each answers definitely and writes.
  void AwaitRecovery(const std::string& from, history::Moment gone,
                     const std::vector<size_t>& daemons = {});

  // Ends the load, prints all figures and the worst of each recovery, and judges. Refusals of
  // writes that begin like one of `refusals` are none to wonder at.
  void Finish(const std::vector<std::string>& refusals = {});
  // After that. Of all stretches of this name.
  const history::History& history() const { return history_; }
  history::History Of(const std::string& stretch) const;
  history::Summary FiguresOf(const std::string& stretch) const {
    return history::Summarise(Of(stretch));
  }
  // Every right whose enrolment was acknowledged is in this database.
  void ExpectEveryEnrolment(Sql& sql) const;

 private:
  struct Stretch {
    std::string name;
    history::Moment begin;
    history::Moment end = absl::InfiniteDuration();
  };
  struct Recovery {
    std::string what;
    absl::Duration worst;
  };

  history::History Within(const std::vector<Stretch>& stretches, const std::string& name) const;
  void TellFigures() const;
  void TellRecoveries() const;

  Fleet& fleet_;
  Probe probe_;
  std::atomic<bool> writing_ = true;
  std::unique_ptr<history::Workload> workload_;
  std::vector<Stretch> stretches_;
  std::vector<Stretch> faults_;
  std::mutex mutex_;
  std::vector<Recovery> recoveries_;  // under mutex_
  history::History history_;
};

}  // namespace stadspoort::faults
