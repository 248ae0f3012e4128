#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "services/domain/ids.h"
#include "services/domain/interval.h"
#include "storage/postgres/client/connection.h"

namespace stadspoort::postgres {

// Rights of a type that name `zone`, and hold at some moment of `refused`. Where they name the
// place itself, too, or the whole city, only what is asked with that as the zone concerns them.
struct HurtAsked {
  domain::ZoneCode place;  // under which they are counted: each right once
  domain::ZoneCode zone;
  domain::RightTypeCode type;
  domain::Interval refused;
};

struct HurtCounted {
  domain::ZoneCode place;
  domain::RightTypeCode type;
  int64_t count = 0;
  absl::Time first_refused;             // the earliest beginning of what was asked about them
  std::vector<domain::RightId> sample;  // the first limits::kHurtSample
};

// `asked` is not empty.
Command SelectRightsHurt(const domain::CityCode& city, absl::Span<const HurtAsked> asked);
// Of those asked that have any.
absl::StatusOr<std::vector<HurtCounted>> RightsHurtOf(const Result& result);

}  // namespace stadspoort::postgres
