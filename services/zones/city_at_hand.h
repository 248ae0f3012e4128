#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "services/domain/calendar.h"
#include "services/domain/ids.h"
#include "services/domain/right_type.h"
#include "services/domain/zone.h"
#include "storage/postgres/city_store.h"
#include "storage/postgres/client/connection.h"
#include "storage/postgres/client/result.h"

namespace stadspoort::zones {

// Everything of a city that its zones are judged against, as one transaction saw it.
struct CityAtHand {
  postgres::StoredCity city;
  std::vector<domain::SpecialDay> special_days;
  domain::CityCalendar calendar;
  std::vector<domain::RightType> right_types;
  std::vector<domain::ZoneVersion> versions;  // where they were asked for
};

inline constexpr size_t kAtHandCommands = 3;
std::vector<postgres::Command> SelectAtHand(const domain::CityCode& city);
// With every version that holds at `from` (none: now) or later.
inline constexpr size_t kWithZonesCommands = kAtHandCommands + 1;
std::vector<postgres::Command> SelectWithZones(const domain::CityCode& city,
                                               std::optional<absl::Time> from);
// Of as many results. CityNotFound.
absl::StatusOr<CityAtHand> AtHandOf(absl::Span<const postgres::Result> results,
                                    const domain::CityCode& city);

// For rules that take versions by reference; they outlive it.
std::vector<const domain::ZoneVersion*> PointersTo(
    const std::vector<domain::ZoneVersion>& versions);

}  // namespace stadspoort::zones
