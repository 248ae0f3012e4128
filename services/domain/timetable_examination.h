#pragma once

#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "services/domain/calendar.h"
#include "services/domain/finding.h"
#include "services/domain/ids.h"
#include "services/domain/right_type.h"
#include "services/domain/zone.h"

namespace stadspoort::domain {

// What the rules of a zone name and the city has.
struct CityTerms {
  CityTerms(absl::TimeZone clock, absl::Span<const RightType> right_types,
            absl::Span<const SpecialDay> special_days);

  absl::flat_hash_map<RightTypeCode, RightKind> right_types;
  CityCalendar calendar;
  absl::flat_hash_map<SpecialDayLabel, std::vector<absl::CivilDay>> days_of;
};

// Warns of frames, special days and periods that hardly can be meant, in a zone's own timetable and
// in its overlays, when it takes force at `start`. What Validate refuses is not warned of again; an
// overlay that is over, and a list over its limit, is not looked into.
void ExamineTimetables(const ZoneVersion& zone, absl::Time start, const CityTerms& city,
                       ZoneFindings& findings);

}  // namespace stadspoort::domain
