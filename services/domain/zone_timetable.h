#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "services/domain/calendar.h"
#include "services/domain/interval.h"
#include "services/domain/zone_timeline.h"

namespace stadspoort::domain {

// What holds in a zone during `period`.
struct TimetableEntry {
  Interval period;
  int64_t zone_version = 0;            // 0: no version is in force, and nothing is required
  std::optional<std::string> closed;   // not enforced; the name of the closed period
  std::optional<std::string> overlay;  // the name of the overlay whose frames hold
  // None: nothing is required. In a closed period, the one that would hold.
  std::optional<TimeFrame> frame;

  friend bool operator==(const TimetableEntry&, const TimetableEntry&) = default;
};

// Everything that holds during `span`, in order: every instant is in exactly one entry, and two
// entries side by side differ. Entries are not cut at midnight. A span longer than
// limits::kPreviewMaxSpan is told up to there: the last entry ends where it ends.
std::vector<TimetableEntry> TimetableOf(ZoneVersions versions, const CityCalendar& calendar,
                                        const Interval& span);

}  // namespace stadspoort::domain
