#include "services/contract/permit_type.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/json_util.h"
#include "services/contract/names.h"
#include "services/contract/timestamps.h"
#include "services/contract/violations.h"
#include "services/domain/limits.h"
#include "services/domain/refusal.h"

namespace stadspoort::contract {
namespace {

namespace limits = domain::limits;
namespace pb = permits::v1;

template <typename T>
void Take(absl::StatusOr<T> read, T& out, Violations& violations) {
  if (read.ok()) {
    out = *std::move(read);
  } else {
    violations.Add("", read.status());
  }
}

domain::PermitArea ReadArea(const pb::PermitArea& in, const domain::CityCode& city,
                            const std::string& path, Violations& violations) {
  domain::PermitArea out;
  out.code = domain::PermitAreaCode(in.code());
  out.display_name = in.display_name();
  out.places = in.place_count();
  if (static_cast<size_t>(in.zones_size()) > limits::kRightMaxZones) {
    violations.Add(path,
                   domain::InvalidField(
                       "zones", absl::StrCat("must be at most ", limits::kRightMaxZones, " zones"),
                       domain::ErrorReason::kTooManyItems));
    return out;
  }
  for (int i = 0; i < in.zones_size(); ++i) {
    domain::ZoneCode zone;
    Take(ParseZoneOf(city, in.zones(i), absl::StrCat(path, ".zones[", i, "]")), zone, violations);
    out.zones.push_back(std::move(zone));
  }
  return out;
}

domain::PermitTerm ReadTerm(const pb::Term& in, const std::string& path, Violations& violations) {
  using Unit = domain::PermitTerm::Unit;
  switch (in.length_case()) {
    case pb::Term::kDays:
      return {Unit::kDays, in.days()};
    case pb::Term::kMonths:
      return {Unit::kMonths, in.months()};
    case pb::Term::kCalendarYear:
      if (in.calendar_year()) return {Unit::kCalendarYear, 1};
      break;
    case pb::Term::LENGTH_NOT_SET:
      break;
  }
  violations.Add(path, "must be days, months or a calendar year");
  return {};
}

absl::Duration ReadWait(bool has, const google::protobuf::Duration& in, absl::string_view field,
                        absl::Duration most, Violations& violations) {
  absl::Duration out = absl::ZeroDuration();
  if (has) Take(ToDuration(in, field, absl::ZeroDuration(), most), out, violations);
  return out;
}

pb::Term WriteTerm(const domain::PermitTerm& term) {
  pb::Term out;
  switch (term.unit) {
    case domain::PermitTerm::Unit::kDays:
      out.set_days(term.count);
      break;
    case domain::PermitTerm::Unit::kMonths:
      out.set_months(term.count);
      break;
    case domain::PermitTerm::Unit::kCalendarYear:
      out.set_calendar_year(true);
      break;
  }
  return out;
}

}  // namespace

absl::StatusOr<domain::PermitType> ReadPermitType(const pb::PermitType& in,
                                                  const domain::CityCode& city) {
  Violations violations;
  domain::PermitType out;
  if (static_cast<size_t>(in.areas_size()) > limits::kPermitMaxAreas) {
    return domain::InvalidField("areas",
                                absl::StrCat("must be 1 to ", limits::kPermitMaxAreas, " areas"),
                                domain::ErrorReason::kTooManyItems);
  }
  out.display_name = in.display_name();
  Take(ParseRightTypeOf(city, in.right_type(), "right_type"), out.right_type, violations);
  for (int i = 0; i < in.areas_size(); ++i) {
    out.areas.push_back(ReadArea(in.areas(i), city, absl::StrCat("areas[", i, "]"), violations));
  }
  if (in.counted_by() != pb::COUNTED_BY_HOLDER && in.counted_by() != pb::COUNTED_BY_ADDRESS) {
    violations.Add("counted_by", "must be by holder or by address");
  } else {
    out.counted_by = static_cast<domain::CountedBy>(in.counted_by());
  }
  for (int i = 0; i < in.price_steps_size(); ++i) {
    const pb::PriceStep& step = in.price_steps(i);
    const std::string path = absl::StrCat("price_steps[", i, "]");
    out.price_steps.push_back({step.from_ordinal(), step.price_cents(),
                               ReadTerm(step.term(), path + ".term", violations)});
  }
  out.max_per_holder = in.max_per_holder();
  out.max_per_address = in.max_per_address();
  out.plates.plates_max = in.plates_max();
  out.plates.active_max = in.active_plates_max();
  out.plates.swaps_a_day_max = in.swaps_a_day_max();
  out.plates.temporary_max =
      ReadWait(in.has_temporary_plate_max_duration(), in.temporary_plate_max_duration(),
               "temporary_plate_max_duration", limits::kRightMaxDuration, violations);
  out.evidence.assign(in.evidence_kinds().begin(), in.evidence_kinds().end());
  out.reviewed = in.reviewed();
  out.waiting_list = in.waiting_list();
  out.offer_term = ReadWait(in.has_offer_term(), in.offer_term(), "offer_term",
                            limits::kPermitMaxWait, violations);
  out.payment_term = ReadWait(in.has_payment_term(), in.payment_term(), "payment_term",
                              limits::kPermitMaxWait, violations);
  out.overdue_term = ReadWait(in.has_overdue_term(), in.overdue_term(), "overdue_term",
                              limits::kPermitMaxWait, violations);
  out.renewal_window_days = in.renewal_window_days();
  out.reminder_days = in.reminder_days();
  out.refunds = in.refunds();
  if (absl::Status judged = domain::Validate(out); !judged.ok()) violations.Add("", judged);
  if (!violations.empty()) return violations.status();
  return out;
}

pb::PermitType WritePermitType(const domain::PermitType& type, const domain::CityCode& city) {
  pb::PermitType out;
  out.set_display_name(type.display_name);
  out.set_right_type(RightTypeName(city, type.right_type));
  for (const domain::PermitArea& area : type.areas) {
    pb::PermitArea& written = *out.add_areas();
    written.set_code(area.code.value());
    written.set_display_name(area.display_name);
    for (const domain::ZoneCode& zone : area.zones) written.add_zones(ZoneName(city, zone));
    written.set_place_count(area.places);
  }
  out.set_counted_by(static_cast<pb::CountedBy>(type.counted_by));
  for (const domain::PriceStep& step : type.price_steps) {
    pb::PriceStep& written = *out.add_price_steps();
    written.set_from_ordinal(step.from_ordinal);
    written.set_price_cents(step.price_cents);
    *written.mutable_term() = WriteTerm(step.term);
  }
  out.set_max_per_holder(type.max_per_holder);
  out.set_max_per_address(type.max_per_address);
  out.set_plates_max(type.plates.plates_max);
  out.set_active_plates_max(type.plates.active_max);
  out.set_swaps_a_day_max(type.plates.swaps_a_day_max);
  *out.mutable_temporary_plate_max_duration() = ToProtoDuration(type.plates.temporary_max);
  for (const std::string& kind : type.evidence) out.add_evidence_kinds(kind);
  out.set_reviewed(type.reviewed);
  out.set_waiting_list(type.waiting_list);
  *out.mutable_offer_term() = ToProtoDuration(type.offer_term);
  *out.mutable_payment_term() = ToProtoDuration(type.payment_term);
  *out.mutable_overdue_term() = ToProtoDuration(type.overdue_term);
  out.set_renewal_window_days(type.renewal_window_days);
  out.set_reminder_days(type.reminder_days);
  out.set_refunds(type.refunds);
  return out;
}

std::string PermitTypeJson(const domain::PermitType& type, const domain::CityCode& city) {
  std::string json;
  // Cannot fail: every field was checked when it was read.
  const auto status =
      google::protobuf::util::MessageToJsonString(WritePermitType(type, city), &json);
  return status.ok() ? json : std::string();
}

absl::StatusOr<domain::PermitType> ReadStoredPermitType(absl::string_view json,
                                                        const domain::CityCode& city,
                                                        const domain::PermitTypeCode& code) {
  pb::PermitType message;
  const auto parsed = google::protobuf::util::JsonStringToMessage(std::string(json), &message);
  absl::StatusOr<domain::PermitType> type =
      parsed.ok() ? ReadPermitType(message, city) : absl::InternalError("not JSON of the message");
  if (!type.ok()) {
    return domain::Refusal(absl::StatusCode::kInternal, domain::ErrorReason::kInternal,
                           "a stored permit type cannot be read");
  }
  type->code = code;
  return type;
}

}  // namespace stadspoort::contract
