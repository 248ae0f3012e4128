#include "services/domain/right.h"

#include <algorithm>

namespace stadspoort::domain {

bool Right::SuspendedAt(absl::Time t) const {
  return std::any_of(suspensions.begin(), suspensions.end(),
                     [t](const Interval& suspension) { return suspension.Contains(t); });
}

}  // namespace stadspoort::domain
