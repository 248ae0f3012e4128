#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "services/stadspoort/call.h"
#include "services/stadspoort/zone_argument.h"
#include "stadspoort/zones/v1/zones.pb.h"

namespace CLI {
class App;
}  // namespace CLI

namespace stadspoort::client {

// What was typed behind `stadspoort zone preview`. Absent or empty: not given.
struct PreviewArguments {
  ZoneArgument zone;
  std::string at;
  // Of a day in the week that is drawn; empty: this week.
  std::optional<std::string> week;
  bool draft = false;
  std::string draft_from;
};

// A question about one moment. With `week` it is asked first, about now: its answer tells the
// city's clock, without which no week has a beginning. INVALID_ARGUMENT with what would be
// accepted.
absl::StatusOr<zones::v1::PreviewZoneRequest> PreviewRequest(const PreviewArguments& arguments);

// The Monday of the week of `date` ("YYYY-MM-DD"; checked by PreviewRequest), or of `today`.
absl::CivilDay MondayOf(const std::string& date, absl::CivilDay today);

// preview, below `zone`.
void AddPreviewCommand(CLI::App& zone_group, Action& chosen);

}  // namespace stadspoort::client
