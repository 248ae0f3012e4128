#include "storage/redis/client/pool.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace stadspoort::redis {
namespace {

constexpr std::chrono::milliseconds kRest(100);  // after an attempt to connect that failed

}  // namespace

// The reason why Redis is away is told once, not ten times a second.
Pool::Pool(ConnectionOptions options, int size, LogFunction log)
    : options_(std::move(options)),
      log_([this, log = std::move(log)](LogLevel level, std::string_view line) {
        if (log) log(away_ ? LogLevel::kDebug : level, line);
      }),
      free_places_(std::max(1, size)) {}

absl::StatusOr<Reply> Pool::Read(absl::Span<const std::string_view> command,
                                 absl::Duration patience) {
  return Borrow<absl::StatusOr<Reply>>(patience, [&](Connection& connection, Deadline deadline) {
    return connection.Run(command, deadline.Remaining());
  });
}

absl::StatusOr<std::vector<Reply>> Pool::ReadAll(
    absl::Span<const std::vector<std::string>> commands, absl::Duration patience) {
  return Borrow<absl::StatusOr<std::vector<Reply>>>(
      patience, [&](Connection& connection, Deadline deadline) {
        return connection.RunAll(commands, deadline.Remaining());
      });
}

template <typename Answer, typename Ask>
Answer Pool::Borrow(absl::Duration patience, Ask ask) {
  const Deadline deadline = Deadline::After(patience);
  if (absl::Status status = TakePlace(deadline); !status.ok()) return status;
  std::unique_ptr<Connection> connection = TakeIdle();
  if (connection != nullptr) {
    Answer answer = ask(*connection, deadline);
    if (!absl::IsUnavailable(answer.status())) {
      GiveBack(std::move(connection));
      return answer;
    }
    CountRetry();
    connection.reset();
  }
  auto fresh = Open(deadline);
  if (!fresh.ok()) {
    GiveBack(nullptr);
    return fresh.status();
  }
  Answer answer = ask(**fresh, deadline);
  GiveBack(*std::move(fresh));
  return answer;
}

absl::Status Pool::TakePlace(Deadline deadline) {
  std::unique_lock lock(mutex_);
  if (!place_is_free_.wait_until(lock, deadline.at(), [this] { return free_places_ > 0; })) {
    ++stats_.timed_out;
    return absl::ResourceExhaustedError("no connection to Redis came free in time");
  }
  --free_places_;
  ++stats_.in_use;
  return absl::OkStatus();
}

std::unique_ptr<Connection> Pool::TakeIdle() {
  const std::lock_guard lock(mutex_);
  if (idle_.empty()) return nullptr;
  std::unique_ptr<Connection> connection = std::move(idle_.back());
  idle_.pop_back();
  return connection;
}

absl::StatusOr<std::unique_ptr<Connection>> Pool::Open(Deadline deadline) {
  // No attempt, or it would count as one that failed.
  if (deadline.Passed()) return absl::DeadlineExceededError("no time left to connect to Redis");
  if (!MayConnect()) return absl::UnavailableError("Redis was not available a moment ago");
  auto connection = Connection::Connect(options_, deadline.Remaining(), log_);
  bool was_away = false;
  {
    const std::lock_guard lock(mutex_);
    was_away = away_.exchange(!connection.ok());
    probing_ = false;
    next_attempt_ = Deadline::Clock::now() + kRest;
    ++(connection.ok() ? stats_.opened : stats_.failed);
  }
  if (was_away && connection.ok()) log_(LogLevel::kInfo, "Redis is available again");
  return connection;
}

bool Pool::MayConnect() {
  const std::lock_guard lock(mutex_);
  if (away_ && (probing_ || Deadline::Clock::now() < next_attempt_)) {
    ++stats_.refused;
    return false;
  }
  probing_ = away_;
  return true;
}

void Pool::GiveBack(std::unique_ptr<Connection> connection) {
  const bool broken = connection != nullptr && connection->broken();
  if (broken) connection.reset();  // closed before its place is free
  {
    const std::lock_guard lock(mutex_);
    --stats_.in_use;
    if (broken) ++stats_.discarded;
    if (connection != nullptr) idle_.push_back(std::move(connection));
    ++free_places_;
  }
  place_is_free_.notify_one();
}

void Pool::CountRetry() {
  const std::lock_guard lock(mutex_);
  ++stats_.discarded;
  ++stats_.retried;
}

PoolStats Pool::Stats() const {
  const std::lock_guard lock(mutex_);
  PoolStats stats = stats_;
  stats.idle = static_cast<int>(idle_.size());
  return stats;
}

}  // namespace stadspoort::redis
