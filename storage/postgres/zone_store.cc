#include "storage/postgres/zone_store.h"

#include "nlohmann/json.hpp"
#include "services/contract/regulation.h"
#include "storage/postgres/geometry.h"
#include "storage/postgres/sql.h"

namespace stadspoort::postgres {
namespace {

std::vector<std::string> CodesOf(absl::Span<const domain::ZoneCode> zones) {
  std::vector<std::string> codes;
  for (const domain::ZoneCode& zone : zones) codes.push_back(zone.value());
  return codes;
}

// The columns that every list of zones has.
absl::StatusOr<domain::ZoneVersion> ReadVersion(Row& row) {
  domain::ZoneVersion zone;
  zone.code = domain::ZoneCode(row.Text("code"));
  zone.id = domain::ZoneId(row.Uuid("zone_id"));
  zone.version = row.Int("zone_version");
  zone.in_force = {row.Time("in_force_start"), row.Time("in_force_end")};
  zone.display_name = row.Text("display_name");
  const std::optional<domain::Usage> usage = domain::UsageFromName(row.Text("usage"));
  if (!usage) return absl::InternalError("a stored usage is not known to this binary");
  zone.usage = *usage;
  return zone;
}

// With regulation and geometry where they were asked for.
absl::StatusOr<StoredZone> ReadZone(Row& row, const domain::CityCode& city) {
  absl::StatusOr<domain::ZoneVersion> version = ReadVersion(row);
  if (!version.ok()) return version.status();
  StoredZone stored;
  stored.zone = *std::move(version);
  const std::optional<std::string> regulation = row.OptionalJson("regulation");
  const std::optional<std::string> geometry = row.OptionalJson("geometry");
  if (!regulation || !geometry) return stored;
  absl::StatusOr<domain::Regulation> rules = contract::ReadStoredRegulation(*regulation, city);
  if (!rules.ok()) return rules.status();
  absl::StatusOr<domain::GeoArea> area = GeometryOf(*geometry);
  if (!area.ok()) return area.status();
  stored.zone.regulation = *std::move(rules);
  stored.zone.area = *std::move(area);
  stored.full = true;
  return stored;
}

}  // namespace

Command LockZones(const domain::CityCode& city) {
  return {sql::kLockZones, Params().Text(city.value())};
}

Command SelectRegulations(const domain::CityCode& city, absl::Span<const domain::ZoneCode> zones) {
  return {sql::kRegulations, Params().Text(city.value()).TextArray(CodesOf(zones))};
}

absl::StatusOr<std::vector<domain::ZoneVersion>> RegulationsOf(const Result& result,
                                                               const domain::CityCode& city) {
  return result.Rows([&](Row& row) -> absl::StatusOr<domain::ZoneVersion> {
    absl::StatusOr<domain::ZoneVersion> version = ReadVersion(row);
    if (!version.ok()) return version;
    absl::StatusOr<domain::Regulation> rules =
        contract::ReadStoredRegulation(row.Json("regulation"), city);
    if (!rules.ok()) return rules.status();
    version->regulation = *std::move(rules);
    return version;
  });
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

Command SelectClock() { return {sql::kRegisterClock, Params()}; }

absl::StatusOr<RegisterClock> RegisterClockOf(const Result& result) {
  return result.One([](Row& row) {
    return RegisterClock{row.Time("now"), row.Bool("stands_still")};
  });
}

Command SelectNewest(const domain::CityCode& city, absl::Span<const domain::ZoneCode> zones) {
  return {sql::kNewestVersions, Params().Text(city.value()).TextArray(CodesOf(zones))};
}

absl::StatusOr<std::vector<NewestVersion>> NewestOf(const Result& result) {
  return result.Rows([](Row& row) -> absl::StatusOr<NewestVersion> {
    NewestVersion newest;
    newest.code = domain::ZoneCode(row.Text("code"));
    newest.id = domain::ZoneId(row.Uuid("zone_id"));
    const std::optional<domain::Usage> usage = domain::UsageFromName(row.Text("usage"));
    if (!usage) return absl::InternalError("a stored usage is not known to this binary");
    newest.usage = *usage;
    newest.subject_version = row.Int("version");
    newest.last_number = row.Int("last_number");
    newest.version = row.OptionalInt("zone_version");
    if (newest.version) newest.in_force = {row.Time("in_force_start"), row.Time("in_force_end")};
    return newest;
  });
}

Command SelectVersionsFrom(const domain::CityCode& city, std::optional<absl::Time> t) {
  return {sql::kZonesFrom, Params().Text(city.value()).Time(t)};
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

Command EndZoneVersion(const domain::CityCode& city, const domain::ZoneCode& zone, int64_t version,
                       absl::Time end) {
  return {sql::kEndZoneVersion,
          Params().Text(city.value()).Text(zone.value()).Int(version).Time(end)};
}

Command InsertZoneVersion(const domain::CityCode& city, const domain::ZoneVersion& zone) {
  return {sql::kInsertZoneVersion,
          Params()
              .Text(city.value())
              .Text(zone.code.value())
              .Int(zone.version)
              .Time(zone.in_force.start)
              .Text(zone.display_name)
              .Json(contract::RegulationJson(zone.regulation, city))
              .Json(GeometryJson(zone.area.area()))
              .Int(static_cast<int64_t>(domain::VertexCount(zone.area.area())))};
}

Command WithdrawVersion(const domain::CityCode& city, const domain::ZoneCode& zone,
                        int64_t version) {
  return {sql::kWithdrawZoneVersion, Params().Text(city.value()).Text(zone.value()).Int(version)};
}

Command ReopenVersion(const domain::CityCode& city, const domain::ZoneCode& zone,
                      const domain::Interval& withdrawn) {
  return {sql::kReopenZoneVersion,
          Params().Text(city.value()).Text(zone.value()).Time(withdrawn.start).Time(withdrawn.end)};
}

std::string ZoneEndState(absl::string_view verb, const domain::ZoneCode& zone, int64_t version,
                         absl::Time effective) {
  return nlohmann::json{{"verb", std::string(verb)},
                        {"code", zone.value()},
                        {"zone_version", version},
                        {"effective_time", absl::FormatTime(effective, absl::UTCTimeZone())}}
      .dump();
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

Command SelectNewestVersion(const domain::CityCode& city, const domain::ZoneCode& zone) {
  return {sql::kNewestZoneVersion, Params().Text(city.value()).Text(zone.value())};
}

Command SelectVersionsPage(const domain::CityCode& city, const domain::ZoneCode& zone,
                           int64_t before, int64_t limit, bool full) {
  return {sql::kZoneVersionsPage,
          Params().Text(city.value()).Text(zone.value()).Int(before).Int(limit).Bool(full)};
}

absl::StatusOr<std::vector<StoredZone>> ZonesOf(const Result& result,
                                                const domain::CityCode& city) {
  return result.Rows([&](Row& row) -> absl::StatusOr<StoredZone> {
    absl::StatusOr<StoredZone> stored = ReadZone(row, city);
    if (!stored.ok()) return stored;
    stored->vertex_count = row.Int("vertex_count");
    stored->subject_version = row.Int("version");
    if (row.Bool("withdrawn")) {
      stored->state = VersionState::kWithdrawn;
    } else if (stored->zone.in_force.end <= row.Time("now")) {
      stored->state = row.Bool("retired") ? VersionState::kRetired : VersionState::kSuperseded;
    }
    return stored;
  });
}

}  // namespace stadspoort::postgres
