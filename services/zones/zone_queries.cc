#include "services/zones/zone_queries.h"

#include <utility>

#include "services/domain/city_errors.h"
#include "services/domain/zone_errors.h"
#include "storage/postgres/city_store.h"
#include "storage/postgres/city_transaction.h"

namespace stadspoort::zones {

absl::StatusOr<std::vector<postgres::StoredZone>> ZoneQueries::Read(
    const platform::Call& call, const domain::CityCode& city, const postgres::Command& command) {
  absl::StatusOr<postgres::Transaction> transaction = postgres::BeginForCity(
      pool_, postgres::Transaction::Mode::kSnapshot, city, Deadline::After(call.Remaining()));
  if (!transaction.ok()) return transaction.status();
  const auto results = transaction->RunAndCommit({postgres::SelectCity(city), command});
  if (!results.ok()) return results.status();
  const auto known = postgres::CityOf((*results)[0]);
  if (!known.ok()) return known.status();
  if (!*known) return domain::CityNotFound();
  return postgres::ZonesOf((*results)[1], city);
}

absl::StatusOr<postgres::StoredZone> ZoneQueries::Get(const platform::Call& call,
                                                      const domain::CityCode& city,
                                                      const domain::ZoneCode& zone,
                                                      std::optional<absl::Time> at) {
  auto zones = Read(call, city, postgres::SelectZoneAt(city, zone, at));
  if (!zones.ok()) return zones.status();
  if (zones->empty()) return domain::ZoneNotFound(zone, "name");
  return std::move(zones->front());
}

absl::StatusOr<std::vector<postgres::StoredZone>> ZoneQueries::List(const platform::Call& call,
                                                                    const ZonesAsked& asked) {
  return Read(
      call, asked.city,
      postgres::SelectZonesPage(asked.city, asked.at, asked.after, asked.limit, asked.full));
}

}  // namespace stadspoort::zones
