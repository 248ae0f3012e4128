#pragma once

#include <algorithm>

#include "absl/time/time.h"

namespace stadspoort::domain {

// A span of time, half-open: [start, end). Empty when end <= start; an empty interval contains
// nothing. absl::InfiniteFuture() as end: no end.
struct Interval {
  absl::Time start = absl::InfinitePast();
  absl::Time end = absl::InfiniteFuture();

  constexpr bool Contains(absl::Time t) const { return start <= t && t < end; }
  constexpr bool Empty() const { return end <= start; }
  constexpr bool Overlaps(const Interval& other) const {
    return !Empty() && !other.Empty() && start < other.end && other.start < end;
  }

  friend bool operator==(const Interval&, const Interval&) = default;
};

}  // namespace stadspoort::domain
