#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/stadspoort/zone_argument.h"
#include "stadspoort/zones/v1/zones.pb.h"

namespace stadspoort::client {

// What was typed behind `stadspoort zone draft edit`. Empty: not given.
struct DraftEdit {
  ZoneArgument zone;
  std::string display_name;
  std::string usage;
  std::string regulation;  // a file, {...} in the JSON form of Regulation
  std::string etag;
  bool dry_run = false;
};

// "cities/{city}/zones/{zone}/draft"; INVALID_ARGUMENT with what would be accepted.
absl::StatusOr<std::string> DraftNameOf(const ZoneArgument& zone);

// A change of just what was given. INVALID_ARGUMENT with what would be accepted, or with file and
// place of the fault; also when nothing was given: to the register that would be "everything".
absl::StatusOr<zones::v1::UpdateZoneDraftRequest> EditRequest(const DraftEdit& edit);

}  // namespace stadspoort::client
