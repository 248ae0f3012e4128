#include "services/domain/place.h"

#include <algorithm>

namespace stadspoort::domain {

GeoBox BoxOf(const GeoArea& area) {
  GeoBox box;
  for (const GeoPolygon& polygon : area) {
    for (const GeoPoint& point : polygon.outer) {
      box.south = std::min(box.south, point.latitude);
      box.west = std::min(box.west, point.longitude);
      box.north = std::max(box.north, point.latitude);
      box.east = std::max(box.east, point.longitude);
    }
  }
  return box;
}

size_t VertexCount(const GeoArea& area) {
  size_t count = 0;
  for (const GeoPolygon& polygon : area) {
    count += polygon.outer.size();
    for (const GeoRing& hole : polygon.holes) count += hole.size();
  }
  return count;
}

}  // namespace stadspoort::domain
