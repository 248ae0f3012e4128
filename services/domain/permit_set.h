#pragma once

#include <cstdint>
#include <vector>

#include "services/domain/interval.h"
#include "services/domain/right.h"

namespace stadspoort::domain {

// When a set of permits is, was or will be live: of a series of sets at most one at a time. Rights
// of a set hold only while it is live; a change of one row so switches all of them at one instant.
struct LiveSet {
  int64_t set = 0;
  Interval live;

  friend bool operator==(const LiveSet&, const LiveSet&) = default;
};

// Leaves of the rights of sets what holds while these are live: a right that is cut off ends there
// as by its own end. `live`: ascending by set, then by time. Rights of no set stay as they are.
void KeepLive(const std::vector<LiveSet>& live, std::vector<Right>& rights);

}  // namespace stadspoort::domain
