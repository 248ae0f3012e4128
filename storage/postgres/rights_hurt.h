#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/domain/ids.h"
#include "services/domain/interval.h"
#include "storage/postgres/client/connection.h"

namespace stadspoort::postgres {

// Rights of a type that name `zone`, or the whole city, and hold at some moment of `refused`.
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
  std::vector<domain::RightId> sample;  // the first limits::kHurtSample
};

// `asked` is not empty.
Command SelectRightsHurt(const domain::CityCode& city, absl::Span<const HurtAsked> asked);
// Of those asked that have any.
absl::StatusOr<std::vector<HurtCounted>> RightsHurtOf(const Result& result);

}  // namespace stadspoort::postgres
