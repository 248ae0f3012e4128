#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/domain/ids.h"
#include "services/domain/zone.h"
#include "storage/postgres/client/connection.h"

// Zones and their versions: the commands of a transaction, and what their results say.
namespace stadspoort::postgres {

// A zone version as a list shows it: without rules and outline unless asked for.
struct StoredZone {
  domain::ZoneVersion zone;
  int64_t vertex_count = 0;
  bool full = false;  // zone.regulation and zone.area are filled
};

struct ZonesLock {
  int64_t zones_version = 0;
  absl::Time now;  // the register's clock
};

// One import at a time in a city. No row: no such city.
Command LockZones(const domain::CityCode& city);
absl::StatusOr<std::optional<ZonesLock>> ZonesLockOf(const Result& result);

// Each zone in its newest version.
Command SelectNewestZoneVersions(const domain::CityCode& city);
absl::StatusOr<std::vector<domain::ZoneVersion>> ZoneVersionsOf(const Result& result,
                                                                const domain::CityCode& city);

absl::StatusOr<domain::ZoneVersion> ZoneVersionColumnsOf(Row& row, const domain::CityCode& city);

Command InsertZone(const domain::CityCode& city, const domain::ZoneVersion& zone);
Command BumpZone(const domain::CityCode& city, const domain::ZoneCode& zone);
Command EndZoneVersion(const domain::CityCode& city, const domain::ZoneVersion& superseded,
                       absl::Time end);
Command InsertZoneVersion(const domain::CityCode& city, const domain::ZoneVersion& zone);
// JSON for the journal.
std::string ZoneState(const domain::ZoneVersion& zone, const domain::CityCode& city);

// `at` none: now.
Command SelectZoneAt(const domain::CityCode& city, const domain::ZoneCode& zone,
                     std::optional<absl::Time> at);
// Codes after `after`, at most `limit`.
Command SelectZonesPage(const domain::CityCode& city, std::optional<absl::Time> at,
                        const std::string& after, int64_t limit, bool full);
absl::StatusOr<std::vector<StoredZone>> ZonesOf(const Result& result, const domain::CityCode& city);

size_t VertexCount(const domain::GeoArea& area);

}  // namespace stadspoort::postgres
