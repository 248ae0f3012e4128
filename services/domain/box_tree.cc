#include "services/domain/box_tree.h"

#include <algorithm>
#include <bit>

namespace stadspoort::domain {

BoxTree::BoxTree(const std::vector<GeoBox>& boxes) {
  leaves_.reserve(boxes.size());
  for (size_t i = 0; i < boxes.size(); ++i) {
    if (!boxes[i].empty()) leaves_.push_back({boxes[i], static_cast<uint32_t>(i)});
  }
  if (leaves_.empty()) return;
  bounds_.resize(2 * std::bit_ceil(leaves_.size() / kLeavesTogether + 1));
  Build({1, 0, leaves_.size()});
}

BoxTree::Part BoxTree::Lower(const Part& part) {
  return {2 * part.node, part.begin, part.begin + (part.end - part.begin) / 2};
}
BoxTree::Part BoxTree::Upper(const Part& part) {
  return {2 * part.node + 1, part.begin + (part.end - part.begin) / 2, part.end};
}

void BoxTree::Build(const Part& part) {
  GeoBox& bound = bounds_[part.node];
  for (size_t i = part.begin; i < part.end; ++i) {
    const GeoBox& box = leaves_[i].box;
    bound.south = std::min(bound.south, box.south);
    bound.west = std::min(bound.west, box.west);
    bound.north = std::max(bound.north, box.north);
    bound.east = std::max(bound.east, box.east);
  }
  if (part.end - part.begin <= kLeavesTogether) return;
  const auto at = [this](size_t i) { return leaves_.begin() + static_cast<std::ptrdiff_t>(i); };
  const bool tall = bound.north - bound.south > bound.east - bound.west;
  std::nth_element(at(part.begin), at(Upper(part).begin), at(part.end),
                   [tall](const Leaf& a, const Leaf& b) {
                     return tall ? a.box.south < b.box.south : a.box.west < b.box.west;
                   });
  Build(Lower(part));
  Build(Upper(part));
}

void BoxTree::VisitMeeting(const GeoBox& box, absl::FunctionRef<void(uint32_t)> visit) const {
  if (!leaves_.empty()) Visit({1, 0, leaves_.size()}, box, visit);
}

void BoxTree::Visit(const Part& part, const GeoBox& box,
                    absl::FunctionRef<void(uint32_t)> visit) const {
  if (!bounds_[part.node].Meets(box)) return;
  if (part.end - part.begin > kLeavesTogether) {
    Visit(Lower(part), box, visit);
    Visit(Upper(part), box, visit);
    return;
  }
  for (size_t i = part.begin; i < part.end; ++i) {
    if (leaves_[i].box.Meets(box)) visit(leaves_[i].index);
  }
}

}  // namespace stadspoort::domain
