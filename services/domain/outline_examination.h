#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "services/domain/finding.h"
#include "services/domain/geo_bounds.h"
#include "services/domain/zone.h"

namespace stadspoort::domain {

// What is known of a city's map when outlines are judged.
struct MapAtHand {
  std::optional<GeoBounds> bounds;  // of the city
  std::string time_zone;            // IANA: tells on which continent the city lies
  absl::Time start;                 // when the drafts would take force
  // In force then or later, and of no zone that is drafted or retired. By time, a zone's.
  std::vector<const ZoneVersion*> others;
  // What the drafts replace; of new zones nothing.
  std::vector<const ZoneVersion*> replaced;
};

// Judges the outlines of drafts by themselves (domain::Validate): INVALID_GEOMETRY, with paths
// "polygons[i][ring][vertex]".
void ExamineOutlines(const std::vector<ZoneVersion>& drafts, std::vector<Finding>& out);

// Judges outlines that are areas against the map. INVALID_GEOMETRY: longitude and latitude are
// swapped. Warnings: OUTSIDE_CITY; OVERLAPS_ZONE of the same usage, by more than
// limits::kOverlapUsualMaxSquareMeters; AREA_LOST, likewise. An outline with an error in `out` is
// left alone.
void ExamineMap(const std::vector<ZoneVersion>& drafts, const MapAtHand& map,
                std::vector<Finding>& out);

}  // namespace stadspoort::domain
