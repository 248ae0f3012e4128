#include "services/rights/pricing.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "services/domain/city_errors.h"
#include "storage/postgres/city_store.h"
#include "storage/postgres/zone_store.h"

namespace stadspoort::rights {
namespace {

using domain::ZoneCode;
using domain::ZoneVersion;

std::vector<const ZoneVersion*> During(const std::vector<ZoneVersion>& versions,
                                       const domain::Interval& term) {
  std::vector<const ZoneVersion*> during;
  for (const ZoneVersion& version : versions) {
    if (version.in_force.Overlaps(term)) during.push_back(&version);
  }
  return during;
}

}  // namespace

void AddRemarks(const domain::Fare& fare, std::vector<domain::RemarkCode>& remarks) {
  for (const domain::FareRemark remark : fare.remarks) {
    switch (remark) {
      case domain::FareRemark::kNothingRequired:
        remarks.push_back(domain::RemarkCode::kNothingRequired);
        break;
      case domain::FareRemark::kMaxStayExceeded:
        remarks.push_back(domain::RemarkCode::kMaxStayExceeded);
        break;
      case domain::FareRemark::kZoneNotInForce:
        remarks.push_back(domain::RemarkCode::kZoneNotInForce);
        break;
    }
  }
}

absl::StatusOr<Priced> Pricing::PriceOf(postgres::Transaction& transaction,
                                        const domain::CityCode& city,
                                        const postgres::EnrolmentRules& read_now,
                                        const std::vector<ZoneCode>& zones,
                                        const domain::Interval& term) {
  const RulesCount count = {read_now.epoch, read_now.versions.zones, read_now.versions.calendar};
  RulesPtr rules = Known(city, count, zones);
  if (rules == nullptr) {
    absl::StatusOr<Rules> read = Read(transaction, city, count.epoch, zones);
    if (!read.ok()) return read.status();
    Remember(city, *read);
    rules = std::make_shared<const Rules>(*std::move(read));
  }
  // Of the longest term a fare has a line for each day and frame: one at a time.
  std::optional<Priced> dearest;
  for (const ZoneCode& zone : zones) {
    const auto found = rules->zones.find(zone);
    const std::vector<const ZoneVersion*> during = found == rules->zones.end()
                                                       ? std::vector<const ZoneVersion*>()
                                                       : During(found->second, term);
    absl::StatusOr<domain::Fare> fare = domain::FareOf(during, rules->calendar, term);
    if (!fare.ok()) return fare.status();
    if (!dearest || domain::IsDearer(*fare, dearest->fare)) {
      dearest = Priced{zone, *std::move(fare)};
    }
  }
  return *std::move(dearest);
}

Pricing::RulesPtr Pricing::Known(const domain::CityCode& city, const RulesCount& count,
                                 const std::vector<ZoneCode>& zones) {
  const std::lock_guard lock(mutex_);
  const auto known = known_.find(city);
  if (known == known_.end() || known->second->count != count) return nullptr;
  const bool complete = std::all_of(zones.begin(), zones.end(), [&](const ZoneCode& zone) {
    return known->second->zones.contains(zone);
  });
  return complete ? known->second : nullptr;
}

absl::StatusOr<Pricing::Rules> Pricing::Read(postgres::Transaction& transaction,
                                             const domain::CityCode& city, const std::string& epoch,
                                             const std::vector<ZoneCode>& zones) {
  // The city first and last: what lies between two equal counts is of that count.
  const auto results =
      transaction.Run({postgres::SelectCity(city), postgres::SelectSpecialDays(city),
                       postgres::SelectRegulations(city, zones), postgres::SelectCity(city)});
  if (!results.ok()) return results.status();
  const auto before = postgres::CityOf((*results)[0]);
  if (!before.ok()) return before.status();
  const auto days = postgres::SpecialDaysOf((*results)[1]);
  if (!days.ok()) return days.status();
  auto read = postgres::RegulationsOf((*results)[2], city);
  if (!read.ok()) return read.status();
  const auto after = postgres::CityOf((*results)[3]);
  if (!after.ok()) return after.status();
  if (!*before || !*after) return domain::CityNotFound();
  const auto zone = domain::StoredTimeZone((*before)->time_zone);
  if (!zone.ok()) return zone.status();
  Rules rules;
  rules.calendar = domain::CityCalendar(*zone, *days);
  for (const ZoneCode& one : zones) rules.zones[one];
  for (ZoneVersion& version : *read) rules.zones[version.code].push_back(std::move(version));
  const domain::CityVersions& versions = (*after)->versions;
  if ((*before)->versions == versions) {
    rules.count = RulesCount{epoch, versions.zones, versions.calendar};
  }
  return rules;
}

void Pricing::Remember(const domain::CityCode& city, const Rules& read) {
  if (!read.count) return;
  const std::lock_guard lock(mutex_);
  RulesPtr& known = known_[city];
  auto rules = std::make_shared<Rules>(read);
  if (known != nullptr && known->count == read.count) {
    rules->zones.insert(known->zones.begin(), known->zones.end());
  }
  known = std::move(rules);
}

}  // namespace stadspoort::rights
