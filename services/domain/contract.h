#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/domain/ids.h"
#include "services/domain/interval.h"
#include "services/domain/right.h"

// Which provider may enrol which right types, where and when, and what follows for one right. Pure;
// `recorded` is the register's clock at the write. Contracts are the provider's own, ended and
// future ones among them: what is told is told of these. Refusals are FailedPrecondition
// NOT_CONTRACTED, name the field of a right (right_type, zones[1], city_wide, requested_start_time,
// requested_end_time) and say what the contracts allow.
namespace stadspoort::domain {

struct Contract {
  ContractCode code;
  std::string display_name;
  std::string provider;
  std::vector<RightTypeCode> right_types;  // ascending, each once; at least one
  // Ascending, each once. Empty: every zone of the city, and city-wide rights.
  std::vector<ZoneCode> zones;
  Interval in_force;

  bool Covers(const RightTypeCode& type) const;
  bool CoversCity() const { return zones.empty(); }
  bool Covers(const ZoneCode& zone) const;

  friend bool operator==(const Contract&, const Contract&) = default;
};

// Whether a right may be enrolled as it would be granted. For its type there must be contracts in
// force at `recorded` and at its effective start, and at both moments they must cover every zone
// that it names, or the whole city if it is city-wide. Several may do so together: one that follows
// on another is as good as one that goes on, and one with these zones and one with those as good as
// one with all. How long the right lasts is not asked.
absl::Status MayEnrol(const std::vector<Contract>& contracts, const Right& granted,
                      absl::Time recorded);

// Whether a right may become `after` by its provider's amendment. Zones that are added must be
// covered, and when the end becomes later, which is an enrolment of the time between, all of them:
// at `recorded`, and at the effective start if that is still to come. Anything that takes away
// (zones, city-wide, an earlier end) needs no contract, nor do windows.
absl::Status MayAmend(const std::vector<Contract>& contracts, const Right& before,
                      const Right& after, absl::Time recorded);

}  // namespace stadspoort::domain
