#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/functional/function_ref.h"
#include "services/domain/place.h"

namespace stadspoort::domain {

// Many boxes, of which those that meet another are found without looking at them all. Made in
// n log n; immutable, and safe to read from any thread.
class BoxTree {
 public:
  explicit BoxTree(const std::vector<GeoBox>& boxes);

  // Calls `visit` with the index of each box that meets `box`, once, in no order. An empty box
  // meets none.
  void VisitMeeting(const GeoBox& box, absl::FunctionRef<void(uint32_t)> visit) const;

 private:
  struct Leaf {
    GeoBox box;
    uint32_t index;
  };
  // A part of the leaves; its halves are at 2 * node and 2 * node + 1.
  struct Part {
    size_t node;
    size_t begin;
    size_t end;
  };
  static constexpr size_t kLeavesTogether = 8;

  void Build(const Part& part);
  void Visit(const Part& part, const GeoBox& box, absl::FunctionRef<void(uint32_t)> visit) const;
  static Part Lower(const Part& part);
  static Part Upper(const Part& part);

  std::vector<Leaf> leaves_;
  std::vector<GeoBox> bounds_;  // of nodes, from 1
};

}  // namespace stadspoort::domain
