#include "tests/unit/domain/drawing.h"

#include <cmath>
#include <numbers>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/domain/outline_validation.h"

namespace stadspoort::domain {

GeoPoint OnMap(const Square& at) {
  return {kOrigin.latitude + at.y * kSquareDegrees, kOrigin.longitude + at.x * kSquareDegrees};
}

GeoRing OnMap(const Drawing& drawing) {
  GeoRing ring;
  for (const Square& at : drawing) ring.push_back(OnMap(at));
  return ring;
}

Drawing Box(double x0, double y0, double x1, double y1) {
  return {{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}};
}

GeoPolygon Polygon(const Drawing& outer, const std::vector<Drawing>& holes) {
  GeoPolygon polygon{OnMap(outer), {}};
  for (const Drawing& hole : holes) polygon.holes.push_back(OnMap(hole));
  return polygon;
}

GeoPoint Moved(const GeoPoint& point, double east, double north) {
  const double shrink = std::cos(point.latitude * std::numbers::pi / 180);
  return {point.latitude + north / kMetersPerDegree,
          point.longitude + east / (kMetersPerDegree * shrink)};
}

std::string Faults(const GeoArea& area) {
  return absl::StrJoin(Validate(area), "\n", [](std::string* out, const GeometryFault& fault) {
    absl::StrAppend(out, fault.path, ": ", fault.description);
  });
}

}  // namespace stadspoort::domain
