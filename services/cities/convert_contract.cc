#include "services/cities/convert_contract.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/contract/names.h"
#include "services/contract/timestamps.h"
#include "services/contract/violations.h"
#include "services/domain/limits.h"
#include "services/domain/refusal.h"

namespace stadspoort::cities {
namespace {

namespace limits = domain::limits;
using contract::Violations;
using Names = google::protobuf::RepeatedPtrField<std::string>;

constexpr size_t kNameMaxBytes = 100;
constexpr int kDefaultPageSize = 50;
constexpr int kMaxPageSize = 500;

// Right types or zones of the city, each once, in their order.
template <typename Code>
std::vector<Code> ReadCodes(const Names& names, const domain::CityCode& city,
                            absl::StatusOr<Code> (*parse)(const domain::CityCode&,
                                                          absl::string_view, absl::string_view),
                            const std::string& field, Violations& violations) {
  std::vector<Code> codes;
  for (int i = 0; i < names.size(); ++i) {
    const std::string path = absl::StrCat(field, "[", i, "]");
    absl::StatusOr<Code> code = parse(city, names.Get(i), path);
    if (!code.ok()) {
      violations.Add("", code.status());
      continue;
    }
    if (std::find(codes.begin(), codes.end(), *code) != codes.end()) {
      violations.Add(path, "is named twice");
    }
    codes.push_back(*std::move(code));
  }
  return codes;
}

void ReadDisplayName(const v1::Contract& in, domain::Contract& out, Violations& violations) {
  out.display_name = in.display_name();
  if (out.display_name.size() > kNameMaxBytes) {
    violations.Add("contract.display_name", "must have at most 100 bytes");
  }
}

void ReadRightTypes(const v1::Contract& in, const domain::CityCode& city, domain::Contract& out,
                    Violations& violations) {
  constexpr const char* kField = "contract.right_types";
  const auto count = static_cast<size_t>(in.right_types_size());
  if (count < 1 || count > limits::kContractMaxRightTypes) {
    violations.Add(kField, "must name 1 to 1,000 right types");
    return;
  }
  out.right_types =
      ReadCodes(in.right_types(), city, &contract::ParseRightTypeOf, kField, violations);
}

void ReadZones(const v1::Contract& in, const domain::CityCode& city, domain::Contract& out,
               Violations& violations) {
  constexpr const char* kField = "contract.zones";
  if (static_cast<size_t>(in.zones_size()) > limits::kContractMaxZones) {
    violations.Add(kField, "must name at most 500 zones; none means all of the city");
    return;
  }
  out.zones = ReadCodes(in.zones(), city, &contract::ParseZoneOf, kField, violations);
}

void ReadEnd(const v1::Contract& in, domain::Contract& out, Violations& violations) {
  if (!in.has_end_time()) return;
  const absl::StatusOr<absl::Time> end = contract::ToTime(in.end_time(), "contract.end_time");
  if (end.ok()) {
    out.in_force.end = *end;
  } else {
    violations.Add("", end.status());
  }
}

void ReadStart(const v1::Contract& in, domain::Contract& out, Violations& violations) {
  if (!in.has_start_time()) {
    violations.Add("contract.start_time", "must say from when the contract is in force");
    return;
  }
  const absl::StatusOr<absl::Time> start = contract::ToTime(in.start_time(), "contract.start_time");
  if (!start.ok()) {
    violations.Add("", start.status());
    return;
  }
  out.in_force.start = *start;
  if (out.in_force.Empty()) {
    violations.Add("", domain::InvalidField("contract.end_time", "must lie after the start",
                                            domain::ErrorReason::kEndBeforeStart));
  }
}

}  // namespace

absl::StatusOr<CreateContractAsked> ReadCreateContract(const v1::CreateContractRequest& request) {
  CreateContractAsked asked;
  Violations violations;
  absl::StatusOr<domain::CityCode> city = contract::ParseCityName(request.parent(), "parent");
  if (!city.ok()) return city.status();
  asked.city = *std::move(city);
  asked.validate_only = request.validate_only();
  if (!domain::IsContractCode(request.contract_id())) {
    violations.Add("contract_id", "must be 1 to 60 of a-z, 0-9 and '-', beginning with a letter");
  }
  const v1::Contract& in = request.contract();
  asked.contract.code = domain::ContractCode(request.contract_id());
  asked.contract.provider = in.provider();
  if (!domain::IsProvider(in.provider())) {
    violations.Add(
        "contract.provider",
        "must have 1 to 100 bytes, as the provider's identity says, and not begin with @");
  }
  ReadDisplayName(in, asked.contract, violations);
  ReadRightTypes(in, asked.city, asked.contract, violations);
  ReadZones(in, asked.city, asked.contract, violations);
  ReadEnd(in, asked.contract, violations);
  ReadStart(in, asked.contract, violations);
  if (!violations.empty()) return violations.status();
  return asked;
}

absl::StatusOr<UpdateContractAsked> ReadUpdateContract(const v1::UpdateContractRequest& request) {
  static constexpr absl::string_view kAllowed[] = {"display_name", "right_types", "zones",
                                                   "end_time"};
  UpdateContractAsked asked;
  Violations violations;
  const v1::Contract& in = request.contract();
  auto name = contract::ParseContractName(in.name(), "contract.name");
  if (!name.ok()) return name.status();
  asked.city = name->first;
  asked.contract.code = name->second;
  asked.etag = in.etag();
  asked.validate_only = request.validate_only();
  if (request.update_mask().paths().empty()) {
    violations.Add("update_mask", "must name at least one field that changes");
  }
  for (const std::string& path : request.update_mask().paths()) {
    if (std::find(std::begin(kAllowed), std::end(kAllowed), path) == std::end(kAllowed)) {
      violations.Add("update_mask", absl::StrCat("names a field that cannot change; allowed: ",
                                                 absl::StrJoin(kAllowed, ", ")));
    }
    if (path == "display_name") ReadDisplayName(in, asked.contract, violations);
    if (path == "right_types") ReadRightTypes(in, asked.city, asked.contract, violations);
    if (path == "zones") ReadZones(in, asked.city, asked.contract, violations);
    if (path == "end_time") ReadEnd(in, asked.contract, violations);
    asked.paths.push_back(path);
  }
  if (!violations.empty()) return violations.status();
  return asked;
}

absl::StatusOr<ListContractsAsked> ReadListContracts(const v1::ListContractsRequest& request) {
  ListContractsAsked asked;
  Violations violations;
  absl::StatusOr<domain::CityCode> city = contract::ParseCityName(request.parent(), "parent");
  if (!city.ok()) return city.status();
  asked.city = *std::move(city);
  asked.provider = request.provider();
  if (request.page_size() < 0 || request.page_size() > kMaxPageSize) {
    violations.Add("page_size", "must lie between 0 and 500");
  }
  asked.limit = request.page_size() == 0 ? kDefaultPageSize : request.page_size();
  if (!request.page_token().empty() && !domain::IsContractCode(request.page_token())) {
    violations.Add("", domain::InvalidField("page_token", "was not given by this list",
                                            domain::ErrorReason::kInvalidPageToken));
  }
  asked.after = request.page_token();
  if (!violations.empty()) return violations.status();
  return asked;
}

v1::Contract WriteContract(const domain::CityCode& city, const postgres::StoredContract& stored) {
  const domain::Contract& terms = stored.contract;
  v1::Contract out;
  out.set_name(contract::ContractName(city, terms.code));
  out.set_display_name(terms.display_name);
  out.set_provider(terms.provider);
  for (const domain::RightTypeCode& type : terms.right_types) {
    out.add_right_types(contract::RightTypeName(city, type));
  }
  for (const domain::ZoneCode& zone : terms.zones) out.add_zones(contract::ZoneName(city, zone));
  *out.mutable_start_time() = contract::ToTimestamp(terms.in_force.start);
  if (terms.in_force.end != absl::InfiniteFuture()) {
    *out.mutable_end_time() = contract::ToTimestamp(terms.in_force.end);
  }
  if (stored.version > 0) {
    out.set_etag(EtagOf(stored));
    *out.mutable_create_time() = contract::ToTimestamp(stored.create_time);
  }
  return out;
}

}  // namespace stadspoort::cities
