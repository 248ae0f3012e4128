#pragma once

#include <condition_variable>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "storage/deadline.h"
#include "storage/postgres/client/abandoned.h"
#include "storage/postgres/client/connection.h"
#include "storage/postgres/client/log.h"

namespace stadspoort::postgres {

class Pool;

// A connection on loan; gives it back when destroyed. Movable, for one thread at a time. Must not
// outlive its pool.
class Lease {
 public:
  Lease(Lease&&) noexcept = default;
  Lease& operator=(Lease&& other) noexcept;
  ~Lease();

  Connection& operator*() const { return *connection_; }
  Connection* operator->() const { return connection_.get(); }

  // False once given back or moved from.
  bool held() const { return connection_ != nullptr; }
  // Whether the connection was used before: it may have died in the pool.
  bool reused() const { return reused_; }
  // Gives it back now; nothing may be done with the lease after that.
  void Return();
  // Swaps the connection for a newly opened one, within the same place in the pool. On an error the
  // lease is given back.
  absl::Status Renew(Deadline deadline);

 private:
  friend class Pool;
  Lease(Pool* pool, std::unique_ptr<Connection> connection, bool reused)
      : pool_(pool), connection_(std::move(connection)), reused_(reused) {}

  Pool* pool_;
  std::unique_ptr<Connection> connection_;  // none: given back or moved from
  bool reused_;
};

struct PoolOptions {
  ConnectionOptions connection = {};
  // Sessions with the server at any time, those being cancelled included.
  int size = 8;
  // Callers that may wait for one; further ones are refused at once.
  int max_waiting = 64;
};

struct PoolStats {
  int in_use = 0;  // on loan
  int idle = 0;
  int abandoned = 0;      // no longer on loan, their last statement or COMMIT not over
  int waiting = 0;        // callers
  int64_t opened = 0;     // connections, since the start
  int64_t discarded = 0;  // of these, for a fault
  int64_t refused = 0;    // callers, because too many were waiting
  int64_t timed_out = 0;  // callers, while waiting
};

// A bounded number of connections to one server under one role. They are opened when needed and
// replaced when broken. Callers are served in the order they came. Reads and writes should not
// share a pool: while the synchronous standby is away, every COMMIT keeps its connection.
//
// Thread-safe. Destroy it when nothing is on loan any more; statements still running are cancelled.
class Pool {
 public:
  Pool(PoolOptions options, LogFunction log);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // ResourceExhausted at once when max_waiting callers wait already; DeadlineExceeded when none
  // came free in time; Unavailable when none can be opened.
  absl::StatusOr<Lease> Acquire(Deadline deadline);

  // Another server is the primary now: nothing of the one before is waited for. Idle sessions are
  // closed, those on loan are interrupted (of a COMMIT under way nothing is known then), and those
  // that were abandoned give their places back at once.
  void LeaveSessions();

  PoolStats Stats() const;

 private:
  friend class Lease;

  // A caller in the queue.
  struct Waiter {
    std::condition_variable granted_changed;
    bool granted = false;
  };

  // A place is the right to one session: options_.size of them, each with a caller or with an
  // abandoned session, or free.
  absl::Status TakePlace(Deadline deadline);
  void FreePlaceLocked();
  // Both are on loan.
  std::unique_ptr<Connection> TakeIdle();
  absl::StatusOr<std::unique_ptr<Connection>> Open(Deadline deadline);

  void EndLoan(const Connection& connection);
  void Discard(std::unique_ptr<Connection> connection);
  void GiveBack(std::unique_ptr<Connection> connection);
  void GiveBackPlace();
  void AbandonedIsGone();

  const PoolOptions options_;
  const LogFunction log_;

  mutable std::mutex mutex_;
  int free_places_;     // all below under mutex_
  PoolStats stats_;     // but idle and waiting, which are the sizes below
  int64_t server_ = 0;  // counts LeaveSessions
  absl::flat_hash_set<const Connection*> on_loan_;
  std::vector<std::unique_ptr<Connection>> idle_;  // the last used one at the back
  std::list<Waiter*> waiters_;                     // the first come in front

  Abandoned abandoned_;  // last: its thread calls into the pool
};

}  // namespace stadspoort::postgres
