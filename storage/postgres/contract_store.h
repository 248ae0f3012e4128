#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/domain/contract.h"
#include "services/domain/ids.h"
#include "storage/postgres/client/connection.h"

// Contracts of cities with providers: the commands of a transaction, and what their results say.
namespace stadspoort::postgres {

struct StoredContract {
  domain::UuidBytes contract_id{};  // the journal's subject
  domain::Contract contract;
  std::string request_digest;  // 32 bytes, of the request that made it
  int64_t version = 1;
  absl::Time create_time;
};

// Serialises all writes of contracts in a city until the transaction ends.
Command LockContracts(const domain::CityCode& city);

Command SelectContract(const domain::CityCode& city, const domain::ContractCode& code);
absl::StatusOr<std::optional<StoredContract>> ContractOf(const Result& result);
// In the order of their codes, after `after`, which may be empty. Empty provider: any.
Command SelectContractsPage(const domain::CityCode& city, const std::string& after,
                            const std::string& provider, int64_t limit);
absl::StatusOr<std::vector<StoredContract>> ContractsOf(const Result& result);

// What the provider's enrolments are judged by: only right types, zones and times are filled.
Command SelectProviderContracts(const domain::CityCode& city, const std::string& provider);
absl::StatusOr<std::vector<domain::Contract>> ProviderContractsOf(const Result& result);

// How many contracts besides this one its provider has that have not ended.
Command CountOtherContracts(const domain::CityCode& city, const domain::Contract& contract);
absl::StatusOr<int64_t> ContractCountOf(const Result& result);

// Which of these are right types of the city.
Command SelectRightTypeCodes(const domain::CityCode& city,
                             const std::vector<domain::RightTypeCode>& types);
absl::StatusOr<std::vector<domain::RightTypeCode>> RightTypeCodesOf(const Result& result);

Command InsertContract(const domain::CityCode& city, const StoredContract& stored);
// Display name, right types, zones, end and version.
Command UpdateContract(const domain::CityCode& city, const StoredContract& stored);

// JSON for the journal.
std::string ContractState(const domain::Contract& contract);

}  // namespace stadspoort::postgres
