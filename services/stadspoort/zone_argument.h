#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace CLI {
class App;
}  // namespace CLI

// The zone that a command is about, as it stands on the command line: CITY ZONE, or the zone's full
// name alone.
namespace stadspoort::client {

struct ZoneArgument {
  std::string city;
  std::string zone;
};

void AddZoneArgument(CLI::App& command, ZoneArgument& argument);

// The full name; INVALID_ARGUMENT with what would be accepted.
absl::StatusOr<std::string> ZoneNameOf(const ZoneArgument& argument);

}  // namespace stadspoort::client
