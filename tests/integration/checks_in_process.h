#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "services/checks/check_plates.h"
#include "storage/ladder/follower.h"
#include "storage/ladder/ladder.h"
#include "storage/ladder/memory.h"
#include "storage/redis/client/pool.h"
#include "storage/redis/projection.h"
#include "tests/integration/database.h"

namespace stadspoort::testing {

// A plate and the zone where it stands.
using Car = std::pair<std::string, std::string>;

struct CarAnswer {
  domain::Decision decision = domain::Decision::kUnknown;
  domain::DecisionReason reason{};
  std::optional<ladder::Rung> rung;
  bool degraded = false;
};

// What a check replica is made of, in this process.
class Checks {
 public:
  struct Setup {
    bool memory = true;
    bool redis = true;
    std::vector<domain::CityCode> hosted = {};
    absl::Duration rules_audit = ladder::FollowerOptions().rules_audit;
  };
  // The database outlives it.
  Checks(Database& database, const Setup& setup)
      : follower_({.postgres = database.conninfo(),
                   .hosted = setup.hosted,
                   .memory = setup.memory,
                   .rules_audit = setup.rules_audit},
                  database.keyring(), memory_, {}),
        pool_(database.redis(), 4, {}),
        projection_(pool_, database.name()),
        ladder_({setup.memory, setup.redis}, database.keyring(), memory_, follower_, projection_),
        checks_(ladder_, database.pool("checks")) {}

  // One batch, as of now; an answer for each.
  std::vector<CarAnswer> Ask(const std::string& city, const std::vector<Car>& cars,
                             bool strong = false);
  CarAnswer Ask(const std::string& city, const Car& car) { return Ask(city, std::vector{car})[0]; }

  const ladder::Memory& memory() const { return memory_; }
  const ladder::Follower& follower() const { return follower_; }
  const ladder::Ladder& ladder() const { return ladder_; }

 private:
  ladder::Memory memory_;
  ladder::Follower follower_;
  redis::Pool pool_;
  redis::ProjectionReader projection_;
  ladder::Ladder ladder_;
  checks::CheckPlates checks_;
};

}  // namespace stadspoort::testing
