#include "services/stadspoort/contract_page.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/stadspoort/names.h"
#include "services/stadspoort/table.h"
#include "services/stadspoort/time_text.h"

namespace stadspoort::client {
namespace {

using cities::v1::Contract;
using google::protobuf::RepeatedPtrField;

std::string CodesText(const RepeatedPtrField<std::string>& names) {
  std::vector<std::string> codes;
  for (const std::string& name : names) codes.push_back(CodeOf(name));
  return absl::StrJoin(codes, ", ");
}

std::string ZonesText(const Contract& contract) {
  return contract.zones().empty() ? "whole city" : CodesText(contract.zones());
}

std::string UntilText(const Contract& contract, absl::TimeZone clock) {
  return contract.has_end_time() ? TimeText(contract.end_time(), clock) : "";
}

}  // namespace

std::string ContractPage(const Contract& contract, absl::TimeZone clock) {
  FieldList fields;
  fields.Add("Name", contract.display_name());
  fields.Add("Provider", contract.provider());
  fields.Add("May enrol", CodesText(contract.right_types()));
  fields.Add("In", ZonesText(contract));
  fields.Add("In force", absl::StrCat("from ", TimeText(contract.start_time(), clock),
                                      contract.has_end_time()
                                          ? absl::StrCat(" until ", UntilText(contract, clock))
                                          : ", without an end"));
  if (contract.has_create_time()) fields.Add("Created", TimeText(contract.create_time(), clock));
  if (!contract.etag().empty()) fields.Add("Version tag", contract.etag());
  return absl::StrCat(Printable(contract.name()), "\n", fields.Render());
}

std::string ContractTable(const RepeatedPtrField<Contract>& contracts, absl::TimeZone clock,
                          bool colour) {
  Table table({"CONTRACT", "PROVIDER", "MAY ENROL", "IN", "FROM", "UNTIL", "NAME"});
  for (const Contract& contract : contracts) {
    table.AddRow({{CodeOf(contract.name())},
                  {contract.provider()},
                  {CodesText(contract.right_types())},
                  {ZonesText(contract)},
                  {TimeText(contract.start_time(), clock)},
                  {UntilText(contract, clock)},
                  {contract.display_name()}});
  }
  return table.Render(colour);
}

}  // namespace stadspoort::client
