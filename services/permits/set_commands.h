#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/domain/ids.h"
#include "services/platform/call.h"
#include "storage/postgres/client/pool.h"
#include "storage/postgres/permit_set_store.h"

namespace stadspoort::permits {

struct SwitchAsked {
  domain::CityCode city;
  domain::PermitSetCode series;
  std::optional<domain::PermitSetCode> to;  // none: no set is live from then on
  // As far as the caller knows; outer none: whatever is, inner none: none.
  std::optional<std::optional<domain::PermitSetCode>> live;
  std::optional<absl::Time> at;  // none: now
  std::string reason;
  bool validate_only = false;
};

struct Switched {
  std::vector<postgres::StoredPermitSet> sets;  // of the series
  absl::Time at;
};

// Sets of permits; errors as the contract says them. Thread-safe.
class SetCommands {
 public:
  // Outlives it.
  explicit SetCommands(postgres::Pool& pool) : pool_(pool) {}

  absl::StatusOr<postgres::StoredPermitSet> Create(const platform::Call& call,
                                                   const domain::CityCode& city,
                                                   postgres::StoredPermitSet set);
  absl::StatusOr<std::vector<postgres::StoredPermitSet>> List(
      const platform::Call& call, const domain::CityCode& city,
      const std::optional<domain::PermitSetCode>& series);
  absl::StatusOr<Switched> Switch(const platform::Call& call, const SwitchAsked& asked);

 private:
  postgres::Pool& pool_;
};

}  // namespace stadspoort::permits
