#include "storage/postgres/client/abandoned.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>
#include <utility>

namespace stadspoort::postgres {
namespace {

void Signal(int wake) {
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(wake, &one, sizeof(one));
}

void Drain(int wake) {
  uint64_t count = 0;
  [[maybe_unused]] const ssize_t got = read(wake, &count, sizeof(count));
}

}  // namespace

Abandoned::Abandoned(std::function<void()> gone)
    : gone_(std::move(gone)),
      wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      thread_(&Abandoned::Work, this) {}

Abandoned::~Abandoned() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  Signal(wake_);
  thread_.join();
  if (wake_ >= 0) close(wake_);
}

void Abandoned::Take(std::unique_ptr<Connection> connection) {
  {
    const std::lock_guard lock(mutex_);
    taken_.push_back(std::move(connection));
  }
  Signal(wake_);
}

void Abandoned::Work() {
  while (TakeIn()) AwaitNews();
}

bool Abandoned::TakeIn() {
  std::vector<std::unique_ptr<Connection>> taken;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return false;
    taken.swap(taken_);
  }
  for (std::unique_ptr<Connection>& connection : taken) {
    if (connection->in_flight() == Connection::InFlight::kCommit) {
      committing_.push_back(std::move(connection));
      continue;
    }
    connection.reset();  // cancels
    gone_();
  }
  return true;
}

void Abandoned::AwaitNews() {
  std::vector<pollfd> entries{{.fd = wake_, .events = POLLIN, .revents = 0}};
  for (const auto& connection : committing_) {
    entries.push_back({.fd = connection->socket(), .events = POLLIN, .revents = 0});
  }
  // Without an eventfd (no descriptor was left) nobody wakes it, so it looks now and then.
  constexpr int kLookMilliseconds = 100;
  const int patience = wake_ < 0 ? kLookMilliseconds : -1;
  if (poll(entries.data(), entries.size(), patience) < 0) return;  // a signal; looked at again
  if (entries[0].revents != 0) Drain(wake_);
  // Backwards, so that taking one out leaves the places of those still to be looked at.
  for (size_t i = committing_.size(); i-- > 0;) {
    if (entries[i + 1].revents == 0 || !committing_[i]->Settled()) continue;
    std::swap(committing_[i], committing_.back());
    committing_.pop_back();
    gone_();
  }
}

}  // namespace stadspoort::postgres
