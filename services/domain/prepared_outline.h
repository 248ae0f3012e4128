#pragma once

#include <cstdint>
#include <vector>

#include "absl/functional/function_ref.h"
#include "s2/s2point.h"
#include "services/domain/circle.h"
#include "services/domain/place.h"
#include "services/domain/s2_index.h"

namespace stadspoort::domain {

// A piece of a border within the radius of a circle, with the polygon on its left.
struct NearEdge {
  int32_t shape;
  int32_t edge;
  S2Point from;
  S2Point to;
};

// What a circle meets of some outlines, whose polygons are numbered as shapes.
struct Surroundings {
  std::vector<int32_t> containing;  // shapes that the centre is in
  std::vector<NearEdge> borders;    // by shape, then edge
};

// An outline on the sphere, with an index of its edges. Safe to read from any thread.
class PreparedOutline {
 public:
  // The area must have passed Validate.
  explicit PreparedOutline(const GeoArea& area);

  int32_t shape_count() const { return index_.num_shape_ids(); }

  // Appends what the circle meets; shapes are numbered from `first_shape`.
  void Read(Circle& circle, int32_t first_shape, Surroundings& surroundings) const;
  // Whether the point is in a polygon that `counts`, of those numbered from `first_shape`.
  bool Contains(const S2Point& point, int32_t first_shape,
                absl::FunctionRef<bool(int32_t)> counts) const;

 private:
  MutableS2ShapeIndex index_;
};

}  // namespace stadspoort::domain
