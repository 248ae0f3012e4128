#include "services/projector/projector_loop.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "services/domain/ids.h"
#include "storage/postgres/projection_store.h"

namespace stadspoort::projector {
namespace {

constexpr absl::Duration kConnectPatience = absl::Seconds(1);
constexpr absl::Duration kReadPatience = absl::Seconds(3);
// The server's, shorter than ours: a read that takes too long must not keep the lock. A COMMIT that
// waits for the standby is not cut off by it, and its session keeps the lock until the standby
// answers; nobody else could commit either until then.
constexpr absl::Duration kStatementTimeout = absl::Milliseconds(2'500);
constexpr absl::Duration kCommitPatience = absl::Seconds(3);
constexpr const char* kIdleSessionTimeout = "2s";
// A Redis that hangs may hold the lease up for so long, and no longer.
constexpr absl::Duration kRedisPatience = absl::Milliseconds(200);
constexpr absl::Duration kRedisPatienceAnEntry = absl::Microseconds(10);
constexpr int64_t kCommitsBetweenDeletes = 500;
constexpr std::chrono::milliseconds kLookAtRebuild(20);

Moment Now() { return BootClock::now(); }

std::string NewId() { return domain::UuidText(domain::NewUuid(absl::Now())); }

}  // namespace

ProjectorLoop::ProjectorLoop(Options options, postgres::LogFunction log)
    : options_(std::move(options)),
      log_(std::move(log)),
      machine_(NewId, protocol::Projector::Timing()),
      writer_(options_.redis_prefix),
      rules_(options_.postgres, options_.redis, options_.redis_prefix, log_),
      thread_([this] { Run(); }) {}

ProjectorLoop::~ProjectorLoop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void ProjectorLoop::Log(postgres::LogLevel level, std::string_view line) const {
  if (log_) log_(level, line);
}

ProjectorLoop::Stats ProjectorLoop::GetStats() const {
  const std::lock_guard lock(mutex_);
  Stats stats = stats_;
  stats.tick_age = last_tick_ ? absl::FromChrono(Now() - *last_tick_) : absl::InfiniteDuration();
  return stats;
}

void ProjectorLoop::Publish() {
  const std::lock_guard lock(mutex_);
  const bool active = machine_.active();
  if (active != stats_.active) {
    Log(postgres::LogLevel::kInfo,
        active ? absl::StrCat("projector: active, term ", machine_.row().term)
               : std::string("projector: standing by"));
  }
  stats_.active = active;
  stats_.in_step = machine_.in_step();
  stats_.term = active ? machine_.row().term : 0;
}

void ProjectorLoop::TendRules() {
  std::optional<RulesWriter::Target> target;
  if (machine_.in_step()) target = {machine_.row().epoch, machine_.row().generation};
  rules_.Follow(target);
}

void ProjectorLoop::Run() {
  while (true) {
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) break;
    }
    TendRebuild();
    Do(machine_.Next(Now()));
    TendRules();
    Publish();
  }
  rebuild_.reset();
}

void ProjectorLoop::Do(const Action& action) {
  switch (action.kind) {
    case Action::Kind::kWait:
      return Wait(action.until);
    case Action::Kind::kConnect:
      return Connect();
    case Action::Kind::kElect:
      return Elect();
    case Action::Kind::kRead:
      return Read(action);
    case Action::Kind::kInspect:
      return Inspect();
    case Action::Kind::kApply:
      return Apply(action);
    case Action::Kind::kCommit:
      return Commit(action);
    case Action::Kind::kDisconnect:
      return Lose();
  }
}

void ProjectorLoop::Wait(Moment until) {
  std::unique_lock lock(mutex_);
  const Moment look = rebuild_ == nullptr ? until : std::min(until, Now() + kLookAtRebuild);
  wake_.wait_until(lock, look, [this] { return stopping_; });
}

void ProjectorLoop::Connect() {
  postgres::ConnectionOptions options = postgres::ReaderOptions(options_.postgres, "projector");
  options.connect_timeout = kConnectPatience;
  options.statement_timeout = kStatementTimeout;
  options.settings.emplace_back("idle_session_timeout", kIdleSessionTimeout);
  // A server that writes to a host that is gone is not idle, and would keep the lock.
  options.settings.emplace_back("tcp_user_timeout", kIdleSessionTimeout);
  options.settings.emplace_back("tcp_keepalives_idle", "1");
  options.settings.emplace_back("tcp_keepalives_interval", "1");
  options.settings.emplace_back("tcp_keepalives_count", "2");
  auto connection = postgres::Connection::Connect(options, Deadline::After(kConnectPatience), log_);
  if (!connection.ok()) return Lose();
  connection_ = *std::move(connection);
  machine_.OnConnected();
}

void ProjectorLoop::Lose() {
  if (connection_ != nullptr) connection_->LeaveUncancelled();
  connection_.reset();
  machine_.OnLost(Now());
  const std::lock_guard lock(mutex_);
  ++stats_.losses;
}

void ProjectorLoop::Elect() {
  const Deadline deadline = Deadline::After(kReadPatience);
  const absl::StatusOr<bool> elected = postgres::Elect(*connection_, deadline);
  if (!elected.ok()) {
    if (absl::IsFailedPrecondition(elected.status())) {
      Log(postgres::LogLevel::kError,
          absl::StrCat("projector: does not stand for election: ", elected.status().ToString()));
    }
    return Lose();
  }
  if (!*elected) return machine_.OnNotElected(Now());
  const auto answer = postgres::ReadRegister(*connection_, {}, deadline);
  if (!answer.ok()) return Lose();
  machine_.OnElected(answer->header);
}

