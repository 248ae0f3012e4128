#pragma once

#include "absl/status/status.h"
#include "services/domain/refusal.h"

// Refusals that concern contracts, named by failure.
namespace stadspoort::domain {

// Also for a contract of another provider: the same words.
inline absl::Status ContractNotFound() {
  return Refusal(absl::StatusCode::kNotFound, ErrorReason::kContractNotFound,
                 "there is no such contract, or you may not see it");
}

inline absl::Status ContractExists() {
  return Refusal(absl::StatusCode::kAlreadyExists, ErrorReason::kContractExists,
                 "the city made another contract with this id; choose another contract_id, or "
                 "change that one by UpdateContract");
}

}  // namespace stadspoort::domain
