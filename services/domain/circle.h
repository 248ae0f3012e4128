#pragma once

#include <vector>

#include "absl/container/inlined_vector.h"
#include "s2/s1angle.h"
#include "s2/s1chord_angle.h"
#include "s2/s2cell_id.h"
#include "s2/s2point.h"
#include "services/domain/place.h"

namespace stadspoort::domain {

// Where a car is, on the sphere: a point and everything within the radius around it.
class Circle {
 public:
  // A point on earth; a radius of more than nothing and at most a few kilometres.
  Circle(const GeoPoint& center, double radius_meters);

  const S2Point& center() const { return center_; }
  S1Angle angle() const { return angle_; }
  S1ChordAngle radius() const { return radius_; }

  // Boxes that hold it together, with a centimetre to spare: two where it lies across the 180th
  // meridian.
  absl::InlinedVector<GeoBox, 2> Boxes() const;
  // Cells that hold it together, ascending.
  const std::vector<S2CellId>& Cover();

 private:
  S2Point center_;
  S1Angle angle_;
  S1ChordAngle radius_;
  std::vector<S2CellId> cover_;  // made when first asked for
};

}  // namespace stadspoort::domain
