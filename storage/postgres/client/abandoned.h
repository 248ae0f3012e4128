#pragma once

#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

#include "storage/postgres/client/connection.h"

namespace stadspoort::postgres {

// Takes the sessions whose caller stopped waiting while something was under way, so that no caller
// waits for their end: it cancels a running statement (a cancel has its own connection and blocks)
// and lets a COMMIT come to its own end. Internal to this room; thread-safe.
class Abandoned {
 public:
  // `gone` is called once for each session when it is closed, from this object's thread and
  // without any lock held.
  explicit Abandoned(std::function<void()> gone);
  // Cancels what runs, closes the rest without waiting for it; `gone` is not called for those.
  ~Abandoned();
  Abandoned(const Abandoned&) = delete;
  Abandoned& operator=(const Abandoned&) = delete;

  void Take(std::unique_ptr<Connection> connection);
  // Waits for none of them any more. Gives how many `gone` is not going to be called for.
  int LeaveAll();

 private:
  struct Session {
    std::unique_ptr<Connection> connection;  // touched by the thread alone
    bool looked_at = false;
    bool left = false;
  };
  using Place = std::list<Session>::iterator;

  void Work();
  // Cancels and closes what was taken in, but for COMMITs, and what was left.
  // False when it is time to stop.
  bool TakeIn();
  void Close(Place session);
  void AwaitNews();

  const std::function<void()> gone_;
  const int wake_;  // an eventfd
  std::mutex mutex_;
  bool stopping_ = false;        // under mutex_
  std::list<Session> sessions_;  // under mutex_; only the thread takes one out
  std::thread thread_;           // last: it uses all the others
};

}  // namespace stadspoort::postgres
