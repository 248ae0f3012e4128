#pragma once

#include <string>

#include "services/domain/ids.h"
#include "services/domain/zone.h"

namespace stadspoort::zones {

// A zone as a GeoJSON Feature, in one line: with the properties code, name, usage and regulation,
// and a Polygon or MultiPolygon. Read back by ReadGeoJson it is the same zone, and that zone
// written again is the same text.
std::string FeatureJson(const domain::ZoneVersion& zone, const domain::CityCode& city);

}  // namespace stadspoort::zones
