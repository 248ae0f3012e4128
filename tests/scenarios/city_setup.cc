#include "tests/scenarios/city_setup.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/contract/names.h"
#include "services/contract/timestamps.h"
#include "tests/scenarios/zone_import.h"

namespace stadspoort::scenarios {
namespace {

namespace cities_v1 = cities::v1;

constexpr size_t kContractIdMost = 60;
constexpr int kPageMost = 500;

const Caller& Operator() {
  static const auto* const kCaller = new Caller{"operator", ""};
  return *kCaller;
}
const Caller& Admin() {
  static const auto* const kCaller = new Caller{"city-admin", ""};
  return *kCaller;
}

void WriteSettings(const domain::CitySettings& settings, cities_v1::City& city) {
  *city.mutable_look_back() = contract::ToProtoDuration(settings.look_back);
  *city.mutable_degraded_limit() = contract::ToProtoDuration(settings.degraded_limit);
  *city.mutable_end_in_the_past_limit() = contract::ToProtoDuration(settings.end_in_the_past_limit);
  *city.mutable_open_end_limit() = contract::ToProtoDuration(settings.open_end_limit);
  city.set_confidence_threshold(settings.confidence_threshold);
}

absl::Status UpdateSettings(const domain::CityCode& code, const City& city, Service& service) {
  cities_v1::UpdateCityRequest request;
  request.mutable_city()->set_name(contract::CityName(code));
  WriteSettings(city.settings, *request.mutable_city());
  for (const char* path : {"look_back", "degraded_limit", "end_in_the_past_limit", "open_end_limit",
                           "confidence_threshold"}) {
    request.mutable_update_mask()->add_paths(path);
  }
  cities_v1::UpdateCityResponse response;
  return Call(Admin(), "UpdateCity", *service.cities, &cities_v1::CitiesService::Stub::UpdateCity,
              request, response);
}

absl::Status UpdateCalendar(const domain::CityCode& code, const City& city, Service& service) {
  cities_v1::UpdateCalendarRequest request;
  request.mutable_calendar()->set_name(contract::CalendarName(code));
  for (const domain::SpecialDay& day : city.special_days) {
    cities_v1::SpecialDay& written = *request.mutable_calendar()->add_special_days();
    written.set_date(absl::FormatCivilTime(day.date));
    written.set_label(day.label.value());
    written.set_display_name(day.display_name);
  }
  cities_v1::UpdateCalendarResponse response;
  return Call(Admin(), "UpdateCalendar", *service.cities,
              &cities_v1::CitiesService::Stub::UpdateCalendar, request, response);
}

void WriteBackdate(const domain::BackdateRule& rule, cities_v1::BackdateRule& out) {
  switch (rule.form) {
    case domain::BackdateRule::Form::kNone:
      out.set_none(true);
      return;
    case domain::BackdateRule::Form::kDuration:
      *out.mutable_at_most() = contract::ToProtoDuration(rule.at_most);
      return;
    case domain::BackdateRule::Form::kStartOfDay:
      out.set_start_of_day(true);
      return;
  }
}

absl::Status CreateRightType(const domain::CityCode& code, const domain::RightType& type,
                             Service& service) {
  cities_v1::CreateRightTypeRequest request;
  request.set_parent(contract::CityName(code));
  request.set_right_type_id(type.code.value());
  request.mutable_right_type()->set_display_name(type.display_name);
  request.mutable_right_type()->set_kind(static_cast<common::v1::RightKind>(type.kind));
  WriteBackdate(type.backdate, *request.mutable_right_type()->mutable_backdate());
  cities_v1::CreateRightTypeResponse response;
  return Call(Admin(), absl::StrCat("CreateRightType ", type.code.value()), *service.cities,
              &cities_v1::CitiesService::Stub::CreateRightType, request, response);
}

absl::StatusOr<std::set<std::string>> NamesOfRightTypes(const domain::CityCode& code,
                                                        Service& service) {
  cities_v1::ListRightTypesRequest request;
  request.set_parent(contract::CityName(code));
  cities_v1::ListRightTypesResponse response;
  const absl::Status listed =
      Call(Admin(), "ListRightTypes", *service.cities,
           &cities_v1::CitiesService::Stub::ListRightTypes, request, response);
  if (!listed.ok()) return listed;
  std::set<std::string> names;
  for (const cities_v1::RightType& type : response.right_types()) names.insert(type.name());
  return names;
}

bool IsUsed(const domain::RightType& type, const Group& group) {
  return std::any_of(group.rights.begin(), group.rights.end(), [&](const ScenarioRight& right) {
    return right.type == type.code || right.known.type == type.code;
  });
}

using TypesByProvider = std::map<std::string, std::set<std::string>>;

// As enrolled: corrections are a clerk's and need no contract.
TypesByProvider TypesEnrolled(const domain::CityCode& code, const Group& group) {
  TypesByProvider types;
  for (const ScenarioRight& right : group.rights) {
    types[right.provider].insert(contract::RightTypeName(code, right.type));
  }
  return types;
}

// "play-1-parkeerapp": whatever the provider's name is made of.
std::string ContractId(const std::string& provider, size_t number) {
  std::string id = absl::StrCat("play-", number, "-");
  for (const char c : absl::AsciiStrToLower(provider)) {
    id.push_back(absl::ascii_isalnum(static_cast<unsigned char>(c)) ? c : '-');
  }
  id.resize(std::min(id.size(), kContractIdMost));
  return id;
}

// For the whole city, from before anything happens, and without an end.
absl::Status CreateContract(const domain::CityCode& code, const City& city,
                            const std::string& provider, const std::set<std::string>& types,
                            size_t number, Service& service) {
  cities_v1::CreateContractRequest request;
  request.set_parent(contract::CityName(code));
  request.set_contract_id(ContractId(provider, number));
  cities_v1::Contract& written = *request.mutable_contract();
  written.set_provider(provider);
  for (const std::string& type : types) written.add_right_types(type);
  *written.mutable_start_time() = contract::ToTimestamp(Beginning(city.zone()));
  cities_v1::CreateContractResponse response;
  return Call(Admin(), absl::StrCat("CreateContract of ", provider), *service.cities,
              &cities_v1::CitiesService::Stub::CreateContract, request, response);
}

// Of the provider, and how many contracts there are.
absl::StatusOr<std::pair<std::set<std::string>, size_t>> TypesContracted(
    const domain::CityCode& code, const std::string& provider, Service& service) {
  cities_v1::ListContractsRequest request;
  request.set_parent(contract::CityName(code));
  request.set_provider(provider);
  request.set_page_size(kPageMost);
  cities_v1::ListContractsResponse response;
  const absl::Status listed =
      Call(Admin(), "ListContracts", *service.cities,
           &cities_v1::CitiesService::Stub::ListContracts, request, response);
  if (!listed.ok()) return listed;
  std::set<std::string> types;
  for (const cities_v1::Contract& present : response.contracts()) {
    types.insert(present.right_types().begin(), present.right_types().end());
  }
  return std::pair(std::move(types), static_cast<size_t>(response.contracts_size()));
}

// For what no contract names yet.
absl::Status CreateContracts(const domain::CityCode& code, const Group& group, Service& service) {
  for (const auto& [provider, types] : TypesEnrolled(code, group)) {
    const auto contracted = TypesContracted(code, provider, service);
    if (!contracted.ok()) return contracted.status();
    const auto& [present, count] = *contracted;
    std::set<std::string> lacking;
    std::set_difference(types.begin(), types.end(), present.begin(), present.end(),
                        std::inserter(lacking, lacking.begin()));
    if (lacking.empty()) continue;
    absl::Status done = CreateContract(code, group.city, provider, lacking, count + 1, service);
    if (!done.ok()) return done;
  }
  return absl::OkStatus();
}

absl::Status CheckTimeZone(const domain::CityCode& code, const City& city, Service& service) {
  cities_v1::GetCityRequest request;
  request.set_name(contract::CityName(code));
  cities_v1::GetCityResponse response;
  const absl::Status got = Call(Admin(), "GetCity", *service.cities,
                                &cities_v1::CitiesService::Stub::GetCity, request, response);
  if (!got.ok() || response.city().time_zone() == city.time_zone) return got;
  return absl::FailedPreconditionError(absl::StrCat(
      "the city's time zone is ", response.city().time_zone(), ", the file's ", city.time_zone));
}

}  // namespace

absl::Status CreateCity(const domain::CityCode& code, const std::string& display_name,
                        const Group& group, Service& service) {
  cities_v1::CreateCityRequest request;
  request.set_city_id(code.value());
  request.mutable_city()->set_display_name(display_name);
  request.mutable_city()->set_time_zone(group.city.time_zone);
  WriteSettings(group.city.settings, *request.mutable_city());
  cities_v1::CreateCityResponse response;
  absl::Status done = Call(Operator(), "CreateCity", *service.cities,
                           &cities_v1::CitiesService::Stub::CreateCity, request, response);
  if (done.ok()) done = UpdateCalendar(code, group.city, service);
  for (const domain::RightType& type : group.city.right_types) {
    if (done.ok()) done = CreateRightType(code, type, service);
  }
  if (done.ok()) done = CreateContracts(code, group, service);
  return done.ok() ? ImportZones(code, group.zones, service) : done;
}

absl::Status AdaptCity(const domain::CityCode& code, const Group& group, Service& service) {
  absl::Status done = CheckTimeZone(code, group.city, service);
  if (done.ok() && group.city.stated) {
    done = UpdateSettings(code, group.city, service);
    if (done.ok()) done = UpdateCalendar(code, group.city, service);
  }
  if (!done.ok()) return done;
  const absl::StatusOr<std::set<std::string>> names = NamesOfRightTypes(code, service);
  if (!names.ok()) return names.status();
  for (const domain::RightType& type : group.city.right_types) {
    if (!IsUsed(type, group) || names->contains(contract::RightTypeName(code, type.code))) continue;
    if (done = CreateRightType(code, type, service); !done.ok()) return done;
  }
  return CreateContracts(code, group, service);
}

}  // namespace stadspoort::scenarios
