#include "services/stadspoort/names.h"

#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "services/domain/ids.h"

namespace stadspoort::client {
namespace {

constexpr absl::string_view kCities = "cities/";
constexpr absl::string_view kCityForm = "2 to 32 of a-z, 0-9 and -, beginning with a letter";

// A kind of thing that a city has.
struct Kind {
  absl::string_view word;        // "zone"
  absl::string_view collection;  // "zones"
  bool (*is_code)(absl::string_view);
  absl::string_view form;  // of the code, in words
};

bool IsUuid(absl::string_view text) { return domain::ParseUuid(text).has_value(); }

absl::StatusOr<std::string> NameInCity(absl::string_view city_name, absl::string_view text,
                                       const Kind& kind) {
  const std::string full_form = absl::StrCat("cities/CITY/", kind.collection, "/CODE");
  if (!absl::StrContains(text, '/')) {
    if (city_name.empty()) {
      return absl::InvalidArgumentError(absl::StrCat(
          kind.word, " \"", text, "\" needs its city: add --city, or write ", full_form));
    }
    if (!kind.is_code(text)) {
      return absl::InvalidArgumentError(
          absl::StrCat("\"", text, "\" is not a ", kind.word, ": ", kind.form));
    }
    return absl::StrCat(city_name, "/", kind.collection, "/", text);
  }
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '/');
  if (parts.size() != 4 || parts[0] != "cities" || !domain::IsCityCode(parts[1]) ||
      parts[2] != kind.collection || !kind.is_code(parts[3])) {
    return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is not the name of a ",
                                                   kind.word, "; write ", full_form,
                                                   ", where CODE is ", kind.form));
  }
  if (!city_name.empty() && CityOf(text) != city_name) {
    return absl::InvalidArgumentError(
        absl::StrCat(text, " is not of ", city_name, "; all names must be of one city"));
  }
  return std::string(text);
}

// The name of a thing whose code is a UUID, in one spelling of it.
absl::StatusOr<std::string> UuidNameInCity(absl::string_view city_name, absl::string_view text,
                                           absl::string_view word, absl::string_view collection) {
  absl::StatusOr<std::string> name = NameInCity(
      city_name, text,
      {word, collection, &IsUuid, "a UUID such as 018f3c1e-7b2a-7c3d-9e4f-0123456789ab"});
  if (!name.ok()) return name;
  return absl::StrCat(CityOf(*name), "/", collection, "/",
                      domain::UuidText(*domain::ParseUuid(CodeOf(*name))));
}

}  // namespace

absl::StatusOr<std::string> CityName(absl::string_view text) {
  if (!domain::IsCityCode(absl::StripPrefix(text, kCities))) {
    return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is not a city; write its code (",
                                                   kCityForm, ", such as ghent) or cities/CODE"));
  }
  return absl::StrCat(kCities, absl::StripPrefix(text, kCities));
}

absl::StatusOr<std::string> ZoneName(absl::string_view city_name, absl::string_view text) {
  return NameInCity(city_name, text,
                    {"zone", "zones", &domain::IsZoneCode,
                     "1 to 60 of a-z, 0-9, - and _, beginning with a letter or digit"});
}

absl::StatusOr<std::string> RightTypeName(absl::string_view city_name, absl::string_view text) {
  return NameInCity(city_name, text,
                    {"right type", "rightTypes", &domain::IsRightTypeCode,
                     "1 to 40 of a-z, 0-9 and -, beginning with a letter"});
}

absl::StatusOr<std::string> ContractName(absl::string_view city_name, absl::string_view text) {
  return NameInCity(city_name, text,
                    {"contract", "contracts", &domain::IsContractCode,
                     "1 to 60 of a-z, 0-9 and -, beginning with a letter"});
}

absl::StatusOr<std::string> RightName(absl::string_view city_name, absl::string_view text) {
  return UuidNameInCity(city_name, text, "right", "rights");
}

absl::StatusOr<std::string> PermitTypeName(absl::string_view city_name, absl::string_view text) {
  return NameInCity(city_name, text,
                    {"permit type", "permitTypes", &domain::IsRightTypeCode,
                     "1 to 40 of a-z, 0-9 and -, beginning with a letter"});
}

absl::StatusOr<std::string> PermitSetName(absl::string_view city_name, absl::string_view text) {
  return NameInCity(city_name, text,
                    {"permit set", "permitSets", &domain::IsContractCode,
                     "1 to 60 of a-z, 0-9 and -, beginning with a letter"});
}

absl::StatusOr<std::string> PermitName(absl::string_view city_name, absl::string_view text) {
  return UuidNameInCity(city_name, text, "permit", "permits");
}

std::string CityOf(absl::string_view name) {
  if (!absl::StartsWith(name, kCities)) return "";
  return std::string(name.substr(0, name.find('/', kCities.size())));
}

std::string CodeOf(absl::string_view name) {
  const size_t slash = name.rfind('/');
  return std::string(slash == absl::string_view::npos ? name : name.substr(slash + 1));
}

}  // namespace stadspoort::client
