#include "tests/scenarios/judge.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/domain/limits.h"

namespace stadspoort::scenarios {
namespace {

domain::CityRules::Parts PartsOf(const Group& group) {
  domain::CityRules::Parts parts;
  parts.settings = group.city.settings;
  parts.calendar = group.city.calendar;
  parts.right_types = group.city.right_types;
  parts.zones = domain::Share(group.zones, {});
  return parts;
}

domain::PlateId IdOf(size_t index) {
  domain::UuidBytes id{};
  id[14] = static_cast<uint8_t>(index >> 8);
  id[15] = static_cast<uint8_t>(index);
  return domain::PlateId(id);
}

bool Readable(const domain::Position& position) {
  return std::isfinite(position.point.latitude) && std::isfinite(position.point.longitude) &&
         std::abs(position.point.latitude) <= 90 && std::abs(position.point.longitude) <= 180 &&
         position.accuracy_meters >= 0 &&
         position.accuracy_meters <= domain::limits::kAccuracyMaxMeters;
}

bool Readable(std::optional<int> confidence) {
  return !confidence || (*confidence >= 0 && *confidence <= 100);
}

// Whether zones asked about by name are of the usage asked about. A question that contradicts
// itself cannot be read.
bool HaveUsage(const domain::PlaceAt& place, std::optional<domain::Usage> usage) {
  return std::all_of(
      place.zones.begin(), place.zones.end(),
      [usage](const domain::ZoneVersion* zone) { return !usage || zone->usage == *usage; });
}

std::string InWords(domain::DecisionReason reason) {
  return absl::StrCat(domain::Name(domain::DecisionOf(reason)), " ", domain::Name(reason));
}
std::string InWords(const std::optional<absl::Time>& time, absl::TimeZone zone) {
  return time ? absl::FormatTime("%Y-%m-%d %H:%M:%E*S %Z", *time, zone) : "none";
}
std::string InWords(const std::optional<int64_t>& minutes, absl::TimeZone) {
  return minutes ? absl::StrCat(*minutes) : "none";
}
std::string InWords(const std::optional<domain::ZoneCode>& code, absl::TimeZone) {
  return code ? code->value() : "none";
}

template <typename T>
void Compare(absl::string_view what, const Expected<T>& expected, const std::optional<T>& got,
             absl::TimeZone zone, std::vector<std::string>& differences) {
  if (!expected.compared || expected.value == got) return;
  differences.push_back(absl::StrCat(what, ": expected ", InWords(expected.value, zone), ", got ",
                                     InWords(got, zone)));
}

}  // namespace

std::string Difference(const Expectation& expected, const Answer& answer, absl::TimeZone zone) {
  std::vector<std::string> differences;
  if (expected.reason != answer.reason) {
    differences.push_back(
        absl::StrCat("expected ", InWords(expected.reason), ", got ", InWords(answer.reason)));
  }
  Compare("valid until", expected.valid_until, answer.valid_until, zone, differences);
  Compare("recheck after", expected.recheck_after, answer.recheck_after, zone, differences);
  Compare("minutes ago", expected.minutes_ago, answer.minutes_ago, zone, differences);
  Compare("zone", expected.zone, answer.zone, zone, differences);
  return absl::StrJoin(differences, "; ");
}

Judge::Judge(const Group& group) : group_(group), rules_(PartsOf(group)) {
  for (const ScenarioRight& right : group.rights) {
    auto plate = std::find_if(plates_.begin(), plates_.end(), [&](const Plate& known) {
      return known.number == right.known_plate;
    });
    if (plate == plates_.end()) {
      plate = plates_.insert(plates_.end(), {right.known_plate, {}});
      plate->known.id = IdOf(plates_.size());
    }
    plate->known.rights.push_back(right.known);
  }
}

Answer Judge::Ask(const Check& check, const domain::RuleSet& rules) const {
  domain::Facts facts;
  facts.city = &group_.city.settings;
  facts.calendar = &group_.city.calendar;
  facts.now = check.now;
  if (!FillFacts(check, facts)) facts.trouble = domain::DecisionReason::kInvalidItem;
  if (check.trouble) facts.trouble = check.trouble;
  const domain::Verdict verdict = domain::Decide(facts, check.at, rules);
  Answer answer{verdict.reason, verdict.valid_until, verdict.recheck_after,
                verdict.expired_minutes_ago, std::nullopt};
  if (verdict.zone != nullptr) answer.zone = verdict.zone->code;
  return answer;
}

bool Judge::FillFacts(const Check& check, domain::Facts& facts) const {
  const absl::StatusOr<domain::PlateNumber> plate = domain::PlateNumber::Normalise(check.plate);
  const absl::StatusOr<domain::Country> country = domain::Country::Parse(check.country);
  if (!plate.ok() || !country.ok() || !Readable(check.confidence)) return false;
  facts.country = *country;
  facts.confidence = check.confidence;
  FillPlates(*plate, facts);
  return FillPlace(check, facts);
}

bool Judge::FillPlace(const Check& check, domain::Facts& facts) const {
  domain::PlaceAt place;
  if (check.position) {
    if (!check.usage || !Readable(*check.position)) return false;
    place = rules_.ByPosition(*check.position, *check.usage, check.at);
  } else {
    std::vector<domain::ZoneCode> codes;
    for (const std::string& name : check.zones) codes.emplace_back(name);
    const bool known =
        std::all_of(codes.begin(), codes.end(),
                    [this](const domain::ZoneCode& code) { return rules_.HasZone(code); });
    if (!known || codes.size() > domain::limits::kPlaceMaxZones) return false;
    place = rules_.ByNames(codes, check.at);
    if (!HaveUsage(place, check.usage)) return false;
  }
  facts.zones = std::move(place.zones);
  facts.neighbours = std::move(place.neighbours);
  facts.outside_possible = place.outside_possible;
  facts.zones_change = place.zones_change;
  return true;
}

void Judge::FillPlates(const domain::PlateNumber& asked, domain::Facts& facts) const {
  for (const Plate& plate : plates_) {
    if (plate.number.Folded() != asked.Folded()) continue;
    facts.plates.push_back(plate.known);
    facts.plates.back().exact = plate.number == asked;
  }
}

}  // namespace stadspoort::scenarios
