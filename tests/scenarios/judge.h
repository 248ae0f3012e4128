#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "services/domain/city_rules.h"
#include "services/domain/decide.h"
#include "tests/scenarios/scenario.h"

namespace stadspoort::scenarios {

// As much of an answer as a row may expect, wherever it came from.
struct Answer {
  domain::DecisionReason reason = domain::DecisionReason::kInvalidItem;
  std::optional<absl::Time> valid_until;
  std::optional<absl::Time> recheck_after;
  std::optional<int64_t> minutes_ago;
  std::optional<domain::ZoneCode> zone;  // none: outside every zone
};

// How an answer differs from what was expected, for people: "expected NOT_PERMITTED EXPIRED, got
// PERMITTED GRACE; ...". Empty: not at all.
std::string Difference(const Expectation& expected, const Answer& answer, absl::TimeZone zone);

// Answers the checks of a group by the pure function.
class Judge {
 public:
  // `group` has zones and outlives the judge.
  explicit Judge(const Group& group);

  Answer Ask(const Check& check, const domain::RuleSet& rules = domain::RuleSet::All()) const;

 private:
  struct Plate {
    domain::PlateNumber number;
    domain::KnownPlate known;
  };

  // False for a question that the register cannot read: INVALID_ITEM.
  bool FillFacts(const Check& check, domain::Facts& facts) const;
  bool FillPlace(const Check& check, domain::Facts& facts) const;
  void FillPlates(const domain::PlateNumber& asked, domain::Facts& facts) const;

  const Group& group_;
  const domain::CityRules rules_;
  std::vector<Plate> plates_;
};

}  // namespace stadspoort::scenarios
