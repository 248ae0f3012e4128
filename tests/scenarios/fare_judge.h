#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "tests/scenarios/scenario.h"

namespace stadspoort::scenarios {

// How an answer differs from what was expected, for people. Empty: not at all.
std::string Difference(const FareAnswer& expected, const FareAnswer& answer);

// Answers by the pure function. `group` has the zones of the quote.
absl::StatusOr<FareAnswer> AnswerByRules(const Group& group, const Quote& quote);

}  // namespace stadspoort::scenarios
