#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/permits/permit_change.h"
#include "services/platform/call.h"
#include "storage/postgres/client/pool.h"
#include "storage/postgres/permit_store.h"
#include "storage/postgres/permit_type_store.h"

namespace stadspoort::permits {

struct PermitListAsked {
  domain::CityCode city;
  std::optional<std::string> holder;
  std::vector<domain::PermitState> states;  // none: any
  std::optional<domain::PermitTypeCode> type;
  std::optional<domain::PlateNumber> plate;
  domain::PermitId after;
  int64_t limit = 0;
};
struct PermitPage {
  std::vector<PermitShown> permits;
  std::optional<domain::PermitId> next;  // go on after it; none: that was the last page
};

struct PermitEventsAsked {
  domain::CityCode city;
  domain::PermitId permit;
  std::optional<absl::Time> known_at;  // none: now
  int64_t after_revision = 0;
  int64_t limit = 0;
};
struct PermitEvents {
  std::vector<postgres::PermitEvent> events;
  PermitShown permit;  // as it was known then
};

// A place in the stream of events, as a cursor tells it.
struct EventCursor {
  std::string epoch;
  postgres::EventPlace place;
};

// Reads; errors as the contract says them. Thread-safe.
class PermitQueries {
 public:
  // Both outlive it.
  PermitQueries(postgres::Pool& pool, postgres::PermitTypeReader& types)
      : pool_(pool), types_(types) {}

  // `holder`: for whom the caller acts; empty: not said.
  absl::StatusOr<PermitShown> Get(const platform::Call& call, const domain::CityCode& city,
                                  const domain::PermitId& permit, const std::string& holder);
  absl::StatusOr<PermitPage> List(const platform::Call& call, const PermitListAsked& asked);
  absl::StatusOr<PermitEvents> Events(const platform::Call& call, const PermitEventsAsked& asked);

  // Where the events of now begin.
  absl::StatusOr<postgres::EventsEnd> EventsEnd(const platform::Call& call,
                                                const domain::CityCode& city);
  struct EventBatch {
    std::vector<postgres::FollowedEvent> events;
    std::string epoch;  // that the register is in
  };
  // What happened after `cursor`, and was recorded since then. CURSOR_LOST in another epoch.
  absl::StatusOr<EventBatch> Follow(const platform::Call& call, const domain::CityCode& city,
                                    const EventCursor& cursor, absl::Time since);

 private:
  postgres::Pool& pool_;
  postgres::PermitTypeReader& types_;
};

}  // namespace stadspoort::permits
