#pragma once

#include <cstddef>
#include <limits>
#include <vector>

// Where: points, outlines and positions, as plain values.
namespace stadspoort::domain {

// Degrees, WGS84.
struct GeoPoint {
  double latitude = 0;   // -90 to 90
  double longitude = 0;  // -180 to 180
  friend bool operator==(const GeoPoint&, const GeoPoint&) = default;
};

// Not closed: the last vertex is joined to the first. Edges are straight in longitude and latitude,
// as GeoJSON draws them.
using GeoRing = std::vector<GeoPoint>;

struct GeoPolygon {
  GeoRing outer;
  std::vector<GeoRing> holes;
  friend bool operator==(const GeoPolygon&, const GeoPolygon&) = default;
};

using GeoArea = std::vector<GeoPolygon>;

// A position and the radius, in metres, within which the car really is.
struct Position {
  GeoPoint point;
  double accuracy_meters = 0;
};

// What lies between two parallels and two meridians, the borders included. As it is made: nothing.
struct GeoBox {
  double south = std::numeric_limits<double>::infinity();
  double west = std::numeric_limits<double>::infinity();
  double north = -std::numeric_limits<double>::infinity();
  double east = -std::numeric_limits<double>::infinity();

  bool empty() const { return !(south <= north && west <= east); }
  // Whether they have a point in common.
  bool Meets(const GeoBox& other) const {
    return south <= other.north && other.south <= north && west <= other.east && other.west <= east;
  }
  friend bool operator==(const GeoBox&, const GeoBox&) = default;
};
GeoBox BoxOf(const GeoArea& area);

// Of outlines and holes.
size_t VertexCount(const GeoArea& area);

}  // namespace stadspoort::domain
