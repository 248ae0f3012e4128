#include "storage/ladder/rules_keeper.h"

#include <memory>
#include <utility>

#include "services/domain/checked_plate_key.h"
#include "services/domain/shared_zone.h"

namespace stadspoort::ladder {

absl::StatusOr<CityRulesPtr> JoinRules(const CityRulesPtr& known, postgres::RulesRead read,
                                       const domain::PlateKeyring& keyring) {
  if (!read.status.ok()) return read.status;
  const absl::StatusOr<domain::PlateKey> key = domain::CheckedPlateKey(
      keyring, read.city, read.stored.plate_key_id, read.stored.plate_key_fingerprint);
  if (!key.ok()) return key.status();
  const domain::CityVersions& versions = read.stored.versions;
  if (known != nullptr && known->versions() == versions) return known;
  domain::CityRules::Parts parts;
  if (known != nullptr) parts = known->parts();
  if (known == nullptr || parts.versions.calendar != versions.calendar) {
    absl::TimeZone zone;
    if (!absl::LoadTimeZone(read.stored.time_zone, &zone)) {
      return absl::InternalError("the city's time zone is not known on this machine");
    }
    parts.calendar = domain::CityCalendar(zone, read.special_days);
  }
  if (known == nullptr || parts.versions.right_types != versions.right_types) {
    parts.right_types = std::move(read.right_types);
  }
  if (known == nullptr || parts.versions.zones != versions.zones) {
    parts.zones = domain::Share(std::move(read.zones), parts.zones);
  }
  parts.code = read.city;
  parts.versions = versions;
  parts.settings = read.stored.settings;
  parts.plate_key_id = read.stored.plate_key_id;
  return std::make_shared<const domain::CityRules>(std::move(parts));
}

}  // namespace stadspoort::ladder
