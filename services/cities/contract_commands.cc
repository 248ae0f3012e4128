#include "services/cities/contract_commands.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/cities/contract_digest.h"
#include "services/domain/city_errors.h"
#include "services/domain/contract_errors.h"
#include "services/domain/limits.h"
#include "services/domain/right_errors.h"
#include "services/domain/zone_errors.h"
#include "storage/postgres/city_store.h"
#include "storage/postgres/city_transaction.h"
#include "storage/postgres/journal.h"
#include "storage/postgres/right_store.h"

namespace stadspoort::cities {
namespace {

using platform::Role;
using postgres::Result;
using postgres::StoredContract;
using postgres::Transaction;
using Results = absl::StatusOr<std::vector<Result>>;

bool SeesAll(const platform::Caller& caller) {
  for (const Role role : {Role::kClerk, Role::kCityAdmin, Role::kAuditor, Role::kOperator}) {
    if (caller.roles.Has(role)) return true;
  }
  return false;
}

// The register's clock, and that there is such a city.
absl::StatusOr<absl::Time> NowIn(const Result& city) {
  const auto stored = CityOf(city);
  if (!stored.ok()) return stored.status();
  if (!*stored) return domain::CityNotFound();
  return (*stored)->now;
}

template <typename Code>
bool Contains(const std::vector<Code>& codes, const Code& code) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

// What needs the city's other rows. `contract` is as it will be stored, but for the order of what
// it names.
absl::Status Judge(Transaction& transaction, const domain::CityCode& city,
                   const domain::Contract& contract, absl::Time now) {
  const Results read = transaction.Run({
      postgres::SelectRightTypeCodes(city, contract.right_types),
      postgres::SelectZoneCodes(city, contract.zones),
      postgres::CountOtherContracts(city, contract),
  });
  if (!read.ok()) return read.status();
  const auto types = postgres::RightTypeCodesOf((*read)[0]);
  if (!types.ok()) return types.status();
  const auto zones = postgres::ZoneCodesOf((*read)[1]);
  if (!zones.ok()) return zones.status();
  const auto others = postgres::ContractCountOf((*read)[2]);
  if (!others.ok()) return others.status();
  for (size_t i = 0; i < contract.right_types.size(); ++i) {
    if (!Contains(*types, contract.right_types[i])) {
      return domain::RightTypeNotFound(absl::StrCat("contract.right_types[", i, "]"));
    }
  }
  for (size_t i = 0; i < contract.zones.size(); ++i) {
    if (!Contains(*zones, contract.zones[i])) {
      return domain::ZoneNotFound(contract.zones[i], absl::StrCat("contract.zones[", i, "]"));
    }
  }
  if (contract.in_force.end > now &&
      *others >= static_cast<int64_t>(domain::limits::kProviderMaxContracts)) {
    return domain::Refusal(absl::StatusCode::kFailedPrecondition,
                           domain::ErrorReason::kTooManyItems,
                           "a provider has at most 100 contracts with a city that have not ended");
  }
  return absl::OkStatus();
}

domain::Contract InOrder(domain::Contract contract) {
  std::sort(contract.right_types.begin(), contract.right_types.end());
  std::sort(contract.zones.begin(), contract.zones.end());
  return contract;
}

void TakePath(const std::string& path, const domain::Contract& from, domain::Contract& to) {
  if (path == "display_name") to.display_name = from.display_name;
  if (path == "right_types") to.right_types = from.right_types;
  if (path == "zones") to.zones = from.zones;
  if (path == "end_time") to.in_force.end = from.in_force.end;
}

}  // namespace

std::string EtagOf(const StoredContract& stored) { return absl::StrCat(stored.version); }

absl::StatusOr<ContractCommands::Locked> ContractCommands::Lock(const platform::Call& call,
                                                                const domain::CityCode& city,
                                                                const domain::ContractCode& code) {
  absl::StatusOr<Transaction> transaction = postgres::BeginForCity(
      pool_, Transaction::Mode::kReadWrite, city, Deadline::After(call.Remaining()));
  if (!transaction.ok()) return transaction.status();
  const Results read = transaction->Run({
      postgres::LockContracts(city),
      postgres::SelectCity(city),
      postgres::SelectContract(city, code),
  });
  if (!read.ok()) return read.status();
  const absl::StatusOr<absl::Time> now = NowIn((*read)[1]);
  if (!now.ok()) return now.status();
  auto present = postgres::ContractOf((*read)[2]);
  if (!present.ok()) return present.status();
  return Locked{*std::move(transaction), *std::move(present), *now};
}

absl::StatusOr<StoredContract> ContractCommands::Create(const platform::Call& call,
                                                        const CreateContractAsked& asked) {
  absl::StatusOr<Locked> locked = Lock(call, asked.city, asked.contract.code);
  if (!locked.ok()) return locked.status();
  StoredContract stored;
  stored.contract = InOrder(asked.contract);
  stored.request_digest = ContractDigest(stored.contract);
  if (locked->present) {
    // Either answer may be taken for done by whoever sends it again after an unknown outcome.
    const Results safe = locked->transaction.RunAndCommit({postgres::AwaitSafety()});
    if (!safe.ok()) return safe.status();
    if (locked->present->request_digest != stored.request_digest) return domain::ContractExists();
    return *std::move(locked->present);
  }
  if (absl::Status judged = Judge(locked->transaction, asked.city, asked.contract, locked->now);
      !judged.ok()) {
    return judged;
  }
  if (asked.validate_only) {
    stored.version = 0;
    return stored;
  }
  stored.contract_id = domain::NewUuid(call.received);
  const Results written = locked->transaction.RunAndCommit({
      postgres::InsertContract(asked.city, stored),
      postgres::AppendJournal(postgres::SubjectKind::kContract, asked.city, stored.contract_id,
                              stored.version, postgres::ContractState(stored.contract),
                              {call.caller.subject, ""}),
      postgres::SelectContract(asked.city, asked.contract.code),
  });
  if (!written.ok()) return written.status();
  auto made = postgres::ContractOf(written->back());
  if (!made.ok()) return made.status();
  if (!*made) return absl::InternalError("a contract that was made is not there");
  return **std::move(made);
}

absl::StatusOr<StoredContract> ContractCommands::Update(const platform::Call& call,
                                                        const UpdateContractAsked& asked) {
  absl::StatusOr<Locked> locked = Lock(call, asked.city, asked.contract.code);
  if (!locked.ok()) return locked.status();
  if (!locked->present) return domain::ContractNotFound();
  StoredContract& stored = *locked->present;
  if (const std::string present = EtagOf(stored); !asked.etag.empty() && asked.etag != present) {
    return domain::StaleEtag("contract.etag", present);
  }
  for (const std::string& path : asked.paths) TakePath(path, asked.contract, stored.contract);
  if (stored.contract.in_force.Empty()) {
    return domain::InvalidField(
        "contract.end_time",
        absl::StrCat("must lie after the start, ",
                     absl::FormatTime(absl::RFC3339_full, stored.contract.in_force.start,
                                      absl::UTCTimeZone())),
        domain::ErrorReason::kEndBeforeStart);
  }
  if (absl::Status judged = Judge(locked->transaction, asked.city, stored.contract, locked->now);
      !judged.ok()) {
    return judged;
  }
  stored.contract = InOrder(std::move(stored.contract));
  if (asked.validate_only) return stored;
  ++stored.version;
  const Results written = locked->transaction.RunAndCommit({
      postgres::UpdateContract(asked.city, stored),
      postgres::AppendJournal(postgres::SubjectKind::kContract, asked.city, stored.contract_id,
                              stored.version, postgres::ContractState(stored.contract),
                              {call.caller.subject, ""}),
  });
  if (!written.ok()) return written.status();
  return stored;
}

absl::StatusOr<StoredContract> ContractCommands::Get(const platform::Call& call,
                                                     const domain::CityCode& city,
                                                     const domain::ContractCode& code) {
  absl::StatusOr<Transaction> transaction = postgres::BeginForCity(
      pool_, Transaction::Mode::kSnapshot, city, Deadline::After(call.Remaining()));
  if (!transaction.ok()) return transaction.status();
  const Results read =
      transaction->RunAndCommit({postgres::SelectCity(city), postgres::SelectContract(city, code)});
  if (!read.ok()) return read.status();
  if (const auto now = NowIn((*read)[0]); !now.ok()) return now.status();
  auto stored = postgres::ContractOf((*read)[1]);
  if (!stored.ok()) return stored.status();
  const bool seen =
      *stored && (SeesAll(call.caller) || (*stored)->contract.provider == call.caller.provider);
  if (!seen) return domain::ContractNotFound();
  return **std::move(stored);
}

absl::StatusOr<std::vector<StoredContract>> ContractCommands::List(
    const platform::Call& call, const ListContractsAsked& asked) {
  absl::StatusOr<Transaction> transaction = postgres::BeginForCity(
      pool_, Transaction::Mode::kSnapshot, asked.city, Deadline::After(call.Remaining()));
  if (!transaction.ok()) return transaction.status();
  const bool sees_all = SeesAll(call.caller);
  const Results read = transaction->RunAndCommit({
      postgres::SelectCity(asked.city),
      postgres::SelectContractsPage(asked.city, asked.after,
                                    sees_all ? asked.provider : call.caller.provider, asked.limit),
  });
  if (!read.ok()) return read.status();
  if (const auto now = NowIn((*read)[0]); !now.ok()) return now.status();
  // To a provider other providers have no contracts, whatever it asks for.
  const bool asks_of_another =
      !sees_all && !asked.provider.empty() && asked.provider != call.caller.provider;
  if (asks_of_another) return std::vector<StoredContract>();
  return postgres::ContractsOf((*read)[1]);
}

}  // namespace stadspoort::cities
