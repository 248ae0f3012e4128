#include "services/domain/shared_zone.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"

namespace stadspoort::domain {

std::vector<SharedZone> Share(std::vector<ZoneVersion> read, const std::vector<SharedZone>& known) {
  absl::flat_hash_map<ZoneCode, absl::InlinedVector<SharedZone, 2>> by_code;
  for (const SharedZone& zone : known) by_code[zone->code].push_back(zone);

  std::vector<SharedZone> shared;
  shared.reserve(read.size());
  for (ZoneVersion& zone : read) {
    absl::InlinedVector<SharedZone, 2>& others = by_code[zone.code];
    const auto same = std::find_if(others.begin(), others.end(),
                                   [&](const SharedZone& other) { return *other == zone; });
    if (same != others.end()) {
      shared.push_back(*same);
      continue;
    }
    const auto drawn = std::find_if(others.begin(), others.end(), [&](const SharedZone& other) {
      return other->area == zone.area;
    });
    if (drawn != others.end()) zone.area = (*drawn)->area;
    others.push_back(shared.emplace_back(std::move(zone)));
  }
  return shared;
}

}  // namespace stadspoort::domain
