#pragma once

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
#include "storage/postgres/client/deadline.h"
#include "storage/postgres/client/pool.h"
#include "storage/postgres/facts_store.h"

namespace stadspoort::ladder {

// Values are those of stadspoort.checks.v1.Rung.
enum class Rung : uint8_t { kMemory = 1, kRedis = 2, kPostgres = 3 };

struct Question {
  domain::CityCode city;
  std::vector<domain::PlateNumber> plates;
  std::optional<absl::Time> oldest_check_time;  // none: now
};

// What was known at one moment. Immutable.
struct Look {
  std::shared_ptr<const domain::CityRules> rules;
  // For each plate asked about: what the register knows under its folded pseudonym. Empty: it has
  // never seen the plate nor one that reads alike.
  std::vector<std::vector<domain::KnownPlate>> plates;
  absl::Time as_of;  // the register's clock; everything committed before it is in
  Rung rung = Rung::kPostgres;
  bool degraded = false;
};

// Thread-safe.
class Ladder {
 public:
  // Both outlive it.
  Ladder(postgres::Pool& pool, const domain::PlateKeyring& keyring)
      : pool_(pool), keyring_(keyring) {}

  // Everything committed before the call began is in the answer. CityNotFound, PlateKeyMismatch, or
  // the client's status when the system of record does not answer: then nothing is known, and
  // nobody may be refused.
  absl::StatusOr<Look> LookUp(const Question& question, postgres::Deadline deadline);

 private:
  std::shared_ptr<const domain::CityRules> Remembered(const domain::CityCode& city) const;
  // Joins what was read with what is remembered, and remembers the whole.
  absl::StatusOr<std::shared_ptr<const domain::CityRules>> Remember(
      const domain::CityCode& city, const std::shared_ptr<const domain::CityRules>& known,
      postgres::FactsRead& read);

  postgres::Pool& pool_;
  const domain::PlateKeyring& keyring_;
  mutable std::mutex mutex_;
  absl::flat_hash_map<domain::CityCode, std::shared_ptr<const domain::CityRules>>
      rules_;  // under mutex_
};

}  // namespace stadspoort::ladder
