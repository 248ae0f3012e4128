#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

// Names on the command line: the full resource name (cities/ghent/zones/gele-zone-1) or, where the
// city is known, the short code (gele-zone-1). Every function gives the full name, or
// INVALID_ARGUMENT with what would be accepted.
namespace stadspoort::client {

// "ghent" or "cities/ghent".
absl::StatusOr<std::string> CityName(absl::string_view text);

// `city_name` is a full city name, or empty when no city was given: then only full names will do. A
// full name of another city is refused.
absl::StatusOr<std::string> ZoneName(absl::string_view city_name, absl::string_view text);
absl::StatusOr<std::string> RightTypeName(absl::string_view city_name, absl::string_view text);
absl::StatusOr<std::string> ContractName(absl::string_view city_name, absl::string_view text);
// The short form of a right is its UUID.
absl::StatusOr<std::string> RightName(absl::string_view city_name, absl::string_view text);
absl::StatusOr<std::string> PermitTypeName(absl::string_view city_name, absl::string_view text);
absl::StatusOr<std::string> PermitSetName(absl::string_view city_name, absl::string_view text);
// So is that of a permit.
absl::StatusOr<std::string> PermitName(absl::string_view city_name, absl::string_view text);

// "cities/ghent" of "cities/ghent/zones/gele-zone-1"; empty when there is none.
std::string CityOf(absl::string_view name);
// "gele-zone-1" of the same: what stands behind the last slash.
std::string CodeOf(absl::string_view name);

}  // namespace stadspoort::client
