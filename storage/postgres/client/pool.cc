#include "storage/postgres/client/pool.h"

#include <algorithm>
#include <utility>

namespace stadspoort::postgres {

Lease& Lease::operator=(Lease&& other) noexcept {
  if (this != &other) {
    Return();
    pool_ = other.pool_;
    connection_ = std::move(other.connection_);
    reused_ = other.reused_;
  }
  return *this;
}

Lease::~Lease() { Return(); }

void Lease::Return() {
  if (connection_ != nullptr) pool_->GiveBack(std::move(connection_));
}

absl::Status Lease::Renew(Deadline deadline) {
  pool_->Discard(std::move(connection_));
  auto fresh = pool_->Open(deadline);
  if (!fresh.ok()) {
    pool_->GiveBackPlace();
    return fresh.status();
  }
  connection_ = *std::move(fresh);
  reused_ = false;
  return absl::OkStatus();
}

Pool::Pool(PoolOptions options, LogFunction log)
    : options_(std::move(options)),
      log_(std::move(log)),
      free_places_(std::max(1, options_.size)),
      abandoned_([this] { AbandonedIsGone(); }) {}

Pool::~Pool() = default;

absl::StatusOr<Lease> Pool::Acquire(Deadline deadline) {
  if (absl::Status status = TakePlace(deadline); !status.ok()) return status;
  if (std::unique_ptr<Connection> idle = TakeIdle(); idle != nullptr) {
    return Lease(this, std::move(idle), /*reused=*/true);
  }
  auto fresh = Open(deadline);
  if (!fresh.ok()) {
    GiveBackPlace();
    return fresh.status();
  }
  return Lease(this, *std::move(fresh), /*reused=*/false);
}

absl::Status Pool::TakePlace(Deadline deadline) {
  std::unique_lock lock(mutex_);
  if (free_places_ > 0) {  // then nobody waits: a place that comes free goes to a waiter first
    --free_places_;
    ++stats_.in_use;
    return absl::OkStatus();
  }
  if (static_cast<int>(waiters_.size()) >= options_.max_waiting) {
    ++stats_.refused;
    return absl::ResourceExhaustedError("too many callers are waiting for the database");
  }
  Waiter self;
  const auto place_in_queue = waiters_.insert(waiters_.end(), &self);
  self.granted_changed.wait_until(lock, deadline.at(), [&self] { return self.granted; });
  if (self.granted) return absl::OkStatus();
  waiters_.erase(place_in_queue);
  ++stats_.timed_out;
  return absl::DeadlineExceededError("no connection to the database came free in time");
}

void Pool::FreePlaceLocked() {
  if (waiters_.empty()) {
    ++free_places_;
    return;
  }
  Waiter* next = waiters_.front();
  waiters_.pop_front();
  next->granted = true;
  ++stats_.in_use;
  // Under the lock: once it is free, the waiter may be gone.
  next->granted_changed.notify_one();
}

std::unique_ptr<Connection> Pool::TakeIdle() {
  while (true) {
    std::unique_ptr<Connection> connection;
    {
      const std::lock_guard lock(mutex_);
      if (idle_.empty()) return nullptr;
      connection = std::move(idle_.back());
      idle_.pop_back();
      on_loan_.insert(connection.get());
    }
    if (!connection->HasEnded()) return connection;
    Discard(std::move(connection));
  }
}

void Pool::EndLoan(const Connection& connection) {
  const std::lock_guard lock(mutex_);
  on_loan_.erase(&connection);
}

void Pool::Discard(std::unique_ptr<Connection> connection) {
  EndLoan(*connection);
  connection.reset();
  const std::lock_guard lock(mutex_);
  ++stats_.discarded;
}

absl::StatusOr<std::unique_ptr<Connection>> Pool::Open(Deadline deadline) {
  while (true) {
    int64_t server = 0;
    {
      const std::lock_guard lock(mutex_);
      server = server_;
    }
    auto connection = Connection::Connect(options_.connection, deadline, log_);
    if (!connection.ok()) return connection;
    const std::lock_guard lock(mutex_);
    ++stats_.opened;
    // Else it may be with a server that was left meanwhile.
    if (server == server_) {
      on_loan_.insert(connection->get());
      return connection;
    }
    ++stats_.discarded;
  }
}

void Pool::GiveBack(std::unique_ptr<Connection> connection) {
  const bool idle = connection->Idle();
  const bool over = connection->in_flight() == Connection::InFlight::kNothing;
  if (!idle && over) {  // closed before its place is free
    EndLoan(*connection);
    connection.reset();
  }
  const std::lock_guard lock(mutex_);
  // In one step with what becomes of it, so that LeaveSessions finds it here or there.
  if (connection != nullptr) on_loan_.erase(connection.get());
  --stats_.in_use;
  if (!idle) ++stats_.discarded;
  if (!idle && !over) {
    // Keeps its place until it is gone from the server too.
    ++stats_.abandoned;
    abandoned_.Take(std::move(connection));
    return;
  }
  if (idle) idle_.push_back(std::move(connection));
  FreePlaceLocked();
}

void Pool::GiveBackPlace() {
  const std::lock_guard lock(mutex_);
  --stats_.in_use;
  FreePlaceLocked();
}

void Pool::AbandonedIsGone() {
  const std::lock_guard lock(mutex_);
  --stats_.abandoned;
  FreePlaceLocked();
}

void Pool::LeaveSessions() {
  std::vector<std::unique_ptr<Connection>> idle;
  {
    const std::lock_guard lock(mutex_);
    ++server_;
    idle.swap(idle_);
    stats_.discarded += static_cast<int64_t>(idle.size());
    for (const Connection* connection : on_loan_) connection->Interrupt();
  }
  idle.clear();
  const int left = abandoned_.LeaveAll();
  const std::lock_guard lock(mutex_);
  stats_.abandoned -= left;
  for (int i = 0; i < left; ++i) FreePlaceLocked();
}

PoolStats Pool::Stats() const {
  const std::lock_guard lock(mutex_);
  PoolStats stats = stats_;
  stats.idle = static_cast<int>(idle_.size());
  stats.waiting = static_cast<int>(waiters_.size());
  return stats;
}

}  // namespace stadspoort::postgres
