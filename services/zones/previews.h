#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/domain/ids.h"
#include "services/domain/zone_difference.h"
#include "services/domain/zone_timetable.h"
#include "services/platform/call.h"
#include "services/zones/rights_effect.h"
#include "storage/postgres/client/pool.h"

namespace stadspoort::zones {

struct PreviewAsked {
  domain::CityCode city;
  domain::ZoneCode zone;
  std::optional<absl::Time> start;  // none: now
  std::optional<absl::Time> end;    // none: only what holds at the start
  bool with_draft = false;
  std::optional<absl::Time> draft_start;  // none: the start
};

struct Previewed {
  std::vector<domain::TimetableEntry> entries;
  std::string time_zone;
};

struct DiffAsked {
  domain::CityCode city;
  domain::ZoneCode zone;
  int64_t from = 0;  // 0: the version in force, or the newest
  int64_t to = 0;    // 0: the draft
};

struct Diffed {
  int64_t from = 0;
  int64_t to = 0;
  std::vector<domain::ZoneDifference> differences;
  std::vector<RightsHurt> rights_hurt;
};

// What holds when, and what differs. Reads only. Thread-safe.
class Previews {
 public:
  explicit Previews(postgres::Pool& pool) : pool_(pool) {}

  absl::StatusOr<Previewed> Preview(const platform::Call& call, const PreviewAsked& asked);
  absl::StatusOr<Diffed> Diff(const platform::Call& call, const DiffAsked& asked);

 private:
  postgres::Pool& pool_;
};

}  // namespace stadspoort::zones
