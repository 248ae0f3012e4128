#include "services/stadspoort/city_file.h"

#include <set>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "nlohmann/json.hpp"
#include "services/stadspoort/json_file.h"
#include "services/stadspoort/names.h"

namespace stadspoort::client {
namespace {

using nlohmann::ordered_json;

// A name in the file, when there is one, must be the one that is being made.
absl::Status CheckName(absl::string_view found, absl::string_view expected,
                       absl::string_view where) {
  if (found.empty() || found == expected) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(where, ": name \"", found, "\" is not ", expected,
                                                 "; leave it out, or write the latter"));
}

absl::Status ReadCity(const ordered_json& value, const std::string& where, CityPlan& plan) {
  cities::v1::City& city = *plan.city.mutable_city();
  const absl::Status status = ReadMessage(value, where, city);
  if (!status.ok()) return status;
  const std::string found = city.name();
  city.clear_name();
  return CheckName(found, absl::StrCat("cities/", plan.city.city_id()), where);
}

// The code of a thing of the city whose name stands in element `i` of a list, and only there.
absl::StatusOr<std::string> CodeStated(const absl::StatusOr<std::string>& name,
                                       const std::string& where, size_t i,
                                       std::set<std::string>& seen) {
  if (!name.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat(where, "[", i, "].name: ", name.status().message()));
  }
  if (!seen.insert(*name).second) {
    return absl::InvalidArgumentError(
        absl::StrCat(where, "[", i, "].name: \"", CodeOf(*name), "\" stands here twice"));
  }
  return CodeOf(*name);
}

absl::Status ReadRightTypes(const ordered_json& list, const std::string& where,
                            const std::string& city_name, CityPlan& plan) {
  auto types = ReadMessages<cities::v1::RightType>(list, where);
  if (!types.ok()) return types.status();
  std::set<std::string> seen;
  for (size_t i = 0; i < types->size(); ++i) {
    cities::v1::RightType& type = (*types)[i];
    const auto code = CodeStated(RightTypeName(city_name, type.name()), where, i, seen);
    if (!code.ok()) return code.status();
    cities::v1::CreateRightTypeRequest& request = plan.right_types.emplace_back();
    request.set_parent(city_name);
    request.set_right_type_id(*code);
    type.clear_name();
    *request.mutable_right_type() = std::move(type);
  }
  return absl::OkStatus();
}

absl::Status ReadContracts(const ordered_json& list, const std::string& where,
                           const std::string& city_name, CityPlan& plan) {
  auto contracts = ReadMessages<cities::v1::Contract>(list, where);
  if (!contracts.ok()) return contracts.status();
  std::set<std::string> seen;
  for (size_t i = 0; i < contracts->size(); ++i) {
    cities::v1::Contract& contract = (*contracts)[i];
    const auto code = CodeStated(ContractName(city_name, contract.name()), where, i, seen);
    if (!code.ok()) return code.status();
    cities::v1::CreateContractRequest& request = plan.contracts.emplace_back();
    request.set_parent(city_name);
    request.set_contract_id(*code);
    contract.clear_name();
    *request.mutable_contract() = std::move(contract);
  }
  return absl::OkStatus();
}

absl::Status ReadCalendar(const ordered_json& value, const std::string& where,
                          const std::string& city_name,
                          cities::v1::UpdateCalendarRequest& request) {
  cities::v1::Calendar& calendar = *request.mutable_calendar();
  const absl::Status status = ReadMessage(value, where, calendar);
  if (!status.ok()) return status;
  const std::string name = absl::StrCat(city_name, "/calendar");
  const std::string found = calendar.name();
  calendar.set_name(name);
  return CheckName(found, name, where);
}

// Both spellings of protobuf's JSON mapping.
absl::StatusOr<ordered_json> ParseCityFile(absl::string_view text, const std::string& file) {
  return ParseObject(text, file, {"city", "right_types", "rightTypes", "calendar", "contracts"});
}

// The name of the field that JSON calls `key`. ReadMessage has found it already.
std::string FieldOf(const std::string& key) {
  const google::protobuf::Descriptor& city = *cities::v1::City::descriptor();
  const google::protobuf::FieldDescriptor* field = city.FindFieldByCamelcaseName(key);
  return field == nullptr ? key : field->name();
}

}  // namespace

absl::StatusOr<CityPlan> ReadCityFile(absl::string_view text, const std::string& file,
                                      const std::string& city_name) {
  const auto object = ParseCityFile(text, file);
  if (!object.ok()) return object.status();
  CityPlan plan;
  plan.city.set_city_id(CodeOf(city_name));
  plan.city.mutable_city();
  for (const auto& [key, value] : object->items()) {
    const std::string where = absl::StrCat(file, ": ", key);
    const absl::Status status =
        key == "city"        ? ReadCity(value, where, plan)
        : key == "calendar"  ? ReadCalendar(value, where, city_name, plan.calendar.emplace())
        : key == "contracts" ? ReadContracts(value, where, city_name, plan)
                             : ReadRightTypes(value, where, city_name, plan);
    if (!status.ok()) return status;
  }
  return plan;
}

absl::StatusOr<cities::v1::UpdateCalendarRequest> ReadCalendarFile(absl::string_view text,
                                                                   const std::string& file,
                                                                   const std::string& city_name) {
  const auto object = ParseCityFile(text, file);
  if (!object.ok()) return object.status();
  const std::string where = absl::StrCat(file, ": calendar");
  if (!object->contains("calendar")) {
    return absl::InvalidArgumentError(where + ": no special days stand there");
  }
  cities::v1::UpdateCalendarRequest request;
  const absl::Status read = ReadCalendar((*object)["calendar"], where, city_name, request);
  if (!read.ok()) return read;
  return request;
}

absl::StatusOr<cities::v1::UpdateCityRequest> ReadCityUpdate(absl::string_view text,
                                                             const std::string& file,
                                                             const std::string& city_name) {
  const auto object = ParseCityFile(text, file);
  if (!object.ok()) return object.status();
  const ordered_json settings = object->value("city", ordered_json::object());
  const std::string where = absl::StrCat(file, ": city");
  cities::v1::UpdateCityRequest request;
  cities::v1::City& city = *request.mutable_city();
  for (const absl::Status& status :
       {ReadMessage(settings, where, city), CheckName(city.name(), city_name, where)}) {
    if (!status.ok()) return status;
  }
  city.set_name(city_name);
  for (const auto& [key, value] : settings.items()) {
    const std::string field = FieldOf(key);
    if (field == "name" || field == "time_zone" || field == "etag" || field == "create_time") {
      continue;
    }
    request.mutable_update_mask()->add_paths(field);
  }
  if (request.update_mask().paths().empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(where, ": what changes? No setting stands there"));
  }
  return request;
}

}  // namespace stadspoort::client
