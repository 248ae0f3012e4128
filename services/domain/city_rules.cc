#include "services/domain/city_rules.h"

#include <algorithm>

namespace stadspoort::domain {

CityRules::CityRules(Parts parts) : parts_(std::move(parts)) {
  for (const RightType& type : parts_.right_types) right_types_[type.code] = &type;
  for (const SharedZone& shared : parts_.zones) {
    const ZoneVersion& zone = *shared;
    by_code_[zone.code].push_back(&zone);
    zone_changes_.push_back(zone.in_force.start);
    zone_changes_.push_back(zone.in_force.end);
  }
  std::sort(zone_changes_.begin(), zone_changes_.end());
  zone_changes_.erase(std::unique(zone_changes_.begin(), zone_changes_.end()), zone_changes_.end());
}

const RightType* CityRules::FindRightType(const RightTypeCode& code) const {
  const auto it = right_types_.find(code);
  return it == right_types_.end() ? nullptr : it->second;
}

absl::Time CityRules::NextZoneChange(absl::Time t) const {
  const auto next = std::upper_bound(zone_changes_.begin(), zone_changes_.end(), t);
  return next == zone_changes_.end() ? absl::InfiniteFuture() : *next;
}

PlaceAt CityRules::ByNames(const std::vector<ZoneCode>& names, absl::Time t) const {
  PlaceAt place;
  for (const ZoneCode& name : names) {
    const auto it = by_code_.find(name);
    const ZoneVersion* found = nullptr;
    if (it != by_code_.end()) {
      for (const ZoneVersion* zone : it->second) {
        if (zone->in_force.Contains(t)) found = zone;
        // A later version of a named zone changes the answer; other zones do not.
        if (zone->in_force.start > t) {
          place.zones_change = std::min(place.zones_change, zone->in_force.start);
        }
      }
    }
    if (found == nullptr) {
      place.outside_possible = true;
    } else {
      place.zones.push_back(found);
      place.zones_change = std::min(place.zones_change, found->in_force.end);
    }
  }
  return place;
}

PlaceAt CityRules::ByPosition(const Position& position, Usage usage, absl::Time t) const {
  const Layer& layer = LayerAt(usage, t);
  const Located located = layer.index.Locate(position);
  PlaceAt place;
  for (const uint32_t area : located.areas) place.zones.push_back(layer.zones[area]);
  place.outside_possible = located.outside_possible;
  place.zones_change = NextZoneChange(t);
  return place;
}

const CityRules::Layer& CityRules::LayerAt(Usage usage, absl::Time t) const {
  const auto change = std::upper_bound(zone_changes_.begin(), zone_changes_.end(), t);
  const std::pair key(usage, static_cast<size_t>(change - zone_changes_.begin()));
  const std::lock_guard lock(mutex_);
  std::unique_ptr<const Layer>& layer = layers_[key];
  if (layer == nullptr) {
    std::vector<const ZoneVersion*> zones;
    std::vector<const GeoArea*> areas;
    for (const SharedZone& shared : parts_.zones) {
      const ZoneVersion& zone = *shared;
      if (zone.usage != usage || !zone.in_force.Contains(t)) continue;
      zones.push_back(&zone);
      areas.push_back(&zone.area);
    }
    layer = std::make_unique<const Layer>(Layer{std::move(zones), AreaIndex(areas)});
  }
  return *layer;
}

}  // namespace stadspoort::domain
