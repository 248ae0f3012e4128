#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/domain/regulation.h"

// Where: outlines of zones, and which zones a position may be in. S2 does the geometry.
namespace stadspoort::domain {

// Degrees, WGS84.
struct GeoPoint {
  double latitude = 0;   // -90 to 90
  double longitude = 0;  // -180 to 180
  friend bool operator==(const GeoPoint&, const GeoPoint&) = default;
};

// Not closed: the last vertex is joined to the first.
using GeoRing = std::vector<GeoPoint>;

struct GeoPolygon {
  GeoRing outer;
  std::vector<GeoRing> holes;
  friend bool operator==(const GeoPolygon&, const GeoPolygon&) = default;
};

using GeoArea = std::vector<GeoPolygon>;

struct GeometryFault {
  // Path in GeoJSON's terms for a MultiPolygon, e.g. "[0][0][17]" (polygon, ring, vertex); "[0][1]"
  // a whole ring.
  std::string path;
  // What is wrong and what would be accepted. Example: "the outline crosses itself between vertices
  // 3-4 and 9-10".
  std::string description;
};
// Everything that is wrong: coordinates out of range or not finite, fewer than 3 distinct vertices,
// repeated vertices, outlines that cross or touch themselves along an edge, holes outside their
// outline or crossing it, polygons that overlap each other, an area of nothing.
std::vector<GeometryFault> Validate(const GeoArea& area);

// A position and the radius, in metres, within which the car really is.
struct Position {
  GeoPoint point;
  double accuracy_meters = 0;
};

struct Located {
  // Indexes (as given to the builder) of the areas that the circle reaches into, ascending.
  std::vector<uint32_t> areas;
  // Whether more than a sliver of the circle lies outside all of them. With no area at all: true.
  bool outside_possible = true;
};

// A set of areas that answers which of them a position may be in. Immutable once built; safe to
// read from any thread.
class AreaIndex {
 public:
  // `areas` must have passed Validate.
  explicit AreaIndex(const std::vector<const GeoArea*>& areas);
  ~AreaIndex();
  AreaIndex(AreaIndex&&) noexcept;
  AreaIndex& operator=(AreaIndex&&) noexcept;

  // Borders: with accuracy 0 a point on or within the outline's own precision (10 cm) of a border
  // is near it, so both sides are candidates.
  Located Locate(const Position& position) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace stadspoort::domain
