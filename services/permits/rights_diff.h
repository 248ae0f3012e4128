#pragma once

#include <map>
#include <memory>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/domain/permit.h"
#include "services/domain/permit_type.h"
#include "storage/postgres/permit_right_store.h"

// From a permit to the rights that scanners find. Pure.
namespace stadspoort::permits {

// By version.
using PermitTypes = std::map<int64_t, std::shared_ptr<const domain::PermitType>>;

// The rights that a permit gives, without ids. INTERNAL where a version or an area is not known: it
// was stored by us.
absl::StatusOr<std::vector<postgres::RightOfPermit>> RightsWanted(const domain::Permit& permit,
                                                                  const PermitTypes& types);

// What must be made or changed at `now` so that `stored` (those that have not ended) become
// `wanted`. What has ended stays as it is; what is not wanted any more ends now, or never holds.
std::vector<postgres::RightOfPermit> RightsChanged(
    const std::vector<postgres::RightOfPermit>& stored,
    const std::vector<postgres::RightOfPermit>& wanted, absl::Time now,
    absl::FunctionRef<domain::RightId()> new_id);

}  // namespace stadspoort::permits
