#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "services/domain/ids.h"
#include "services/platform/call.h"
#include "storage/postgres/city_store.h"
#include "storage/postgres/client/pool.h"
#include "storage/postgres/client/result.h"
#include "storage/postgres/zone_change_store.h"
#include "storage/postgres/zone_store.h"

namespace stadspoort::zones {

struct ZonesAsked {
  domain::CityCode city;
  std::optional<absl::Time> at;  // none: now
  std::string after;
  int64_t limit = 0;
  bool full = false;
};

// A place in the list of a city's zone changes, and when the change that stands there was recorded:
// in another history of the register another one does.
struct ChangeCursor {
  postgres::ZoneChangePlace place;
  absl::Time recorded;
  // Whoever holds the cursor has seen what was in force then, of an export; none: all until the
  // place, also what was published ahead.
  std::optional<absl::Time> seen_at;
};

struct ZonesPage {
  std::vector<postgres::StoredZone> zones;
  absl::Time at;  // of every page of the list
  std::optional<ChangeCursor>
      last_change;  // as the page was read; none: no zone was ever published
};

struct VersionsAsked {
  domain::CityCode city;
  domain::ZoneCode zone;
  int64_t before = 0;
  int64_t limit = 0;
  bool full = false;
};

struct ChangesAsked {
  domain::CityCode city;
  std::optional<ChangeCursor> after;  // none: from the beginning
  int64_t limit = 0;
};

struct ChangesPage {
  std::vector<postgres::ZoneChange> changes;
  int64_t calendar_version = 0;
};

// Reads of zones. Thread-safe.
class ZoneQueries {
 public:
  explicit ZoneQueries(postgres::Pool& pool) : pool_(pool) {}

  absl::StatusOr<postgres::StoredZone> Get(const platform::Call& call, const domain::CityCode& city,
                                           const domain::ZoneCode& zone,
                                           std::optional<absl::Time> at);
  absl::StatusOr<ZonesPage> List(const platform::Call& call, const ZonesAsked& asked);
  absl::StatusOr<std::vector<postgres::StoredZone>> Versions(const platform::Call& call,
                                                             const VersionsAsked& asked);
  // FailedPrecondition CURSOR_LOST.
  absl::StatusOr<ChangesPage> Changes(const platform::Call& call, const ChangesAsked& asked);

 private:
  struct CityAnd {
    postgres::StoredCity city;
    std::vector<postgres::Result> results;  // of what was asked, then the city's
  };
  // One snapshot of the city and of what the commands ask for.
  absl::StatusOr<CityAnd> Read(const platform::Call& call, const domain::CityCode& city,
                               absl::Span<const postgres::Command> asked);

  postgres::Pool& pool_;
};

}  // namespace stadspoort::zones
