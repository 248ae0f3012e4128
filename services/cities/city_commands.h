#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/domain/calendar.h"
#include "services/domain/city.h"
#include "services/domain/geo_bounds.h"
#include "services/domain/ids.h"
#include "services/domain/pseudonym.h"
#include "services/domain/right_type.h"
#include "services/platform/call.h"
#include "storage/postgres/city_store.h"
#include "storage/postgres/client/pool.h"
#include "storage/postgres/client/transaction.h"

namespace stadspoort::cities {

struct CreateAsked {
  domain::CityCode city;
  std::string time_zone;
  domain::CitySettings settings;
  std::optional<domain::GeoBounds> bounds;
};

// Which settings change. The values are read from `settings` and `bounds`.
struct UpdateAsked {
  domain::CityCode city;
  std::string etag;  // empty: whatever it is now
  domain::CitySettings settings;
  std::optional<domain::GeoBounds> bounds;
  std::vector<std::string> paths;
  bool validate_only = false;
};

struct CalendarAsked {
  domain::CityCode city;
  std::string etag;  // empty: whatever it is now
  std::vector<domain::SpecialDay> days;
  bool validate_only = false;
};

struct RightTypeAsked {
  domain::CityCode city;
  domain::RightType type;
  bool validate_only = false;
};

struct CalendarKept {
  std::vector<domain::SpecialDay> days;
  int64_t version = 0;
};

// One command an RPC; errors as the contract says them. Thread-safe.
class CityCommands {
 public:
  // Both outlive it.
  CityCommands(postgres::Pool& pool, const domain::PlateKeyring& keyring)
      : pool_(pool), keyring_(keyring) {}

  absl::StatusOr<postgres::StoredCity> Create(const platform::Call& call, const CreateAsked& asked);
  absl::StatusOr<postgres::StoredCity> Get(const platform::Call& call,
                                           const domain::CityCode& city);
  absl::StatusOr<postgres::StoredCity> Update(const platform::Call& call, const UpdateAsked& asked);
  absl::StatusOr<CalendarKept> GetCalendar(const platform::Call& call,
                                           const domain::CityCode& city);
  absl::StatusOr<CalendarKept> UpdateCalendar(const platform::Call& call,
                                              const CalendarAsked& asked);
  absl::Status CreateRightType(const platform::Call& call, const RightTypeAsked& asked);
  absl::StatusOr<std::vector<domain::RightType>> ListRightTypes(const platform::Call& call,
                                                                const domain::CityCode& city);

 private:
  absl::StatusOr<postgres::Transaction> Begin(const platform::Call& call,
                                              const domain::CityCode& city,
                                              postgres::Transaction::Mode mode);

  postgres::Pool& pool_;
  const domain::PlateKeyring& keyring_;
};

}  // namespace stadspoort::cities
