#include "services/zones/convert.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/contract/names.h"
#include "services/contract/regulation.h"
#include "services/contract/timestamps.h"
#include "services/contract/violations.h"
#include "services/domain/refusal.h"

namespace stadspoort::zones {
namespace {

constexpr int kDefaultPageSize = 100;
constexpr int kMaxPageSize = 1000;
constexpr int kMaxRules = 1000;

void WriteRing(const domain::GeoRing& ring, v1::Ring& out) {
  for (const domain::GeoPoint& point : ring) {
    v1::Vertex& vertex = *out.add_vertices();
    vertex.set_latitude_degrees(point.latitude);
    vertex.set_longitude_degrees(point.longitude);
  }
}

}  // namespace

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
  if (header.has_in_force_start_time()) {
    const absl::StatusOr<absl::Time> start =
        contract::ToTime(header.in_force_start_time(), "header.in_force_start_time");
    if (start.ok()) {
      asked.in_force_start = *start;
    } else {
      violations.Add("", start.status());
    }
  }
  asked.validate_only = header.validate_only();
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
  return out;
}

absl::StatusOr<ZonesAsked> ReadList(const v1::ListZonesRequest& request) {
  ZonesAsked asked;
  contract::Violations violations;
  absl::StatusOr<domain::CityCode> city = contract::ParseCityName(request.parent(), "parent");
  if (!city.ok()) return city.status();
  asked.city = *std::move(city);
  if (request.page_size() < 0 || request.page_size() > kMaxPageSize) {
    violations.Add("page_size", "must lie between 0 and 1,000");
  }
  asked.limit = request.page_size() == 0 ? kDefaultPageSize : request.page_size();
  if (!request.page_token().empty() && !domain::IsZoneCode(request.page_token())) {
    violations.Add("", domain::InvalidField("page_token", "was not given by this list",
                                            domain::ErrorReason::kInvalidPageToken));
  }
  asked.after = request.page_token();
  if (request.has_at_time()) {
    const absl::StatusOr<absl::Time> at = contract::ToTime(request.at_time(), "at_time");
    if (at.ok()) {
      asked.at = *at;
    } else {
      violations.Add("", at.status());
    }
  }
  asked.full = request.view() == v1::ZONE_VIEW_FULL;
  if (!violations.empty()) return violations.status();
  return asked;
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
  if (!stored.full) return out;
  for (const domain::GeoPolygon& polygon : zone.area.area()) {
    v1::Polygon& written = *out.add_polygons();
    WriteRing(polygon.outer, *written.mutable_outer());
    for (const domain::GeoRing& hole : polygon.holes) WriteRing(hole, *written.add_holes());
  }
  *out.mutable_regulation() = contract::WriteRegulation(zone.regulation, city);
  return out;
}

}  // namespace stadspoort::zones
