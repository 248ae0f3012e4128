#include "services/zones/city_at_hand.h"

#include <algorithm>
#include <utility>

#include "services/domain/city_errors.h"
#include "storage/postgres/zone_store.h"

namespace stadspoort::zones {

std::vector<postgres::Command> SelectAtHand(const domain::CityCode& city) {
  return {postgres::SelectCity(city), postgres::SelectSpecialDays(city),
          postgres::SelectRightTypes(city)};
}

std::vector<postgres::Command> SelectWithZones(const domain::CityCode& city,
                                               std::optional<absl::Time> from) {
  std::vector<postgres::Command> commands = SelectAtHand(city);
  commands.push_back(postgres::SelectVersionsFrom(city, from));
  return commands;
}

absl::StatusOr<CityAtHand> AtHandOf(absl::Span<const postgres::Result> results,
                                    const domain::CityCode& city) {
  CityAtHand at_hand;
  auto stored = postgres::CityOf(results[0]);
  if (!stored.ok()) return stored.status();
  if (!*stored) return domain::CityNotFound();
  at_hand.city = **std::move(stored);
  auto days = postgres::SpecialDaysOf(results[1]);
  if (!days.ok()) return days.status();
  at_hand.special_days = *std::move(days);
  auto types = postgres::RightTypesOf(results[2]);
  if (!types.ok()) return types.status();
  at_hand.right_types = *std::move(types);
  if (results.size() == kWithZonesCommands) {
    auto versions = postgres::ZoneVersionsOf(results.back(), city);
    if (!versions.ok()) return versions.status();
    at_hand.versions = *std::move(versions);
  }
  const auto zone = domain::StoredTimeZone(at_hand.city.time_zone);
  if (!zone.ok()) return zone.status();
  at_hand.calendar = domain::CityCalendar(*zone, at_hand.special_days);
  return at_hand;
}

std::vector<const domain::ZoneVersion*> PointersTo(
    const std::vector<domain::ZoneVersion>& versions) {
  std::vector<const domain::ZoneVersion*> pointers(versions.size());
  std::transform(versions.begin(), versions.end(), pointers.begin(),
                 [](const domain::ZoneVersion& version) { return &version; });
  return pointers;
}

}  // namespace stadspoort::zones
