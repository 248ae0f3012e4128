#include "services/zones/zone_queries.h"

#include <utility>

#include "services/domain/city_errors.h"
#include "services/domain/request_errors.h"
#include "services/domain/zone_errors.h"
#include "storage/postgres/city_transaction.h"

namespace stadspoort::zones {

absl::StatusOr<ZoneQueries::CityAnd> ZoneQueries::Read(const platform::Call& call,
                                                       const domain::CityCode& city,
                                                       absl::Span<const postgres::Command> asked) {
  absl::StatusOr<postgres::Transaction> transaction = postgres::BeginForCity(
      pool_, postgres::Transaction::Mode::kSnapshot, city, Deadline::After(call.Remaining()));
  if (!transaction.ok()) return transaction.status();
  std::vector<postgres::Command> commands(asked.begin(), asked.end());
  commands.push_back(postgres::SelectCity(city));
  auto results = transaction->RunAndCommit(commands);
  if (!results.ok()) return results.status();
  auto known = postgres::CityOf(results->back());
  if (!known.ok()) return known.status();
  if (!*known) return domain::CityNotFound();
  return CityAnd{**std::move(known), *std::move(results)};
}

absl::StatusOr<postgres::StoredZone> ZoneQueries::Get(const platform::Call& call,
                                                      const domain::CityCode& city,
                                                      const domain::ZoneCode& zone,
                                                      std::optional<absl::Time> at) {
  const auto read = Read(call, city, {postgres::SelectZoneAt(city, zone, at)});
  if (!read.ok()) return read.status();
  auto zones = postgres::ZonesOf(read->results.front(), city);
  if (!zones.ok()) return zones.status();
  if (zones->empty()) return domain::ZoneNotFound(zone, "name");
  return std::move(zones->front());
}

absl::StatusOr<ZonesPage> ZoneQueries::List(const platform::Call& call, const ZonesAsked& asked) {
  const auto read =
      Read(call, asked.city,
           {postgres::SelectZonesPage(asked.city, asked.at, asked.after, asked.limit, asked.full),
            postgres::SelectLastZoneChange(asked.city)});
  if (!read.ok()) return read.status();
  auto zones = postgres::ZonesOf(read->results.front(), asked.city);
  if (!zones.ok()) return zones.status();
  const auto last = postgres::ZoneChangesOf(read->results[1]);
  if (!last.ok()) return last.status();
  ZonesPage page{*std::move(zones), asked.at.value_or(read->city.now), std::nullopt};
  if (!last->empty()) page.last_change = {last->front().place, last->front().recorded, page.at};
  return page;
}

absl::StatusOr<std::vector<postgres::StoredZone>> ZoneQueries::Versions(
    const platform::Call& call, const VersionsAsked& asked) {
  const auto read = Read(call, asked.city,
                         {postgres::SelectVersionsPage(asked.city, asked.zone, asked.before,
                                                       asked.limit, asked.full)});
  if (!read.ok()) return read.status();
  auto zones = postgres::ZonesOf(read->results.front(), asked.city);
  // A zone has a first version.
  if (zones.ok() && zones->empty()) return domain::ZoneNotFound(asked.zone, "parent");
  return zones;
}

absl::StatusOr<ChangesPage> ZoneQueries::Changes(const platform::Call& call,
                                                 const ChangesAsked& asked) {
  const postgres::ZoneChangePlace after =
      asked.after ? asked.after->place : postgres::ZoneChangePlace();
  const auto read = Read(call, asked.city,
                         {postgres::SelectZoneChanges(asked.city, after, asked.limit),
                          postgres::SelectZoneChangeTime(asked.city, after)});
  if (!read.ok()) return read.status();
  if (asked.after) {
    const auto recorded = postgres::ZoneChangeTimeOf(read->results[1]);
    if (!recorded.ok()) return recorded.status();
    // Another history has other changes under the same numbers.
    if (*recorded != asked.after->recorded) return domain::CursorLost("cursor");
  }
  auto changes = postgres::ZoneChangesOf(read->results[0]);
  if (!changes.ok()) return changes.status();
  return ChangesPage{*std::move(changes), read->city.versions.calendar};
}

}  // namespace stadspoort::zones
