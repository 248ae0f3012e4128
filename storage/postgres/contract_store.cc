#include "storage/postgres/contract_store.h"

#include "nlohmann/json.hpp"
#include "services/domain/limits.h"
#include "storage/postgres/codes.h"
#include "storage/postgres/sql.h"

namespace stadspoort::postgres {
namespace {

// What is judged of a contract.
domain::Contract TermsOf(Row& row) {
  domain::Contract contract;
  contract.right_types = Codes<domain::RightTypeCode>(row.TextArray("right_types"));
  contract.zones = Codes<domain::ZoneCode>(row.TextArray("zones"));
  contract.in_force = {row.Time("in_force_start"), row.Time("in_force_end")};
  return contract;
}

StoredContract ReadContract(Row& row) {
  StoredContract stored;
  stored.contract_id = row.Uuid("contract_id");
  stored.contract = TermsOf(row);
  stored.contract.code = domain::ContractCode(row.Text("code"));
  stored.contract.display_name = row.Text("display_name");
  stored.contract.provider = row.Text("provider");
  stored.request_digest = row.Bytes("request_digest");
  stored.version = row.Int("version");
  stored.create_time = row.Time("create_time");
  return stored;
}

nlohmann::json TimeJson(absl::Time time) {
  if (time == absl::InfiniteFuture()) return nullptr;
  return absl::FormatTime(absl::RFC3339_full, time, absl::UTCTimeZone());
}

}  // namespace

Command LockContracts(const domain::CityCode& city) {
  return {sql::kLockContracts, Params().Text(city.value())};
}

Command SelectContract(const domain::CityCode& city, const domain::ContractCode& code) {
  return {sql::kContract, Params().Text(city.value()).Text(code.value())};
}

absl::StatusOr<std::optional<StoredContract>> ContractOf(const Result& result) {
  return result.AtMostOne(ReadContract);
}

Command SelectContractsPage(const domain::CityCode& city, const std::string& after,
                            const std::string& provider, int64_t limit) {
  const auto filter = provider.empty() ? std::nullopt : std::optional(provider);
  return {sql::kContractsPage, Params().Text(city.value()).Text(after).Text(filter).Int(limit)};
}

absl::StatusOr<std::vector<StoredContract>> ContractsOf(const Result& result) {
  return result.Rows(ReadContract);
}

Command SelectProviderContracts(const domain::CityCode& city, const std::string& provider) {
  // No type lets a right start further back.
  constexpr absl::Duration kReach = domain::limits::kBackdateMax;
  return {sql::kProviderContracts,
          Params().Text(city.value()).Text(provider).Int(absl::ToInt64Seconds(kReach))};
}

absl::StatusOr<std::vector<domain::Contract>> ProviderContractsOf(const Result& result) {
  return result.Rows(TermsOf);
}

Command CountOtherContracts(const domain::CityCode& city, const domain::Contract& contract) {
  return {sql::kCountProviderContracts,
          Params().Text(city.value()).Text(contract.provider).Text(contract.code.value())};
}

absl::StatusOr<int64_t> ContractCountOf(const Result& result) {
  return result.One([](Row& row) { return row.Int("contracts"); });
}

Command SelectRightTypeCodes(const domain::CityCode& city,
                             const std::vector<domain::RightTypeCode>& types) {
  return {sql::kRightTypeCodes, Params().Text(city.value()).TextArray(Texts(types))};
}

absl::StatusOr<std::vector<domain::RightTypeCode>> RightTypeCodesOf(const Result& result) {
  return result.Rows([](Row& row) { return domain::RightTypeCode(row.Text("code")); });
}

Command InsertContract(const domain::CityCode& city, const StoredContract& stored) {
  const domain::Contract& contract = stored.contract;
  return {sql::kInsertContract, Params()
                                    .Text(city.value())
                                    .Text(contract.code.value())
                                    .Uuid(stored.contract_id)
                                    .Text(contract.display_name)
                                    .Text(contract.provider)
                                    .TextArray(Texts(contract.right_types))
                                    .TextArray(Texts(contract.zones))
                                    .Time(contract.in_force.start)
                                    .Time(contract.in_force.end)
                                    .Bytes(stored.request_digest)};
}

Command UpdateContract(const domain::CityCode& city, const StoredContract& stored) {
  const domain::Contract& contract = stored.contract;
  return {sql::kUpdateContract, Params()
                                    .Text(city.value())
                                    .Text(contract.code.value())
                                    .Text(contract.display_name)
                                    .TextArray(Texts(contract.right_types))
                                    .TextArray(Texts(contract.zones))
                                    .Time(contract.in_force.end)
                                    .Int(stored.version)};
}

std::string ContractState(const domain::Contract& contract) {
  return nlohmann::json{
      {"code", contract.code.value()},
      {"display_name", contract.display_name},
      {"provider", contract.provider},
      {"right_types", Texts(contract.right_types)},
      {"zones", Texts(contract.zones)},
      {"in_force_start", TimeJson(contract.in_force.start)},
      {"in_force_end", TimeJson(contract.in_force.end)},
  }
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace stadspoort::postgres
