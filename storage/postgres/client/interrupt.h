#pragma once

#include <mutex>

#include "storage/postgres/client/connection.h"

namespace stadspoort::postgres {

// A way to end what another thread waits for on its connection. Thread-safe.
class InterruptHandle {
 public:
  // Nothing when there is no connection at the moment.
  void Interrupt() {
    const std::lock_guard lock(mutex_);
    if (connection_ != nullptr) connection_->Interrupt();
  }

 private:
  friend class Interruptible;
  void Set(const Connection* connection) {
    const std::lock_guard lock(mutex_);
    connection_ = connection;
  }

  std::mutex mutex_;
  const Connection* connection_ = nullptr;  // under mutex_
};

// While it lives, the handle reaches the connection, which outlives it.
class Interruptible {
 public:
  Interruptible(InterruptHandle& handle, const Connection& connection) : handle_(handle) {
    handle_.Set(&connection);
  }
  ~Interruptible() { handle_.Set(nullptr); }
  Interruptible(const Interruptible&) = delete;
  Interruptible& operator=(const Interruptible&) = delete;

 private:
  InterruptHandle& handle_;
};

}  // namespace stadspoort::postgres
