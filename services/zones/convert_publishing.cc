#include "services/zones/convert_publishing.h"

#include <cmath>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/contract/names.h"
#include "services/contract/regulation.h"
#include "services/contract/timestamps.h"
#include "services/contract/violations.h"
#include "services/domain/limits.h"
#include "services/domain/refusal.h"
#include "services/zones/convert.h"
#include "storage/postgres/zone_store.h"

namespace stadspoort::zones {
namespace {

namespace limits = domain::limits;
using contract::Violations;
using domain::ErrorReason;

// Readable is a ring of three vertices that lie on the Earth; whether it is an outline is judged
// later.
domain::GeoRing ReadRing(const v1::Ring& in, const std::string& path, Violations& violations) {
  domain::GeoRing ring;
  if (in.vertices_size() < 3) violations.Add(path, "must have at least three vertices");
  for (int i = 0; i < in.vertices_size(); ++i) {
    const domain::GeoPoint point{in.vertices(i).latitude_degrees(),
                                 in.vertices(i).longitude_degrees()};
    if (!(std::abs(point.latitude) <= 90) || !(std::abs(point.longitude) <= 180)) {
      violations.Add(absl::StrCat(path, ".vertices[", i, "]"),
                     "must be a latitude of -90 to 90 and a longitude of -180 to 180");
      return ring;
    }
    ring.push_back(point);
  }
  return ring;
}

domain::GeoArea ReadArea(const google::protobuf::RepeatedPtrField<v1::Polygon>& in,
                         Violations& violations) {
  domain::GeoArea area;
  for (int i = 0; i < in.size(); ++i) {
    const std::string path = absl::StrCat("draft.polygons[", i, "]");
    domain::GeoPolygon polygon;
    polygon.outer = ReadRing(in.Get(i).outer(), path + ".outer", violations);
    for (int j = 0; j < in.Get(i).holes_size(); ++j) {
      polygon.holes.push_back(
          ReadRing(in.Get(i).holes(j), absl::StrCat(path, ".holes[", j, "]"), violations));
    }
    area.push_back(std::move(polygon));
  }
  if (domain::VertexCount(area) > limits::kZoneMaxVertices) {
    violations.Add("draft.polygons", "must have at most 200,000 vertices");
  }
  return area;
}

Writing ReadWriting(const std::string& request_id, bool validate_only, const std::string& reason,
                    Violations& violations) {
  if (request_id.size() > limits::kRequestIdMaxBytes) {
    violations.Add("request_id", "must have at most 100 bytes");
  }
  if (reason.size() > limits::kReasonMaxBytes) {
    violations.Add("reason", "must have at most 500 bytes");
  }
  return {request_id, validate_only, reason};
}

// Zones of one city by name, each once, at most limits::kPublishMaxZones.
class ZoneList {
 public:
  ZoneList(const domain::CityCode& city, Violations& violations)
      : city_(city), violations_(violations) {}

  std::optional<domain::ZoneCode> Add(const std::string& name, const std::string& field) {
    absl::StatusOr<domain::ZoneCode> zone = contract::ParseZoneOf(city_, name, field);
    if (!zone.ok()) {
      violations_.Add("", zone.status());
      return std::nullopt;
    }
    if (!seen_.insert(*zone).second) violations_.Add(field, "is named already");
    return *std::move(zone);
  }

