#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "services/domain/calendar.h"
#include "services/domain/interval.h"
#include "services/domain/zone.h"

// What a paid stay costs, to the cent, planned or past. Pure; integer cents of the euro.
//
// - A frame's fare is a list of parts. The first begins with the stay in the frame, each other one
//   where the part before ends. After a last part that ends, nothing more is due.
// - The price of a part is due for every step that is started, the first at the beginning of the
//   part. A step that the end of its part cuts short costs as much as a whole one. A part without a
//   step has one price (a day ticket), due when any of it is used.
// - A part with a cap costs at most that.
// - Each occurrence of a frame is priced by itself: on every day on which the frame starts, its
//   parts begin anew. Under an overlay and under another version of the zone its frames are
//   occurrences of their own; a frame that goes on after an overlay goes on where it was.
// - Outside every frame, in a closed period and where no version of the zone holds, nothing is due
//   and the clock of the parts stands still.
// - Time is counted as it passes: an hour that occurs twice is paid twice, a skipped one not at
//   all.
// - A frame without parts costs nothing. The longest stay is no limit of what is due.
//
// When a term is amended or ended, what is still due is the difference of two totals: of the new
// term less of the old one. With the same rules a later end never costs less.
namespace stadspoort::domain {

// What of a stay falls in one part of a frame's fare.
struct FarePartLine {
  size_t part = 0;      // its place in TimeFrame::fare_parts
  absl::Duration paid;  // longer than zero
  int64_t steps = 0;    // started ones; 1 where the part has one price
  int64_t step_price_cents = 0;
  int64_t amount_cents = 0;  // at most the cap
  bool capped = false;       // without the cap it would be more

  friend bool operator==(const FarePartLine&, const FarePartLine&) = default;
};

// What of a stay falls in one occurrence of a frame.
struct FareLine {
  int64_t zone_version = 0;
  std::string frame;   // its code
  absl::CivilDay day;  // on which the occurrence starts
  // From the first to the last moment of the stay in it; other rules may hold in between.
  Interval period;
  absl::Duration paid;              // the time in it: at most the length of the period
  std::vector<FarePartLine> parts;  // those that were used, in order; none: free
  int64_t amount_cents = 0;         // the sum of the parts

  friend bool operator==(const FareLine&, const FareLine&) = default;
};

enum class FareRemark : uint8_t {
  kNothingRequired = 1,  // at no moment of the stay does a frame hold: there is no line
  kMaxStayExceeded = 2,  // the time in one occurrence is longer than its frame's max stay
  kZoneNotInForce = 3,   // for a part of the stay no version of the zone holds
};
inline constexpr int kFareRemarkCount = 3;
// "NOTHING_REQUIRED"
absl::string_view Name(FareRemark remark);
std::optional<FareRemark> FareRemarkFromName(absl::string_view name);

struct Fare {
  std::vector<FareLine> lines;  // in the order in which their periods begin
  int64_t total_cents = 0;
  std::vector<FareRemark> remarks;  // each at most once, in the order of the enum

  friend bool operator==(const Fare&, const Fare&) = default;
};

// The fare of a stay during `term`, [start, end), in one zone. `versions`: those of the zone that
// overlap the term, in any order; no two in force at the same moment. An empty term costs nothing
// and carries no remark. The work grows with the days of the term times the frames of the zone.
//
// InvalidArgument INVALID_FIELD (term): without start or end, or longer than
// limits::kRightMaxDuration; what Grant (right_terms.h) gives never is. Internal INTERNAL: a fare
// that Validate (regulation.h) refuses.
absl::StatusOr<Fare> FareOf(absl::Span<const ZoneVersion* const> versions,
                            const CityCalendar& calendar, const Interval& term);

// A right that names several zones costs what it would in the dearest of them, since the driver may
// stand in any, and the first of equals is told; zones that are reached by a validity extension do
// not count.
bool IsDearer(const Fare& fare, const Fare& than);

}  // namespace stadspoort::domain
