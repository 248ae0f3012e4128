#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "storage/deadline.h"
#include "storage/redis/client/connection.h"
#include "storage/redis/client/log.h"
#include "storage/redis/client/reply.h"

namespace stadspoort::redis {

struct PoolStats {
  int in_use = 0;  // connections on loan or being opened
  int idle = 0;
  int64_t opened = 0;     // connections, since the start
  int64_t discarded = 0;  // of these, because they broke
  int64_t failed = 0;     // attempts to connect
  int64_t retried = 0;    // reads that met a dead idle connection
  int64_t refused = 0;    // calls, at once, because an attempt to connect had just failed
  int64_t timed_out = 0;  // calls, while waiting for a connection to come free
};

// A bounded number of connections to one Redis, for reads. They are opened when needed, replaced
// when broken, and lent for one call. After an attempt to connect failed, calls that would need a
// new connection fail at once with Unavailable for 100 ms, and then all but one of them until that
// one's attempt succeeded: a Redis that is away costs its callers nothing.
//
// Thread-safe. Destroy it when no call is under way any more.
class Pool {
 public:
  Pool(ConnectionOptions options, int size, LogFunction log);
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // As Connection::Run and RunAll, with `patience` for everything: waiting for a connection,
  // connecting, the answer. When an idle connection turns out dead, the same is sent ONCE more on
  // a new one; it may then have run twice. So: only what reads.
  absl::StatusOr<Reply> Read(absl::Span<const std::string_view> command, absl::Duration patience);
  absl::StatusOr<std::vector<Reply>> ReadAll(absl::Span<const std::vector<std::string>> commands,
                                             absl::Duration patience);

  PoolStats Stats() const;

 private:
  template <typename Answer, typename Ask>
  Answer Borrow(absl::Duration patience, Ask ask);

  // A place is the right to one connection.
  absl::Status TakePlace(Deadline deadline);
  std::unique_ptr<Connection> TakeIdle();
  absl::StatusOr<std::unique_ptr<Connection>> Open(Deadline deadline);
  // Whether an attempt to connect may be made now; the one who may after a failure is `probing_`.
  bool MayConnect();
  // With the place; none when it could not be opened.
  void GiveBack(std::unique_ptr<Connection> connection);
  void CountRetry();

  const ConnectionOptions options_;
  const LogFunction log_;
  // The last attempt to connect failed. Changed under mutex_; read without it for every log line.
  std::atomic<bool> away_ = false;

  mutable std::mutex mutex_;
  std::condition_variable place_is_free_;
  int free_places_;  // all below under mutex_
  bool probing_ = false;
  Deadline::Clock::time_point next_attempt_;       // while away_
  PoolStats stats_;                                // but idle, which is the size below
  std::vector<std::unique_ptr<Connection>> idle_;  // the last used one at the back
};

}  // namespace stadspoort::redis
