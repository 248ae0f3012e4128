#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "stadspoort/permits/v1/permits.pb.h"

// From what was typed behind `stadspoort permit show | list | history | follow` to requests. Every
// function gives INVALID_ARGUMENT with what would be accepted. Empty: not given.
namespace stadspoort::client {

struct PermitShowArguments {
  std::string name;  // full name, or UUID with `city`
  std::string city;
  std::string holder;
};

struct PermitListArguments {
  std::string city;
  std::string holder;
  std::vector<std::string> states;
  std::string type;
  std::string plate;
};

struct PermitHistoryArguments {
  std::string name;
  std::string city;
  std::string known_at = "now";
};

struct PermitFollowArguments {
  std::string city;
  std::string since;  // a cursor
  std::string from = "now";
};

absl::StatusOr<permits::v1::GetPermitRequest> PermitShowRequest(
    const PermitShowArguments& arguments);
absl::StatusOr<permits::v1::ListPermitsRequest> PermitListRequest(
    const PermitListArguments& arguments);
absl::StatusOr<permits::v1::ListPermitEventsRequest> PermitHistoryRequest(
    const PermitHistoryArguments& arguments);
absl::StatusOr<permits::v1::FollowPermitEventsRequest> PermitFollowRequest(
    const PermitFollowArguments& arguments);

}  // namespace stadspoort::client
