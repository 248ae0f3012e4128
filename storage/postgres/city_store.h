#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/domain/calendar.h"
#include "services/domain/city.h"
#include "services/domain/city_rules.h"
#include "services/domain/geo_bounds.h"
#include "services/domain/ids.h"
#include "services/domain/right_type.h"
#include "storage/postgres/client/connection.h"

// Cities, calendars and right types: the commands of a transaction, and what their results say.
namespace stadspoort::postgres {

struct StoredCity {
  domain::UuidBytes city_id{};
  domain::CitySettings settings;
  std::optional<domain::GeoBounds> bounds;
  std::string time_zone;
  std::string plate_key_id;
  std::string plate_key_fingerprint;
  domain::CityVersions versions;
  absl::Time create_time;
  absl::Time now;  // the register's clock
};

// A subject's identity and its next version, once it is locked.
struct Bumped {
  domain::UuidBytes subject{};
  int64_t version = 0;
};

// Gives no row when the city exists already.
Command InsertCity(const domain::CityCode& city, const StoredCity& stored);
Command InsertCalendar(const domain::CityCode& city);
Command SelectCity(const domain::CityCode& city);
absl::StatusOr<std::optional<StoredCity>> CityOf(const Result& result);
// The columns of a city's settings and versions; `now` and `bounds` stay empty.
StoredCity CityColumnsOf(Row& row);

Command BumpCity(const domain::CityCode& city);
// Settings and bounds.
Command UpdateCity(const domain::CityCode& city, const StoredCity& stored);
Command BumpCalendar(const domain::CityCode& city);
// No row: no such city.
absl::StatusOr<std::optional<Bumped>> BumpedOf(const Result& result);

Command DeleteSpecialDays(const domain::CityCode& city);
Command InsertSpecialDays(const domain::CityCode& city,
                          const std::vector<domain::SpecialDay>& days);
Command SelectSpecialDays(const domain::CityCode& city);
absl::StatusOr<std::vector<domain::SpecialDay>> SpecialDaysOf(const Result& result);

// Gives no row when the code is taken.
Command InsertRightType(const domain::CityCode& city, const domain::UuidBytes& id,
                        const domain::RightType& type);
Command BumpRightTypes(const domain::CityCode& city);
Command SelectRightTypes(const domain::CityCode& city);
absl::StatusOr<std::vector<domain::RightType>> RightTypesOf(const Result& result);
absl::StatusOr<domain::RightType> RightTypeColumnsOf(Row& row);

std::string CityState(const StoredCity& stored);
std::string CalendarState(const std::vector<domain::SpecialDay>& days);
std::string RightTypeState(const domain::RightType& type);

// Forms of a backdate rule in a row, shared with the right store.
absl::StatusOr<domain::BackdateRule> BackdateOf(const std::string& form, int64_t seconds);
absl::StatusOr<domain::RightKind> RightKindOf(const std::string& name);

}  // namespace stadspoort::postgres
