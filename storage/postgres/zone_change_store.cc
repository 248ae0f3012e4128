#include "storage/postgres/zone_change_store.h"

#include <array>

#include "absl/strings/string_view.h"
#include "storage/postgres/sql.h"

namespace stadspoort::postgres {
namespace {

constexpr std::array<absl::string_view, 3> kKinds = {"PUBLISHED", "RETIRED", "WITHDRAWN"};

}  // namespace

Command AppendZoneChange(const domain::CityCode& city, const domain::ZoneCode& zone,
                         int64_t zone_version, ZoneChangeKind kind, absl::Time effective) {
  return {sql::kAppendZoneChange, Params()
                                      .Text(city.value())
                                      .Text(zone.value())
                                      .Int(zone_version)
                                      .Text(kKinds[static_cast<size_t>(kind) - 1])
                                      .Time(effective)};
}

Command SelectZoneChanges(const domain::CityCode& city, const ZoneChangePlace& after,
                          int64_t limit) {
  return {sql::kZoneChangesPage, Params()
                                     .Text(city.value())
                                     .Int(after.number)
                                     .Text(after.code.value())
                                     .Int(after.zone_version)
                                     .Int(limit)};
}

absl::StatusOr<std::vector<ZoneChange>> ZoneChangesOf(const Result& result) {
  return result.Rows([](Row& row) -> absl::StatusOr<ZoneChange> {
    ZoneChange change;
    change.place = {row.Int("change_number"), domain::ZoneCode(row.Text("code")),
                    row.Int("zone_version")};
    const std::string kind = row.Text("kind");
    size_t i = 0;
    while (i < kKinds.size() && kKinds[i] != kind) ++i;
    if (i == kKinds.size()) {
      return absl::InternalError("a stored change is of a kind not known to this binary");
    }
    change.kind = static_cast<ZoneChangeKind>(i + 1);
    change.effective = row.Time("effective_time");
    change.recorded = row.Time("recorded_time");
    return change;
  });
}

Command SelectZoneChangeTime(const domain::CityCode& city, const ZoneChangePlace& place) {
  return {sql::kZoneChangeAt, Params()
                                  .Text(city.value())
                                  .Int(place.number)
                                  .Text(place.code.value())
                                  .Int(place.zone_version)};
}

absl::StatusOr<std::optional<absl::Time>> ZoneChangeTimeOf(const Result& result) {
  return result.AtMostOne([](Row& row) { return row.Time("recorded_time"); });
}

Command SelectLastZoneChange(const domain::CityCode& city) {
  return {sql::kLastZoneChange, Params().Text(city.value())};
}

Command SelectZonesChangedSince(const domain::CityCode& city, const ZoneChangePlace& place,
                                const domain::Interval& turns) {
  return {sql::kZonesChangedSince, Params()
                                       .Text(city.value())
                                       .Int(place.number)
                                       .Text(place.code.value())
                                       .Int(place.zone_version)
                                       .Time(turns.start)
                                       .Time(turns.end)};
}

absl::StatusOr<std::vector<domain::ZoneCode>> ZonesChangedOf(const Result& result) {
  return result.Rows([](Row& row) -> absl::StatusOr<domain::ZoneCode> {
    return domain::ZoneCode(row.Text("code"));
  });
}

}  // namespace stadspoort::postgres
