#include "storage/postgres/permit_right_store.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "storage/postgres/codes.h"
#include "storage/postgres/sql.h"

namespace stadspoort::postgres {
namespace {

std::vector<domain::UuidBytes> PlatesOf(const std::vector<RightOfPermit>& rights) {
  std::vector<domain::UuidBytes> plates;
  plates.reserve(rights.size());
  for (const RightOfPermit& right : rights) plates.push_back(right.plate.bytes());
  return plates;
}

std::string_view BytesOf(const domain::Pseudonym& pseudonym) {
  return {reinterpret_cast<const char*>(pseudonym.bytes.data()), pseudonym.bytes.size()};
}

// What each plate's row of the journal says: all its rights that were made or changed.
std::map<domain::PlateId, std::string> StatesOf(const domain::PermitId& permit,
                                                const std::vector<RightOfPermit>& rights,
                                                absl::string_view verb) {
  std::map<domain::PlateId, std::vector<std::string>> changed;
  for (const RightOfPermit& one : rights) {
    StoredRight stored;
    stored.right = one.right;
    stored.provider = kPermitProvider;
    stored.reference = absl::StrCat(permit.text(), "/", one.right.id.text());
    changed[one.plate].push_back(RightState(verb, stored));
  }
  std::map<domain::PlateId, std::string> states;
  for (const auto& [plate, texts] : changed) {
    states[plate] = absl::StrCat(R"({"verb":"PERMIT_)", verb, R"(","permit_id":")", permit.text(),
                                 R"(","rights":[)", absl::StrJoin(texts, ","), "]}");
  }
  return states;
}

}  // namespace

Command SelectRightsOfPermit(const domain::CityCode& city, const domain::PermitId& permit) {
  return {sql::kRightsOfPermit, Params().Text(city.value()).Uuid(permit.bytes())};
}

absl::StatusOr<std::vector<RightOfPermit>> RightsOfPermitOf(const Result& result) {
  return result.Rows([](Row& row) -> absl::StatusOr<RightOfPermit> {
    absl::StatusOr<domain::Right> right = RightColumnsOf(row);
    if (!right.ok()) return right.status();
    return RightOfPermit{*std::move(right), domain::PlateId(row.Uuid("plate_id"))};
  });
}

Command EnsurePlates(const domain::CityCode& city, const std::vector<PlateIdentity>& plates) {
  std::vector<domain::UuidBytes> ids;
  std::vector<std::string> numbers;
  std::vector<std::string> exact;
  std::vector<std::string> folded;
  for (const PlateIdentity& plate : plates) {
    ids.push_back(plate.new_id.bytes());
    numbers.push_back(plate.number.value());
    exact.emplace_back(BytesOf(plate.pseudonyms.exact));
    folded.emplace_back(BytesOf(plate.pseudonyms.folded));
  }
  return {sql::kEnsurePlates, Params()
                                  .Text(city.value())
                                  .UuidArray(ids)
                                  .TextArray(numbers)
                                  .BytesArray(exact)
                                  .BytesArray(folded)
                                  .Text(plates.empty() ? "" : plates.front().key_id)};
}

Command SelectPlatesByNumber(const domain::CityCode& city,
                             const std::vector<PlateIdentity>& plates) {
  std::vector<std::string> numbers;
  numbers.reserve(plates.size());
  for (const PlateIdentity& plate : plates) numbers.push_back(plate.number.value());
  return {sql::kPlatesByNumber, Params().Text(city.value()).TextArray(numbers)};
}

absl::StatusOr<std::vector<NumberedPlate>> NumberedPlatesOf(const Result& result) {
  return result.Rows([](Row& row) {
    return NumberedPlate(domain::PlateNumber::FromStored(row.Text("number")),
                         domain::PlateId(row.Uuid("plate_id")));
  });
}

Command SelectPlateNumbers(const domain::CityCode& city,
                           const std::vector<domain::PlateId>& plates) {
  std::vector<domain::UuidBytes> ids;
  ids.reserve(plates.size());
  for (const domain::PlateId& plate : plates) ids.push_back(plate.bytes());
  return {sql::kPlateNumbers, Params().Text(city.value()).UuidArray(ids)};
}

Command BumpPlatesOf(const domain::CityCode& city, const std::vector<RightOfPermit>& rights) {
  return {sql::kBumpPlates, Params().Text(city.value()).UuidArray(PlatesOf(rights))};
}

Command PutRightsOfPermit(const domain::CityCode& city, const domain::PermitId& permit,
                          const std::vector<RightOfPermit>& rights, absl::string_view verb,
                          const Author& author) {
  std::vector<domain::UuidBytes> ids;
  std::vector<std::string> countries;
  std::vector<std::string> zones;
  std::vector<absl::Time> starts;
  std::vector<absl::Time> ends;
  std::vector<absl::Time> revoke_times;
  std::vector<int64_t> active;
  for (const RightOfPermit& one : rights) {
    ids.push_back(one.right.id.bytes());
    countries.emplace_back(one.right.country.sign());
    zones.push_back(absl::StrJoin(Texts(one.right.zones), ","));
    starts.push_back(one.right.effective.start);
    ends.push_back(one.right.effective.end);
    revoke_times.push_back(one.right.revoke_time.value_or(absl::InfiniteFuture()));
    active.push_back(one.right.plate_active ? 1 : 0);
  }
  std::vector<absl::Time> suspended_from;
  std::vector<absl::Time> suspended_until;
  if (!rights.empty()) {
    for (const domain::Interval& suspension : rights.front().right.suspensions) {
      suspended_from.push_back(suspension.start);
      suspended_until.push_back(suspension.end);
    }
  }
  std::vector<domain::UuidBytes> plates;
  std::vector<std::string> states;
  for (auto& [plate, state] : StatesOf(permit, rights, verb)) {
    plates.push_back(plate.bytes());
    states.push_back(state);
  }
  return {sql::kPutPermitRights, Params()
                                     .Text(city.value())
                                     .Uuid(permit.bytes())
                                     .Text(rights.empty() ? "" : rights.front().right.type.value())
                                     .UuidArray(ids)
                                     .UuidArray(PlatesOf(rights))
                                     .TextArray(countries)
                                     .TextArray(zones)
                                     .TimeArray(starts)
                                     .TimeArray(ends)
                                     .TimeArray(revoke_times)
                                     .IntArray(active)
                                     .TimeArray(suspended_from)
                                     .TimeArray(suspended_until)
                                     .UuidArray(plates)
                                     .TextArray(states)
                                     .Text(author.actor)
                                     .Text(author.reason)
                                     .Int(rights.empty() ? 0 : rights.front().right.permit_set)};
}

}  // namespace stadspoort::postgres
