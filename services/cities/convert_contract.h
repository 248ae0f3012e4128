#pragma once

#include "absl/status/statusor.h"
#include "services/cities/contract_commands.h"
#include "stadspoort/cities/v1/cities.pb.h"

namespace stadspoort::cities {

// Reading gives INVALID_ARGUMENT with every faulty field.
absl::StatusOr<CreateContractAsked> ReadCreateContract(const v1::CreateContractRequest& request);
absl::StatusOr<UpdateContractAsked> ReadUpdateContract(const v1::UpdateContractRequest& request);
absl::StatusOr<ListContractsAsked> ReadListContracts(const v1::ListContractsRequest& request);

v1::Contract WriteContract(const domain::CityCode& city, const postgres::StoredContract& stored);

}  // namespace stadspoort::cities
