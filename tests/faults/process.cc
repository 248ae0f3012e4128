#include "tests/faults/process.h"

#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace stadspoort::faults {
namespace {

struct Status {
  char state = 'Z';  // also of one that is gone
  pid_t parent = 0;
};

// "PID (NAME) STATE PARENT ..."; the name may hold anything.
Status StatusOf(pid_t pid) {
  const std::ifstream file(absl::StrCat("/proc/", pid, "/stat"));
  std::stringstream content;
  content << file.rdbuf();
  const std::string text = content.str();
  const size_t name_end = text.rfind(')');
  Status status;
  if (name_end == std::string::npos) return status;
  std::istringstream(text.substr(name_end + 1)) >> status.state >> status.parent;
  return status;
}

}  // namespace

int Execute(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  pid_t pid = -1;
  if (posix_spawnp(&pid, command[0].c_str(), nullptr, nullptr, arguments.data(), environ) != 0) {
    ADD_FAILURE() << command[0] << " cannot be started";
    return 127;
  }
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool Runs(pid_t pid) {
  const char state = StatusOf(pid).state;
  return state != 'Z' && state != 'X';
}

std::vector<pid_t> Children(pid_t parent) {
  std::vector<pid_t> children;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    pid_t pid = 0;
    if (!absl::SimpleAtoi(entry.path().filename().string(), &pid)) continue;
    const Status status = StatusOf(pid);
    if (status.parent == parent && status.state != 'Z') children.push_back(pid);
  }
  return children;
}

bool AwaitEnd(pid_t pid) {
  const absl::Time give_up = absl::Now() + absl::Minutes(1);
  while (Runs(pid)) {
    if (absl::Now() > give_up) return false;
    absl::SleepFor(absl::Milliseconds(5));
  }
  return true;
}

void StandStill(pid_t pid) {
  kill(pid, SIGSTOP);
  const absl::Time give_up = absl::Now() + absl::Minutes(1);
  // What it does in the kernel it does to the end: until then it may still start somebody.
  while (Runs(pid) && StatusOf(pid).state != 'T') {
    if (absl::Now() > give_up) {
      ADD_FAILURE() << "process " << pid << " does not stand still";
      return;
    }
    absl::SleepFor(absl::Milliseconds(1));
  }
}

Frozen::Frozen(std::vector<pid_t> pids) : pids_(std::move(pids)) {
  for (const pid_t pid : pids_) StandStill(pid);
}

void Frozen::Thaw() {
  for (const pid_t pid : pids_) kill(pid, SIGCONT);
  pids_.clear();
}

}  // namespace stadspoort::faults
