#pragma once

#include <cstdint>
#include <vector>

#include "services/domain/circle.h"
#include "services/domain/prepared_outline.h"

namespace stadspoort::domain {

// An outline whose polygons are numbered from `first_shape`.
struct NumberedOutline {
  const PreparedOutline* outline = nullptr;
  int32_t first_shape = 0;
};

// Whether more than a sliver of the circle lies outside all polygons of the outlines. `borders` are
// all of theirs within the circle, at least one. No polygon holds the whole circle.
bool LeavesMoreThanASliver(const Circle& circle, const std::vector<NearEdge>& borders,
                           const std::vector<NumberedOutline>& outlines);

}  // namespace stadspoort::domain
