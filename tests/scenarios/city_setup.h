#pragma once

#include <string>

#include "absl/status/status.h"
#include "services/domain/ids.h"
#include "tests/scenarios/scenario.h"
#include "tests/scenarios/service.h"

// A group's city in the running service, at whatever moment the register's clock stands.
namespace stadspoort::scenarios {

// Makes the city with its settings, special days, right types, every version of its zones, and for
// each provider a contract for what it enrols in the group.
absl::Status CreateCity(const domain::CityCode& code, const std::string& display_name,
                        const Group& group, Service& service);

// Brings what the group states of its city into one that exists, and makes the right types and the
// contracts that it lacks: no contract is made for what one names already, whatever its zones and
// times. FailedPrecondition when the city's time zone is another: the group's moments were read on
// the wrong clock.
absl::Status AdaptCity(const domain::CityCode& code, const Group& group, Service& service);

}  // namespace stadspoort::scenarios
