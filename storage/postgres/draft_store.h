#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "services/domain/ids.h"
#include "services/domain/zone_draft.h"
#include "storage/postgres/client/connection.h"

// Drafts of zones: the commands of a transaction, and what their results say.
namespace stadspoort::postgres {

struct StoredDraft {
  domain::ZoneDraft draft;
  int64_t vertex_count = 0;
  bool full = false;       // draft.regulation and draft.area are filled
  bool validated = false;  // nothing was wrong, and it has not changed since
  std::string etag;
  absl::Time update_time;
};

// What to do where the zone has a draft already.
enum class IfDrawn : uint8_t { kReplace, kLeave };
// Not validated.
Command PutDraft(const domain::CityCode& city, const domain::ZoneDraft& draft, IfDrawn if_drawn);
// Fills etag, update_time and the count of vertices. False: another draft is there, and was left.
absl::StatusOr<bool> PutDraftInto(const Result& result, StoredDraft& stored);

Command SelectDraft(const domain::CityCode& city, const domain::ZoneCode& zone);
// Locked until the transaction ends.
Command LockDrafts(const domain::CityCode& city, absl::Span<const domain::ZoneCode> zones);
// Of zones after `after`, at most `limit`; without regulation and outline.
Command SelectDraftsPage(const domain::CityCode& city, const std::string& after, int64_t limit);
absl::StatusOr<std::vector<StoredDraft>> DraftsOf(const Result& result,
                                                  const domain::CityCode& city);

Command DeleteDrafts(const domain::CityCode& city, absl::Span<const domain::ZoneCode> zones);
Command MarkValidated(const domain::CityCode& city, absl::Span<const domain::ZoneCode> zones);

}  // namespace stadspoort::postgres
