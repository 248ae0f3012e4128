#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "services/domain/calendar.h"
#include "services/domain/city_rules.h"
#include "services/domain/fare.h"
#include "services/domain/ids.h"
#include "services/domain/interval.h"
#include "services/domain/zone.h"
#include "storage/postgres/client/transaction.h"

namespace stadspoort::rights {

// What a stay costs in the dearest of some zones.
struct Priced {
  domain::ZoneCode zone;
  domain::Fare fare;
};

// What stays cost, by the rules that a transaction sees. Rules that were read are remembered as
// long as the city's zones and calendar stay what they are. Thread-safe.
class Pricing {
 public:
  // `versions`: of the city, as the transaction read them. `zones` is not empty, and each is a zone
  // of the city. `term` is bounded.
  absl::StatusOr<Priced> PriceOf(postgres::Transaction& transaction, const domain::CityCode& city,
                                 const domain::CityVersions& versions,
                                 const std::vector<domain::ZoneCode>& zones,
                                 const domain::Interval& term);

 private:
  // Of one city under one pair of versions.
  struct Rules {
    int64_t zones_version = 0;
    int64_t calendar_version = 0;
    domain::CityCalendar calendar;
    // Every version of a zone, without outlines.
    absl::flat_hash_map<domain::ZoneCode, std::vector<domain::ZoneVersion>> zones;
  };
  using RulesPtr = std::shared_ptr<const Rules>;

  RulesPtr Known(const domain::CityCode& city, const domain::CityVersions& versions,
                 const std::vector<domain::ZoneCode>& zones);
  static absl::StatusOr<Rules> Read(postgres::Transaction& transaction,
                                    const domain::CityCode& city,
                                    const std::vector<domain::ZoneCode>& zones);
  void Remember(const domain::CityCode& city, const Rules& read);

  std::mutex mutex_;
  absl::flat_hash_map<domain::CityCode, RulesPtr> known_;  // under mutex_
};

}  // namespace stadspoort::rights
