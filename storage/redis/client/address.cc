#include "storage/redis/client/address.h"

#include <arpa/inet.h>
#include <sys/un.h>

#include <charconv>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"

namespace stadspoort::redis {
namespace {

absl::Status NoAddress() {
  return absl::InvalidArgumentError(
      "the address of Redis is neither unix:/PATH (at most 107 bytes) nor IP:PORT nor [IPV6]:PORT");
}

bool IsIp(int family, const std::string& host) {
  in6_addr address;  // takes both families
  return inet_pton(family, host.c_str(), &address) == 1;
}

bool ReadPort(std::string_view text, int& port) {
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, port);
  return error == std::errc() && rest == end && port >= 1 && port <= 65535;
}

}  // namespace

absl::StatusOr<Address> ReadAddress(std::string_view text) {
  constexpr std::string_view kUnix = "unix:";
  Address address;
  if (text.starts_with(kUnix)) {
    address.path = std::string(text.substr(kUnix.size()));
    // hiredis would cut a longer path and connect to what is there.
    if (!address.path.starts_with('/') || address.path.size() >= sizeof(sockaddr_un::sun_path)) {
      return NoAddress();
    }
    return address;
  }
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || !ReadPort(text.substr(colon + 1), address.port)) {
    return NoAddress();
  }
  std::string_view host = text.substr(0, colon);
  const bool brackets = host.starts_with('[') && host.ends_with(']');
  if (brackets) host = host.substr(1, host.size() - 2);
  address.host = std::string(host);
  if (!IsIp(brackets ? AF_INET6 : AF_INET, address.host)) return NoAddress();
  return address;
}

}  // namespace stadspoort::redis
