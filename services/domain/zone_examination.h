#pragma once

#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "services/domain/calendar.h"
#include "services/domain/finding.h"
#include "services/domain/ids.h"
#include "services/domain/right_type.h"
#include "services/domain/zone.h"

namespace stadspoort::domain {

// Drafts that are to take force together, and the city they come into.
struct Publication {
  absl::Time start;  // from then on the drafts hold, and the zones retired no longer do
  absl::Span<const ZoneVersion* const> drafts;  // one a zone, whatever their `in_force` says
  absl::Span<const ZoneCode> retired;
  // The versions of the city's zones that are in force at the start or later, and the newest of
  // each zone that is drafted.
  absl::Span<const ZoneVersion* const> versions;
  absl::Span<const RightType> right_types;
  absl::Span<const SpecialDay> special_days;
  absl::TimeZone clock;
};

// Everything that is found about the drafts, but for their outlines; and every extension of another
// zone from one that is retired. Judged (finding.h) puts it in order.
std::vector<Finding> Examine(const Publication& publication);

}  // namespace stadspoort::domain
