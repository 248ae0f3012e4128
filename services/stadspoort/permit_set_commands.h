#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "services/stadspoort/call.h"
#include "stadspoort/permits/v1/permits.pb.h"

namespace CLI {
class App;
}  // namespace CLI

namespace stadspoort::client {

// The group `set` of `permit`: create | list | switch.
void AddPermitSetCommands(CLI::App& permit_group, Action& chosen);

struct PermitSetArguments {
  std::string name;  // of the set
  std::string city;
  std::string series;
  std::string display_name;
  bool none = false;  // no set is live from then on
  std::string live;   // that is live as far as the caller knows; "none": none
  std::string at;
  std::string reason;
  bool dry_run = false;
};

absl::StatusOr<permits::v1::CreatePermitSetRequest> CreateSetRequest(
    const PermitSetArguments& arguments);
absl::StatusOr<permits::v1::SwitchPermitSetRequest> SwitchSetRequest(
    const PermitSetArguments& arguments);

std::string PermitSetTable(const google::protobuf::RepeatedPtrField<permits::v1::PermitSet>& sets,
                           absl::TimeZone clock, bool colour);

}  // namespace stadspoort::client
