#include "services/stadspoort/zone_argument.h"

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "services/stadspoort/names.h"

namespace stadspoort::client {

void AddZoneArgument(CLI::App& command, ZoneArgument& argument) {
  command.add_option("CITY", argument.city, "City, or the zone's full name alone")
      ->required()
      ->option_text(" ");
  command.add_option("ZONE", argument.zone, "Zone code")->option_text(" ");
}

absl::StatusOr<std::string> ZoneNameOf(const ZoneArgument& argument) {
  if (argument.zone.empty()) {
    if (CityOf(argument.city) == argument.city || CityOf(argument.city).empty()) {
      return absl::InvalidArgumentError(
          "which zone? Write CITY ZONE, or cities/CITY/zones/CODE alone");
    }
    return ZoneName("", argument.city);
  }
  const absl::StatusOr<std::string> city = CityName(argument.city);
  if (!city.ok()) return city.status();
  return ZoneName(*city, argument.zone);
}

}  // namespace stadspoort::client
