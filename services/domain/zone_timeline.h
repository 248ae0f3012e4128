#pragma once

#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "services/domain/calendar.h"
#include "services/domain/interval.h"
#include "services/domain/zone.h"

// The versions of one zone, one after the other. In any order; no two in force at the same moment.
namespace stadspoort::domain {

using ZoneVersions = absl::Span<const ZoneVersion* const>;

// The version in force at the moment, or null.
const ZoneVersion* VersionAt(ZoneVersions versions, absl::Time t);

// Cuts [span.start, span.end) into adjoining pieces, in order. During each piece every one of
// `versions`, which may be of several zones, is in force or not, its Regulation::At stays the same,
// and its windows stay open or closed; two pieces side by side may be alike. A span longer than
// limits::kPreviewMaxSpan is cut short there; an empty one has no piece.
std::vector<Interval> UnchangingPieces(ZoneVersions versions, const CityCalendar& calendar,
                                       const Interval& span);

}  // namespace stadspoort::domain
