#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "services/domain/ids.h"
#include "services/domain/zone.h"
#include "services/zones/city_at_hand.h"
#include "storage/postgres/client/transaction.h"

namespace stadspoort::zones {

// Rights of a type that are good now and would be refused at times, or in places.
struct RightsHurt {
  domain::ZoneCode zone;  // where
  domain::RightTypeCode type;
  int64_t count = 0;
  absl::Time first_refused;
  std::vector<domain::RightId> sample;
};

// One zone's versions as they are, and as they would be.
struct ZoneTurn {
  domain::ZoneCode zone;
  std::vector<domain::ZoneVersion> before;
  std::vector<domain::ZoneVersion> after;
  // Somewhere rights for the zone are not good any more, whatever its rules.
  bool loses_area = false;
};

// Within limits::kPreviewMaxSpan from `start`. Counted are the rights that hold at some moment
// between the first refusal and the last. In the order of zones and types.
absl::StatusOr<std::vector<RightsHurt>> FindRightsHurt(postgres::Transaction& transaction,
                                                       const domain::CityCode& city,
                                                       const CityAtHand& at_hand,
                                                       absl::Span<const ZoneTurn> turns,
                                                       absl::Time start);

}  // namespace stadspoort::zones
