#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "services/stadspoort/call.h"
#include "services/stadspoort/zone_argument.h"
#include "stadspoort/zones/v1/zones.pb.h"

namespace CLI {
class App;
}  // namespace CLI

namespace stadspoort::client {

// What was typed behind `stadspoort zone diff`.
struct DiffArguments {
  ZoneArgument zone;
  std::optional<int64_t> from_version;  // absent: the one in force
  std::optional<int64_t> to_version;    // absent: the draft
};

// INVALID_ARGUMENT with what would be accepted.
absl::StatusOr<zones::v1::DiffZoneRequest> DiffRequest(const DiffArguments& arguments);

// diff, below `zone`.
void AddDiffCommand(CLI::App& zone_group, Action& chosen);

}  // namespace stadspoort::client
