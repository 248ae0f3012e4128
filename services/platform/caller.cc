#include "services/platform/caller.h"

#include <algorithm>
#include <array>
#include <utility>

namespace stadspoort::platform {
namespace {

constexpr std::array<std::pair<absl::string_view, Role>, 9> kRoleNames = {{
    {"enforcer", Role::kEnforcer},
    {"device", Role::kDevice},
    {"provider", Role::kProvider},
    {"holder", Role::kHolder},
    {"portal", Role::kPortal},
    {"clerk", Role::kClerk},
    {"city-admin", Role::kCityAdmin},
    {"auditor", Role::kAuditor},
    {"operator", Role::kOperator},
}};

}  // namespace

std::optional<Role> RoleFromName(absl::string_view name) {
  for (const auto& [known, role] : kRoleNames) {
    if (known == name) return role;
  }
  return std::nullopt;
}

bool Caller::MaySee(const domain::CityCode& city) const {
  return every_city || std::find(cities.begin(), cities.end(), city) != cities.end();
}

bool Caller::MaySeePlates() const { return roles.Has(Role::kEnforcer) || roles.Has(Role::kClerk); }

}  // namespace stadspoort::platform
