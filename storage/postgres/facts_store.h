#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "services/domain/city_rules.h"
#include "services/domain/ids.h"
#include "services/domain/plate.h"
#include "services/domain/pseudonym.h"
#include "services/domain/right.h"
#include "storage/postgres/city_store.h"
#include "storage/postgres/client/deadline.h"
#include "storage/postgres/client/pool.h"

// What a check rests on, read from the system of record.
namespace stadspoort::postgres {

// A plate as a check knows it: by its pseudonyms, never by its text.
struct PlateRecord {
  domain::PlateId id;
  domain::Pseudonym exact;
  domain::Pseudonym folded;
  int64_t version = 0;
  std::vector<domain::Right> rights;
};

struct FactsQuery {
  domain::CityCode city;
  std::vector<domain::Pseudonym> folded;  // of every plate asked about
  std::optional<absl::Time>
      oldest_check_time;       // none: now; rights that ended long before it are left out
  domain::CityVersions known;  // rules that the reader holds already; zeros: none
};

// One moment of the register. Rules that the reader held already are not read again and stay empty.
struct FactsRead {
  StoredCity city;
  std::vector<domain::SpecialDay> special_days;
  std::vector<domain::RightType> right_types;
  std::vector<domain::ZoneVersion> zones;
  std::vector<PlateRecord> plates;
};

// Everything in one snapshot, in one round trip, sent after this call began. None: no such city.
absl::StatusOr<std::optional<FactsRead>> ReadFacts(Pool& pool, const FactsQuery& query,
                                                   Deadline deadline);

// The text of plates, for callers who may see it.
absl::StatusOr<absl::flat_hash_map<domain::PlateId, domain::PlateNumber>> ReadPlateNumbers(
    Pool& pool, const domain::CityCode& city, absl::Span<const domain::PlateId> plates,
    Deadline deadline);

}  // namespace stadspoort::postgres
