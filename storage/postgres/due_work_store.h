#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/domain/ids.h"
#include "storage/postgres/client/connection.h"
#include "storage/postgres/permit_store.h"

// What is to be done at a time. Rows come by themselves with what makes them due (migration
// 0006_permits.sql) and are taken away by whoever does the work, in the same transaction.
namespace stadspoort::postgres {

struct DueWork {
  enum class Kind : uint8_t {
    kPermit,  // time does something to it
    kOffer,   // a place of an area may have come free
  };
  int64_t number = 0;
  domain::PermitId permit;  // of the first kind
  AreaOfType area;          // of the second
  absl::Time now;           // the register's clock
};

// Without a city; longest due first.
Command SelectCitiesWithDueWork();
absl::StatusOr<std::vector<domain::CityCode>> CitiesWithDueWorkOf(const Result& result);
// What has been due longest and nobody else is doing.
Command ClaimDueWork(const domain::CityCode& city, DueWork::Kind kind, int64_t limit);
absl::StatusOr<std::vector<DueWork>> DueWorkOf(const Result& result);
Command DeleteDueWork(const domain::CityCode& city, const std::vector<int64_t>& numbers);
Command PostponeDueWork(const domain::CityCode& city, const std::vector<int64_t>& numbers,
                        absl::Duration by);
Command SelectFirstWaiting(const domain::CityCode& city, const AreaOfType& area, int64_t limit);
absl::StatusOr<std::vector<domain::PermitId>> FirstWaitingOf(const Result& result);

}  // namespace stadspoort::postgres
