#include "services/domain/city_rules.h"

#include <algorithm>
#include <utility>

#include "absl/types/span.h"
#include "services/domain/limits.h"

namespace stadspoort::domain {
namespace {

std::vector<Outline> OutlinesOf(const std::vector<SharedZone>& zones) {
  std::vector<Outline> outlines;
  outlines.reserve(zones.size());
  for (const SharedZone& zone : zones) outlines.push_back(zone->area);
  return outlines;
}

// Adds the versions in force at `t`, and when others of these would take their place.
void AddVersions(absl::Span<const ZoneVersion* const> versions, absl::Time t, PlaceAt& place) {
  for (const ZoneVersion* zone : versions) {
    if (zone->in_force.Contains(t)) {
      place.zones.push_back(zone);
      place.zones_change = std::min(place.zones_change, zone->in_force.end);
    } else if (zone->in_force.start > t) {
      place.zones_change = std::min(place.zones_change, zone->in_force.start);
    }
  }
}

}  // namespace

CityRules::CityRules(Parts parts) : parts_(std::move(parts)), areas_(OutlinesOf(parts_.zones)) {
  for (const RightType& type : parts_.right_types) right_types_[type.code] = &type;
  by_code_.reserve(parts_.zones.size());
  zone_changes_.reserve(2 * parts_.zones.size());
  for (const SharedZone& shared : parts_.zones) {
    const ZoneVersion& zone = *shared;
    by_code_[zone.code.value()].push_back(&zone);
    for (const SellingPoint& point : zone.regulation.selling_points) {
      by_selling_point_[point.id].push_back(&zone);
    }
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

void CityRules::AddNeighbours(absl::Time t, PlaceAt& place) const {
  constexpr absl::Duration kGrace = absl::Minutes(limits::kGraceMaxMinutes);
  // So far ahead it is told until when an answer holds.
  const Interval near = {t - kGrace, t + limits::kValidUntilHorizon + kGrace};
  for (const ZoneVersion* zone : place.zones) {
    // Nearly every check is far from any change.
    if (zone->in_force.start <= near.start && zone->in_force.end >= near.end) continue;
    for (const ZoneVersion* other : by_code_.at(zone->code.value())) {
      if (other != zone && other->in_force.Overlaps(near)) place.neighbours.push_back(other);
    }
  }
}

PlaceAt CityRules::ByNames(const std::vector<ZoneCode>& names, absl::Time t) const {
  PlaceAt place;
  for (const ZoneCode& name : names) {
    const size_t others = place.zones.size();
    // A later version of a named zone changes the answer; other zones do not.
    if (const auto it = by_code_.find(name.value()); it != by_code_.end()) {
      AddVersions(it->second, t, place);
    }
    if (place.zones.size() == others) place.outside_possible = true;
  }
  AddNeighbours(t, place);
  return place;
}

PlaceAt CityRules::ByPosition(const Position& position, std::optional<Usage> usage,
                              absl::Time t) const {
  Located located = areas_.Locate(position, [&](uint32_t area) {
    const ZoneVersion& zone = *parts_.zones[area];
    return zone.in_force.Contains(t) && (!usage || zone.usage == *usage);
  });
  PlaceAt place;
  for (const uint32_t area : located.areas) place.zones.push_back(&*parts_.zones[area]);
  place.border = std::move(located.border);
  place.outside_possible = located.outside_possible;
  place.zones_change = NextZoneChange(t);
  AddNeighbours(t, place);
  return place;
}

std::optional<PlaceAt> CityRules::BySellingPoint(absl::string_view id, absl::Time t) const {
  const auto it = by_selling_point_.find(id);
  if (it == by_selling_point_.end()) return std::nullopt;
  PlaceAt place;
  AddVersions(it->second, t, place);
  if (place.zones.empty()) return std::nullopt;
  AddNeighbours(t, place);
  return place;
}

}  // namespace stadspoort::domain
