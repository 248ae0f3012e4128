#include "storage/postgres/client/abandoned.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

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
    sessions_.push_back({std::move(connection)});
  }
  Signal(wake_);
}

int Abandoned::LeaveAll() {
  int left = 0;
  {
    const std::lock_guard lock(mutex_);
    for (Session& session : sessions_) {
      if (!std::exchange(session.left, true)) ++left;
    }
  }
  Signal(wake_);
  return left;
}

void Abandoned::Work() {
  while (TakeIn()) AwaitNews();
}

bool Abandoned::TakeIn() {
  while (true) {
    Place session;
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return false;
      session = std::find_if(sessions_.begin(), sessions_.end(),
                             [](const Session& s) { return s.left || !s.looked_at; });
      if (session == sessions_.end()) return true;
      session->looked_at = true;
      if (session->left) {
        session->connection->LeaveUncancelled();
      } else if (session->connection->in_flight() == Connection::InFlight::kCommit) {
        continue;
      }
    }
    Close(session);
  }
}

// It is on the list until it is closed: it may be left while its cancel blocks.
void Abandoned::Close(Place session) {
  session->connection.reset();  // cancels
  bool left = false;
  {
    const std::lock_guard lock(mutex_);
    left = session->left;
    sessions_.erase(session);
  }
  if (!left) gone_();
}

void Abandoned::AwaitNews() {
  std::vector<pollfd> entries{{.fd = wake_, .events = POLLIN, .revents = 0}};
  std::vector<Place> committing;
  {
    const std::lock_guard lock(mutex_);
    for (auto session = sessions_.begin(); session != sessions_.end(); ++session) {
      if (!session->looked_at) continue;  // came this moment; the eventfd says so
      committing.push_back(session);
      entries.push_back({.fd = session->connection->socket(), .events = POLLIN, .revents = 0});
    }
  }
  // Without an eventfd (no descriptor was left) nobody wakes it, so it looks now and then.
  constexpr int kLookMilliseconds = 100;
  const int patience = wake_ < 0 ? kLookMilliseconds : -1;
  if (poll(entries.data(), entries.size(), patience) < 0) return;  // a signal; looked at again
  if (entries[0].revents != 0) Drain(wake_);
  for (size_t i = 0; i < committing.size(); ++i) {
    if (entries[i + 1].revents != 0 && committing[i]->connection->Settled()) Close(committing[i]);
  }
}

}  // namespace stadspoort::postgres
