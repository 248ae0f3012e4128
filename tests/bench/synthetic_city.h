#pragma once

#include <cstdint>
#include <vector>

#include "services/domain/city_rules.h"
#include "services/domain/place.h"

// A city that is drawn by rule: as many zones and vertices as one likes.
namespace stadspoort::bench {

// Zones of paid parking side by side in a square of `side` by `side`, about 150 m wide. Borders
// wind, and neighbours share theirs to the last vertex. Sound, and the same on every call.
class SyntheticCity {
 public:
  // `side` at least 1; each zone has 4 * vertices_a_border vertices.
  SyntheticCity(int side, int vertices_a_border);

  int zone_count() const { return side_ * side_; }
  domain::GeoArea AreaOf(int zone) const;
  // With the rules of a usual zone: frames, fares, two meters.
  domain::ZoneVersion ZoneOf(int zone) const;
  domain::CityRules::Parts Parts() const;
  // Anywhere in the square, by chance.
  domain::GeoPoint Somewhere(uint32_t chance) const;

 private:
  domain::GeoPoint Corner(int row, int column) const;
  void AppendBorder(int row, int column, bool eastward, bool reversed, domain::GeoRing& ring) const;

  int side_;
  int vertices_a_border_;
};

}  // namespace stadspoort::bench
