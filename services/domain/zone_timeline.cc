#include "services/domain/zone_timeline.h"

#include <algorithm>

#include "services/domain/limits.h"

namespace stadspoort::domain {

const ZoneVersion* VersionAt(ZoneVersions versions, absl::Time t) {
  for (const ZoneVersion* version : versions) {
    if (version->in_force.Contains(t)) return version;
  }
  return nullptr;
}

std::vector<Interval> UnchangingPieces(ZoneVersions versions, const CityCalendar& calendar,
                                       const Interval& span) {
  const absl::Time end = std::min(span.end, span.start + limits::kPreviewMaxSpan);
  if (end <= span.start) return {};
  std::vector<absl::Time> bounds = {span.start, end};
  for (const ZoneVersion* version : versions) {
    const absl::Time from = std::max(span.start, version->in_force.start);
    const absl::Time to = std::min(end, version->in_force.end);
    if (to <= from) continue;
    bounds.push_back(from);
    bounds.push_back(to);
    version->regulation.AppendChanges(from, to, calendar, bounds);
  }
  std::sort(bounds.begin(), bounds.end());
  bounds.erase(std::unique(bounds.begin(), bounds.end()), bounds.end());
  std::vector<Interval> pieces;
  for (size_t i = 1; i < bounds.size(); ++i) pieces.push_back({bounds[i - 1], bounds[i]});
  return pieces;
}

}  // namespace stadspoort::domain
