#pragma once

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/domain/ids.h"

// Resource names (AIP-122). Parsing gives INVALID_ARGUMENT (INVALID_NAME) for `field` when the form
// is wrong.
namespace stadspoort::contract {

std::string CityName(const domain::CityCode& city);      // cities/ghent
std::string CalendarName(const domain::CityCode& city);  // cities/ghent/calendar
std::string ZoneName(const domain::CityCode& city,
                     const domain::ZoneCode& zone);  // cities/ghent/zones/gele-zone-1
std::string DraftName(const domain::CityCode& city,
                      const domain::ZoneCode& zone);  // cities/ghent/zones/gele-zone-1/draft
std::string RightTypeName(const domain::CityCode& city, const domain::RightTypeCode& type);
std::string ContractName(const domain::CityCode& city, const domain::ContractCode& contract);
std::string RightName(const domain::CityCode& city, const domain::RightId& right);
std::string PermitTypeName(const domain::CityCode& city, const domain::PermitTypeCode& type);
std::string PermitSetName(const domain::CityCode& city, const domain::PermitSetCode& set);
std::string PermitName(const domain::CityCode& city, const domain::PermitId& permit);

absl::StatusOr<domain::CityCode> ParseCityName(absl::string_view name, absl::string_view field);
absl::StatusOr<domain::CityCode> ParseCalendarName(absl::string_view name, absl::string_view field);
absl::StatusOr<std::pair<domain::CityCode, domain::ZoneCode>> ParseZoneName(
    absl::string_view name, absl::string_view field);
absl::StatusOr<std::pair<domain::CityCode, domain::ZoneCode>> ParseDraftName(
    absl::string_view name, absl::string_view field);
absl::StatusOr<std::pair<domain::CityCode, domain::ContractCode>> ParseContractName(
    absl::string_view name, absl::string_view field);
absl::StatusOr<std::pair<domain::CityCode, domain::RightId>> ParseRightName(
    absl::string_view name, absl::string_view field);
absl::StatusOr<std::pair<domain::CityCode, domain::PermitTypeCode>> ParsePermitTypeName(
    absl::string_view name, absl::string_view field);
absl::StatusOr<std::pair<domain::CityCode, domain::PermitId>> ParsePermitName(
    absl::string_view name, absl::string_view field);
absl::StatusOr<std::pair<domain::CityCode, domain::PermitSetCode>> ParsePermitSetName(
    absl::string_view name, absl::string_view field);
// A zone, right type or permit type of a city that is known already: its full name, or its bare
// code.
absl::StatusOr<domain::ZoneCode> ParseZoneOf(const domain::CityCode& city, absl::string_view name,
                                             absl::string_view field);
absl::StatusOr<domain::RightTypeCode> ParseRightTypeOf(const domain::CityCode& city,
                                                       absl::string_view name,
                                                       absl::string_view field);
absl::StatusOr<domain::PermitTypeCode> ParsePermitTypeOf(const domain::CityCode& city,
                                                         absl::string_view name,
                                                         absl::string_view field);

}  // namespace stadspoort::contract
