#include "services/contract/names.h"

#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "services/domain/refusal.h"

namespace stadspoort::contract {
namespace {

using domain::ErrorReason;

absl::Status BadName(absl::string_view field, absl::string_view form) {
  return domain::InvalidField(field, absl::StrCat("is not a name of the form ", form),
                              ErrorReason::kInvalidName);
}

// "cities/{city}/{collection}/{id}" in its four parts, or nothing.
std::optional<std::pair<absl::string_view, absl::string_view>> SplitName(
    absl::string_view name, absl::string_view collection) {
  const std::vector<absl::string_view> parts = absl::StrSplit(name, '/');
  if (parts.size() != 4 || parts[0] != "cities" || !domain::IsCityCode(parts[1]) ||
      parts[2] != collection) {
    return std::nullopt;
  }
  return std::pair(parts[1], parts[3]);
}

// The last part of `name` when it names something in `collection` of `city`, or `name` itself when
// it is a bare code.
std::optional<absl::string_view> CodeOf(const domain::CityCode& city, absl::string_view name,
                                        absl::string_view collection) {
  if (name.find('/') == absl::string_view::npos) return name;
  const auto parts = SplitName(name, collection);
  if (!parts || parts->first != city.value()) return std::nullopt;
  return parts->second;
}

}  // namespace

std::string CityName(const domain::CityCode& city) { return absl::StrCat("cities/", city.value()); }

std::string CalendarName(const domain::CityCode& city) {
  return absl::StrCat("cities/", city.value(), "/calendar");
}

std::string ZoneName(const domain::CityCode& city, const domain::ZoneCode& zone) {
  return absl::StrCat("cities/", city.value(), "/zones/", zone.value());
}

std::string DraftName(const domain::CityCode& city, const domain::ZoneCode& zone) {
  return absl::StrCat(ZoneName(city, zone), "/draft");
}

std::string RightTypeName(const domain::CityCode& city, const domain::RightTypeCode& type) {
  return absl::StrCat("cities/", city.value(), "/rightTypes/", type.value());
}

std::string ContractName(const domain::CityCode& city, const domain::ContractCode& contract) {
  return absl::StrCat("cities/", city.value(), "/contracts/", contract.value());
}

std::string RightName(const domain::CityCode& city, const domain::RightId& right) {
  return absl::StrCat("cities/", city.value(), "/rights/", right.text());
}

std::string PermitTypeName(const domain::CityCode& city, const domain::PermitTypeCode& type) {
  return absl::StrCat("cities/", city.value(), "/permitTypes/", type.value());
}

std::string PermitSetName(const domain::CityCode& city, const domain::PermitSetCode& set) {
  return absl::StrCat("cities/", city.value(), "/permitSets/", set.value());
}

std::string PermitName(const domain::CityCode& city, const domain::PermitId& permit) {
  return absl::StrCat("cities/", city.value(), "/permits/", permit.text());
}

absl::StatusOr<domain::CityCode> ParseCityName(absl::string_view name, absl::string_view field) {
  const std::vector<absl::string_view> parts = absl::StrSplit(name, '/');
  if (parts.size() != 2 || parts[0] != "cities" || !domain::IsCityCode(parts[1])) {
    return BadName(field, "cities/{city}");
  }
  return domain::CityCode(std::string(parts[1]));
}

absl::StatusOr<domain::CityCode> ParseCalendarName(absl::string_view name,
                                                   absl::string_view field) {
  const std::vector<absl::string_view> parts = absl::StrSplit(name, '/');
  if (parts.size() != 3 || parts[0] != "cities" || !domain::IsCityCode(parts[1]) ||
      parts[2] != "calendar") {
    return BadName(field, "cities/{city}/calendar");
  }
  return domain::CityCode(std::string(parts[1]));
}

absl::StatusOr<std::pair<domain::CityCode, domain::ZoneCode>> ParseZoneName(
    absl::string_view name, absl::string_view field) {
  const auto parts = SplitName(name, "zones");
  if (!parts || !domain::IsZoneCode(parts->second)) {
    return BadName(field, "cities/{city}/zones/{zone}");
  }
  return std::pair(domain::CityCode(std::string(parts->first)),
                   domain::ZoneCode(std::string(parts->second)));
}

absl::StatusOr<std::pair<domain::CityCode, domain::ZoneCode>> ParseDraftName(
    absl::string_view name, absl::string_view field) {
  absl::string_view zone = name;
  auto parsed = absl::ConsumeSuffix(&zone, "/draft")
                    ? ParseZoneName(zone, field)
                    : absl::StatusOr<std::pair<domain::CityCode, domain::ZoneCode>>(
                          absl::InvalidArgumentError(""));
  if (!parsed.ok()) return BadName(field, "cities/{city}/zones/{zone}/draft");
  return parsed;
}

absl::StatusOr<std::pair<domain::CityCode, domain::ContractCode>> ParseContractName(
    absl::string_view name, absl::string_view field) {
  const auto parts = SplitName(name, "contracts");
  if (!parts || !domain::IsContractCode(parts->second)) {
    return BadName(field, "cities/{city}/contracts/{contract}");
  }
  return std::pair(domain::CityCode(std::string(parts->first)),
                   domain::ContractCode(std::string(parts->second)));
}

absl::StatusOr<std::pair<domain::CityCode, domain::RightId>> ParseRightName(
    absl::string_view name, absl::string_view field) {
  const auto parts = SplitName(name, "rights");
  const std::optional<domain::RightId> id =
      parts ? domain::RightId::FromText(parts->second) : std::nullopt;
  if (!id) return BadName(field, "cities/{city}/rights/{right}, {right} being a UUID");
  return std::pair(domain::CityCode(std::string(parts->first)), *id);
}

absl::StatusOr<std::pair<domain::CityCode, domain::PermitTypeCode>> ParsePermitTypeName(
    absl::string_view name, absl::string_view field) {
  const auto parts = SplitName(name, "permitTypes");
  if (!parts || !domain::IsRightTypeCode(parts->second)) {
    return BadName(field, "cities/{city}/permitTypes/{code}");
  }
  return std::pair(domain::CityCode(std::string(parts->first)),
                   domain::PermitTypeCode(std::string(parts->second)));
}

absl::StatusOr<std::pair<domain::CityCode, domain::PermitId>> ParsePermitName(
    absl::string_view name, absl::string_view field) {
  const auto parts = SplitName(name, "permits");
  const std::optional<domain::PermitId> id =
      parts ? domain::PermitId::FromText(parts->second) : std::nullopt;
  if (!id) return BadName(field, "cities/{city}/permits/{permit}, {permit} being a UUID");
  return std::pair(domain::CityCode(std::string(parts->first)), *id);
}

absl::StatusOr<std::pair<domain::CityCode, domain::PermitSetCode>> ParsePermitSetName(
    absl::string_view name, absl::string_view field) {
  const auto parts = SplitName(name, "permitSets");
  if (!parts || !domain::IsContractCode(parts->second)) {
    return BadName(field, "cities/{city}/permitSets/{set}");
  }
  return std::pair(domain::CityCode(std::string(parts->first)),
                   domain::PermitSetCode(std::string(parts->second)));
}

absl::StatusOr<domain::ZoneCode> ParseZoneOf(const domain::CityCode& city, absl::string_view name,
                                             absl::string_view field) {
  const std::optional<absl::string_view> code = CodeOf(city, name, "zones");
  if (!code || !domain::IsZoneCode(*code)) {
    return BadName(field, absl::StrCat("cities/", city.value(), "/zones/{zone}"));
  }
  return domain::ZoneCode(std::string(*code));
}

absl::StatusOr<domain::RightTypeCode> ParseRightTypeOf(const domain::CityCode& city,
                                                       absl::string_view name,
                                                       absl::string_view field) {
  const std::optional<absl::string_view> code = CodeOf(city, name, "rightTypes");
  if (!code || !domain::IsRightTypeCode(*code)) {
    return BadName(field, absl::StrCat("cities/", city.value(), "/rightTypes/{code}"));
  }
  return domain::RightTypeCode(std::string(*code));
}

absl::StatusOr<domain::PermitTypeCode> ParsePermitTypeOf(const domain::CityCode& city,
                                                         absl::string_view name,
                                                         absl::string_view field) {
  const std::optional<absl::string_view> code = CodeOf(city, name, "permitTypes");
  if (!code || !domain::IsRightTypeCode(*code)) {
    return BadName(field, absl::StrCat("cities/", city.value(), "/permitTypes/{code}"));
  }
  return domain::PermitTypeCode(std::string(*code));
}

}  // namespace stadspoort::contract
