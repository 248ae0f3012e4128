#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "services/domain/place.h"

// Whether rings meet themselves or each other, in exact arithmetic. Coordinates are taken to whole
// billionths of a degree (a tenth of a millimetre), and edges are straight in longitude and
// latitude.
namespace stadspoort::domain {

struct GridPoint {
  int64_t x = 0;
  int64_t y = 0;
  friend auto operator<=>(const GridPoint&, const GridPoint&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const GridPoint& p) {
    return H::combine(std::move(h), p.x, p.y);
  }
};

// Any finite degrees up to 360.
GridPoint ToGrid(const GeoPoint& point);

// One edge of a ring, from `left` to `right` in the order of GridPoint: a vertical edge counts as
// leaning a little to the right.
struct GridSegment {
  GridPoint left;
  GridPoint right;
  const struct GridRing* ring = nullptr;
  size_t vertex = 0;            // its index in the ring's `points`; it goes to the next one
  bool interior_above = false;  // the polygon lies on the segment's left
};

// A ring without repeats of the vertex before.
struct GridRing {
  size_t polygon = 0;
  size_t ring = 0;  // 0: the outline; from 1: holes
  std::vector<GridPoint> points;
  std::vector<size_t> numbers;  // of each point in the ring as given

  bool hole() const { return ring > 0; }
  size_t next(size_t i) const { return i + 1 == points.size() ? 0 : i + 1; }
  // For people: "[0][1]", "the hole [0][1]", and an edge as "3-4".
  std::string path() const;
  std::string name() const;
  std::string edge(size_t i) const;

  // The segments point to this ring.
  void AppendSegments(std::vector<GridSegment>& out) const;
};

enum class SweepRule : uint8_t {
  kSimple,  // one ring: nothing meets but at the vertex between two consecutive edges
  kNested,  // rings that are simple: upwards a line goes into one polygon and out of that one.
            // They may touch.
};

struct SweepFinding {
  const GridSegment* lower = nullptr;  // one of them may be null: nothing there
  const GridSegment* upper = nullptr;
  bool cross = false;  // one cuts the other, so both are there
};

// The first offence against the rule, from the left. n log n in the number of segments.
std::optional<SweepFinding> FirstOffence(const std::vector<GridSegment>& segments, SweepRule rule);

}  // namespace stadspoort::domain
