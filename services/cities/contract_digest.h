#pragma once

#include <string>

#include "services/domain/contract.h"

namespace stadspoort::cities {

// 32 bytes that two requests for a contract share exactly when they ask for the same.
std::string ContractDigest(const domain::Contract& contract);

}  // namespace stadspoort::cities
