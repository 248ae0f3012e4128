#include "storage/deadline.h"

#include <algorithm>

namespace stadspoort {

Deadline Deadline::After(absl::Duration patience) {
  constexpr absl::Duration kLongest = absl::Hours(24 * 365);
  const absl::Duration bounded = std::clamp(patience, -kLongest, kLongest);
  return Deadline(Clock::now() + absl::ToChronoNanoseconds(bounded));
}

absl::Duration Deadline::Remaining() const {
  return std::max(absl::ZeroDuration(), absl::FromChrono(at_ - Clock::now()));
}

}  // namespace stadspoort
