#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/domain/contract.h"
#include "services/domain/ids.h"
#include "services/platform/call.h"
#include "storage/postgres/client/pool.h"
#include "storage/postgres/client/transaction.h"
#include "storage/postgres/contract_store.h"

namespace stadspoort::cities {

struct CreateContractAsked {
  domain::CityCode city;
  domain::Contract contract;  // right types and zones in the caller's order, each once
  bool validate_only = false;
};

// Which of display_name, right_types, zones and end_time change. The values are read from
// `contract`, the end from its in_force.
struct UpdateContractAsked {
  domain::CityCode city;
  std::string etag;  // empty: whatever it is now
  domain::Contract contract;
  std::vector<std::string> paths;
  bool validate_only = false;
};

struct ListContractsAsked {
  domain::CityCode city;
  std::string provider;  // empty: any
  std::string after;     // a contract's code, or empty
  int64_t limit = 0;
};

// One command an RPC; errors as the contract says them. Thread-safe.
class ContractCommands {
 public:
  // It outlives this.
  explicit ContractCommands(postgres::Pool& pool) : pool_(pool) {}

  // Version 0: not stored, since it was only to be judged.
  absl::StatusOr<postgres::StoredContract> Create(const platform::Call& call,
                                                  const CreateContractAsked& asked);
  absl::StatusOr<postgres::StoredContract> Get(const platform::Call& call,
                                               const domain::CityCode& city,
                                               const domain::ContractCode& code);
  // Only judged: as it would become, with its present version.
  absl::StatusOr<postgres::StoredContract> Update(const platform::Call& call,
                                                  const UpdateContractAsked& asked);
  absl::StatusOr<std::vector<postgres::StoredContract>> List(const platform::Call& call,
                                                             const ListContractsAsked& asked);

 private:
  using Transaction = postgres::Transaction;

  // Holds the lock on the city's contracts; what was read behind it.
  struct Locked {
    Transaction transaction;
    std::optional<postgres::StoredContract> present;
    absl::Time now;
  };
  absl::StatusOr<Locked> Lock(const platform::Call& call, const domain::CityCode& city,
                              const domain::ContractCode& code);

  postgres::Pool& pool_;
};

// The etag of a contract: changes with every change.
std::string EtagOf(const postgres::StoredContract& stored);

}  // namespace stadspoort::cities
