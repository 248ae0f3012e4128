#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "services/domain/calendar.h"
#include "services/domain/city.h"
#include "services/domain/decision.h"
#include "services/domain/ids.h"
#include "services/domain/plate.h"
#include "services/domain/right.h"
#include "services/domain/zone.h"

// The decision: one pure function over what is known. It can be read aloud to a lawyer and is
// tested from tables (tests/scenarios). Source of every rule: the project's rules of the domain,
// "The decision: first match wins".
namespace stadspoort::domain {

// A plate whose folded number is that of the plate asked about, with its rights.
struct KnownPlate {
  PlateId id;
  bool exact = true;  // false: a near miss, another plate that reads almost the same
  int64_t version = 0;
  std::vector<Right> rights;
};

// Everything a decision rests on. Pointers outlive the decision.
struct Facts {
  // Set when facts are missing or unreadable: one of STALE, BACKEND_UNAVAILABLE, OVERLOADED,
  // INVALID_ITEM.
  std::optional<DecisionReason> trouble;

  const CitySettings* city = nullptr;
  const CityCalendar* calendar = nullptr;

  // The zone versions in force at the check time in which the car may stand; usually one.
  std::vector<const ZoneVersion*> zones;
  // Other versions of these zones that hold within the longest grace before the check time, or a
  // week and that behind it: what was good at the edge of a right was good by the rules of then.
  std::vector<const ZoneVersion*> neighbours;
  // The car may also stand outside every zone. Taken as true when `zones` is empty.
  bool outside_possible = false;
  // When, without any change, another zone version would come into force here.
  absl::Time zones_change = absl::InfiniteFuture();

  Country country;                // as read; may be unknown
  std::optional<int> confidence;  // 0-100; none: taken as certain
  std::vector<KnownPlate> plates;

  absl::Time now;  // the register's clock
};

struct CandidateVerdict {
  const ZoneVersion* zone = nullptr;  // null: outside every zone
  DecisionReason reason = DecisionReason::kNoRight;
};

struct Verdict {
  DecisionReason reason = DecisionReason::kInvalidItem;
  Decision decision() const { return DecisionOf(reason); }

  // Basis. Null where there is none.
  const ZoneVersion* zone = nullptr;
  const Overlay* overlay = nullptr;
  const TimeFrame* frame = nullptr;
  const Right* right = nullptr;
  const ZoneCode* extended_from =
      nullptr;  // the right reaches here by a validity extension from this zone

  // When (decision, reason) would change by itself; none: not within a week.
  std::optional<absl::Time> valid_until;
  // Negatives: end of the grace for a start. TIME_LIMITED: end of the free stretch.
  std::optional<absl::Time> recheck_after;
  // EXPIRED: whole minutes since the end, rounded down.
  std::optional<int64_t> expired_minutes_ago;

  // All candidate zones with their own reasons, where there are several.
  std::vector<CandidateVerdict> candidates;
  // NEAR_MISS: the plates that would be permitted.
  std::vector<PlateId> near_misses;
};

// Which rules are tried. All of them, but in the test that shows that each one matters.
class RuleSet {
 public:
  static RuleSet All() { return RuleSet(); }
  static RuleSet Without(DecisionReason reason) {
    RuleSet rules;
    rules.disabled_.set(static_cast<size_t>(reason));
    return rules;
  }
  bool Has(DecisionReason reason) const { return !disabled_.test(static_cast<size_t>(reason)); }

 private:
  std::bitset<kDecisionReasonCount + 1> disabled_;
};

// Total: any facts give a verdict. The check time is the moment judged, in the past or at most two
// minutes ahead of `facts.now`.
Verdict Decide(const Facts& facts, absl::Time check_time, const RuleSet& rules = RuleSet::All());

}  // namespace stadspoort::domain
