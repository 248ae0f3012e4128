#pragma once

#include "absl/status/status.h"
#include "services/domain/ids.h"
#include "tests/scenarios/scenario.h"

namespace stadspoort::scenarios {

// Works out what the register knows of a right (`known_plate`, `known`) after its enrolment and
// `events`. Refuses what the register would refuse, with the refusal's reason. The right's type is
// one of the city's.
absl::Status ApplyHistory(const City& city, domain::RightId id, ScenarioRight& right);

}  // namespace stadspoort::scenarios
