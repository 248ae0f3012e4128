#include "storage/postgres/permit_type_store.h"

#include <utility>

#include "services/contract/permit_type.h"
#include "storage/postgres/sql.h"

namespace stadspoort::postgres {
namespace {

// Versions that are remembered: more than any number of cities has at a time.
constexpr size_t kKnownMax = 10'000;

}  // namespace

absl::StatusOr<std::shared_ptr<const domain::PermitType>> PermitTypeReader::Read(
    const std::string& rules, const domain::CityCode& city, const domain::PermitTypeCode& code) {
  const std::string key = city.value() + '/' + code.value() + '/' + rules;
  {
    const absl::MutexLock lock(&mutex_);
    const auto it = known_.find(key);
    if (it != known_.end()) return it->second;
  }
  absl::StatusOr<domain::PermitType> read = contract::ReadStoredPermitType(rules, city, code);
  if (!read.ok()) return read.status();
  auto type = std::make_shared<const domain::PermitType>(*std::move(read));
  const absl::MutexLock lock(&mutex_);
  if (known_.size() >= kKnownMax) known_.clear();
  known_.emplace(key, type);
  return type;
}

Command SelectPermitType(const domain::CityCode& city, const domain::PermitTypeCode& code,
                         const std::vector<int64_t>& more) {
  return {sql::kPermitTypeVersions, Params().Text(city.value()).Text(code.value()).IntArray(more)};
}

Command SelectPermitTypesPage(const domain::CityCode& city, const std::string& after,
                              int64_t limit) {
  return {sql::kPermitTypesPage, Params().Text(city.value()).Text(after).Int(limit)};
}

absl::StatusOr<std::vector<StoredPermitType>> PermitTypesOf(const Result& result,
                                                            const domain::CityCode& city,
                                                            PermitTypeReader& reader) {
  return result.Rows([&](Row& row) -> absl::StatusOr<StoredPermitType> {
    const domain::PermitTypeCode code(row.Text("code"));
    StoredPermitType stored;
    stored.version = row.Int("version");
    stored.present = stored.version == row.Int("present");
    stored.recorded_time = row.Time("recorded_time");
    auto type = reader.Read(row.Json("rules"), city, code);
    if (!type.ok()) return type.status();
    stored.type = *std::move(type);
    return stored;
  });
}

Command InsertPermitType(const domain::CityCode& city, const domain::PermitType& type) {
  return {sql::kInsertPermitType,
          Params().Text(city.value()).Text(type.code.value()).Text(type.right_type.value())};
}

bool InsertedPermitType(const Result& result) { return !result.empty(); }

Command LockPermitType(const domain::CityCode& city, const domain::PermitTypeCode& code) {
  return {sql::kLockPermitType, Params().Text(city.value()).Text(code.value())};
}

absl::StatusOr<std::optional<int64_t>> LockedPermitTypeOf(const Result& result) {
  return result.AtMostOne([](Row& row) { return row.Int("version"); });
}

Command SetPermitTypeVersion(const domain::CityCode& city, const domain::PermitTypeCode& code,
                             int64_t version) {
  return {sql::kUpdatePermitType, Params().Text(city.value()).Text(code.value()).Int(version)};
}

Command InsertPermitTypeVersion(const domain::CityCode& city, const domain::PermitType& type,
                                int64_t version, const Author& author) {
  return {sql::kInsertPermitTypeVersion, Params()
                                             .Text(city.value())
                                             .Text(type.code.value())
                                             .Int(version)
                                             .Json(contract::PermitTypeJson(type, city))
                                             .Text(author.actor)
                                             .Text(author.reason)};
}

absl::StatusOr<absl::Time> InsertedVersionOf(const Result& result) {
  return result.One([](Row& row) { return row.Time("recorded_time"); });
}

Command PutPermitAreas(const domain::CityCode& city, const domain::PermitType& type) {
  std::vector<std::string> areas;
  areas.reserve(type.areas.size());
  for (const domain::PermitArea& area : type.areas) areas.push_back(area.code.value());
  return {sql::kPutPermitAreas,
          Params().Text(city.value()).Text(type.code.value()).TextArray(areas).Int(0)};
}

Command PutPermitArea(const domain::CityCode& city, const AreaOfType& area) {
  const std::vector<std::string> areas = {area.area.value()};
  return {sql::kPutPermitAreas,
          Params().Text(city.value()).Text(area.type.value()).TextArray(areas).Int(area.set)};
}

Command SelectPermitAreasInUse(const domain::CityCode& city, const domain::PermitTypeCode& code) {
  return {sql::kPermitAreasInUse, Params().Text(city.value()).Text(code.value())};
}

absl::StatusOr<std::vector<domain::PermitAreaCode>> PermitAreasOf(const Result& result) {
  return result.Rows([](Row& row) { return domain::PermitAreaCode(row.Text("area")); });
}

Command OfferPlaces(const domain::CityCode& city, const domain::PermitTypeCode& code) {
  return {sql::kOfferPlaces, Params().Text(city.value()).Text(code.value())};
}

}  // namespace stadspoort::postgres
