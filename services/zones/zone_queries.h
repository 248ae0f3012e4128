#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/domain/ids.h"
#include "services/platform/call.h"
#include "storage/postgres/client/pool.h"
#include "storage/postgres/zone_store.h"

namespace stadspoort::zones {

struct ZonesAsked {
  domain::CityCode city;
  std::optional<absl::Time> at;  // none: now
  std::string after;
  int64_t limit = 0;
  bool full = false;
};

// Reads of zones. Thread-safe.
class ZoneQueries {
 public:
  explicit ZoneQueries(postgres::Pool& pool) : pool_(pool) {}

  absl::StatusOr<postgres::StoredZone> Get(const platform::Call& call, const domain::CityCode& city,
                                           const domain::ZoneCode& zone,
                                           std::optional<absl::Time> at);
  absl::StatusOr<std::vector<postgres::StoredZone>> List(const platform::Call& call,
                                                         const ZonesAsked& asked);

 private:
  absl::StatusOr<std::vector<postgres::StoredZone>> Read(const platform::Call& call,
                                                         const domain::CityCode& city,
                                                         const postgres::Command& command);

  postgres::Pool& pool_;
};

}  // namespace stadspoort::zones
