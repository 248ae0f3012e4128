#pragma once

#include <cstdint>
#include <vector>

#include "absl/functional/function_ref.h"
#include "services/domain/box_tree.h"
#include "services/domain/outline.h"
#include "services/domain/place.h"

namespace stadspoort::domain {

struct Located {
  // Indexes (as given to the index) of the areas that the circle reaches into, ascending.
  std::vector<uint32_t> areas;
  // border[i]: the circle reaches over a border of areas[i], which so does not hold it whole.
  std::vector<bool> border;
  // Whether more than a sliver of the circle lies outside all of them. With no area at all: true.
  bool outside_possible = true;
};

// A set of areas that answers which of them a position may be in. It is little more than the boxes
// around them: what is asked of an outline is prepared when first asked for and kept by the
// outline, so that the next set which shares it finds it made. Immutable; safe to read from any
// thread.
class AreaIndex {
 public:
  // The outlines must have passed Validate.
  explicit AreaIndex(std::vector<Outline> outlines);

  // Borders: with accuracy 0 a point on or within the outline's own precision (10 cm) of a border
  // is near it, so both sides are candidates.
  Located Locate(const Position& position) const;
  // Of the areas for which `counts` is true; the others are as if they were not there.
  Located Locate(const Position& position, absl::FunctionRef<bool(uint32_t)> counts) const;

 private:
  std::vector<Outline> outlines_;
  BoxTree boxes_;
};

}  // namespace stadspoort::domain
