#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/stadspoort/call.h"
#include "stadspoort/zones/v1/zones.pb.h"

namespace CLI {
class App;
}  // namespace CLI

namespace stadspoort::client {

// What was typed behind `stadspoort zone validate`.
struct ValidateArguments {
  std::string city;
  std::vector<std::string> zones;
  std::string from = "now";
};

// INVALID_ARGUMENT with what would be accepted.
absl::StatusOr<zones::v1::ValidateZoneDraftsRequest> ValidateRequest(
    const ValidateArguments& arguments);

// Which drafts can be published and which not, then the judgement.
std::string ValidatePage(const zones::v1::ValidateZoneDraftsResponse& response,
                         absl::TimeZone clock, bool colour);

// validate, below `zone`: kRefused when there are errors.
void AddValidateCommand(CLI::App& zone_group, Action& chosen);

}  // namespace stadspoort::client
