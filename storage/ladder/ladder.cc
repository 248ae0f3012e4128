#include "storage/ladder/ladder.h"

#include <utility>

#include "services/domain/checked_plate_key.h"
#include "services/domain/city_errors.h"

namespace stadspoort::ladder {
namespace {

// A look is read again when the city's rules are not known yet, or its plate key changed meanwhile.
// More than this means that somebody changes keys all the time.
constexpr int kTries = 3;

std::vector<domain::PlatePseudonyms> PseudonymsOf(const std::vector<domain::PlateNumber>& plates,
                                                  const domain::PlateKey& key) {
  std::vector<domain::PlatePseudonyms> pseudonyms;
  pseudonyms.reserve(plates.size());
  for (const domain::PlateNumber& plate : plates) pseudonyms.push_back(key.Of(plate));
  return pseudonyms;
}

// Sorts what was read by the plates that were asked about.
std::vector<std::vector<domain::KnownPlate>> ByPlate(
    const std::vector<domain::PlatePseudonyms>& asked,
    const std::vector<postgres::PlateRecord>& read) {
  absl::flat_hash_map<domain::Pseudonym, std::vector<const postgres::PlateRecord*>> by_folded;
  for (const postgres::PlateRecord& record : read) by_folded[record.folded].push_back(&record);
  std::vector<std::vector<domain::KnownPlate>> known(asked.size());
  for (size_t i = 0; i < asked.size(); ++i) {
    const auto found = by_folded.find(asked[i].folded);
    if (found == by_folded.end()) continue;
    for (const postgres::PlateRecord* record : found->second) {
      known[i].push_back(
          {record->id, record->exact == asked[i].exact, record->version, record->rights});
    }
  }
  return known;
}

}  // namespace

std::shared_ptr<const domain::CityRules> Ladder::Remembered(const domain::CityCode& city) const {
  const std::lock_guard lock(mutex_);
  const auto it = rules_.find(city);
  return it == rules_.end() ? nullptr : it->second;
}

absl::StatusOr<std::shared_ptr<const domain::CityRules>> Ladder::Remember(
    const domain::CityCode& city, const std::shared_ptr<const domain::CityRules>& known,
    postgres::FactsRead& read) {
  const domain::CityVersions& versions = read.city.versions;
  if (known != nullptr && known->versions() == versions) return known;
  domain::CityRules::Parts parts;
  if (known != nullptr) parts = known->parts();
  const bool calendar_changed = known == nullptr || parts.versions.calendar != versions.calendar;
  if (calendar_changed) {
    absl::TimeZone zone;
    if (!absl::LoadTimeZone(read.city.time_zone, &zone)) {
      return absl::InternalError("the city's time zone is not known on this machine");
    }
    parts.calendar = domain::CityCalendar(zone, read.special_days);
  }
  if (known == nullptr || parts.versions.right_types != versions.right_types) {
    parts.right_types = std::move(read.right_types);
  }
  if (known == nullptr || parts.versions.zones != versions.zones) {
    parts.zones = std::move(read.zones);
  }
  parts.code = city;
  parts.versions = versions;
  parts.settings = read.city.settings;
  parts.plate_key_id = read.city.plate_key_id;
  auto rules = std::make_shared<const domain::CityRules>(std::move(parts));
  const std::lock_guard lock(mutex_);
  rules_[city] = rules;
  return rules;
}

absl::StatusOr<Look> Ladder::LookUp(const Question& question, postgres::Deadline deadline) {
  for (int i = 0; i < kTries; ++i) {
    const std::shared_ptr<const domain::CityRules> known = Remembered(question.city);
    postgres::FactsQuery query{question.city, {}, question.oldest_check_time, {}};
    std::vector<domain::PlatePseudonyms> pseudonyms;
    if (known != nullptr) {
      // Checked against the fingerprint below, before anything is made of what it finds.
      const absl::StatusOr<domain::PlateKey> key =
          keyring_.KeyOf(known->plate_key_id(), question.city);
      if (!key.ok()) return domain::PlateKeyMismatch();
      pseudonyms = PseudonymsOf(question.plates, *key);
      for (const domain::PlatePseudonyms& plate : pseudonyms) query.folded.push_back(plate.folded);
      query.known = known->versions();
    }
    absl::StatusOr<std::optional<postgres::FactsRead>> read =
        postgres::ReadFacts(pool_, query, deadline);
    if (!read.ok()) return read.status();
    if (!*read) return domain::CityNotFound();
    const absl::StatusOr<domain::PlateKey> key = domain::CheckedPlateKey(
        keyring_, question.city, (*read)->city.plate_key_id, (*read)->city.plate_key_fingerprint);
    if (!key.ok()) return key.status();
    const absl::StatusOr<std::shared_ptr<const domain::CityRules>> rules =
        Remember(question.city, known, **read);
    if (!rules.ok()) return rules.status();
    if (known == nullptr || known->plate_key_id() != (*rules)->plate_key_id()) continue;
    return Look{*rules, ByPlate(pseudonyms, (*read)->plates), (*read)->city.now};
  }
  return absl::AbortedError("the city's plate key keeps changing");
}

}  // namespace stadspoort::ladder
