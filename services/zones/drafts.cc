#include "services/zones/drafts.h"

#include <utility>

#include "services/domain/city_errors.h"
#include "services/domain/zone_errors.h"
#include "storage/postgres/city_store.h"
#include "storage/postgres/city_transaction.h"
#include "storage/postgres/zone_store.h"

namespace stadspoort::zones {
namespace {

using postgres::StoredDraft;
using postgres::Transaction;

absl::Status RequireCity(const postgres::Result& result) {
  const auto city = postgres::CityOf(result);
  if (!city.ok()) return city.status();
  return *city ? absl::OkStatus() : domain::CityNotFound();
}

domain::ZoneDraft DraftOf(const domain::ZoneVersion& zone) {
  return {zone.code, zone.usage, zone.display_name, zone.regulation, zone.area, zone.version};
}

void Apply(const DraftChanges& changes, domain::ZoneDraft& draft) {
  if (changes.display_name) draft.display_name = *changes.display_name;
  if (changes.usage) draft.usage = *changes.usage;
  if (changes.area) draft.area = *changes.area;
  if (changes.regulation) draft.regulation = *changes.regulation;
}

}  // namespace

absl::StatusOr<StoredDraft> Drafts::Get(const platform::Call& call, const domain::CityCode& city,
                                        const domain::ZoneCode& zone) {
  absl::StatusOr<Transaction> transaction = postgres::BeginForCity(
      pool_, Transaction::Mode::kSnapshot, city, Deadline::After(call.Remaining()));
  if (!transaction.ok()) return transaction.status();
  const auto results =
      transaction->RunAndCommit({postgres::SelectCity(city), postgres::SelectDraft(city, zone)});
  if (!results.ok()) return results.status();
  if (absl::Status known = RequireCity((*results)[0]); !known.ok()) return known;
  auto drafts = postgres::DraftsOf((*results)[1], city);
  if (!drafts.ok()) return drafts.status();
  if (drafts->empty()) return domain::DraftNotFound(zone, "name");
  return std::move(drafts->front());
}

absl::StatusOr<std::vector<StoredDraft>> Drafts::List(const platform::Call& call,
                                                      const domain::CityCode& city,
                                                      const std::string& after, int64_t limit) {
  absl::StatusOr<Transaction> transaction = postgres::BeginForCity(
      pool_, Transaction::Mode::kSnapshot, city, Deadline::After(call.Remaining()));
  if (!transaction.ok()) return transaction.status();
  const auto results = transaction->RunAndCommit(
      {postgres::SelectCity(city), postgres::SelectDraftsPage(city, after, limit)});
  if (!results.ok()) return results.status();
  if (absl::Status known = RequireCity((*results)[0]); !known.ok()) return known;
  return postgres::DraftsOf((*results)[1], city);
}

absl::StatusOr<StoredDraft> Drafts::Update(const platform::Call& call, const DraftAsked& asked) {
  // Whoever comes second finds the draft of the first, and changes that.
  constexpr int kTries = 3;
  for (int i = 0; i < kTries; ++i) {
    auto updated = TryUpdate(call, asked);
    if (!updated.ok()) return updated.status();
    if (*updated) return **std::move(updated);
  }
  return absl::AbortedError("drafts of the zone come and go");
}

absl::StatusOr<std::optional<StoredDraft>> Drafts::TryUpdate(const platform::Call& call,
                                                             const DraftAsked& asked) {
  absl::StatusOr<Transaction> transaction = postgres::BeginForCity(
      pool_, Transaction::Mode::kReadWrite, asked.city, Deadline::After(call.Remaining()));
  if (!transaction.ok()) return transaction.status();
  const std::vector<domain::ZoneCode> zones = {asked.zone};
  const auto read =
      transaction->Run({postgres::SelectCity(asked.city), postgres::LockDrafts(asked.city, zones),
                        postgres::SelectNewestVersion(asked.city, asked.zone)});
  if (!read.ok()) return read.status();
  if (absl::Status known = RequireCity((*read)[0]); !known.ok()) return known;
  auto drafts = postgres::DraftsOf((*read)[1], asked.city);
  if (!drafts.ok()) return drafts.status();
  auto newest = postgres::ZonesOf((*read)[2], asked.city);
  if (!newest.ok()) return newest.status();

  const std::string present = drafts->empty() ? "" : drafts->front().etag;
  if (!asked.etag.empty() && asked.etag != present) {
    return drafts->empty() ? domain::DraftNotFound(asked.zone, "draft.etag")
                           : domain::StaleEtag("draft.etag", present);
  }
  StoredDraft stored;
  const auto if_drawn = drafts->empty() ? postgres::IfDrawn::kLeave : postgres::IfDrawn::kReplace;
  if (!drafts->empty()) {
    stored = std::move(drafts->front());
  } else if (!newest->empty()) {
    stored.draft = DraftOf(newest->front().zone);
  }
  stored.draft.code = asked.zone;
  if (asked.whole) stored.draft.base_version = newest->empty() ? 0 : newest->front().zone.version;
  Apply(asked.changes, stored.draft);
  stored.full = true;
  stored.validated = false;
  stored.vertex_count = static_cast<int64_t>(domain::VertexCount(stored.draft.area.area()));
  if (asked.validate_only) return stored;
  const auto put =
      transaction->RunAndCommit({postgres::PutDraft(asked.city, stored.draft, if_drawn)});
  if (!put.ok()) return put.status();
  const absl::StatusOr<bool> filled = postgres::PutDraftInto(put->front(), stored);
  if (!filled.ok()) return filled.status();
  if (!*filled) return std::nullopt;
  return stored;
}

absl::Status Drafts::Delete(const platform::Call& call, const domain::CityCode& city,
                            const domain::ZoneCode& zone, const std::string& etag,
                            bool validate_only) {
  absl::StatusOr<Transaction> transaction = postgres::BeginForCity(
      pool_, Transaction::Mode::kReadWrite, city, Deadline::After(call.Remaining()));
  if (!transaction.ok()) return transaction.status();
  const std::vector<domain::ZoneCode> zones = {zone};
  const auto read =
      transaction->Run({postgres::SelectCity(city), postgres::LockDrafts(city, zones)});
  if (!read.ok()) return read.status();
  if (absl::Status known = RequireCity((*read)[0]); !known.ok()) return known;
  const auto drafts = postgres::DraftsOf((*read)[1], city);
  if (!drafts.ok()) return drafts.status();
  if (drafts->empty()) return domain::DraftNotFound(zone, "name");
  if (!etag.empty() && etag != drafts->front().etag) {
    return domain::StaleEtag("etag", drafts->front().etag);
  }
  if (validate_only) return absl::OkStatus();
  return transaction->RunAndCommit({postgres::DeleteDrafts(city, zones)}).status();
}

}  // namespace stadspoort::zones
