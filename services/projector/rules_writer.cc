#include "services/projector/rules_writer.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/postgres/register_read.h"
#include "storage/protocol/state.h"

namespace stadspoort::projector {
namespace {

constexpr absl::Duration kConnectPatience = absl::Seconds(2);
// For one city, at PostgreSQL and at Redis.
constexpr absl::Duration kReadPatience = absl::Seconds(30);
constexpr absl::Duration kRedisPatience = absl::Seconds(10);
// Redis is looked through for rules that no check can use, now and then; after one that took long,
// so many times as long passes before the next.
constexpr std::chrono::seconds kLookPeriod(3);
constexpr int kLookPauses = 20;
constexpr std::chrono::milliseconds kRetryPeriod(250);

Moment Now() { return BootClock::now(); }

}  // namespace

RulesWriter::RulesWriter(std::string postgres, redis::ConnectionOptions redis, std::string prefix,
                         postgres::LogFunction log)
    : postgres_(std::move(postgres)),
      redis_options_(std::move(redis)),
      log_(std::move(log)),
      writer_(std::move(prefix)),
      thread_([this] { Run(); }) {}

RulesWriter::~RulesWriter() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  interrupt_.Interrupt();
  thread_.join();
}

void RulesWriter::Log(postgres::LogLevel level, std::string_view line) const {
  if (log_) log_(level, line);
}

void RulesWriter::Follow(const std::optional<Target>& target) {
  {
    const std::lock_guard lock(mutex_);
    if (target_ == target) return;
    target_ = target;
    look_at_ = Moment();
  }
  wake_.notify_one();
}

void RulesWriter::Write(const std::vector<domain::CityCode>& cities) {
  if (cities.empty()) return;
  {
    const std::lock_guard lock(mutex_);
    changed_.insert(cities.begin(), cities.end());
  }
  wake_.notify_one();
}

std::vector<domain::CityCode> RulesWriter::TakeUntold() {
  const std::lock_guard lock(mutex_);
  return std::exchange(untold_, {});
}

void RulesWriter::Run() {
  bool told = false;
  while (true) {
    std::optional<Target> target;
    std::vector<domain::CityCode> changed;
    {
      std::unique_lock lock(mutex_);
      const auto due = [&] { return target_ && (!changed_.empty() || Now() >= look_at_); };
      while (!stopping_ && !due()) {
        if (target_) {
          wake_.wait_until(lock, look_at_);
        } else {
          wake_.wait(lock);
        }
      }
      if (stopping_) return;
      target = target_;
      changed.assign(changed_.begin(), changed_.end());
      changed_.clear();
    }
    const Moment began = Now();
    const absl::Status status = Work(*target, changed);
    Moment::duration pause = kRetryPeriod;
    if (status.ok()) {
      told = false;
      if (!changed.empty()) continue;
      pause = std::max<Moment::duration>(kLookPeriod, kLookPauses * (Now() - began));
    } else {
      // Whatever was not written is found by the next look.
      if (!std::exchange(told, true)) {
        Log(postgres::LogLevel::kWarning,
            absl::StrCat("projector: rules were not written to Redis: ", status.ToString()));
      }
      connection_.reset();
      redis_.reset();
    }
    const std::lock_guard lock(mutex_);
    // Redis that stands elsewhere meanwhile is looked at at once.
    if (target_ == target) look_at_ = Now() + pause;
  }
}

absl::Status RulesWriter::Work(const Target& target, const std::vector<domain::CityCode>& changed) {
  if (absl::Status connected = Connect(); !connected.ok()) return connected;
  const postgres::Interruptible interruptible(interrupt_, *connection_);
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return absl::CancelledError("stopping");
  }
  return changed.empty() ? Look(target) : WriteAll(target, changed);
}

absl::Status RulesWriter::Connect() {
  if (connection_ == nullptr || connection_->HasEnded()) {
    postgres::ConnectionOptions options = postgres::ReaderOptions(postgres_, "projector");
    options.application_name += "-rules";
    options.connect_timeout = kConnectPatience;
    options.statement_timeout = kReadPatience;
    auto connection =
        postgres::Connection::Connect(options, Deadline::After(kConnectPatience), log_);
    if (!connection.ok()) return connection.status();
    connection_ = *std::move(connection);
  }
  if (redis_ == nullptr || redis_->broken()) {
    auto redis = redis::Connection::Connect(redis_options_, kConnectPatience, {});
    if (!redis.ok()) return redis.status();
    redis_ = *std::move(redis);
  }
  return absl::OkStatus();
}

absl::Status RulesWriter::WriteAll(const Target& target,
                                   const std::vector<domain::CityCode>& cities) {
  for (const domain::CityCode& city : cities) {
    if (absl::Status written = WriteOne(target, city); !written.ok()) return written;
  }
  return absl::OkStatus();
}

absl::Status RulesWriter::WriteOne(const Target& target, const domain::CityCode& city) {
  postgres::RegisterQuery query;
  query.rules.push_back({city});
  const auto answer = postgres::ReadRegister(*connection_, query, Deadline::After(kReadPatience));
  if (!answer.ok()) return answer.status();
  // Versions of another epoch say nothing; and another server than the primary may have answered.
  if (answer->header.row.epoch != target.epoch ||
      !protocol::Trusted(answer->header, protocol::Rules::All())) {
    return absl::AbortedError("what was read cannot be relied on");
  }
  if (answer->rules.empty()) return absl::OkStatus();
  const postgres::RulesRead& rules = answer->rules.front();
  if (!rules.status.ok()) {
    unreadable_[city] = rules.stored.versions;
    return absl::OkStatus();
  }
  unreadable_.erase(city);
  // Refused: Redis stands elsewhere by now.
  return writer_.PutRules(*redis_, target.generation, rules, kRedisPatience).status();
}

absl::Status RulesWriter::Look(const Target& target) {
  const auto cities = postgres::ReadCityCodes(*connection_, Deadline::After(kReadPatience));
  if (!cities.ok()) return cities.status();
  if (cities->empty()) return absl::OkStatus();
  const auto held = writer_.LookAtRules(*redis_, target.generation, *cities, kRedisPatience);
  if (!held.ok()) return held.status();
  std::vector<domain::CityCode> untold;
  std::vector<domain::CityCode> missing;
  for (size_t n = 0; n < cities->size(); ++n) {
    const domain::CityCode& city = (*cities)[n];
    const std::optional<domain::CityVersions>& versions = (*held)[n].versions;
    if (!versions) {
      untold.push_back(city);
    } else if (!(*held)[n].stored) {
      const auto unreadable = unreadable_.find(city);
      if (unreadable == unreadable_.end() || unreadable->second != *versions) {
        missing.push_back(city);
      }
    }
  }
  {
    const std::lock_guard lock(mutex_);
    untold_ = std::move(untold);
  }
  if (absl::Status written = WriteAll(target, missing); !written.ok()) return written;
  return LookInFull(target, *cities);
}

// The next city.
absl::Status RulesWriter::LookInFull(const Target& target,
                                     const std::vector<domain::CityCode>& cities) {
  const auto next = std::upper_bound(cities.begin(), cities.end(), looked_at_);
  looked_at_ = next == cities.end() ? cities.front() : *next;
  if (unreadable_.contains(looked_at_)) return absl::OkStatus();
  const absl::StatusOr<bool> whole =
      writer_.LookAtRulesInFull(*redis_, target.generation, looked_at_, kRedisPatience);
  if (!whole.ok()) return whole.status();
  return *whole ? absl::OkStatus() : WriteOne(target, looked_at_);
}

}  // namespace stadspoort::projector
