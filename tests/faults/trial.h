#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "tests/faults/fleet.h"
#include "tests/faults/probe.h"
#include "tests/history/history.h"
#include "tests/history/summary.h"

namespace stadspoort::history {
class Workload;
}  // namespace stadspoort::history

namespace stadspoort::faults {

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

  using Good = std::function<bool(const testing::Daemon&)>;
  // Prints after how long, from `gone` on, each of these daemons is `good`. Fails only when one of
  // them never is. Empty: of all.
  void AwaitEach(const std::string& what, history::Moment gone, const Good& good,
                 std::vector<size_t> daemons = {});
  // That each answers definitely and writes.
  void AwaitRecovery(const std::string& from, history::Moment gone,
                     const std::vector<size_t>& daemons = {});

  // Ends the load, prints all figures, and judges. Refusals of writes that begin like one of
  // `refusals` are none to wonder at.
  void Finish(const std::vector<std::string>& refusals = {});
  // After that. Of all stretches of this name.
  const history::History& history() const { return history_; }
  history::History Of(const std::string& stretch) const;
  history::Summary FiguresOf(const std::string& stretch) const {
    return history::Summarise(Of(stretch));
  }

 private:
  struct Stretch {
    std::string name;
    history::Moment begin;
    history::Moment end = absl::InfiniteDuration();
  };

  Fleet& fleet_;
  Probe probe_;
  std::atomic<bool> writing_ = true;
  std::unique_ptr<history::Workload> workload_;
  std::vector<Stretch> stretches_;
  history::History history_;
};

}  // namespace stadspoort::faults
