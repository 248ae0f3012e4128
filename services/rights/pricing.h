#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "services/domain/calendar.h"
#include "services/domain/fare.h"
#include "services/domain/ids.h"
#include "services/domain/interval.h"
#include "services/domain/right_terms.h"
#include "services/domain/zone.h"
#include "storage/postgres/client/transaction.h"
#include "storage/postgres/right_store.h"

namespace stadspoort::rights {

// What a stay costs in the dearest of some zones.
struct Priced {
  domain::ZoneCode zone;
  domain::Fare fare;
};

// What is to be remarked of a fare.
void AddRemarks(const domain::Fare& fare, std::vector<domain::RemarkCode>& remarks);

// What stays cost, by the rules that a transaction sees. Rules that were read are remembered as
// long as the city's zones and calendar stay what they are. Thread-safe.
class Pricing {
 public:
  // `read_now`: of the city, in this transaction. `zones` is not empty, and each is a zone
  // of the city. `term` is bounded.
  absl::StatusOr<Priced> PriceOf(postgres::Transaction& transaction, const domain::CityCode& city,
                                 const postgres::EnrolmentRules& read_now,
                                 const std::vector<domain::ZoneCode>& zones,
                                 const domain::Interval& term);

 private:
  // Which the present rules are: counts go on from where a lost history left them.
  struct RulesCount {
    std::string epoch;
    int64_t zones = 0;
    int64_t calendar = 0;

    friend bool operator==(const RulesCount&, const RulesCount&) = default;
  };
  // Of one city under one count.
  struct Rules {
    std::optional<RulesCount> count;  // none: they changed while they were read
    domain::CityCalendar calendar;
    // Every version of a zone, without outlines.
    absl::flat_hash_map<domain::ZoneCode, std::vector<domain::ZoneVersion>> zones;
  };
  using RulesPtr = std::shared_ptr<const Rules>;

  RulesPtr Known(const domain::CityCode& city, const RulesCount& count,
                 const std::vector<domain::ZoneCode>& zones);
  static absl::StatusOr<Rules> Read(postgres::Transaction& transaction,
                                    const domain::CityCode& city, const std::string& epoch,
                                    const std::vector<domain::ZoneCode>& zones);
  void Remember(const domain::CityCode& city, const Rules& read);

  std::mutex mutex_;
  absl::flat_hash_map<domain::CityCode, RulesPtr> known_;  // under mutex_
};

}  // namespace stadspoort::rights
