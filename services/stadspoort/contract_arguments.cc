#include "services/stadspoort/contract_arguments.h"

#include <optional>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "google/protobuf/field_mask.pb.h"
#include "services/stadspoort/names.h"
#include "services/stadspoort/time_text.h"

namespace stadspoort::client {
namespace {

using cities::v1::Contract;
using google::protobuf::Timestamp;

constexpr int kPageSize = 500;  // the contract's most

absl::StatusOr<std::string> NameOf(const ContractArguments& arguments) {
  if (arguments.city.empty()) return ContractName("", arguments.name);
  const absl::StatusOr<std::string> city = CityName(arguments.city);
  if (!city.ok()) return city.status();
  return ContractName(*city, arguments.name);
}

// No `now`: the moment must be written. Sent again, the same creation must ask for the same.
absl::StatusOr<Timestamp> Moment(const std::string& text, absl::string_view option,
                                 std::optional<absl::Time> now = std::nullopt) {
  const absl::StatusOr<std::optional<absl::Time>> time = ParseTime(text, option);
  if (!time.ok()) return time.status();
  if (*time) return ToTimestamp(**time);
  if (now) return ToTimestamp(*now);
  return absl::InvalidArgumentError(
      absl::StrCat(option, " \"now\" is another moment each time it is sent; write the moment, ",
                   "such as 2026-01-01T00:00+01:00"));
}

absl::Status SetTypes(const ContractArguments& arguments, const std::string& city,
                      Contract& contract) {
  for (const std::string& text : arguments.types) {
    const absl::StatusOr<std::string> type = RightTypeName(city, text);
    if (!type.ok()) return type.status();
    contract.add_right_types(*type);
  }
  return absl::OkStatus();
}

absl::Status SetZones(const ContractArguments& arguments, const std::string& city,
                      Contract& contract) {
  if (arguments.all_zones && !arguments.zones.empty()) {
    return absl::InvalidArgumentError("--zone and --all-zones contradict each other");
  }
  for (const std::string& text : arguments.zones) {
    const absl::StatusOr<std::string> zone = ZoneName(city, text);
    if (!zone.ok()) return zone.status();
    contract.add_zones(*zone);
  }
  return absl::OkStatus();
}

absl::Status SetEnd(const ContractArguments& arguments, std::optional<absl::Time> now,
                    Contract& contract) {
  if (arguments.open && !arguments.until.empty()) {
    return absl::InvalidArgumentError("--until and --open contradict each other");
  }
  if (arguments.until.empty()) return absl::OkStatus();
  const absl::StatusOr<Timestamp> until = Moment(arguments.until, "--until", now);
  if (!until.ok()) return until.status();
  *contract.mutable_end_time() = *until;
  return absl::OkStatus();
}

absl::Status SetTerms(const ContractArguments& arguments, const std::string& city,
                      std::optional<absl::Time> now, Contract& contract) {
  for (const absl::Status& status :
       {SetTypes(arguments, city, contract), SetZones(arguments, city, contract),
        SetEnd(arguments, now, contract)}) {
    if (!status.ok()) return status;
  }
  contract.set_display_name(arguments.display_name);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<cities::v1::CreateContractRequest> CreateRequest(
    const ContractArguments& arguments) {
  const absl::StatusOr<std::string> name = NameOf(arguments);
  if (!name.ok()) return name.status();
  cities::v1::CreateContractRequest request;
  request.set_parent(CityOf(*name));
  request.set_contract_id(CodeOf(*name));
  request.set_validate_only(arguments.dry_run);
  Contract& contract = *request.mutable_contract();
  contract.set_provider(arguments.of);
  const absl::Status terms = SetTerms(arguments, request.parent(), std::nullopt, contract);
  if (!terms.ok()) return terms;
  const absl::StatusOr<Timestamp> from = Moment(arguments.from, "--from");
  if (!from.ok()) return from.status();
  *contract.mutable_start_time() = *from;
  return request;
}

absl::StatusOr<cities::v1::UpdateContractRequest> UpdateRequest(const ContractArguments& arguments,
                                                                absl::Time now) {
  const absl::StatusOr<std::string> name = NameOf(arguments);
  if (!name.ok()) return name.status();
  cities::v1::UpdateContractRequest request;
  Contract& contract = *request.mutable_contract();
  const absl::Status terms = SetTerms(arguments, CityOf(*name), now, contract);
  if (!terms.ok()) return terms;
  google::protobuf::FieldMask& mask = *request.mutable_update_mask();
  if (!arguments.display_name.empty()) mask.add_paths("display_name");
  if (!arguments.types.empty()) mask.add_paths("right_types");
  if (!arguments.zones.empty() || arguments.all_zones) mask.add_paths("zones");
  if (!arguments.until.empty() || arguments.open) mask.add_paths("end_time");
  if (mask.paths().empty()) {
    return absl::InvalidArgumentError(
        "what changes? Give --name, --type, --zone or --all-zones, --until or --open");
  }
  contract.set_name(*name);
  contract.set_etag(arguments.etag);
  request.set_validate_only(arguments.dry_run);
  return request;
}

absl::StatusOr<cities::v1::GetContractRequest> GetRequest(const ContractArguments& arguments) {
  const absl::StatusOr<std::string> name = NameOf(arguments);
  if (!name.ok()) return name.status();
  cities::v1::GetContractRequest request;
  request.set_name(*name);
  return request;
}

absl::StatusOr<cities::v1::ListContractsRequest> ListRequest(const ContractArguments& arguments) {
  const absl::StatusOr<std::string> city = CityName(arguments.city);
  if (!city.ok()) return city.status();
  cities::v1::ListContractsRequest request;
  request.set_parent(*city);
  request.set_provider(arguments.of);
  request.set_page_size(kPageSize);
  return request;
}

}  // namespace stadspoort::client