void ProjectorLoop::Read(const Action& action) {
  postgres::RegisterQuery query;
  query.since = action.since;
  const Deadline deadline = Deadline::After(kReadPatience);
  if (action.since) {
    for (const domain::CityCode& city : rules_.TakeUntold())
      query.rules.push_back({city, {}, true});
  }
  read_sent_ = Now();
  absl::StatusOr<postgres::RegisterAnswer> answer = postgres::ReadRegisterWithRules(
      *connection_, std::move(query), postgres::RulesWanted::kVersionsOnly, deadline);
  if (!answer.ok()) {
    if (!absl::IsUnavailable(answer.status())) {
      Log(postgres::LogLevel::kWarning,
          absl::StrCat("projector: the register cannot be read: ", answer.status().ToString()));
    }
    return Lose();
  }
  read_ = *std::move(answer);
  rules_.Write(read_.changed_rules);
  const bool changes = !read_.changed.empty() || !read_.rules.empty();
  machine_.OnRead(read_.header, changes, read_.truncated, Now());
}

bool ProjectorLoop::EnsureRedis() {
  if (redis_ != nullptr && !redis_->broken()) return true;
  auto connection = redis::Connection::Connect(options_.redis, kRedisPatience, {});
  if (!connection.ok()) return false;
  redis_ = *std::move(connection);
  return true;
}

void ProjectorLoop::Inspect() {
  absl::StatusOr<std::optional<protocol::Watermark>> watermark =
      absl::UnavailableError("Redis cannot be reached");
  if (EnsureRedis()) watermark = writer_.Inspect(*redis_, kRedisPatience);
  if (watermark.ok()) {
    redis_told_ = false;
    return machine_.OnInspected(*watermark, Now());
  }
  if (!std::exchange(redis_told_, true)) {
    Log(postgres::LogLevel::kWarning,
        absl::StrCat("projector: Redis is not used: ", watermark.status().ToString()));
  }
  machine_.OnInspectFailed(Now());
}

void ProjectorLoop::Apply(const Action& action) {
  redis::ProjectionWriter::Batch batch;
  batch.groups = std::move(read_.changed);
  for (const postgres::RulesRead& city : read_.rules) {
    batch.versions.emplace_back(city.city, city.stored.versions);
  }
  batch.register_time = read_.register_time;
  batch.look_back = std::move(read_.look_back);
  const auto entries = static_cast<int64_t>(batch.groups.size() + batch.versions.size());
  absl::StatusOr<bool> applied = absl::UnavailableError("Redis cannot be reached");
  if (EnsureRedis()) {
    applied = writer_.Apply(*redis_, action.after, action.watermark, batch,
                            kRedisPatience + kRedisPatienceAnEntry * entries);
  }
  using Applied = protocol::Projector::Applied;
  if (!applied.ok()) {
    redis_.reset();
    return machine_.OnApplied(Applied::kUnknown, Now());
  }
  machine_.OnApplied(*applied ? Applied::kDone : Applied::kRefused, Now());
  if (!*applied) return;
  const std::lock_guard lock(mutex_);
  ++stats_.ticks;
  stats_.entries += entries;
  last_tick_ = read_sent_;
}

void ProjectorLoop::Commit(const Action& action) {
  const auto commit =
      postgres::CommitProjection(*connection_, action.row, Deadline::After(kCommitPatience));
  if (!commit.ok()) return Lose();
  using Outcome = postgres::ProjectionCommit::Outcome;
  using Committed = protocol::Projector::Committed;
  const Committed committed = commit->outcome == Outcome::kDone     ? Committed::kDone
                              : commit->outcome == Outcome::kUnsafe ? Committed::kUnsafe
                                                                    : Committed::kFenced;
  machine_.OnCommitted(committed, commit->now, Now());
  int64_t commits = 0;
  {
    const std::lock_guard lock(mutex_);
    commits = ++stats_.commits;
  }
  if (committed == Committed::kFenced || commits % kCommitsBetweenDeletes != 0) return;
  if (!postgres::DeleteOldProjections(*connection_, Deadline::After(kCommitPatience)).ok()) {
    Lose();
  }
}

void ProjectorLoop::TendRebuild() {
  if (rebuild_ != nullptr && rebuild_->over() && !std::exchange(rebuild_told_, true)) {
    machine_.OnRebuilt(rebuild_->order(), rebuild_->header(), Now());
  }
  if (rebuild_ != nullptr && rebuild_->done()) rebuild_.reset();
  if (!machine_.wants_rebuild()) return;
  if (rebuild_ != nullptr) return rebuild_->Stop();  // of an order that does not hold any more
  Log(postgres::LogLevel::kInfo, "projector: Redis is filled anew");
  const protocol::Projector::Rebuild order = *machine_.TakeRebuild();
  // Of the machine this uses only what never changes.
  const auto finish = [this, order](const protocol::Header& header) {
    return machine_.WatermarkOf(order, header);
  };
  rebuild_told_ = false;
  rebuild_ = std::make_unique<Rebuild>(order, finish, options_.postgres, options_.redis,
                                       options_.redis_prefix, log_);
  const std::lock_guard lock(mutex_);
  ++stats_.rebuilds;
}

}  // namespace stadspoort::projector
