#pragma once

#include <numbers>
#include <string>
#include <vector>

#include "services/domain/place.h"

// Areas for tests are drawn on squared paper: x to the east and y to the north, in squares.
namespace stadspoort::domain {

struct Square {
  double x = 0;
  double y = 0;
};
using Drawing = std::vector<Square>;

constexpr double kSquareDegrees = 0.01;
constexpr GeoPoint kOrigin{51.05, 3.72};

GeoPoint OnMap(const Square& at);
GeoRing OnMap(const Drawing& drawing);
Drawing Box(double x0, double y0, double x1, double y1);
GeoPolygon Polygon(const Drawing& outer, const std::vector<Drawing>& holes = {});

// The sphere that answers are measured on.
constexpr double kMetersPerDegree = 6371010.0 * std::numbers::pi / 180;
// `point`, moved by metres to the east and north.
GeoPoint Moved(const GeoPoint& point, double east, double north);

// "path: description" of each fault, one a line.
std::string Faults(const GeoArea& area);

}  // namespace stadspoort::domain
