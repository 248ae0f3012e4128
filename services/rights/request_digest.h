#pragma once

#include <string>

#include "services/domain/pseudonym.h"
#include "services/rights/right_commands.h"

namespace stadspoort::rights {

// 32 bytes that two enrolment requests share exactly when they ask for the same.
std::string RequestDigest(const EnrolAsked& asked, const domain::PlatePseudonyms& plate);

}  // namespace stadspoort::rights
