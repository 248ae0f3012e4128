#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/domain/ids.h"
#include "services/domain/interval.h"
#include "storage/postgres/client/connection.h"

// Sets of permits, and when they are live. Whoever changes what is live holds the city's row
// (BumpCity): it is part of what every check rests on.
namespace stadspoort::postgres {

struct StoredPermitSet {
  int64_t number = 0;
  domain::PermitSetCode code;
  domain::PermitSetCode series;
  std::string display_name;
  absl::Time create_time;
  std::optional<domain::Interval> live;  // next, now or last
  absl::Time now;                        // the register's clock when it was read

  bool LiveNow() const { return live && live->Contains(now); }
};

Command InsertPermitSet(const domain::CityCode& city, const StoredPermitSet& set);
// Its number and create_time; false: there is one with this code already.
absl::StatusOr<bool> InsertedPermitSetInto(const Result& result, StoredPermitSet& set);
// Of one series, by code; none: of any.
Command SelectPermitSets(const domain::CityCode& city,
                         const std::optional<domain::PermitSetCode>& series);
Command SelectPermitSet(const domain::CityCode& city, const domain::PermitSetCode& code);
Command SelectPermitSetsNumbered(const domain::CityCode& city, const std::vector<int64_t>& numbers);
absl::StatusOr<std::vector<StoredPermitSet>> PermitSetsOf(const Result& result);

// What was planned for a series after `now`, or began at `from`, does not happen.
Command CallBackLiveSets(const domain::CityCode& city, const domain::PermitSetCode& series,
                         absl::Time now, absl::Time from);
// Whatever is live at `now` is so until `end`.
Command EndLiveSet(const domain::CityCode& city, const domain::PermitSetCode& series,
                   absl::Time now, absl::Time end);
Command BeginLiveSet(const domain::CityCode& city, const StoredPermitSet& set, absl::Time from);

}  // namespace stadspoort::postgres
