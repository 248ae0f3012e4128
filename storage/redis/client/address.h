#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace stadspoort::redis {

// Where a server listens: on a Unix socket, or on a port of an IP address.
struct Address {
  std::string path;  // empty: host and port
  std::string host;
  int port = 0;
};

// Reads "unix:/path", "192.0.2.1:6379" or "[2001:db8::1]:6379". InvalidArgument for all else, host
// names included: they would be resolved without regard to anyone's patience.
absl::StatusOr<Address> ReadAddress(std::string_view text);

}  // namespace stadspoort::redis
