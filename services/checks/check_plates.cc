#include "services/checks/check_plates.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/domain/limits.h"
#include "services/platform/log.h"
#include "services/platform/status_mapping.h"
#include "storage/postgres/facts_store.h"
#include "storage/postgres/refusals.h"

namespace stadspoort::checks {
namespace {

using domain::DecisionReason;
using domain::ErrorReason;

// What is left for a near miss's text when the check itself took nearly the whole deadline.
constexpr absl::Duration kNearMissPatience = absl::Milliseconds(500);

domain::CheckId CheckIdOf(const platform::Call& call, const domain::CityCode& city,
                          const std::string& reference) {
  if (reference.empty()) return domain::CheckId::New(call.received);
  // Lengths in front, so that no two questions have the same text.
  const std::string text =
      absl::StrCat(city.value().size(), ":", city.value(), call.caller.subject.size(), ":",
                   call.caller.subject, reference);
  domain::UuidBytes bytes{};
  crypto_generichash(bytes.data(), bytes.size(), reinterpret_cast<const uint8_t*>(text.data()),
                     text.size(), nullptr, 0);
  // A UUIDv8: made by our own rule.
  bytes[6] = static_cast<uint8_t>((bytes[6] & 0x0F) | 0x80);
  bytes[8] = static_cast<uint8_t>((bytes[8] & 0x3F) | 0x80);
  return domain::CheckId(bytes);
}

// Why nothing is known. Whatever happened, it is no reason for a fine.
DecisionReason TroubleOf(const absl::Status& status) {
  const auto details = domain::DetailsOf(postgres::AsRefusal(status));
  return details && details->reason == ErrorReason::kOverloaded
             ? DecisionReason::kOverloaded
             : DecisionReason::kBackendUnavailable;
}

// A position outside every zone that would lie in one with its coordinates exchanged: a scanner
// that is set up wrongly, and whose every answer would be "nothing required".
bool LooksSwapped(const PlaceAsked& place, absl::Time t, const domain::CityRules& rules) {
  const domain::Position& given = *place.position;
  if (!rules.ByPosition(given, *place.usage, t).zones.empty()) return false;
  if (std::abs(given.point.longitude) > 90) return false;
  const domain::Position swapped{{given.point.longitude, given.point.latitude},
                                 given.accuracy_meters};
  return !rules.ByPosition(swapped, *place.usage, t).zones.empty();
}

// What is wrong with a place, as far as the city's zones tell.
std::optional<domain::FieldViolation> InvalidPlace(const PlaceAsked& place, absl::Time t,
                                                   const domain::CityRules& rules) {
  if (place.position && LooksSwapped(place, t, rules)) {
    return domain::FieldViolation{"place.position.latitude_degrees",
                                  "lies far outside the city; are latitude and longitude swapped?"};
  }
  for (size_t i = 0; i < place.zones.size(); ++i) {
    const std::string field = absl::StrCat("place.zones.zones[", i, "]");
    if (!rules.HasZone(place.zones[i])) {
      return domain::FieldViolation{field, "is not a zone of the city"};
    }
    const domain::PlaceAt at = rules.ByNames({place.zones[i]}, t);
    if (place.usage && !at.zones.empty() && at.zones.front()->usage != *place.usage) {
      return domain::FieldViolation{field,
                                    absl::StrCat("has the usage ", Name(at.zones.front()->usage),
                                                 ", not the one asked about")};
    }
  }
  return std::nullopt;
}

void Judge(const ladder::Look& look, std::vector<domain::KnownPlate> plates, const ItemAsked& asked,
           ItemAnswered& answer) {
  const domain::CityRules& rules = *look.rules;
  domain::Facts& facts = answer.facts;
  absl::Time t = asked.check_time.value_or(look.as_of);
  // Within the tolerance for clocks that run ahead, the moment judged is now.
  if (t <= look.as_of + domain::limits::kFutureTolerance) t = std::min(t, look.as_of);
  answer.check_time = t;
  facts.city = &rules.settings();
  facts.calendar = &rules.calendar();
  facts.now = look.as_of;
  facts.country = asked.country;
  facts.confidence = asked.confidence;
  facts.plates = std::move(plates);
  answer.invalid = InvalidPlace(asked.place, t, rules);
  if (answer.invalid) {
    facts.trouble = DecisionReason::kInvalidItem;
  } else {
    domain::PlaceAt place = asked.place.position
                                ? rules.ByPosition(*asked.place.position, *asked.place.usage, t)
                                : rules.ByNames(asked.place.zones, t);
    facts.zones = std::move(place.zones);
    facts.outside_possible = place.outside_possible;
    facts.zones_change = place.zones_change;
  }
  answer.verdict = domain::Decide(facts, t);
}

// An answer that says only what stands in the way.
void AnswerUnknown(DecisionReason reason, const ItemAsked& asked, ItemAnswered& answer) {
  answer.facts.trouble = reason;
  answer.check_time = asked.check_time;
  answer.verdict = domain::Decide(answer.facts, asked.check_time.value_or(absl::UnixEpoch()));
}

}  // namespace

absl::StatusOr<BatchAnswered> CheckPlates::Run(const platform::Call& call, BatchAsked asked,
                                               bool show_plates) {
  BatchAnswered answered;
  answered.items.resize(asked.items.size());
  ladder::Question question{asked.city, {}, {}};
  std::vector<size_t> readable;
  for (size_t i = 0; i < asked.items.size(); ++i) {
    const ItemAsked& item = asked.items[i];
    ItemAnswered& answer = answered.items[i];
    answer.check_id = CheckIdOf(call, asked.city, item.reference);
    if (item.invalid) {
      answer.invalid = item.invalid;
      AnswerUnknown(DecisionReason::kInvalidItem, item, answer);
      continue;
    }
    readable.push_back(i);
    question.plates.push_back(item.plate);
    if (item.check_time) {
      question.oldest_check_time =
          std::min(question.oldest_check_time.value_or(*item.check_time), *item.check_time);
    }
  }

  absl::StatusOr<ladder::Look> look =
      ladder_.LookUp(question, postgres::Deadline::After(call.Remaining()));
  if (!look.ok()) {
    if (look.status().code() == absl::StatusCode::kNotFound) return look.status();
    platform::Log(platform::LogLevel::kWarning,
                  absl::StrCat("check ", call.id, " answered UNKNOWN: ",
                               platform::LogText(postgres::AsRefusal(look.status()))));
    for (const size_t i : readable) {
      AnswerUnknown(TroubleOf(look.status()), asked.items[i], answered.items[i]);
    }
    return answered;
  }
  answered.rules = look->rules;
  answered.as_of = look->as_of;
  answered.rung = look->rung;
  answered.degraded = look->degraded;
  std::vector<domain::PlateId> near_misses;
  for (size_t i = 0; i < readable.size(); ++i) {
    ItemAnswered& answer = answered.items[readable[i]];
    Judge(*look, std::move(look->plates[i]), asked.items[readable[i]], answer);
    near_misses.insert(near_misses.end(), answer.verdict.near_misses.begin(),
                       answer.verdict.near_misses.end());
  }
  if (show_plates && !near_misses.empty()) {
    // Only texts for a person to look at: without them the answer is as true.
    auto numbers = postgres::ReadPlateNumbers(
        pool_, asked.city, near_misses,
        postgres::Deadline::After(std::min(call.Remaining(), kNearMissPatience)));
    if (numbers.ok()) answered.near_misses = *std::move(numbers);
  }
  return answered;
}

}  // namespace stadspoort::checks
