#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/domain/ids.h"
#include "services/domain/permit_type.h"
#include "services/platform/call.h"
#include "storage/postgres/client/pool.h"
#include "storage/postgres/client/transaction.h"
#include "storage/postgres/permit_type_store.h"

namespace stadspoort::permits {

std::string EtagOf(const postgres::StoredPermitType& type);

// Types of permits; errors as the contract says them. Thread-safe.
class TypeCommands {
 public:
  // Both outlive it.
  TypeCommands(postgres::Pool& pool, postgres::PermitTypeReader& types)
      : pool_(pool), types_(types) {}

  absl::StatusOr<postgres::StoredPermitType> Create(const platform::Call& call,
                                                    const domain::CityCode& city,
                                                    const domain::PermitType& type,
                                                    bool validate_only);
  struct UpdateAsked {
    domain::CityCode city;
    domain::PermitType type;  // the rules as a whole
    std::string etag;         // empty: whatever it is now
    std::string reason;
    bool validate_only = false;
  };
  absl::StatusOr<postgres::StoredPermitType> Update(const platform::Call& call,
                                                    const UpdateAsked& asked);
  // `version` 0: the present one.
  absl::StatusOr<postgres::StoredPermitType> Get(const platform::Call& call,
                                                 const domain::CityCode& city,
                                                 const domain::PermitTypeCode& code,
                                                 int64_t version);
  absl::StatusOr<std::vector<postgres::StoredPermitType>> List(const platform::Call& call,
                                                               const domain::CityCode& city,
                                                               const std::string& after,
                                                               int64_t limit);

 private:
  // What needs the city's other rows: its zones and right types.
  static absl::Status Judge(postgres::Transaction& transaction, const domain::CityCode& city,
                            const domain::PermitType& type);

  postgres::Pool& pool_;
  postgres::PermitTypeReader& types_;
};

}  // namespace stadspoort::permits
