#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/checks/check_plates.h"
#include "services/domain/city_rules.h"
#include "services/domain/ids.h"
#include "services/domain/zone.h"
#include "services/platform/call.h"
#include "storage/ladder/ladder.h"

namespace stadspoort::checks {

struct LocateAsked {
  domain::CityCode city;
  PlaceAsked place;              // a position or a selling point
  std::optional<absl::Time> at;  // none: now
};

struct Located {
  // In the order of their codes; whether the place may lie across the zone's border.
  std::vector<std::pair<const domain::ZoneVersion*, bool>> zones;
  bool outside_possible = false;
  absl::Time as_of;
  std::shared_ptr<const domain::CityRules> rules;  // of the zones
};

// The command behind LocateZones: at most a second behind. CITY_NOT_FOUND, SELLING_POINT_NOT_FOUND.
absl::StatusOr<Located> LocateZones(const platform::Call& call, const LocateAsked& asked,
                                    ladder::Ladder& ladder);

}  // namespace stadspoort::checks
