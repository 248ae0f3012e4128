#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/stadspoort/command.h"
#include "stadspoort/cities/v1/cities.pb.h"

namespace stadspoort::client {

// What was typed behind `stadspoort city right-type create`. Empty: not given.
struct RightTypeArguments {
  std::string city;
  std::string code;
  std::string kind;
  std::string display_name;
  std::string backdate;
  bool dry_run = false;
};

// INVALID_ARGUMENT with what would be accepted.
absl::StatusOr<cities::v1::CreateRightTypeRequest> RightTypeRequest(
    const RightTypeArguments& arguments);

// `stadspoort city right-type create`.
void AddRightTypeCommands(CLI::App& city_group, Action& chosen);

}  // namespace stadspoort::client
