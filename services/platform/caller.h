#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/domain/ids.h"

namespace stadspoort::platform {

// Values are those of stadspoort.common.v1.Role.
enum class Role : uint8_t {
  kEnforcer = 1,
  kDevice = 2,
  kProvider = 3,
  kHolder = 4,
  kPortal = 5,
  kClerk = 6,
  kCityAdmin = 7,
  kAuditor = 8,
  kOperator = 9,
};
// "city-admin"
std::optional<Role> RoleFromName(absl::string_view name);

class RoleSet {
 public:
  constexpr void Add(Role role) { bits_ = static_cast<uint16_t>(bits_ | Bit(role)); }
  constexpr bool Has(Role role) const { return (bits_ & Bit(role)) != 0; }
  constexpr bool Intersects(const RoleSet& other) const { return (bits_ & other.bits_) != 0; }
  constexpr bool empty() const { return bits_ == 0; }

 private:
  static constexpr uint16_t Bit(Role role) {
    return static_cast<uint16_t>(1U << static_cast<unsigned>(role));
  }
  uint16_t bits_ = 0;
};

// Who calls. Made by the edge from the call's identity; no request carries any of it. A value.
struct Caller {
  std::string subject;  // stable id of the person, device or system; not a name
  RoleSet roles;
  std::string provider;  // set exactly for callers with the role provider
  bool every_city = false;
  std::vector<domain::CityCode> cities;

  // A city outside this is NOT_FOUND to the caller, in the same words as one that does not exist.
  bool MaySee(const domain::CityCode& city) const;
  // Near-miss candidates and the right behind an answer. Devices check and see nothing else.
  bool MaySeePlates() const;
};

}  // namespace stadspoort::platform
