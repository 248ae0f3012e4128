#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/domain/place.h"

// Whether an outline is one: what is drawn by people or their programs may cross itself, overlap
// itself, or lie nowhere.
namespace stadspoort::domain {

struct GeometryFault {
  // Path in GeoJSON's terms for a MultiPolygon, e.g. "[0][0][17]" (polygon, ring, vertex); "[0][1]"
  // a whole ring.
  std::string path;
  // What is wrong and what would be accepted. Example: "the outline crosses itself between vertices
  // 3-4 and 9-10".
  std::string description;
  std::optional<GeoPoint> where = std::nullopt;  // none: nowhere that could be shown
};
// Everything that is wrong: coordinates out of range or not finite, fewer than 3 distinct vertices,
// repeated vertices, outlines that cross or touch themselves along an edge, holes outside their
// outline or crossing it, polygons that overlap each other, an area of nothing.
std::vector<GeometryFault> Validate(const GeoArea& area);

}  // namespace stadspoort::domain
