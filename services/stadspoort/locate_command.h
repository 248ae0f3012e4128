#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/stadspoort/call.h"
#include "stadspoort/checks/v1/checks.pb.h"

namespace CLI {
class App;
}  // namespace CLI

namespace stadspoort::client {

// What was typed behind `stadspoort locate`. Empty: not given.
struct LocateArguments {
  std::string city;
  std::string position;
  std::string selling_point;
  std::string usage;
  std::string at = "now";
};

// INVALID_ARGUMENT with what would be accepted.
absl::StatusOr<checks::v1::LocateZonesRequest> LocateRequest(const LocateArguments& arguments);

void AddLocateCommand(CLI::App& app, Action& chosen);

}  // namespace stadspoort::client