 private:
  const domain::CityCode& city_;
  Violations& violations_;
  std::set<domain::ZoneCode> seen_;
};

absl::Status TooMany(absl::string_view field) {
  return domain::InvalidField(field, "must name at most 1,000 zones", ErrorReason::kTooManyItems);
}

std::string Named(const domain::CityCode& city, const domain::ZoneCode& zone) {
  return zone.empty() ? std::string() : contract::ZoneName(city, zone);
}

}  // namespace

v1::RightsHurt WriteHurt(const domain::CityCode& city, const RightsHurt& hurt, bool show_rights) {
  v1::RightsHurt out;
  out.set_zone(contract::ZoneName(city, hurt.zone));
  out.set_right_type(contract::RightTypeName(city, hurt.type));
  out.set_right_count(hurt.count);
  *out.mutable_first_refused_time() = contract::ToTimestamp(hurt.first_refused);
  if (show_rights) {
    for (const domain::RightId& right : hurt.sample) {
      out.add_sample_rights(contract::RightName(city, right));
    }
  }
  return out;
}

absl::StatusOr<DraftAsked> ReadDraftUpdate(const v1::UpdateZoneDraftRequest& request) {
  const v1::ZoneDraft& draft = request.draft();
  const auto name = contract::ParseDraftName(draft.name(), "draft.name");
  if (!name.ok()) return name.status();
  DraftAsked asked;
  Violations violations;
  std::tie(asked.city, asked.zone) = *name;
  asked.etag = draft.etag();
  asked.validate_only = request.validate_only();
  std::set<std::string> paths(request.update_mask().paths().begin(),
                              request.update_mask().paths().end());
  static const std::set<std::string> kPaths = {"display_name", "usage", "polygons", "regulation"};
  for (const std::string& path : paths) {
    if (!kPaths.contains(path)) {
      violations.Add("update_mask",
                     "must name fields out of display_name, usage, polygons and regulation");
    }
  }
  if (paths.empty()) paths = kPaths;
  asked.whole = paths == kPaths;
  if (paths.contains("display_name")) {
    if (draft.display_name().size() > limits::kDisplayNameMaxBytes) {
      violations.Add("draft.display_name", "must have at most 200 bytes");
    }
    asked.changes.display_name = draft.display_name();
  }
  if (paths.contains("usage")) {
    if (draft.usage() < 1 || draft.usage() > domain::kUsageCount) {
      violations.Add("draft.usage", "must be a Usage of this register");
    } else {
      asked.changes.usage = static_cast<domain::Usage>(draft.usage());
    }
  }
  if (paths.contains("polygons")) asked.changes.area = ReadArea(draft.polygons(), violations);
  if (paths.contains("regulation")) {
    absl::StatusOr<domain::Regulation> regulation =
        contract::ReadDraftRegulation(draft.regulation(), asked.city);
    if (regulation.ok()) {
      asked.changes.regulation = *std::move(regulation);
    } else {
      violations.Add("draft.regulation", regulation.status());
    }
  }
  if (!violations.empty()) return violations.status();
  return asked;
}

absl::StatusOr<DraftListAsked> ReadDraftList(const v1::ListZoneDraftsRequest& request) {
  const auto city = contract::ParseCityName(request.parent(), "parent");
  if (!city.ok()) return city.status();
  Violations violations;
  DraftListAsked asked{*city, request.page_token(), 0};
  asked.limit = ReadPageSize(request.page_size(), violations);
  if (!asked.after.empty() && !domain::IsZoneCode(asked.after)) {
    violations.Add("", domain::InvalidField("page_token", "was not given by this list",
                                            ErrorReason::kInvalidPageToken));
  }
  if (!violations.empty()) return violations.status();
  return asked;
}

v1::ZoneDraft WriteDraft(const domain::CityCode& city, const postgres::StoredDraft& stored) {
  const domain::ZoneDraft& draft = stored.draft;
  v1::ZoneDraft out;
  out.set_name(contract::DraftName(city, draft.code));
  out.set_display_name(draft.display_name);
  if (draft.usage) out.set_usage(static_cast<common::v1::Usage>(*draft.usage));
  out.set_base_zone_version(draft.base_version);
  out.set_state(stored.validated ? v1::ZONE_DRAFT_STATE_VALIDATED : v1::ZONE_DRAFT_STATE_DRAFT);
  out.set_etag(stored.etag);
  // Nothing was stored yet.
  if (!stored.etag.empty()) *out.mutable_update_time() = contract::ToTimestamp(stored.update_time);
  out.set_vertex_count(static_cast<int32_t>(stored.vertex_count));
  if (!stored.full) return out;
  WriteArea(draft.area.area(), *out.mutable_polygons());
  *out.mutable_regulation() = contract::WriteRegulation(draft.regulation, city);
  return out;
}

absl::StatusOr<ValidateAsked> ReadValidate(const v1::ValidateZoneDraftsRequest& request) {
  const auto city = contract::ParseCityName(request.parent(), "parent");
  if (!city.ok()) return city.status();
  if (static_cast<size_t>(request.zones_size()) > limits::kPublishMaxZones) return TooMany("zones");
  ValidateAsked asked;
  Violations violations;
  asked.city = *city;
  ZoneList zones(asked.city, violations);
  for (int i = 0; i < request.zones_size(); ++i) {
    const auto zone = zones.Add(request.zones(i), absl::StrCat("zones[", i, "]"));
    if (zone) asked.zones.push_back(*zone);
  }
  asked.start = ReadOptionalTime(request.has_in_force_start_time(), request.in_force_start_time(),
                                 "in_force_start_time", violations);
  if (!violations.empty()) return violations.status();
  return asked;
}

absl::StatusOr<PublishAsked> ReadPublish(const v1::PublishZonesRequest& request) {
  const auto city = contract::ParseCityName(request.parent(), "parent");
  if (!city.ok()) return city.status();
  if (static_cast<size_t>(request.drafts_size()) > limits::kPublishMaxZones) {
    return TooMany("drafts");
  }
  PublishAsked asked;
  Violations violations;
  asked.city = *city;
  if (request.drafts().empty()) violations.Add("drafts", "must name at least one zone");
  ZoneList zones(asked.city, violations);
  for (int i = 0; i < request.drafts_size(); ++i) {
    const v1::DraftToPublish& draft = request.drafts(i);
    const auto zone = zones.Add(draft.zone(), absl::StrCat("drafts[", i, "].zone"));
    if (zone) asked.drafts.push_back({*zone, draft.etag()});
  }
  asked.start = ReadOptionalTime(request.has_in_force_start_time(), request.in_force_start_time(),
                                 "in_force_start_time", violations);
  asked.writing =
      ReadWriting(request.request_id(), request.validate_only(), request.reason(), violations);
  if (!violations.empty()) return violations.status();
  return asked;
}

absl::StatusOr<RetireAsked> ReadRetire(const v1::RetireZoneRequest& request) {
  const auto name = contract::ParseZoneName(request.name(), "name");
  if (!name.ok()) return name.status();
  RetireAsked asked;
  Violations violations;
  std::tie(asked.city, asked.zone) = *name;
  asked.end = ReadOptionalTime(request.has_end_time(), request.end_time(), "end_time", violations);
  asked.etag = request.etag();
  asked.writing =
      ReadWriting(request.request_id(), request.validate_only(), request.reason(), violations);
  if (!violations.empty()) return violations.status();
  return asked;
}

absl::StatusOr<WithdrawAsked> ReadWithdraw(const v1::WithdrawZoneVersionRequest& request) {
  const auto name = contract::ParseZoneName(request.name(), "name");
  if (!name.ok()) return name.status();
  WithdrawAsked asked;
  Violations violations;
  std::tie(asked.city, asked.zone) = *name;
  asked.version = request.zone_version();
  if (asked.version < 1) violations.Add("zone_version", "is required");
  asked.etag = request.etag();
  asked.writing =
      ReadWriting(request.request_id(), request.validate_only(), request.reason(), violations);
  if (!violations.empty()) return violations.status();
  return asked;
}

v1::Finding WriteFinding(const domain::CityCode& city, const domain::Finding& finding) {
  v1::Finding out;
  out.set_severity(static_cast<v1::FindingSeverity>(finding.severity));
  out.set_kind(static_cast<v1::FindingKind>(finding.kind));
  out.set_zone(Named(city, finding.zone));
  out.set_field(finding.field);
  if (finding.where) {
    out.set_latitude_degrees(finding.where->latitude);
    out.set_longitude_degrees(finding.where->longitude);
  }
  out.set_description(finding.description);
  for (const domain::ZoneCode& zone : finding.others) out.add_other_zones(Named(city, zone));
  return out;
}

v1::Judgement WriteJudgement(const domain::CityCode& city, const Judgement& judgement,
                             bool show_rights) {
  v1::Judgement out;
  for (const domain::Finding& finding : judgement.found.findings) {
    *out.add_findings() = WriteFinding(city, finding);
  }
  out.set_error_count(static_cast<int32_t>(judgement.found.error_count));
  out.set_warning_count(static_cast<int32_t>(judgement.found.warning_count));
  for (const RightsHurt& hurt : judgement.rights_hurt) {
    *out.add_rights_hurt() = WriteHurt(city, hurt, show_rights);
  }
  return out;
}

absl::StatusOr<PreviewAsked> ReadPreview(const v1::PreviewZoneRequest& request) {
  const auto name = contract::ParseZoneName(request.name(), "name");
  if (!name.ok()) return name.status();
  PreviewAsked asked;
  Violations violations;
  std::tie(asked.city, asked.zone) = *name;
  asked.start =
      ReadOptionalTime(request.has_start_time(), request.start_time(), "start_time", violations);
  asked.end = ReadOptionalTime(request.has_end_time(), request.end_time(), "end_time", violations);
  asked.with_draft = request.with_draft();
  asked.draft_start = ReadOptionalTime(request.has_draft_start_time(), request.draft_start_time(),
                                       "draft_start_time", violations);
  if (asked.draft_start && !asked.with_draft) {
    violations.Add("draft_start_time", "has a meaning only with_draft");
  }
  if (!violations.empty()) return violations.status();
  return asked;
}

v1::PreviewZoneResponse WritePreview(const domain::CityCode& city, const Previewed& previewed) {
  v1::PreviewZoneResponse out;
  out.set_time_zone(previewed.time_zone);
  for (const domain::TimetableEntry& entry : previewed.entries) {
    v1::TimetableEntry& written = *out.add_entries();
    *written.mutable_start_time() = contract::ToTimestamp(entry.period.start);
    *written.mutable_end_time() = contract::ToTimestamp(entry.period.end);
    written.set_zone_version(entry.zone_version);
    written.set_closed(entry.closed.has_value());
    written.set_closed_display_name(entry.closed.value_or(""));
    written.set_overlaid(entry.overlay.has_value());
    written.set_overlay_display_name(entry.overlay.value_or(""));
    if (entry.frame) *written.mutable_frame() = contract::WriteTimeFrame(*entry.frame, city);
  }
  return out;
}

absl::StatusOr<DiffAsked> ReadDiff(const v1::DiffZoneRequest& request) {
  const auto name = contract::ParseZoneName(request.name(), "name");
  if (!name.ok()) return name.status();
  DiffAsked asked;
  Violations violations;
  std::tie(asked.city, asked.zone) = *name;
  asked.from = request.from_zone_version();
  asked.to = request.to_zone_version();
  if (asked.from < 0) violations.Add("from_zone_version", "must not be negative");
  if (asked.to < 0) violations.Add("to_zone_version", "must not be negative");
  if (!violations.empty()) return violations.status();
  return asked;
}

v1::DiffZoneResponse WriteDiff(const domain::CityCode& city, const Diffed& diffed,
                               bool show_rights) {
  v1::DiffZoneResponse out;
  out.set_from_zone_version(diffed.from);
  out.set_to_zone_version(diffed.to);
  for (const domain::ZoneDifference& difference : diffed.differences) {
    v1::ZoneDifference& written = *out.add_differences();
    written.set_field(difference.field);
    written.set_kind(static_cast<v1::ZoneDifferenceKind>(difference.kind));
    written.set_before(difference.before);
    written.set_after(difference.after);
  }
  for (const RightsHurt& hurt : diffed.rights_hurt) {
    *out.add_rights_hurt() = WriteHurt(city, hurt, show_rights);
  }
  return out;
}

}  // namespace stadspoort::zones
