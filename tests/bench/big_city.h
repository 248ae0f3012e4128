#pragma once

#include <string>

#include "services/domain/place.h"

// A city as large as an import takes, made up: the same one always.
namespace stadspoort::testing {

// A square field of zones side by side. Neighbours share their border to the last digit; borders
// wind, so that no vertex could be left out.
struct BigCity {
  int zones = 5'000;
  int vertices_each = 100;  // a multiple of 4
  domain::GeoPoint south_west = {51.00, 3.65};
};

// "bz-00000" and on: no zone's name begins another's.
std::string BigZoneCode(int zone);
// In the middle of the zone, tens of metres from its border.
domain::GeoPoint InsideBigZone(const BigCity& city, int zone);
// As a GeoJSON Feature that PAID, RESIDENT and DISABLED are accepted in, by rules of a usual
// length. Another `edition` has another name and other rules, so that importing it publishes a
// version.
std::string BigZoneFeature(const BigCity& city, int zone, int edition);
// A FeatureCollection of the zones [first, end), all of one edition.
std::string BigCityGeoJson(const BigCity& city, int first, int end, int edition);

}  // namespace stadspoort::testing
