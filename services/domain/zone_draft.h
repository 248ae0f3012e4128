#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "services/domain/ids.h"
#include "services/domain/outline.h"
#include "services/domain/regulation.h"
#include "services/domain/zone.h"

namespace stadspoort::domain {

// A zone as it is being drawn: readable, but not judged. No check knows of it.
struct ZoneDraft {
  ZoneCode code;
  std::optional<Usage> usage;  // none: not said yet
  std::string display_name;    // empty: not said yet
  Regulation regulation;
  Outline area;              // of nothing: not drawn yet
  int64_t base_version = 0;  // the version from which it was made; 0: the zone is new

  friend bool operator==(const ZoneDraft&, const ZoneDraft&) = default;
};

// What a draft becomes from `start` on; not yet numbered. One without a usage is taken as one of
// paid parking, to be looked at.
inline ZoneVersion VersionOf(const ZoneDraft& draft, absl::Time start) {
  ZoneVersion version;
  version.code = draft.code;
  version.usage = draft.usage.value_or(version.usage);
  version.in_force = {start, absl::InfiniteFuture()};
  version.display_name = draft.display_name;
  version.regulation = draft.regulation;
  version.area = draft.area;
  return version;
}

}  // namespace stadspoort::domain
