#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/domain/ids.h"
#include "services/domain/zone_draft.h"
#include "services/platform/call.h"
#include "storage/postgres/client/pool.h"
#include "storage/postgres/draft_store.h"

namespace stadspoort::zones {

// What changes; none: stays, or is taken from the zone's newest version.
struct DraftChanges {
  std::optional<std::string> display_name;
  std::optional<domain::Usage> usage;
  std::optional<domain::GeoArea> area;
  std::optional<domain::Regulation> regulation;
};

struct DraftAsked {
  domain::CityCode city;
  domain::ZoneCode zone;
  std::string etag;  // empty: whatever it is now
  DraftChanges changes;
  // All that a draft says is replaced, so that it no longer rests on the version it was made from.
  bool whole = false;
  bool validate_only = false;
};

// Drafts of zones: nothing here is seen by a check. Thread-safe.
class Drafts {
 public:
  explicit Drafts(postgres::Pool& pool) : pool_(pool) {}

  absl::StatusOr<postgres::StoredDraft> Get(const platform::Call& call,
                                            const domain::CityCode& city,
                                            const domain::ZoneCode& zone);
  // Of zones after `after`, at most `limit`, without regulation and outline.
  absl::StatusOr<std::vector<postgres::StoredDraft>> List(const platform::Call& call,
                                                          const domain::CityCode& city,
                                                          const std::string& after, int64_t limit);
  absl::StatusOr<postgres::StoredDraft> Update(const platform::Call& call, const DraftAsked& asked);
  absl::Status Delete(const platform::Call& call, const domain::CityCode& city,
                      const domain::ZoneCode& zone, const std::string& etag, bool validate_only);

 private:
  // None: somebody else began a draft of the zone meanwhile.
  absl::StatusOr<std::optional<postgres::StoredDraft>> TryUpdate(const platform::Call& call,
                                                                 const DraftAsked& asked);

  postgres::Pool& pool_;
};

}  // namespace stadspoort::zones
