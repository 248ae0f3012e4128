#include "services/stadspoort/interruption.h"

#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <utility>

namespace stadspoort::client {
namespace {

constexpr char kInterrupted = 'i';
constexpr char kOver = 'o';

// A handler may write to a pipe, and hardly do anything else.
struct Pipe {
  std::atomic<int> read_end = -1;
  std::atomic<int> write_end = -1;
};
static_assert(std::atomic<int>::is_always_lock_free);
constinit Pipe pipe_of_signals;

struct Before {
  struct sigaction interrupt = {};
  struct sigaction terminate = {};
};
Before before;

void Say(char what) {
  const int saved = errno;
  // Nothing can be done where it does not fit: the pipe is full of the same.
  [[maybe_unused]] const ssize_t written = write(pipe_of_signals.write_end, &what, 1);
  errno = saved;
}

void OnSignal(int /*signal*/) { Say(kInterrupted); }

void Watch(const std::function<void()>& stop) {
  bool stopped = false;
  while (true) {
    char what = kOver;
    const ssize_t read_bytes = read(pipe_of_signals.read_end, &what, 1);
    if (read_bytes < 0 && errno == EINTR) continue;
    if (read_bytes <= 0 || what == kOver) return;
    if (!stopped) stop();
    stopped = true;
  }
}

}  // namespace

Interruption::Interruption(std::function<void()> stop) {
  std::array<int, 2> ends = {-1, -1};
  // Without a pipe the program ends as it would have.
  if (pipe(ends.data()) != 0) return;
  pipe_of_signals.read_end = ends[0];
  pipe_of_signals.write_end = ends[1];
  watcher_ = std::thread([stop = std::move(stop)] { Watch(stop); });
  struct sigaction action = {};
  action.sa_handler = &OnSignal;
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, &before.interrupt);
  sigaction(SIGTERM, &action, &before.terminate);
}

Interruption::~Interruption() {
  if (!watcher_.joinable()) return;
  sigaction(SIGINT, &before.interrupt, nullptr);
  sigaction(SIGTERM, &before.terminate, nullptr);
  Say(kOver);
  watcher_.join();
  close(pipe_of_signals.write_end.exchange(-1));
  close(pipe_of_signals.read_end.exchange(-1));
}

}  // namespace stadspoort::client
