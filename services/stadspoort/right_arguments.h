#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "stadspoort/rights/v1/rights.pb.h"

// From what was typed behind `stadspoort right ...` to requests. Every function gives
// INVALID_ARGUMENT with what would be accepted.
namespace stadspoort::client {

// What the commands on rights understand; each takes what it needs. Empty: not given.
struct RightArguments {
  std::string name;  // full name, or UUID with `city`
  std::string city;
  std::string plate;
  std::string country;
  std::string type;
  std::vector<std::string> zones;
  bool city_wide = false;
  std::string from;
  std::string until;
  bool open = false;  // without an end
  std::vector<std::string> windows;
  bool no_windows = false;
  std::string reference;
  std::string at;
  std::string reason;
  std::string etag;
};

// `now` is what "--until now" means: an end has no other clock than the caller's.
absl::StatusOr<rights::v1::EnrolRightRequest> EnrolRequest(const RightArguments& arguments,
                                                           absl::Time now);
absl::StatusOr<rights::v1::AmendRightRequest> AmendRequest(const RightArguments& arguments,
                                                           absl::Time now);
absl::StatusOr<rights::v1::CorrectRightRequest> CorrectRequest(const RightArguments& arguments,
                                                               absl::Time now);
// By name, or by --city and --reference.
absl::StatusOr<rights::v1::EndRightRequest> EndRequest(const RightArguments& arguments);
absl::StatusOr<rights::v1::ListRightsRequest> ListRequest(const RightArguments& arguments);

// The full name of the right that `name` and `city` say.
absl::StatusOr<std::string> NameOf(const RightArguments& arguments);

}  // namespace stadspoort::client
