#include "services/checks/check_plates.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/domain/limits.h"
#include "services/platform/log.h"
#include "services/platform/status_mapping.h"
#include "storage/postgres/refusals.h"
#include "storage/postgres/register_read.h"

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

std::optional<domain::FieldViolation> OtherUsage(const domain::ZoneVersion& zone,
                                                 std::optional<domain::Usage> asked,
                                                 std::string field) {
  if (!asked || zone.usage == *asked) return std::nullopt;
  return domain::FieldViolation{std::move(field), absl::StrCat("has the usage ", Name(zone.usage),
                                                               ", not the one asked about")};
}

// What is wrong with a place, as far as the city's zones tell.
std::optional<domain::FieldViolation> InvalidPlace(const PlaceAsked& place, absl::Time t,
                                                   const domain::CityRules& rules) {
  if (place.selling_point) {
    const std::optional<domain::PlaceAt> at = rules.BySellingPoint(*place.selling_point, t);
    if (!at || at->zones.empty()) {
      return domain::FieldViolation{"place.selling_point", "is of no zone in force"};
    }
    return OtherUsage(*at->zones.front(), place.usage, "place.selling_point");
  }
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
    if (at.zones.empty()) continue;
    auto other = OtherUsage(*at.zones.front(), place.usage, field);
    if (other) return other;
  }
  return std::nullopt;
}

// Where the car may be, of a place in which nothing is wrong.
domain::PlaceAt PlaceOf(const PlaceAsked& asked, absl::Time t, const domain::CityRules& rules) {
  if (asked.selling_point) return *rules.BySellingPoint(*asked.selling_point, t);
  if (asked.position) return rules.ByPosition(*asked.position, *asked.usage, t);
  return rules.ByNames(asked.zones, t);
}

void Judge(const ladder::Look& look, std::vector<domain::KnownPlate> plates, const ItemAsked& asked,
           ItemAnswered& answer) {
  const domain::CityRules& rules = *look.rules;
  answer.rules = look.rules;
  answer.as_of = look.as_of;
  answer.rung = look.rung;
  answer.degraded = look.degraded;
  answer.facts = domain::Facts();
  domain::Facts& facts = answer.facts;
  absl::Time t = asked.check_time.value_or(look.now);
  // Within the tolerance for clocks that run ahead, the moment judged is now.
  if (t <= look.now + domain::limits::kFutureTolerance) t = std::min(t, look.now);
  answer.check_time = t;
  facts.city = &rules.settings();
  facts.calendar = &rules.calendar();
  facts.now = look.now;
  facts.country = asked.country;
  facts.confidence = asked.confidence;
  facts.plates = std::move(plates);
  answer.invalid = InvalidPlace(asked.place, t, rules);
  if (answer.invalid) {
    facts.trouble = DecisionReason::kInvalidItem;
  } else {
    domain::PlaceAt place = PlaceOf(asked.place, t, rules);
    facts.zones = std::move(place.zones);
    facts.neighbours = std::move(place.neighbours);
    facts.outside_possible = place.outside_possible;
    facts.zones_change = place.zones_change;
  }
  answer.verdict = domain::Decide(facts, t);
}

// An answer that says only what stands in the way.
void AnswerUnknown(DecisionReason reason, const ItemAsked& asked, ItemAnswered& answer) {
  answer.facts = domain::Facts();
  answer.facts.trouble = reason;
  answer.rules = nullptr;
  answer.as_of.reset();
  answer.rung.reset();
  answer.degraded = false;
  answer.check_time = asked.check_time;
  answer.verdict = domain::Decide(answer.facts, asked.check_time.value_or(absl::UnixEpoch()));
}

// What only the system of record may say: a negative, and that the place is none of the city's,
// which may have changed a moment ago.
bool NeedsConfirmation(const ItemAnswered& answer) {
  const domain::Decision decision = answer.verdict.decision();
  return decision == domain::Decision::kNotPermitted || decision == domain::Decision::kReview ||
         answer.invalid;
}

}  // namespace

// One batch on its way: read, looked up, judged, and confirmed where that is needed.
class CheckPlates::Batch {
 public:
  Batch(CheckPlates& command, const platform::Call& call, const BatchAsked& asked)
      : command_(command), call_(call), asked_(asked) {
    answered_.items.resize(asked.items.size());
  }

  absl::StatusOr<BatchAnswered> Run(bool show_plates) {
    const Moment began = BootClock::now();
    // Also without a readable item: whether the city exists is told all the same.
    const absl::StatusOr<std::vector<size_t>> open = FirstLook(Readable(), began);
    if (!open.ok()) return open.status();
    if (absl::Status confirmed = Confirm(*open); !confirmed.ok()) return confirmed;
    if (show_plates) ReadNearMisses();
    return std::move(answered_);
  }

