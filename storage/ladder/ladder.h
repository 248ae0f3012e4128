#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/domain/city_rules.h"
#include "services/domain/decide.h"
#include "services/domain/ids.h"
#include "services/domain/plate.h"
#include "services/domain/pseudonym.h"
#include "storage/deadline.h"
#include "storage/ladder/follower.h"
#include "storage/ladder/memory.h"
#include "storage/redis/projection.h"

namespace stadspoort::ladder {

// Values are those of stadspoort.checks.v1.Rung.
enum class Rung : uint8_t { kMemory = 1, kRedis = 2, kPostgres = 3 };

// How far behind a positive, or "nothing required", may be.
inline constexpr absl::Duration kMaxStaleness = absl::Seconds(1);

struct Question {
  domain::CityCode city;
  std::vector<domain::PlateNumber> plates;
  std::optional<absl::Time> oldest_check_time;  // none: now
};

// What was known at one moment. Immutable.
struct Look {
  CityRulesPtr rules;
  // For each plate asked about: what the register knows under its folded pseudonym. Empty: it has
  // never seen the plate nor one that reads alike.
  std::vector<std::vector<domain::KnownPlate>> plates;
  absl::Time as_of;  // the register's clock; everything committed before it is in
  absl::Time now;    // the register's clock at the check
  Rung rung = Rung::kPostgres;
  // Everything committed before the call began is in. Only then may a negative rest on it.
  bool confirmed = false;
  // The system of record does not answer: positives rest on what was known a while ago, within the
  // city's degraded limit, and nothing can be confirmed.
  bool degraded = false;
  // And longer ago than that limit: not even a positive may rest on it.
  bool stale = false;
};

// Memory, Redis, the system of record: the first rung that may be relied on. Thread-safe.
class Ladder {
 public:
  struct Use {
    bool memory = true;
    bool redis = true;
  };
  // All outlive it.
  Ladder(Use use, const domain::PlateKeyring& keyring, const Memory& memory, Follower& follower,
         redis::ProjectionReader& projection)
      : use_(use),
        keyring_(keyring),
        memory_(memory),
        follower_(follower),
        projection_(projection) {}

  // At most kMaxStaleness behind `began`, the check's beginning, unless `degraded` or `stale` is
  // set. CityNotFound, PlateKeyMismatch, or a client's status when nothing may be relied on: then
  // nothing is known, and nobody may be refused.
  absl::StatusOr<Look> LookUp(const Question& question, Moment began, Deadline deadline);
  // From the system of record, in a statement sent after this call began. Statuses as above.
  absl::StatusOr<Look> Confirm(const Question& question, Deadline deadline);

  struct Stats {
    // Plates that each rung answered for; a plate that is confirmed later counts again.
    int64_t memory_plates = 0;
    int64_t redis_plates = 0;
    int64_t postgres_plates = 0;
    int64_t degraded_looks = 0;
    int64_t redis_failures = 0;
  };
  Stats GetStats() const;

 private:
  std::optional<Look> LookInMemory(const Question& question, Moment began,
                                   std::optional<absl::Duration> limit) const;
  std::optional<Look> LookInRedis(const Question& question, Moment began, bool degraded);
  absl::StatusOr<Look> ReadRedis(const Question& question, const Follower::Clocks& clocks,
                                 Moment began, bool degraded);
  absl::StatusOr<CityRulesPtr> RulesInRedis(const domain::CityCode& city,
                                            const std::string& generation,
                                            const domain::CityVersions& versions, bool degraded);
  absl::StatusOr<CityRulesPtr> AnyRules(const domain::CityCode& city, bool degraded);
  absl::StatusOr<std::vector<domain::PlatePseudonyms>> PseudonymsOf(
      const Question& question, const CityRulesPtr& rules) const;
  void Count(const Look& look);

  const Use use_;
  const domain::PlateKeyring& keyring_;
  const Memory& memory_;
  Follower& follower_;
  redis::ProjectionReader& projection_;

  // After Redis kept a check waiting for nothing, the next ones do not try.
  std::atomic<int64_t> redis_away_until_ = 0;  // nanoseconds of the monotonic clock
  std::mutex redis_rules_read_;                // held while rules are read there
  mutable std::mutex mutex_;
  struct RedisRules {
    std::string generation;
    CityRulesPtr rules;
  };
  absl::flat_hash_map<domain::CityCode, RedisRules> redis_rules_;  // under mutex_

  std::atomic<int64_t> memory_plates_ = 0;
  std::atomic<int64_t> redis_plates_ = 0;
  std::atomic<int64_t> postgres_plates_ = 0;
  std::atomic<int64_t> degraded_looks_ = 0;
  std::atomic<int64_t> redis_failures_ = 0;
};

}  // namespace stadspoort::ladder
