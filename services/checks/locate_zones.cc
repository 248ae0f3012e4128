#include "services/checks/locate_zones.h"

#include <algorithm>

#include "services/domain/zone_errors.h"

namespace stadspoort::checks {

absl::StatusOr<Located> LocateZones(const platform::Call& call, const LocateAsked& asked,
                                    ladder::Ladder& ladder) {
  const absl::StatusOr<ladder::Look> look = ladder.LookUp(
      {asked.city, {}, std::nullopt}, BootClock::now(), Deadline::After(call.Remaining()));
  if (!look.ok()) return look.status();
  if (look->stale) return absl::UnavailableError("what is known of the city is too old");
  const absl::Time t = asked.at.value_or(look->now);
  domain::PlaceAt place;
  if (asked.place.selling_point) {
    auto found = look->rules->BySellingPoint(*asked.place.selling_point, t);
    if (found && asked.place.usage) {
      std::erase_if(found->zones, [&](const domain::ZoneVersion* zone) {
        return zone->usage != *asked.place.usage;
      });
    }
    if (!found || found->zones.empty()) return domain::SellingPointNotFound("selling_point");
    place = *std::move(found);
  } else {
    place = look->rules->ByPosition(*asked.place.position, asked.place.usage, t);
  }
  Located located;
  located.rules = look->rules;
  located.as_of = look->as_of;
  located.outside_possible = place.outside_possible;
  for (size_t i = 0; i < place.zones.size(); ++i) {
    const bool border = i < place.border.size() && place.border[i];
    located.zones.emplace_back(place.zones[i], border);
  }
  std::sort(located.zones.begin(), located.zones.end(),
            [](const auto& a, const auto& b) { return a.first->code < b.first->code; });
  return located;
}

}  // namespace stadspoort::checks
