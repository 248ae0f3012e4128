#include "services/permits/type_commands.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/domain/city_errors.h"
#include "services/domain/permit_errors.h"
#include "services/domain/refusal.h"
#include "services/domain/right_errors.h"
#include "services/domain/zone_errors.h"
#include "services/permits/permit_change.h"
#include "storage/postgres/city_store.h"
#include "storage/postgres/city_transaction.h"
#include "storage/postgres/permit_store.h"
#include "storage/postgres/right_store.h"

namespace stadspoort::permits {
namespace {

using postgres::Result;
using postgres::StoredPermitType;
using postgres::Transaction;
using Results = absl::StatusOr<std::vector<Result>>;

std::vector<domain::ZoneCode> ZonesOf(const domain::PermitType& type) {
  std::set<domain::ZoneCode> zones;
  for (const domain::PermitArea& area : type.areas) {
    zones.insert(area.zones.begin(), area.zones.end());
  }
  return {zones.begin(), zones.end()};
}

StoredPermitType Stored(const domain::PermitType& type, int64_t version, absl::Time recorded) {
  return {std::make_shared<const domain::PermitType>(type), version, true, recorded};
}

}  // namespace

std::string EtagOf(const StoredPermitType& type) { return absl::StrCat(type.version); }

absl::Status TypeCommands::Judge(Transaction& transaction, const domain::CityCode& city,
                                 const domain::PermitType& type) {
  const Results read = transaction.Run({
      postgres::SelectEnrolmentRules(city, type.right_type),
      postgres::SelectZoneCodes(city, ZonesOf(type)),
  });
  if (!read.ok()) return read.status();
  const auto rules = postgres::EnrolmentRulesOf((*read)[0], type.right_type);
  if (!rules.ok()) return rules.status();
  if (!*rules) return domain::CityNotFound();
  if (!(*rules)->type) return domain::RightTypeNotFound("permit_type.right_type");
  const auto zones = postgres::ZoneCodesOf((*read)[1]);
  if (!zones.ok()) return zones.status();
  for (size_t i = 0; i < type.areas.size(); ++i) {
    for (size_t j = 0; j < type.areas[i].zones.size(); ++j) {
      const domain::ZoneCode& zone = type.areas[i].zones[j];
      if (std::find(zones->begin(), zones->end(), zone) == zones->end()) {
        return domain::ZoneNotFound(zone,
                                    absl::StrCat("permit_type.areas[", i, "].zones[", j, "]"));
      }
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<StoredPermitType> TypeCommands::Create(const platform::Call& call,
                                                      const domain::CityCode& city,
                                                      const domain::PermitType& type,
                                                      bool validate_only) {
  absl::StatusOr<Transaction> transaction = postgres::BeginForCity(
      pool_, Transaction::Mode::kReadWrite, city, Deadline::After(call.Remaining()));
  if (!transaction.ok()) return transaction.status();
  if (absl::Status judged = Judge(*transaction, city, type); !judged.ok()) return judged;
  const Results made = transaction->Run({postgres::InsertPermitType(city, type)});
  if (!made.ok()) return made.status();
  if (!postgres::InsertedPermitType(made->front())) return domain::PermitTypeExists();
  if (validate_only) return Stored(type, 1, absl::InfinitePast());
  const Results written = transaction->RunAndCommit({
      postgres::InsertPermitTypeVersion(city, type, 1, {ActorOf(call.caller), ""}),
      postgres::PutPermitAreas(city, type),
  });
  if (!written.ok()) return written.status();
  const auto recorded = postgres::InsertedVersionOf(written->front());
  if (!recorded.ok()) return recorded.status();
  return Stored(type, 1, *recorded);
}

absl::StatusOr<StoredPermitType> TypeCommands::Update(const platform::Call& call,
                                                      const UpdateAsked& asked) {
  absl::StatusOr<Transaction> transaction = postgres::BeginForCity(
      pool_, Transaction::Mode::kReadWrite, asked.city, Deadline::After(call.Remaining()));
  if (!transaction.ok()) return transaction.status();
  const domain::PermitTypeCode& code = asked.type.code;
  const Results read = transaction->Run({
      postgres::LockPermitType(asked.city, code),
      postgres::SelectPermitType(asked.city, code),
  });
  if (!read.ok()) return read.status();
  const auto locked = postgres::LockedPermitTypeOf((*read)[0]);
  if (!locked.ok()) return locked.status();
  if (absl::Status judged = Judge(*transaction, asked.city, asked.type); !judged.ok()) {
    return judged;
  }
  if (!*locked) return domain::PermitTypeNotFound("permit_type.name");
  const auto present = postgres::PermitTypesOf((*read)[1], asked.city, types_);
  if (!present.ok()) return present.status();
  if (present->empty()) return absl::InternalError("a permit type without a version");
  const StoredPermitType& before = present->back();
  if (!asked.etag.empty() && asked.etag != EtagOf(before)) {
    return domain::StaleEtag("permit_type.etag", EtagOf(before));
  }
  if (asked.type.right_type != before.type->right_type) {
    return domain::InvalidField("permit_type.right_type", "is fixed for life");
  }
  // Whoever asks for a permit locks its area before it reads the type: either it is seen here, or
  // it reads the new version.
  const Results in_use = transaction->Run({
      postgres::LockAreasOfType(asked.city, code),
      postgres::SelectPermitAreasInUse(asked.city, code),
  });
  if (!in_use.ok()) return in_use.status();
  const auto used = postgres::PermitAreasOf((*in_use)[1]);
  if (!used.ok()) return used.status();
  for (const domain::PermitAreaCode& area : *used) {
    if (asked.type.Area(area) == nullptr) return domain::AreaInUse(area.value());
  }
  const int64_t version = **locked + 1;
  if (asked.validate_only) return Stored(asked.type, version, absl::InfinitePast());
  const Results written = transaction->RunAndCommit({
      postgres::InsertPermitTypeVersion(asked.city, asked.type, version,
                                        {ActorOf(call.caller), asked.reason}),
      postgres::SetPermitTypeVersion(asked.city, code, version),
      postgres::PutPermitAreas(asked.city, asked.type),
      postgres::OfferPlaces(asked.city, code),
  });
  if (!written.ok()) return written.status();
  const auto recorded = postgres::InsertedVersionOf(written->front());
  if (!recorded.ok()) return recorded.status();
  return Stored(asked.type, version, *recorded);
}

absl::StatusOr<StoredPermitType> TypeCommands::Get(const platform::Call& call,
                                                   const domain::CityCode& city,
                                                   const domain::PermitTypeCode& code,
                                                   int64_t version) {
  absl::StatusOr<Transaction> transaction = postgres::BeginForCity(
      pool_, Transaction::Mode::kSnapshot, city, Deadline::After(call.Remaining()));
  if (!transaction.ok()) return transaction.status();
  const Results read = transaction->RunAndCommit(
      {postgres::SelectCity(city), postgres::SelectPermitType(city, code, {version})});
  if (!read.ok()) return read.status();
  const auto stored_city = postgres::CityOf((*read)[0]);
  if (!stored_city.ok()) return stored_city.status();
  if (!*stored_city) return domain::CityNotFound();
  const auto types = postgres::PermitTypesOf((*read)[1], city, types_);
  if (!types.ok()) return types.status();
  for (const StoredPermitType& type : *types) {
    if (version == 0 ? type.present : type.version == version) return type;
  }
  return domain::PermitTypeNotFound("name");
}

absl::StatusOr<std::vector<StoredPermitType>> TypeCommands::List(const platform::Call& call,
                                                                 const domain::CityCode& city,
                                                                 const std::string& after,
                                                                 int64_t limit) {
  absl::StatusOr<Transaction> transaction = postgres::BeginForCity(
      pool_, Transaction::Mode::kSnapshot, city, Deadline::After(call.Remaining()));
  if (!transaction.ok()) return transaction.status();
  const Results read = transaction->RunAndCommit(
      {postgres::SelectCity(city), postgres::SelectPermitTypesPage(city, after, limit)});
  if (!read.ok()) return read.status();
  const auto stored_city = postgres::CityOf((*read)[0]);
  if (!stored_city.ok()) return stored_city.status();
  if (!*stored_city) return domain::CityNotFound();
  return postgres::PermitTypesOf((*read)[1], city, types_);
}

}  // namespace stadspoort::permits
