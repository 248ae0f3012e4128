#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "absl/status/status.h"
#include "storage/postgres/client/interrupt.h"
#include "storage/postgres/client/log.h"
#include "storage/protocol/projector.h"
#include "storage/redis/client/connection.h"

namespace stadspoort::projector {

// Fills Redis anew, under the keys of a new generation, from one snapshot of the system of record.
// Runs in a thread of its own from its beginning to its end.
class Rebuild {
 public:
  // `finish`: what Redis is told of the snapshot that was loaded; none: nothing. Called from this
  // thread.
  using Finish = std::function<std::optional<protocol::Watermark>(const protocol::Header&)>;
  Rebuild(protocol::Projector::Rebuild order, Finish finish, std::string postgres,
          redis::ConnectionOptions redis, std::string prefix, postgres::LogFunction log);
  // Ends it if it still runs.
  ~Rebuild();
  Rebuild(const Rebuild&) = delete;
  Rebuild& operator=(const Rebuild&) = delete;

  const protocol::Projector::Rebuild& order() const { return order_; }
  // It ends soon, without success.
  void Stop() {
    stop_ = true;
    interrupt_.Interrupt();
  }
  // It came to its end: what Redis holds is known. It may still clean up.
  bool over() const { return over_; }
  // Nothing is left to be done: it can be destroyed without a wait.
  bool done() const { return done_; }
  // Once over: the header of the snapshot that Redis holds now; none: it did not succeed.
  const std::optional<protocol::Header>& header() const { return header_; }

 private:
  void Run();
  void FillAndCleanUp();
  absl::Status Fill(redis::Connection& redis);
  void Log(std::string_view what, const absl::Status& status) const;

  const protocol::Projector::Rebuild order_;
  const Finish finish_;
  const std::string postgres_;
  const redis::ConnectionOptions redis_;
  const std::string prefix_;
  const postgres::LogFunction log_;
  std::optional<protocol::Header> header_;
  postgres::InterruptHandle interrupt_;
  std::atomic<bool> stop_ = false;
  std::atomic<bool> over_ = false;
  std::atomic<bool> done_ = false;
  std::thread thread_;  // last: it uses all the others
};

}  // namespace stadspoort::projector
