#include "storage/postgres/draft_store.h"

#include <utility>

#include "services/contract/regulation.h"
#include "storage/postgres/geometry.h"
#include "storage/postgres/sql.h"
#include "storage/postgres/zone_store.h"

namespace stadspoort::postgres {
namespace {

std::vector<std::string> CodesOf(absl::Span<const domain::ZoneCode> zones) {
  std::vector<std::string> codes;
  for (const domain::ZoneCode& zone : zones) codes.push_back(zone.value());
  return codes;
}

std::string EtagOf(const domain::UuidBytes& revision) { return domain::UuidText(revision); }

absl::StatusOr<StoredDraft> ReadDraft(Row& row, const domain::CityCode& city) {
  StoredDraft stored;
  domain::ZoneDraft& draft = stored.draft;
  draft.code = domain::ZoneCode(row.Text("code"));
  if (const std::optional<std::string> usage = row.OptionalText("usage")) {
    draft.usage = domain::UsageFromName(*usage);
    if (!draft.usage) return absl::InternalError("a stored usage is not known to this binary");
  }
  draft.display_name = row.Text("display_name");
  draft.base_version = row.Int("base_zone_version");
  stored.vertex_count = row.Int("vertex_count");
  stored.validated = row.Bool("validated");
  stored.etag = EtagOf(row.Uuid("revision"));
  stored.update_time = row.Time("update_time");
  const std::optional<std::string> regulation = row.OptionalJson("regulation");
  const std::optional<std::string> geometry = row.OptionalJson("geometry");
  if (!regulation) return stored;
  absl::StatusOr<domain::Regulation> rules = contract::ReadStoredDraftRegulation(*regulation, city);
  if (!rules.ok()) return rules.status();
  draft.regulation = *std::move(rules);
  if (geometry) {
    absl::StatusOr<domain::GeoArea> area = GeometryOf(*geometry);
    if (!area.ok()) return area.status();
    draft.area = *std::move(area);
  }
  stored.full = true;
  return stored;
}

}  // namespace

Command PutDraft(const domain::CityCode& city, const domain::ZoneDraft& draft, IfDrawn if_drawn) {
  Params params;
  params.Text(city.value()).Text(draft.code.value());
  if (draft.usage) {
    params.Text(Name(*draft.usage));
  } else {
    params.NullText();
  }
  params.Text(draft.display_name).Json(contract::RegulationJson(draft.regulation, city));
  if (draft.area.area().empty()) {
    params.Null(Type::kJsonb);
  } else {
    params.Json(GeometryJson(draft.area.area()));
  }
  params.Int(static_cast<int64_t>(domain::VertexCount(draft.area.area()))).Int(draft.base_version);
  params.Bool(if_drawn == IfDrawn::kReplace);
  return {sql::kPutZoneDraft, std::move(params)};
}

absl::StatusOr<bool> PutDraftInto(const Result& result, StoredDraft& stored) {
  const auto put = result.AtMostOne(
      [](Row& row) { return std::pair(row.Uuid("revision"), row.Time("update_time")); });
  if (!put.ok()) return put.status();
  if (!*put) return false;
  stored.etag = EtagOf((*put)->first);
  stored.update_time = (*put)->second;
  stored.vertex_count = static_cast<int64_t>(domain::VertexCount(stored.draft.area.area()));
  stored.validated = false;
  stored.full = true;
  return true;
}

Command SelectDraft(const domain::CityCode& city, const domain::ZoneCode& zone) {
  return {sql::kZoneDraft, Params().Text(city.value()).Text(zone.value())};
}

Command LockDrafts(const domain::CityCode& city, absl::Span<const domain::ZoneCode> zones) {
  return {sql::kZoneDraftsNamed, Params().Text(city.value()).TextArray(CodesOf(zones))};
}

Command SelectDraftsPage(const domain::CityCode& city, const std::string& after, int64_t limit) {
  return {sql::kZoneDraftsPage, Params().Text(city.value()).Text(after).Int(limit)};
}

absl::StatusOr<std::vector<StoredDraft>> DraftsOf(const Result& result,
                                                  const domain::CityCode& city) {
  return result.Rows([&](Row& row) { return ReadDraft(row, city); });
}

Command DeleteDrafts(const domain::CityCode& city, absl::Span<const domain::ZoneCode> zones) {
  return {sql::kDeleteZoneDrafts, Params().Text(city.value()).TextArray(CodesOf(zones))};
}

Command MarkValidated(const domain::CityCode& city, absl::Span<const domain::ZoneCode> zones) {
  return {sql::kValidateZoneDrafts, Params().Text(city.value()).TextArray(CodesOf(zones))};
}

}  // namespace stadspoort::postgres
