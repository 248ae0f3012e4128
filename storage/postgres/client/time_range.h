#pragma once

#include "absl/time/time.h"

namespace stadspoort::postgres {

// A tstzrange: [start, end). No bound, and PostgreSQL's own infinities, are InfinitePast and
// InfiniteFuture. An empty range has start == end and says nothing more.
struct TimeRange {
  absl::Time start;
  absl::Time end;

  bool empty() const { return start >= end; }
  friend bool operator==(const TimeRange&, const TimeRange&) = default;
};

}  // namespace stadspoort::postgres
