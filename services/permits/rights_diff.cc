#include "services/permits/rights_diff.h"

#include <algorithm>

namespace stadspoort::permits {
namespace {

using postgres::RightOfPermit;

// As PostgreSQL keeps them: none empty, adjoining ones united, ascending.
std::vector<domain::Interval> United(std::vector<domain::Interval> intervals) {
  std::erase_if(intervals, [](const domain::Interval& interval) { return interval.Empty(); });
  std::sort(intervals.begin(), intervals.end(),
            [](const domain::Interval& a, const domain::Interval& b) { return a.start < b.start; });
  std::vector<domain::Interval> united;
  for (const domain::Interval& interval : intervals) {
    if (!united.empty() && interval.start <= united.back().end) {
      united.back().end = std::max(united.back().end, interval.end);
    } else {
      united.push_back(interval);
    }
  }
  return united;
}

// The same right, whenever it ends and whatever befell it. Of one that has begun the beginning is
// past: a permit forgets old plates.
bool Same(const RightOfPermit& stored, const RightOfPermit& wanted, absl::Time now) {
  const bool begun = stored.right.effective.start <= now && wanted.right.effective.start <= now;
  return stored.plate == wanted.plate && stored.right.country == wanted.right.country &&
         stored.right.plate_active == wanted.right.plate_active &&
         stored.right.city_wide == wanted.right.city_wide &&
         stored.right.zones == wanted.right.zones &&
         (begun || stored.right.effective.start == wanted.right.effective.start);
}

}  // namespace

absl::StatusOr<std::vector<RightOfPermit>> RightsWanted(const domain::Permit& permit,
                                                        const PermitTypes& types) {
  std::vector<RightOfPermit> rights;
  for (const domain::PermitRight& given : RightsOf(permit)) {
    const auto type = types.find(given.type_version);
    const domain::PermitArea* area = type == types.end() ? nullptr : type->second->Area(given.area);
    if (area == nullptr) return absl::InternalError("a permit's area is not known");
    RightOfPermit right;
    right.plate = given.segment.plate;
    right.right.country = given.segment.country;
    right.right.type = type->second->right_type;
    right.right.city_wide = area->zones.empty();
    right.right.zones = area->zones;
    right.right.effective = given.segment.during;
    right.right.suspensions = United(given.suspensions);
    right.right.revoke_time = given.revoke_time;
    right.right.plate_active = given.segment.active;
    right.right.permit_set = permit.set;
    rights.push_back(std::move(right));
  }
  return rights;
}

std::vector<RightOfPermit> RightsChanged(const std::vector<RightOfPermit>& stored,
                                         const std::vector<RightOfPermit>& wanted, absl::Time now,
                                         absl::FunctionRef<domain::RightId()> new_id) {
  std::vector<RightOfPermit> changed;
  std::vector<bool> kept(stored.size(), false);
  for (const RightOfPermit& want : wanted) {
    if (want.right.effective.end <= now) continue;
    size_t i = 0;
    // One that ended while this change waited for its turn does not revive.
    while (i < stored.size() &&
           (kept[i] || stored[i].right.effective.end <= now || !Same(stored[i], want, now))) {
      ++i;
    }
    if (i == stored.size()) {
      changed.push_back(want);
      changed.back().right.id = new_id();
      // What was before has a right of its own.
      domain::Interval& holds = changed.back().right.effective;
      holds.start = std::max(holds.start, now);
      continue;
    }
    kept[i] = true;
    RightOfPermit put = stored[i];
    put.right.effective.end = want.right.effective.end;
    put.right.suspensions = want.right.suspensions;
    put.right.revoke_time = want.right.revoke_time;
    if (put != stored[i]) changed.push_back(std::move(put));
  }
  for (size_t i = 0; i < stored.size(); ++i) {
    const domain::Interval& holds = stored[i].right.effective;
    if (kept[i] || holds.end <= now) continue;
    changed.push_back(stored[i]);
    changed.back().right.effective.end = std::max(holds.start, now);
  }
  return changed;
}

}  // namespace stadspoort::permits
