#pragma once

#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"

// Processes that this test started, or that its servers did.
namespace stadspoort::faults {

// Runs a program and waits for it; its exit code.
int Execute(const std::vector<std::string>& command);

// A dead one that nobody has reaped does not run.
bool Runs(pid_t pid);
// The processes that it started and that still run.
std::vector<pid_t> Children(pid_t parent);
// False when it still runs after a minute.
bool AwaitEnd(pid_t pid);

// SIGSTOP; returns when the process does nothing any more.
void StandStill(pid_t pid);

// Stopped by SIGSTOP, in this order, until thawed: at the latest when destroyed.
class Frozen {
 public:
  explicit Frozen(std::vector<pid_t> pids);
  ~Frozen() { Thaw(); }
  Frozen(const Frozen&) = delete;
  Frozen& operator=(const Frozen&) = delete;
  void Thaw();

 private:
  std::vector<pid_t> pids_;
};

}  // namespace stadspoort::faults
