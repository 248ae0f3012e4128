#include "services/zones/convert.h"

#include <limits>
#include <string>
#include <tuple>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/contract/names.h"
#include "services/contract/regulation.h"
#include "services/contract/timestamps.h"
#include "services/contract/violations.h"
#include "services/domain/refusal.h"

namespace stadspoort::zones {
namespace {

constexpr int kMaxRules = 1000;

// "1764144000000000~gele-zone-1": the moment that all pages show, and the last zone shown.
std::string ZonesToken(absl::Time at, const domain::ZoneCode& last) {
  return absl::StrCat(absl::ToUnixMicros(at), "~", last.value());
}

absl::Status BadToken(absl::string_view field) {
  return domain::InvalidField(field, "was not given by this list",
                              domain::ErrorReason::kInvalidPageToken);
}

// Into `asked`; with `at` of the request, it must be the same.
absl::Status ReadZonesToken(const std::string& token, ZonesAsked& asked) {
  const std::vector<std::string> parts = absl::StrSplit(token, absl::MaxSplits('~', 1));
  int64_t micros = 0;
  if (parts.size() != 2 || !absl::SimpleAtoi(parts[0], &micros) || !domain::IsZoneCode(parts[1])) {
    return BadToken("page_token");
  }
  const absl::Time at = absl::FromUnixMicros(micros);
  if (asked.at && *asked.at != at) return BadToken("page_token");
  asked.at = at;
  asked.after = parts[1];
  return absl::OkStatus();
}

void WriteRing(const domain::GeoRing& ring, v1::Ring& out) {
  for (const domain::GeoPoint& point : ring) {
    v1::Vertex& vertex = *out.add_vertices();
    vertex.set_latitude_degrees(point.latitude);
    vertex.set_longitude_degrees(point.longitude);
  }
}

}  // namespace

std::optional<absl::Time> ReadOptionalTime(bool given, const google::protobuf::Timestamp& time,
                                           absl::string_view field,
                                           contract::Violations& violations) {
  if (!given) return std::nullopt;
  const absl::StatusOr<absl::Time> read = contract::ToTime(time, field);
  if (read.ok()) return *read;
  violations.Add("", read.status());
  return std::nullopt;
}

absl::StatusOr<ImportAsked> ReadHeader(const v1::ImportZonesHeader& header) {
  ImportAsked asked;
  contract::Violations violations;
  absl::StatusOr<domain::CityCode> city = contract::ParseCityName(header.parent(), "header.parent");
  if (!city.ok()) return city.status();
  asked.city = *std::move(city);
  if (header.rules_size() > kMaxRules) {
    return domain::InvalidField("header.rules", "must hold at most 1,000 rules",
                                domain::ErrorReason::kTooManyItems);
  }
  for (int i = 0; i < header.rules_size(); ++i) {
    const v1::ZoneRule& in = header.rules(i);
    Rule rule{in.code_prefix(), std::nullopt, in.regulation()};
    if (in.usage() < 0 || in.usage() > domain::kUsageCount) {
      violations.Add(absl::StrCat("header.rules[", i, "].usage"),
                     "is not a Usage of this register");
    } else if (in.usage() != common::v1::USAGE_UNSPECIFIED) {
      rule.usage = static_cast<domain::Usage>(in.usage());
    }
    asked.rules.push_back(std::move(rule));
  }
  asked.in_force_start =
      ReadOptionalTime(header.has_in_force_start_time(), header.in_force_start_time(),
                       "header.in_force_start_time", violations);
  asked.as_drafts = header.as_drafts();
  asked.replace_drafts = header.replace_drafts();
  asked.validate_only = header.validate_only();
  if (!header.cursor().empty()) {
    absl::StatusOr<ChangeCursor> cursor = ReadCursor(header.cursor(), "header.cursor");
    if (!cursor.ok()) return cursor.status();
    asked.since = *std::move(cursor);
  }
  if (!violations.empty()) return violations.status();
  return asked;
}

v1::ImportFault WriteFault(const Fault& fault) {
  v1::ImportFault out;
  out.set_feature_index(fault.feature_index);
  out.set_zone_code(fault.zone_code);
  out.set_field(fault.field);
  out.set_description(fault.description);
  out.set_reason(std::string(Name(fault.reason)));
  return out;
}

v1::ImportResult WriteResult(const Imported& imported) {
  v1::ImportResult out;
  out.set_created_count(imported.created);
  out.set_superseded_count(imported.superseded);
  out.set_unchanged_count(imported.unchanged);
  out.set_drafted_count(imported.drafted);
  if (imported.in_force_start) {
    *out.mutable_in_force_start_time() = contract::ToTimestamp(*imported.in_force_start);
  }
  return out;
}

int64_t ReadPageSize(int32_t page_size, contract::Violations& violations) {
  constexpr int kDefaultPageSize = 100;
  constexpr int kMaxPageSize = 1000;
  if (page_size < 0 || page_size > kMaxPageSize) {
    violations.Add("page_size", "must lie between 0 and 1,000");
  }
  return page_size == 0 ? kDefaultPageSize : page_size;
}

absl::StatusOr<ZonesAsked> ReadList(const v1::ListZonesRequest& request) {
  ZonesAsked asked;
  contract::Violations violations;
  absl::StatusOr<domain::CityCode> city = contract::ParseCityName(request.parent(), "parent");
  if (!city.ok()) return city.status();
  asked.city = *std::move(city);
  asked.limit = ReadPageSize(request.page_size(), violations);
  asked.at = ReadOptionalTime(request.has_at_time(), request.at_time(), "at_time", violations);
  asked.full = request.view() == v1::ZONE_VIEW_FULL;
  if (!violations.empty()) return violations.status();
  if (!request.page_token().empty()) {
    if (absl::Status read = ReadZonesToken(request.page_token(), asked); !read.ok()) return read;
  }
  return asked;
}

void WriteList(const domain::CityCode& city, const ZonesPage& page, int64_t limit,
               v1::ListZonesResponse& response) {
  for (const postgres::StoredZone& zone : page.zones) {
    *response.add_zones() = WriteZone(city, zone);
  }
  if (static_cast<int64_t>(page.zones.size()) == limit) {
    response.set_next_page_token(ZonesToken(page.at, page.zones.back().zone.code));
  }
}

absl::StatusOr<VersionsAsked> ReadVersions(const v1::ListZoneVersionsRequest& request) {
  VersionsAsked asked;
  contract::Violations violations;
  const auto name = contract::ParseZoneName(request.parent(), "parent");
  if (!name.ok()) return name.status();
  std::tie(asked.city, asked.zone) = *name;
  asked.limit = ReadPageSize(request.page_size(), violations);
  asked.before = std::numeric_limits<int64_t>::max();
  if (!request.page_token().empty() &&
      (!absl::SimpleAtoi(request.page_token(), &asked.before) || asked.before < 1)) {
    violations.Add("", BadToken("page_token"));
  }
  asked.full = request.view() == v1::ZONE_VIEW_FULL;
  if (!violations.empty()) return violations.status();
  return asked;
}

void WriteVersions(const domain::CityCode& city, const std::vector<postgres::StoredZone>& versions,
                   int64_t limit, v1::ListZoneVersionsResponse& response) {
  for (const postgres::StoredZone& version : versions) {
    *response.add_zones() = WriteZone(city, version);
  }
  // The first version is 1: there is none before it.
  if (static_cast<int64_t>(versions.size()) == limit && versions.back().zone.version > 1) {
    response.set_next_page_token(absl::StrCat(versions.back().zone.version));
  }
}

absl::StatusOr<ChangesAsked> ReadChanges(const v1::ListZoneChangesRequest& request) {
  ChangesAsked asked;
  contract::Violations violations;
  absl::StatusOr<domain::CityCode> city = contract::ParseCityName(request.parent(), "parent");
  if (!city.ok()) return city.status();
  asked.city = *std::move(city);
  asked.limit = ReadPageSize(request.page_size(), violations);
  if (!violations.empty()) return violations.status();
  if (request.cursor().empty()) return asked;
  absl::StatusOr<ChangeCursor> cursor = ReadCursor(request.cursor(), "cursor");
  if (!cursor.ok()) return cursor.status();
  asked.after = *std::move(cursor);
  return asked;
}

absl::StatusOr<ChangeCursor> ReadCursor(const std::string& cursor, absl::string_view field) {
  std::vector<std::string> parts = absl::StrSplit(cursor, '~');
  ChangeCursor read;
  int64_t micros = 0;
  if (parts.size() == 5) {
    if (!absl::SimpleAtoi(parts[0], &micros)) return BadToken(field);
    read.seen_at = absl::FromUnixMicros(micros);
    parts.erase(parts.begin());
  }
  if (parts.size() != 4 || !absl::SimpleAtoi(parts[0], &read.place.number) ||
      !domain::IsZoneCode(parts[1]) || !absl::SimpleAtoi(parts[2], &read.place.zone_version) ||
      !absl::SimpleAtoi(parts[3], &micros)) {
    return BadToken(field);
  }
  read.place.code = domain::ZoneCode(parts[1]);
  read.recorded = absl::FromUnixMicros(micros);
  return read;
}

std::string WriteCursor(const ChangeCursor& cursor) {
  const std::string seen_at =
      cursor.seen_at ? absl::StrCat(absl::ToUnixMicros(*cursor.seen_at), "~") : "";
  return absl::StrCat(seen_at, cursor.place.number, "~", cursor.place.code.value(), "~",
                      cursor.place.zone_version, "~", absl::ToUnixMicros(cursor.recorded));
}

void WriteChanges(const domain::CityCode& city, const ChangesPage& page, const std::string& cursor,
                  v1::ListZoneChangesResponse& response) {
  for (const postgres::ZoneChange& change : page.changes) {
    v1::ZoneChange& written = *response.add_changes();
    written.set_zone(contract::ZoneName(city, change.place.code));
    written.set_kind(static_cast<v1::ZoneChangeKind>(change.kind));
    written.set_zone_version(change.place.zone_version);
    *written.mutable_effective_time() = contract::ToTimestamp(change.effective);
    *written.mutable_change_time() = contract::ToTimestamp(change.recorded);
  }
  if (page.changes.empty()) {
    response.set_next_cursor(cursor);
  } else {
    const postgres::ZoneChange& last = page.changes.back();
    response.set_next_cursor(WriteCursor({last.place, last.recorded, std::nullopt}));
  }
  response.set_calendar_etag(absl::StrCat(page.calendar_version));
}

void WriteArea(const domain::GeoArea& area, google::protobuf::RepeatedPtrField<v1::Polygon>& out) {
  for (const domain::GeoPolygon& polygon : area) {
    v1::Polygon& written = *out.Add();
    WriteRing(polygon.outer, *written.mutable_outer());
    for (const domain::GeoRing& hole : polygon.holes) WriteRing(hole, *written.add_holes());
  }
}

v1::Zone WriteZone(const domain::CityCode& city, const postgres::StoredZone& stored) {
  const domain::ZoneVersion& zone = stored.zone;
  v1::Zone out;
  out.set_name(contract::ZoneName(city, zone.code));
  out.set_zone_id(std::string(zone.id.view()));
  out.set_display_name(zone.display_name);
  out.set_usage(static_cast<common::v1::Usage>(zone.usage));
  out.set_zone_version(zone.version);
  *out.mutable_in_force_start_time() = contract::ToTimestamp(zone.in_force.start);
  if (zone.in_force.end != absl::InfiniteFuture()) {
    *out.mutable_in_force_end_time() = contract::ToTimestamp(zone.in_force.end);
  }
  out.set_vertex_count(static_cast<int32_t>(stored.vertex_count));
  out.set_state(static_cast<v1::ZoneVersionState>(stored.state));
  out.set_etag(absl::StrCat(stored.subject_version));
  if (!stored.full) return out;
  WriteArea(zone.area.area(), *out.mutable_polygons());
  *out.mutable_regulation() = contract::WriteRegulation(zone.regulation, city);
  return out;
}

}  // namespace stadspoort::zones
