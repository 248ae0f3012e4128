#include "services/domain/circle.h"

#include <algorithm>

#include "s2/s2cap.h"
#include "s2/s2earth.h"
#include "s2/s2latlng.h"
#include "s2/s2latlng_rect.h"

namespace stadspoort::domain {
namespace {

// Edges on the sphere lie within a fraction of a millimetre from where they were drawn.
constexpr double kToSpareMeters = 0.01;

}  // namespace

Circle::Circle(const GeoPoint& center, double radius_meters)
    : center_(S2LatLng::FromDegrees(center.latitude, center.longitude).ToPoint()),
      angle_(S2Earth::MetersToAngle(radius_meters)),
      radius_(S2Earth::MetersToChordAngle(radius_meters)) {}

absl::InlinedVector<GeoBox, 2> Circle::Boxes() const {
  const S2LatLngRect bound =
      S2Cap(center_, angle_ + S2Earth::MetersToAngle(kToSpareMeters)).GetRectBound();
  const double south = bound.lat_lo().degrees();
  const double north = bound.lat_hi().degrees();
  const double west = bound.lng_lo().degrees();
  const double east = bound.lng_hi().degrees();
  if (west <= east) return {{south, west, north, east}};
  return {{south, west, north, 180}, {south, -180, north, east}};
}

const std::vector<S2CellId>& Circle::Cover() {
  if (cover_.empty()) {
    S2Cap(center_, radius_).GetCellUnionBound(&cover_);
    std::sort(cover_.begin(), cover_.end());
  }
  return cover_;
}

}  // namespace stadspoort::domain
