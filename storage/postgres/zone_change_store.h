#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/domain/ids.h"
#include "services/domain/interval.h"
#include "storage/postgres/client/connection.h"

// What was published, retired or withdrawn, in the order in which it took place.
namespace stadspoort::postgres {

// Values are those of stadspoort.zones.v1.ZoneChangeKind.
enum class ZoneChangeKind : uint8_t { kPublished = 1, kRetired = 2, kWithdrawn = 3 };

// Where a change stands in the order of a city's.
struct ZoneChangePlace {
  int64_t number = 0;
  domain::ZoneCode code;
  int64_t zone_version = 0;
};

struct ZoneChange {
  ZoneChangePlace place;
  ZoneChangeKind kind = ZoneChangeKind::kPublished;
  absl::Time effective;
  absl::Time recorded;
};

// Under LockZones; its number is the count that LockZones gave.
Command AppendZoneChange(const domain::CityCode& city, const domain::ZoneCode& zone,
                         int64_t zone_version, ZoneChangeKind kind, absl::Time effective);
Command SelectZoneChanges(const domain::CityCode& city, const ZoneChangePlace& after,
                          int64_t limit);
absl::StatusOr<std::vector<ZoneChange>> ZoneChangesOf(const Result& result);
// When the change that stands there was recorded; none: there is no such change.
Command SelectZoneChangeTime(const domain::CityCode& city, const ZoneChangePlace& place);
absl::StatusOr<std::optional<absl::Time>> ZoneChangeTimeOf(const Result& result);

// The city's last one, if any.
Command SelectLastZoneChange(const domain::CityCode& city);
// Zones of which there is a change after that place, or a version that takes or loses force in
// (turns.start, turns.end].
Command SelectZonesChangedSince(const domain::CityCode& city, const ZoneChangePlace& place,
                                const domain::Interval& turns);
absl::StatusOr<std::vector<domain::ZoneCode>> ZonesChangedOf(const Result& result);

}  // namespace stadspoort::postgres
