#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/domain/city_rules.h"
#include "services/domain/decide.h"
#include "services/domain/ids.h"
#include "services/domain/place.h"
#include "services/domain/plate.h"
#include "services/domain/refusal.h"
#include "services/platform/call.h"
#include "storage/ladder/ladder.h"
#include "storage/postgres/client/pool.h"

namespace stadspoort::checks {

// Where, as asked: zones by name, a position or a selling point.
struct PlaceAsked {
  std::vector<domain::ZoneCode> zones;
  std::optional<domain::Position> position;
  std::optional<std::string> selling_point;
  std::optional<domain::Usage> usage;  // none only without a position: each zone's own
};

// One question. With `invalid` set nothing else is looked at.
struct ItemAsked {
  std::optional<domain::FieldViolation> invalid;
  domain::PlateNumber plate = domain::PlateNumber::FromStored("");
  domain::Country country;
  std::optional<int> confidence;
  std::string reference;
  PlaceAsked place;
  std::optional<absl::Time> check_time;  // none: now
};

struct BatchAsked {
  domain::CityCode city;
  // Every answer takes everything committed before the call began into account.
  bool strong = false;
  std::vector<ItemAsked> items;
};

// One answer. `verdict` points into `facts` and `rules`.
struct ItemAnswered {
  domain::CheckId check_id;
  domain::Facts facts;
  domain::Verdict verdict;
  std::optional<domain::FieldViolation> invalid;
  std::optional<absl::Time> check_time;  // none: nothing could be read, so "now" is not known
  // What it rests on; null and none when nothing could be read.
  std::shared_ptr<const domain::CityRules> rules;
  std::optional<absl::Time> as_of;
  std::optional<ladder::Rung> rung;
  bool degraded = false;
};

struct BatchAnswered {
  std::vector<ItemAnswered> items;  // items[i] answers asked.items[i]
  // Plates of near misses, for callers who may see them.
  absl::flat_hash_map<domain::PlateId, domain::PlateNumber> near_misses;
};

// The command behind CheckPlate and BatchCheckPlates. Thread-safe.
class CheckPlates {
 public:
  // Both outlive it.
  CheckPlates(ladder::Ladder& ladder, postgres::Pool& pool) : ladder_(ladder), pool_(pool) {}

  // Fails only with CITY_NOT_FOUND; every other trouble is an UNKNOWN for each item. `show_plates`:
  // read the text of near misses.
  absl::StatusOr<BatchAnswered> Run(const platform::Call& call, const BatchAsked& asked,
                                    bool show_plates);

 private:
  class Batch;

  ladder::Ladder& ladder_;
  postgres::Pool& pool_;
};

}  // namespace stadspoort::checks
