#pragma once

#include "absl/status/statusor.h"
#include "services/domain/city_rules.h"
#include "services/domain/pseudonym.h"
#include "storage/ladder/memory.h"
#include "storage/postgres/register_read.h"

namespace stadspoort::ladder {

// The rules of a city as read, joined with what of them was held already (`known`, whose versions
// were asked with; may be null). The same pointer when nothing changed. FAILED_PRECONDITION
// (PLATE_KEY_MISMATCH) when this process has not the city's plate key: it would find no plate at
// all.
absl::StatusOr<CityRulesPtr> JoinRules(const CityRulesPtr& known, postgres::RulesRead read,
                                       const domain::PlateKeyring& keyring);

}  // namespace stadspoort::ladder
