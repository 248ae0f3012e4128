#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "services/domain/ids.h"
#include "services/domain/interval.h"
#include "services/domain/zone.h"
#include "storage/postgres/client/connection.h"

// Zones and their versions: the commands of a transaction, and what their results say.
namespace stadspoort::postgres {

// Values are those of stadspoort.zones.v1.ZoneVersionState.
enum class VersionState : uint8_t { kPublished = 1, kSuperseded = 2, kRetired = 3, kWithdrawn = 4 };

// A zone version as a list shows it: without rules and outline unless asked for.
struct StoredZone {
  domain::ZoneVersion zone;
  int64_t vertex_count = 0;
  bool full = false;  // zone.regulation and zone.area are filled
  VersionState state = VersionState::kPublished;
  int64_t subject_version = 0;  // of the zone: moves with every publication, retirement, withdrawal
};

// The end of a zone's history, for whoever adds to it under LockZones.
struct NewestVersion {
  domain::ZoneCode code;
  domain::ZoneId id;
  domain::Usage usage = domain::Usage::kPaidParking;
  int64_t subject_version = 0;
  int64_t last_number = 0;  // of its versions, a withdrawn one included
  // The last one that holds or will; none: every one was withdrawn.
  std::optional<int64_t> version;
  domain::Interval in_force;
};

// One writer of zones at a time in a city. No row: no such city.
Command LockZones(const domain::CityCode& city);
// The register's clock at the moment of the statement: after whatever was waited for.
Command SelectClock();
struct RegisterClock {
  absl::Time now;
  bool stands_still = false;  // replaced, to play a scenario on its own day
};
absl::StatusOr<RegisterClock> RegisterClockOf(const Result& result);

// Of these zones, those that exist.
Command SelectNewest(const domain::CityCode& city, absl::Span<const domain::ZoneCode> zones);
absl::StatusOr<std::vector<NewestVersion>> NewestOf(const Result& result);
// Every version that holds at `t` (none: now) or later, by zone and in the order of time.
Command SelectVersionsFrom(const domain::CityCode& city, std::optional<absl::Time> t);
absl::StatusOr<std::vector<domain::ZoneVersion>> ZoneVersionsOf(const Result& result,
                                                                const domain::CityCode& city);

// The rules, without outlines, of every version of these zones that was not withdrawn.
Command SelectRegulations(const domain::CityCode& city, absl::Span<const domain::ZoneCode> zones);
absl::StatusOr<std::vector<domain::ZoneVersion>> RegulationsOf(const Result& result,
                                                               const domain::CityCode& city);

absl::StatusOr<domain::ZoneVersion> ZoneVersionColumnsOf(Row& row, const domain::CityCode& city);

Command InsertZone(const domain::CityCode& city, const domain::ZoneVersion& zone);
Command BumpZone(const domain::CityCode& city, const domain::ZoneCode& zone);
Command EndZoneVersion(const domain::CityCode& city, const domain::ZoneCode& zone, int64_t version,
                       absl::Time end);
Command InsertZoneVersion(const domain::CityCode& city, const domain::ZoneVersion& zone);
Command WithdrawVersion(const domain::CityCode& city, const domain::ZoneCode& zone,
                        int64_t version);
// What was to end where a withdrawn version would have begun holds on in its place, unless the zone
// was to be retired then.
Command ReopenVersion(const domain::CityCode& city, const domain::ZoneCode& zone,
                      const domain::Interval& withdrawn);
// JSON for the journal.
std::string ZoneState(const domain::ZoneVersion& zone, const domain::CityCode& city);
// Of an end or a withdrawal.
std::string ZoneEndState(absl::string_view verb, const domain::ZoneCode& zone, int64_t version,
                         absl::Time effective);

// `at` none: now.
Command SelectZoneAt(const domain::CityCode& city, const domain::ZoneCode& zone,
                     std::optional<absl::Time> at);
// Codes after `after`, at most `limit`.
Command SelectZonesPage(const domain::CityCode& city, std::optional<absl::Time> at,
                        const std::string& after, int64_t limit, bool full);
// One zone in the newest version that was not withdrawn.
Command SelectNewestVersion(const domain::CityCode& city, const domain::ZoneCode& zone);
// Versions of one zone before the version `before`, the newest first.
Command SelectVersionsPage(const domain::CityCode& city, const domain::ZoneCode& zone,
                           int64_t before, int64_t limit, bool full);
absl::StatusOr<std::vector<StoredZone>> ZonesOf(const Result& result, const domain::CityCode& city);

}  // namespace stadspoort::postgres
