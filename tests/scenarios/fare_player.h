#pragma once

#include "absl/status/statusor.h"
#include "services/domain/ids.h"
#include "tests/scenarios/scenario.h"
#include "tests/scenarios/service.h"

namespace stadspoort::scenarios {

// Answers by the running service, in a city that has the zones of the quote.
absl::StatusOr<FareAnswer> AnswerByService(const domain::CityCode& city, const Group& group,
                                           const Quote& quote, Service& service);

}  // namespace stadspoort::scenarios
