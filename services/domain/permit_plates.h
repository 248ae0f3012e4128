#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/domain/ids.h"
#include "services/domain/interval.h"
#include "services/domain/plate.h"

// Which plates a permit covers, and when. Changes are planned, not timed: a change for tomorrow and
// the return of a plate that was replaced for a week stand in the book, and the rights end and
// begin by their own intervals. Pure; refusals are FailedPrecondition unless said otherwise and
// quote no plate.
namespace stadspoort::domain {

struct PlateLimits {
  int plates_max = 1;            // N
  int active_max = 1;            // M, at most N
  int swaps_a_day_max = 0;       // in one day of the city's calendar; zero: none
  absl::Duration temporary_max;  // how long a plate may stand in for another; zero: never

  friend bool operator==(const PlateLimits&, const PlateLimits&) = default;
};

struct ListedPlate {
  PlateId plate;
  Country country;
  bool active = true;

  friend bool operator==(const ListedPlate&, const ListedPlate&) = default;
};

enum class PlateChange : uint8_t {
  kChange = 1,
  kSwap = 2,    // counted against the day's swaps
  kReturn = 3,  // of a plate that was replaced for a while
};

// What is on the permit from a moment until the next list's.
struct PlateList {
  absl::Time from;
  std::vector<ListedPlate> plates;  // in the order in which they came
  PlateChange made_by = PlateChange::kChange;

  friend bool operator==(const PlateList&, const PlateList&) = default;
};

// A plate on the permit without interruption.
struct PlateSegment {
  PlateId plate;
  Country country;
  bool active = true;
  Interval during;

  friend bool operator==(const PlateSegment&, const PlateSegment&) = default;
};

class PlateBook {
 public:
  PlateBook() = default;
  // From the permit's first moment on. Ascending, at least one.
  explicit PlateBook(std::vector<PlateList> lists) : lists_(std::move(lists)) {}

  const std::vector<PlateList>& lists() const { return lists_; }
  // None before the first list.
  const PlateList* At(absl::Time t) const;
  // Every plate, when it is on the permit before `end`: by start, then as listed.
  std::vector<PlateSegment> SegmentsUntil(absl::Time end) const;

  // What a change needs to know. `recorded`: the register's clock; the change is made at `at`, not
  // before `recorded`: INTERVAL_IN_THE_PAST.
  struct When {
    absl::Time recorded;
    absl::Time at;
    absl::TimeZone zone;  // of the city, whose days count swaps
  };
  // Every change: PLATE_CHANGE_PLANNED when another is planned after it, which would undo it;
  // PLATE_NOT_ON_PERMIT or PLATE_ON_PERMIT for what it names; TOO_MANY_PLATES beyond the limits;
  // TOO_MANY_SWAPS when the day's are used. After a refusal the book is as it was.

  // Active while there is room among the active ones, else resting.
  absl::Status Add(const ListedPlate& plate, const PlateLimits& limits, const When& when);
  // The last one stays: LAST_PLATE.
  absl::Status Remove(const PlateId& plate, const When& when);
  // `in` takes the place of `out`, active or not. A swap.
  absl::Status Swap(const PlateId& out, const ListedPlate& in, const PlateLimits& limits,
                    const When& when);
  // `plate` becomes active and `instead_of`, if given, rests. A swap.
  absl::Status Activate(const PlateId& plate, const std::optional<PlateId>& instead_of,
                        const PlateLimits& limits, const When& when);
  // `in` stands in for `out` until then, when `out` comes back by itself. A swap; the return is
  // none. Longer than the limit, or none: TEMPORARY_TOO_LONG (InvalidArgument).
  absl::Status StandIn(const PlateId& out, const ListedPlate& in, absl::Time until,
                       const PlateLimits& limits, const When& when);
  // Nothing of what was planned happens; a plate that is replaced for a while is back at once.
  // Nothing planned: PLATE_CHANGE_NOT_PLANNED.
  absl::Status CallBack(const When& when);

  // Leaves out what was over before; the present and all that is planned stay.
  void ForgetBefore(absl::Time t);

  friend bool operator==(const PlateBook&, const PlateBook&) = default;

 private:
  // The list that a change at `when` is made to; or why none may be.
  absl::Status MayChange(const When& when) const;
  absl::Status MaySwap(const PlateLimits& limits, const When& when) const;
  void Put(PlateList list);

  std::vector<PlateList> lists_;
};

}  // namespace stadspoort::domain
