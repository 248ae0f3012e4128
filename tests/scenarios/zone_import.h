#pragma once

#include <vector>

#include "absl/status/status.h"
#include "services/domain/ids.h"
#include "services/domain/zone.h"
#include "tests/scenarios/service.h"

namespace stadspoort::scenarios {

// Publishes every version, one import for each moment at which versions take force, the earliest
// first. InvalidArgument lists what the register finds wrong with a feature.
absl::Status ImportZones(const domain::CityCode& city,
                         const std::vector<domain::ZoneVersion>& zones, Service& service);

}  // namespace stadspoort::scenarios
