#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "services/domain/ids.h"
#include "services/domain/interval.h"
#include "services/domain/local_time.h"
#include "services/domain/plate.h"
#include "services/domain/right_type.h"

namespace stadspoort::domain {

// What a check knows of a right: when it holds. When the register knew it stands in the journal.
struct Right {
  RightId id;
  Country country;  // as enrolled; may be unknown
  RightTypeCode type;
  RightKind kind = RightKind::kOther;
  bool city_wide = false;
  std::vector<ZoneCode> zones;  // empty when city_wide
  Interval effective;           // empty: ended before it began; never holds and gives no grace
  std::vector<WeeklyWindow> windows;  // empty: always
  std::vector<Interval> suspensions;
  std::optional<absl::Time> revoke_time;  // revoked from this moment on
  bool plate_active = true;               // M of N plates of a permit are active
  int64_t permit_set = 0;                 // holds only while it is live; 0: of no set

  // Within one of the suspensions, each [start, end).
  bool SuspendedAt(absl::Time t) const;
  bool RevokedAt(absl::Time t) const { return revoke_time && *revoke_time <= t; }

  friend bool operator==(const Right&, const Right&) = default;
};

}  // namespace stadspoort::domain
