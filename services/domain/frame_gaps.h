#pragma once

#include <cstddef>
#include <vector>

#include "absl/time/time.h"
#include "services/domain/regulation.h"

namespace stadspoort::domain {

// Where `before` ends, for a short while nothing holds, and then `after` begins: on the same day or
// over midnight. Places in Timetable::frames; they may be the same (daily 00:00-23:59).
struct FrameGap {
  size_t before = 0;
  size_t after = 0;
  absl::Duration length;

  friend bool operator==(const FrameGap&, const FrameGap&) = default;
};

// Every gap shorter than limits::kFrameGapUsualMin that there is on some day of some year, in the
// order of `before`, then of `after`. Ordinary days are looked at and days of one label that has a
// rule; that two labels fall on one date is too rare to be warned of. Frames that overlap may have
// gaps that are none.
std::vector<FrameGap> ShortGapsOf(const Timetable& timetable);

}  // namespace stadspoort::domain
