#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/domain/place.h"

namespace stadspoort::postgres {

// The stored form of an area: the coordinates of a GeoJSON MultiPolygon, longitude first, rings
// closed. Doubles survive exactly.
std::string GeometryJson(const domain::GeoArea& area);
// INTERNAL when it cannot be read: it was written by us.
absl::StatusOr<domain::GeoArea> GeometryOf(absl::string_view json);

}  // namespace stadspoort::postgres
