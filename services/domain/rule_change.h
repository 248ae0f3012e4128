#pragma once

#include <optional>
#include <vector>

#include "services/domain/calendar.h"
#include "services/domain/ids.h"
#include "services/domain/interval.h"
#include "services/domain/right_type.h"
#include "services/domain/zone_timeline.h"

namespace stadspoort::domain {

// A right as the rules of a zone look at it: in force, without windows of its own.
struct RightHeld {
  RightKind kind = RightKind::kOther;
  RightTypeCode type;
  std::optional<ZoneCode> zone;  // for which it is; none: for the whole city
};

// When, during `span`, somebody with this right might stand in a zone by the versions `before` and
// would be refused by the versions `after`, both of that zone. In order, apart from each other.
// - Whoever is not refused may stand: no version is in force, no frame holds, a period is closed,
//   the zone is TIME_LIMITED, or the frame accepts the right, it is for this zone or reaches it by
//   an extension whose types and windows match, and no restriction closes it. The decision
//   (decide.h) says the same.
// - So nobody is refused by a zone that is retired; and where nothing was required before, everyone
//   whom a new frame does not accept is refused.
// - Grace is left out: it begins where a right does, not where a rule does.
// A span longer than limits::kPreviewMaxSpan is judged up to there.
std::vector<Interval> NewlyRefused(ZoneVersions before, ZoneVersions after, const RightHeld& right,
                                   const CityCalendar& calendar, const Interval& span);

}  // namespace stadspoort::domain
