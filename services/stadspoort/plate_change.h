#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "stadspoort/permits/v1/permits.pb.h"

// From what was typed behind `stadspoort permit plate ...` to requests. Every function gives
// INVALID_ARGUMENT with what would be accepted.
namespace stadspoort::client {

// What the commands that change plates understand; each takes what it needs. Empty: not given.
struct PlateChangeArguments {
  std::string name;  // full name, or UUID with `city`
  std::string city;
  std::string holder;
  std::string plate;  // that is added, removed or activated
  std::string leaving;
  std::string coming;
  std::string instead_of;
  std::string replaced;
  std::string temporary;
  std::string until;
  std::string at = "now";
  std::string etag;
  std::string request_id;
  bool dry_run = false;
};

absl::StatusOr<permits::v1::ChangePlatesRequest> AddPlateRequest(
    const PlateChangeArguments& arguments);
absl::StatusOr<permits::v1::ChangePlatesRequest> RemovePlateRequest(
    const PlateChangeArguments& arguments);
absl::StatusOr<permits::v1::ChangePlatesRequest> SwapPlatesRequest(
    const PlateChangeArguments& arguments);
absl::StatusOr<permits::v1::ChangePlatesRequest> ActivatePlateRequest(
    const PlateChangeArguments& arguments);
absl::StatusOr<permits::v1::ChangePlatesRequest> StandInRequest(
    const PlateChangeArguments& arguments);
absl::StatusOr<permits::v1::ChangePlatesRequest> CallBackRequest(
    const PlateChangeArguments& arguments);

}  // namespace stadspoort::client
