#pragma once

#include <optional>

#include "services/domain/place.h"

// How large areas are and how much of them coincides: to tell people, never to decide about a car.
// On the sphere, which differs from the ground by at most half a percent.
//
// Areas must have passed Validate. Outlines may touch and share borders in any way; what they share
// counts for nothing, however differently it is cut into edges, and rounding adds up to less than a
// hundredth of a square metre for areas as large as a city.
namespace stadspoort::domain {

double SquareMeters(const GeoArea& area);

// Takes time with the number of pairs of edges, one of each, that lie above one another on the map.
double OverlapSquareMeters(const GeoArea& a, const GeoArea& b);

// A point well inside the broadest piece of what two areas have in common, or of what of `a` lies
// outside `b`: to show people where. None: there is no such piece. Takes time with the number of
// vertices, times how many edges lie above one another.
std::optional<GeoPoint> PointInBoth(const GeoArea& a, const GeoArea& b);
std::optional<GeoPoint> PointBeside(const GeoArea& a, const GeoArea& b);

// Whether areas within these boxes can have more than a border in common. Quick: asked before.
bool MayOverlap(const GeoBox& a, const GeoBox& b);

}  // namespace stadspoort::domain
