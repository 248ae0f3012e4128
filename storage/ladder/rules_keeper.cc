#include "storage/ladder/rules_keeper.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <memory>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "services/domain/checked_plate_key.h"
#include "services/domain/shared_zone.h"

namespace stadspoort::ladder {
namespace {

using Zones = std::vector<domain::SharedZone>;
using Withdrawn = std::vector<postgres::RulesRead::Withdrawn>;

// What is held, with what changed in its place. All of it in the order of codes and versions.
Zones Merged(const Zones& held, const Zones& changed, const Withdrawn& gone) {
  Zones zones;
  zones.reserve(held.size() + changed.size());
  // Of two with the same name it takes the first range's.
  std::set_union(changed.begin(), changed.end(), held.begin(), held.end(),
                 std::back_inserter(zones),
                 [](const domain::SharedZone& a, const domain::SharedZone& b) {
                   return std::tie(a->code, a->version) < std::tie(b->code, b->version);
                 });
  if (gone.empty()) return zones;
  absl::flat_hash_set<std::pair<domain::ZoneCode, int64_t>> withdrawn;
  for (const auto& [code, version] : gone) withdrawn.emplace(code, version);
  std::erase_if(zones, [&](const domain::SharedZone& zone) {
    return withdrawn.contains({zone->code, zone->version});
  });
  return zones;
}

}  // namespace

absl::StatusOr<CityRulesPtr> JoinRules(const CityRulesPtr& known, postgres::RulesRead read,
                                       const domain::PlateKeyring& keyring) {
  if (!read.status.ok()) return read.status;
  if (read.zones_left_out) return absl::InternalError("rules without their zones");
  const absl::StatusOr<domain::PlateKey> key = domain::CheckedPlateKey(
      keyring, read.city, read.stored.plate_key_id, read.stored.plate_key_fingerprint);
  if (!key.ok()) return key.status();
  const domain::CityVersions& versions = read.stored.versions;
  if (known != nullptr && known->versions() == versions) return known;
  domain::CityRules::Parts parts;
  if (known != nullptr) parts = known->parts();
  if (known == nullptr || parts.versions.calendar != versions.calendar) {
    const auto zone = domain::StoredTimeZone(read.stored.time_zone);
    if (!zone.ok()) return zone.status();
    parts.calendar = domain::CityCalendar(*zone, read.special_days);
  }
  if (known == nullptr || parts.versions.right_types != versions.right_types) {
    parts.right_types = std::move(read.right_types);
  }
  if (read.zones_since == 0) {
    parts.zones = domain::Share(std::move(read.zones), parts.zones);
  } else if (parts.versions.zones != read.zones_since) {
    return absl::InternalError("changes of zones that go on from others than those held");
  } else if (read.zones_since != versions.zones) {
    parts.zones =
        Merged(parts.zones, domain::Share(std::move(read.zones), parts.zones), read.withdrawn);
  }
  parts.code = read.city;
  parts.versions = versions;
  parts.settings = read.stored.settings;
  parts.plate_key_id = read.stored.plate_key_id;
  return std::make_shared<const domain::CityRules>(std::move(parts));
}

}  // namespace stadspoort::ladder
