#include "services/domain/permit_set.h"

#include <algorithm>
#include <utility>

namespace stadspoort::domain {

void KeepLive(const std::vector<LiveSet>& live, std::vector<Right>& rights) {
  const bool none = std::all_of(rights.begin(), rights.end(),
                                [](const Right& right) { return right.permit_set == 0; });
  if (none) return;
  std::vector<Right> kept;
  for (Right& right : rights) {
    if (right.permit_set == 0) {
      kept.push_back(std::move(right));
      continue;
    }
    for (const LiveSet& one : live) {
      if (one.set != right.permit_set || !one.live.Overlaps(right.effective)) continue;
      kept.push_back(right);
      Interval& term = kept.back().effective;
      term = {std::max(term.start, one.live.start), std::min(term.end, one.live.end)};
    }
  }
  rights = std::move(kept);
}

}  // namespace stadspoort::domain
