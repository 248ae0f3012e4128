#include "services/checks/convert.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/contract/names.h"
#include "services/contract/timestamps.h"
#include "services/domain/decision_text.h"
#include "services/domain/limits.h"
#include "services/domain/refusal.h"

namespace stadspoort::checks {
namespace {

namespace limits = domain::limits;

// The first field violation of a status, for an item that is answered UNKNOWN.
domain::FieldViolation ViolationOf(const absl::Status& status) {
  const std::optional<domain::RefusalDetails> details = domain::DetailsOf(status);
  if (details && !details->violations.empty()) return details->violations.front();
  return {"", std::string(status.message())};
}

absl::StatusOr<domain::Position> ReadPosition(const v1::Position& position) {
  if (!(std::abs(position.latitude_degrees()) <= 90)) {
    return domain::InvalidField("position.latitude_degrees",
                                "must lie between -90 and 90; are latitude and longitude swapped?");
  }
  if (!(std::abs(position.longitude_degrees()) <= 180)) {
    return domain::InvalidField("position.longitude_degrees", "must lie between -180 and 180");
  }
  if (!(position.accuracy_meters() >= 0 &&
        position.accuracy_meters() <= limits::kAccuracyMaxMeters)) {
    return domain::InvalidField("position.accuracy_meters", "must lie between 0 and 500");
  }
  return domain::Position{{position.latitude_degrees(), position.longitude_degrees()},
                          position.accuracy_meters()};
}

absl::StatusOr<std::string> ReadSellingPoint(const std::string& id, absl::string_view field) {
  if (id.empty() || id.size() > limits::kRuleCodeMaxBytes) {
    return domain::InvalidField(field, "must have 1 to 40 bytes");
  }
  return id;
}

absl::StatusOr<std::vector<domain::ZoneCode>> ReadZones(const v1::ZoneNames& names,
                                                        const domain::CityCode& city) {
  if (names.zones_size() < 1 || static_cast<size_t>(names.zones_size()) > limits::kPlaceMaxZones) {
    return domain::InvalidField("place.zones.zones", "must name 1 to 20 zones");
  }
  std::vector<domain::ZoneCode> zones;
  for (int i = 0; i < names.zones_size(); ++i) {
    absl::StatusOr<domain::ZoneCode> zone =
        contract::ParseZoneOf(city, names.zones(i), absl::StrCat("place.zones.zones[", i, "]"));
    if (!zone.ok()) return zone.status();
    if (std::find(zones.begin(), zones.end(), *zone) == zones.end()) zones.push_back(*zone);
  }
  return zones;
}

absl::StatusOr<PlaceAsked> ReadPlace(const v1::Place& place, const domain::CityCode& city,
                                     std::optional<domain::Usage> usage) {
  PlaceAsked asked;
  asked.usage = usage;
  switch (place.locator_case()) {
    case v1::Place::kZones: {
      auto zones = ReadZones(place.zones(), city);
      if (!zones.ok()) return zones.status();
      asked.zones = *std::move(zones);
      return asked;
    }
    case v1::Place::kPosition: {
      const auto position = ReadPosition(place.position());
      if (!position.ok()) return domain::WithFieldPrefix(position.status(), "place");
      if (!usage) return domain::InvalidField("options.usage", "is required with a position");
      asked.position = *position;
      return asked;
    }
    case v1::Place::kSellingPoint: {
      auto id = ReadSellingPoint(place.selling_point(), "place.selling_point");
      if (!id.ok()) return id.status();
      asked.selling_point = *std::move(id);
      return asked;
    }
    case v1::Place::LOCATOR_NOT_SET:
      break;
  }
  return domain::InvalidField("place", "must be zones, a position or a selling point");
}

absl::Status ReadItemInto(const v1::BatchCheckPlatesRequest& request, const v1::CheckItem& in,
                          const domain::CityCode& city, std::optional<domain::Usage> usage,
                          ItemAsked& item) {
  if (in.reference().size() > limits::kReferenceMaxBytes) {
    return domain::InvalidField("reference", "must have at most 100 bytes");
  }
  item.reference = in.reference();
  absl::StatusOr<domain::PlateNumber> plate = domain::PlateNumber::Normalise(in.plate().number());
  if (!plate.ok()) return domain::WithFieldPrefix(plate.status(), "plate");
  item.plate = *std::move(plate);
  const absl::StatusOr<domain::Country> country = domain::Country::Parse(in.plate().country());
  if (!country.ok()) return domain::WithFieldPrefix(country.status(), "plate");
  item.country = *country;
  if (in.has_confidence()) {
    if (in.confidence() < 0 || in.confidence() > 100) {
      return domain::InvalidField("confidence", "must lie between 0 and 100");
    }
    item.confidence = in.confidence();
  }
  if (in.has_check_time() || request.has_check_time()) {
    const absl::StatusOr<absl::Time> time = contract::ToTime(
        in.has_check_time() ? in.check_time() : request.check_time(), "check_time");
    if (!time.ok()) return time.status();
    item.check_time = *time;
  }
  absl::StatusOr<PlaceAsked> place =
      ReadPlace(in.has_place() ? in.place() : request.place(), city, usage);
  if (!place.ok()) return place.status();
  item.place = *std::move(place);
  return absl::OkStatus();
}

absl::StatusOr<std::optional<domain::Usage>> ReadUsage(int usage) {
  if (usage == common::v1::USAGE_UNSPECIFIED) return std::nullopt;
  if (usage < 0 || usage > domain::kUsageCount) {
    return domain::InvalidField("options.usage", "is not a Usage of this register");
  }
  return static_cast<domain::Usage>(usage);
}

absl::StatusOr<AnswerOptions> ReadOptions(const v1::CheckOptions& options,
                                          const platform::Caller& caller) {
  if (!options.language().empty() && !domain::IsLanguage(options.language())) {
    return domain::InvalidField("options.language", "must be nl, fr, de or en, or empty");
  }
  // A value that this server does not know may ask for more than it gives.
  if (options.consistency() < v1::CONSISTENCY_UNSPECIFIED ||
      options.consistency() > v1::CONSISTENCY_STRONG) {
    return domain::InvalidField("options.consistency", "must be DEFAULT or STRONG");
  }
  return AnswerOptions{options.language(), options.include_right() && caller.MaySeePlates(),
                       options.include_candidates(),
                       options.include_candidates() && caller.MaySeePlates()};
}

std::string NameOf(const domain::CityCode& city, const domain::ZoneVersion* zone) {
  return zone == nullptr ? std::string() : contract::ZoneName(city, zone->code);
}

void WriteRight(const domain::CityCode& city, const domain::Verdict& verdict, v1::RightBasis& out) {
  const domain::Right& right = *verdict.right;
  out.set_right_id(std::string(right.id.view()));
  out.set_right_type(contract::RightTypeName(city, right.type));
  out.set_kind(static_cast<common::v1::RightKind>(right.kind));
  *out.mutable_start_time() = contract::ToTimestamp(right.effective.start);
  *out.mutable_end_time() = contract::ToTimestamp(right.effective.end);
  if (verdict.extended_from != nullptr) {
    out.set_extended_from_zone(contract::ZoneName(city, *verdict.extended_from));
  }
}

void WriteBasis(const domain::CityRules& rules, const ItemAnswered& item,
                const AnswerOptions& options, v1::Basis& out) {
  const domain::Verdict& verdict = item.verdict;
  out.set_calendar_version(rules.versions().calendar);
  out.set_city_version(rules.versions().settings);
  if (verdict.zone != nullptr) {
    out.set_zone(NameOf(rules.code(), verdict.zone));
    out.set_zone_version(verdict.zone->version);
  }
  if (verdict.frame != nullptr) out.set_frame(verdict.frame->code);
  if (verdict.overlay != nullptr) out.set_overlay(verdict.overlay->display_name);
  for (const domain::KnownPlate& plate : item.facts.plates) {
    if (plate.exact) out.set_plate_version(plate.version);
  }
  if (options.show_right && verdict.right != nullptr) {
    WriteRight(rules.code(), verdict, *out.mutable_right());
  }
}

void WriteCandidates(const BatchAnswered& answered, const ItemAnswered& item,
                     const AnswerOptions& options, v1::CheckAnswer& out) {
  const domain::Verdict& verdict = item.verdict;
  for (const domain::CandidateVerdict& candidate : verdict.candidates) {
    v1::ZoneCandidate& written = *out.add_zone_candidates();
    written.set_zone(NameOf(item.rules->code(), candidate.zone));
    written.set_decision(static_cast<v1::Decision>(domain::DecisionOf(candidate.reason)));
    written.set_reason(static_cast<v1::DecisionReason>(candidate.reason));
  }
  if (!options.show_plates) return;
  for (const domain::PlateId& plate : verdict.near_misses) {
    const auto number = answered.near_misses.find(plate);
    if (number == answered.near_misses.end()) continue;
    out.add_plate_candidates()->mutable_plate()->set_number(number->second.value());
  }
}

void WriteAnswer(const BatchAnswered& answered, const ItemAnswered& item,
                 const AnswerOptions& options, v1::CheckAnswer& out) {
  const domain::Verdict& verdict = item.verdict;
  out.set_check_id(std::string(item.check_id.view()));
  out.set_decision(static_cast<v1::Decision>(verdict.decision()));
  out.set_reason(static_cast<v1::DecisionReason>(verdict.reason));
  if (!options.language.empty()) {
    out.set_reason_text(
        domain::ReasonText(verdict.reason, options.language, verdict.expired_minutes_ago));
  }
  if (item.check_time) *out.mutable_check_time() = contract::ToTimestamp(*item.check_time);
  if (item.as_of) *out.mutable_as_of() = contract::ToTimestamp(*item.as_of);
  if (item.rung) out.set_rung(static_cast<v1::Rung>(*item.rung));
  out.set_degraded(item.degraded);
  if (verdict.valid_until) *out.mutable_valid_until() = contract::ToTimestamp(*verdict.valid_until);
  if (verdict.recheck_after) {
    *out.mutable_recheck_after() = contract::ToTimestamp(*verdict.recheck_after);
  }
  if (verdict.expired_minutes_ago) out.set_expired_minutes_ago(*verdict.expired_minutes_ago);
  if (item.invalid) {
    out.mutable_invalid_field()->set_field(item.invalid->field);
    out.mutable_invalid_field()->set_description(item.invalid->description);
  }
  if (item.rules == nullptr || verdict.decision() == domain::Decision::kUnknown) return;
  WriteBasis(*item.rules, item, options, *out.mutable_basis());
  if (options.show_candidates) WriteCandidates(answered, item, options, out);
}

}  // namespace

absl::StatusOr<BatchRead> ReadBatch(const v1::BatchCheckPlatesRequest& request,
                                    const platform::Caller& caller) {
  BatchRead batch;
  absl::StatusOr<domain::CityCode> city = contract::ParseCityName(request.parent(), "parent");
  if (!city.ok()) return city.status();
  batch.asked.city = *std::move(city);
  if (request.items_size() < 1) return domain::InvalidField("items", "must hold at least one item");
  if (static_cast<size_t>(request.items_size()) > limits::kBatchMaxItems) {
    return domain::InvalidField("items",
                                absl::StrCat("holds ", request.items_size(), " items; at most ",
                                             limits::kBatchMaxItems, " are allowed"),
                                domain::ErrorReason::kTooManyItems);
  }
  // Options that cannot be read are no error either: a scanner could take one for a "no".
  const absl::StatusOr<AnswerOptions> options = ReadOptions(request.options(), caller);
  const absl::StatusOr<std::optional<domain::Usage>> usage = ReadUsage(request.options().usage());
  if (options.ok()) batch.options = *options;
  batch.asked.strong = request.options().consistency() == v1::CONSISTENCY_STRONG;
  for (const v1::CheckItem& in : request.items()) {
    ItemAsked item;
    absl::Status read = options.ok() ? usage.status() : options.status();
    if (read.ok()) read = ReadItemInto(request, in, batch.asked.city, *usage, item);
    if (!read.ok()) item.invalid = ViolationOf(read);
    batch.asked.items.push_back(std::move(item));
  }
  return batch;
}

void WriteAnswers(const v1::BatchCheckPlatesRequest& request, const BatchAnswered& answered,
                  const AnswerOptions& options, v1::BatchCheckPlatesResponse& response) {
  for (size_t i = 0; i < answered.items.size(); ++i) {
    v1::CheckAnswer& answer = *response.add_answers();
    WriteAnswer(answered, answered.items[i], options, answer);
    const std::string& reference = request.items(static_cast<int>(i)).reference();
    // An oversized reference is not echoed: its item is refused for it.
    if (reference.size() <= limits::kReferenceMaxBytes) answer.set_reference(reference);
  }
}

absl::StatusOr<LocateAsked> ReadLocate(const v1::LocateZonesRequest& request) {
  LocateAsked asked;
  const auto city = contract::ParseCityName(request.parent(), "parent");
  if (!city.ok()) return city.status();
  asked.city = *city;
  if (request.usage() < 0 || request.usage() > domain::kUsageCount) {
    return domain::InvalidField("usage", "is not a Usage of this register");
  }
  if (request.usage() != common::v1::USAGE_UNSPECIFIED) {
    asked.place.usage = static_cast<domain::Usage>(request.usage());
  }
  if (request.has_at_time()) {
    const auto at = contract::ToTime(request.at_time(), "at_time");
    if (!at.ok()) return at.status();
    asked.at = *at;
  }
  if (request.has_selling_point()) {
    auto id = ReadSellingPoint(request.selling_point(), "selling_point");
    if (!id.ok()) return id.status();
    asked.place.selling_point = *std::move(id);
    return asked;
  }
  if (!request.has_position()) {
    return domain::InvalidField("locator", "must be a position or a selling point");
  }
  const auto position = ReadPosition(request.position());
  if (!position.ok()) return position.status();
  asked.place.position = *position;
  return asked;
}

void WriteLocated(const domain::CityCode& city, const Located& located,
                  v1::LocateZonesResponse& response) {
  for (const auto& [zone, border] : located.zones) {
    v1::LocatedZone& written = *response.add_zones();
    written.set_name(contract::ZoneName(city, zone->code));
    written.set_display_name(zone->display_name);
    written.set_usage(static_cast<common::v1::Usage>(zone->usage));
    written.set_zone_version(zone->version);
    written.set_border(border);
  }
  response.set_outside_possible(located.outside_possible);
  *response.mutable_as_of_time() = contract::ToTimestamp(located.as_of);
}

}  // namespace stadspoort::checks
