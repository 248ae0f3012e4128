#include "storage/postgres/zone_store.h"

#include "nlohmann/json.hpp"
#include "services/contract/regulation.h"
#include "storage/postgres/geometry.h"
#include "storage/postgres/sql.h"

namespace stadspoort::postgres {
namespace {

// The columns that every list of zones has; regulation and geometry where they were asked for.
absl::StatusOr<StoredZone> ReadZone(Row& row, const domain::CityCode& city) {
  StoredZone stored;
  domain::ZoneVersion& zone = stored.zone;
  zone.code = domain::ZoneCode(row.Text("code"));
  zone.id = domain::ZoneId(row.Uuid("zone_id"));
  zone.version = row.Int("zone_version");
  zone.in_force = {row.Time("in_force_start"), row.Time("in_force_end")};
  zone.display_name = row.Text("display_name");
  const std::optional<domain::Usage> usage = domain::UsageFromName(row.Text("usage"));
  if (!usage) return absl::InternalError("a stored usage is not known to this binary");
  zone.usage = *usage;
  const std::optional<std::string> regulation = row.OptionalJson("regulation");
  const std::optional<std::string> geometry = row.OptionalJson("geometry");
  if (!regulation || !geometry) return stored;
  absl::StatusOr<domain::Regulation> rules = contract::ReadStoredRegulation(*regulation, city);
  if (!rules.ok()) return rules.status();
  absl::StatusOr<domain::GeoArea> area = GeometryOf(*geometry);
  if (!area.ok()) return area.status();
  zone.regulation = *std::move(rules);
  zone.area = *std::move(area);
  stored.full = true;
  return stored;
}

}  // namespace

size_t VertexCount(const domain::GeoArea& area) {
  size_t count = 0;
  for (const domain::GeoPolygon& polygon : area) {
    count += polygon.outer.size();
    for (const domain::GeoRing& hole : polygon.holes) count += hole.size();
  }
  return count;
}

Command LockZones(const domain::CityCode& city) {
  return {sql::kLockZones, Params().Text(city.value())};
}

absl::StatusOr<std::optional<ZonesLock>> ZonesLockOf(const Result& result) {
  return result.AtMostOne([](Row& row) {
    return ZonesLock{row.Int("zones_version"), row.Time("now")};
  });
}

Command SelectNewestZoneVersions(const domain::CityCode& city) {
  return {sql::kNewestZoneVersions, Params().Text(city.value())};
}

absl::StatusOr<domain::ZoneVersion> ZoneVersionColumnsOf(Row& row, const domain::CityCode& city) {
  absl::StatusOr<StoredZone> stored = ReadZone(row, city);
  if (!stored.ok()) return stored.status();
  return std::move(stored->zone);
}

absl::StatusOr<std::vector<domain::ZoneVersion>> ZoneVersionsOf(const Result& result,
                                                                const domain::CityCode& city) {
  return result.Rows([&](Row& row) { return ZoneVersionColumnsOf(row, city); });
}

Command InsertZone(const domain::CityCode& city, const domain::ZoneVersion& zone) {
  return {sql::kInsertZone, Params()
                                .Text(city.value())
                                .Text(zone.code.value())
                                .Uuid(zone.id.bytes())
                                .Text(std::string(Name(zone.usage)))};
}

Command BumpZone(const domain::CityCode& city, const domain::ZoneCode& zone) {
  return {sql::kBumpZone, Params().Text(city.value()).Text(zone.value())};
}

Command EndZoneVersion(const domain::CityCode& city, const domain::ZoneVersion& superseded,
                       absl::Time end) {
  return {
      sql::kEndZoneVersion,
      Params().Text(city.value()).Text(superseded.code.value()).Int(superseded.version).Time(end)};
}

Command InsertZoneVersion(const domain::CityCode& city, const domain::ZoneVersion& zone) {
  return {sql::kInsertZoneVersion, Params()
                                       .Text(city.value())
                                       .Text(zone.code.value())
                                       .Int(zone.version)
                                       .Time(zone.in_force.start)
                                       .Text(zone.display_name)
                                       .Json(contract::RegulationJson(zone.regulation, city))
                                       .Json(GeometryJson(zone.area.area()))
                                       .Int(static_cast<int64_t>(VertexCount(zone.area.area())))};
}

std::string ZoneState(const domain::ZoneVersion& zone, const domain::CityCode& city) {
  return nlohmann::json{
      {"verb", "PUBLISH"},
      {"code", zone.code.value()},
      {"usage", std::string(Name(zone.usage))},
      {"zone_version", zone.version},
      {"in_force_start", absl::FormatTime(zone.in_force.start, absl::UTCTimeZone())},
      {"display_name", zone.display_name},
      {"regulation", nlohmann::json::parse(contract::RegulationJson(zone.regulation, city), nullptr,
                                           /*allow_exceptions=*/false)},
  }
      .dump();
}

Command SelectZoneAt(const domain::CityCode& city, const domain::ZoneCode& zone,
                     std::optional<absl::Time> at) {
  return {sql::kZoneAt, Params().Text(city.value()).Text(zone.value()).Time(at)};
}

Command SelectZonesPage(const domain::CityCode& city, std::optional<absl::Time> at,
                        const std::string& after, int64_t limit, bool full) {
  return {sql::kZonesPage, Params().Text(city.value()).Time(at).Text(after).Int(limit).Bool(full)};
}

absl::StatusOr<std::vector<StoredZone>> ZonesOf(const Result& result,
                                                const domain::CityCode& city) {
  return result.Rows([&](Row& row) -> absl::StatusOr<StoredZone> {
    absl::StatusOr<StoredZone> stored = ReadZone(row, city);
    if (stored.ok()) stored->vertex_count = row.Int("vertex_count");
    return stored;
  });
}

}  // namespace stadspoort::postgres