 private:
  Deadline Patience() const { return Deadline::After(call_.Remaining()); }

  std::vector<size_t> Readable() {
    std::vector<size_t> readable;
    for (size_t i = 0; i < asked_.items.size(); ++i) {
      const ItemAsked& item = asked_.items[i];
      ItemAnswered& answer = answered_.items[i];
      answer.check_id = CheckIdOf(call_, asked_.city, item.reference);
      if (item.invalid) {
        answer.invalid = item.invalid;
        AnswerUnknown(DecisionReason::kInvalidItem, item, answer);
      } else {
        readable.push_back(i);
      }
    }
    return readable;
  }

  ladder::Question QuestionOf(const std::vector<size_t>& items) const {
    ladder::Question question{asked_.city, {}, {}};
    for (const size_t i : items) {
      const ItemAsked& item = asked_.items[i];
      question.plates.push_back(item.plate);
      if (!item.check_time) continue;
      question.oldest_check_time =
          std::min(question.oldest_check_time.value_or(*item.check_time), *item.check_time);
    }
    return question;
  }

  // Judges by the first rung that may be relied on; gives the items that are to be confirmed.
  absl::StatusOr<std::vector<size_t>> FirstLook(const std::vector<size_t>& items, Moment began) {
    const ladder::Question question = QuestionOf(items);
    absl::StatusOr<ladder::Look> look = asked_.strong
                                            ? command_.ladder_.Confirm(question, Patience())
                                            : command_.ladder_.LookUp(question, began, Patience());
    if (!look.ok()) {
      if (absl::Status told = Trouble(look.status(), items); !told.ok()) return told;
      return std::vector<size_t>();
    }
    std::vector<size_t> open;
    for (size_t n = 0; n < items.size(); ++n) {
      const ItemAsked& item = asked_.items[items[n]];
      ItemAnswered& answer = answered_.items[items[n]];
      Judge(*look, std::move(look->plates[n]), item, answer);
      if (!NeedsConfirmation(answer)) {
        if (look->stale) AnswerUnknown(DecisionReason::kStale, item, answer);
      } else if (look->degraded) {
        answer.invalid.reset();
        AnswerUnknown(DecisionReason::kBackendUnavailable, item, answer);
      } else if (!look->confirmed) {
        open.push_back(items[n]);
      }
    }
    return open;
  }

  // Judges again by what the system of record says, in a statement sent after the check began.
  absl::Status Confirm(const std::vector<size_t>& items) {
    if (items.empty()) return absl::OkStatus();
    absl::StatusOr<ladder::Look> look = command_.ladder_.Confirm(QuestionOf(items), Patience());
    if (!look.ok()) return Trouble(look.status(), items);
    for (size_t n = 0; n < items.size(); ++n) {
      Judge(*look, std::move(look->plates[n]), asked_.items[items[n]], answered_.items[items[n]]);
    }
    return absl::OkStatus();
  }

  // Whatever stands in the way, it is no reason for a fine. Only a city that does not exist is the
  // caller's mistake.
  absl::Status Trouble(const absl::Status& status, const std::vector<size_t>& items) {
    if (absl::IsNotFound(status)) return status;
    platform::Log(platform::LogLevel::kWarning,
                  absl::StrCat("check ", call_.id, " answered UNKNOWN: ",
                               platform::LogText(postgres::AsRefusal(status))));
    for (const size_t i : items) {
      answered_.items[i].invalid.reset();
      AnswerUnknown(TroubleOf(status), asked_.items[i], answered_.items[i]);
    }
    return absl::OkStatus();
  }

  // Only texts for a person to look at: without them the answer is as true.
  void ReadNearMisses() {
    std::vector<domain::PlateId> near_misses;
    for (const ItemAnswered& answer : answered_.items) {
      near_misses.insert(near_misses.end(), answer.verdict.near_misses.begin(),
                         answer.verdict.near_misses.end());
    }
    if (near_misses.empty()) return;
    auto numbers =
        postgres::ReadPlateNumbers(command_.pool_, asked_.city, near_misses,
                                   Deadline::After(std::min(call_.Remaining(), kNearMissPatience)));
    if (numbers.ok()) answered_.near_misses = *std::move(numbers);
  }

  CheckPlates& command_;
  const platform::Call& call_;
  const BatchAsked& asked_;
  BatchAnswered answered_;
};

absl::StatusOr<BatchAnswered> CheckPlates::Run(const platform::Call& call, const BatchAsked& asked,
                                               bool show_plates) {
  return Batch(*this, call, asked).Run(show_plates);
}

}  // namespace stadspoort::checks
