#include "services/rights/convert.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/contract/names.h"
#include "services/contract/schedule.h"
#include "services/contract/timestamps.h"
#include "services/contract/violations.h"
#include "services/domain/limits.h"
#include "services/domain/refusal.h"

namespace stadspoort::rights {
namespace {

namespace limits = domain::limits;
using contract::Violations;

constexpr int kDefaultPageSize = 50;
constexpr int kMaxPageSize = 500;

// Reads a field into `out`, or adds what is wrong with it.
template <typename T, typename Out>
void Take(absl::StatusOr<T> read, Out& out, Violations& violations) {
  if (read.ok()) {
    out = *std::move(read);
  } else {
    violations.Add("", read.status());
  }
}

// As Take, for fields of a message that knows only its own names.
template <typename T, typename Out>
void TakeWithin(absl::string_view prefix, absl::StatusOr<T> read, Out& out,
                Violations& violations) {
  if (read.ok()) {
    out = *std::move(read);
  } else {
    violations.Add(prefix, read.status());
  }
}

// Each once, in the caller's order.
std::vector<domain::ZoneCode> ReadZoneList(
    const google::protobuf::RepeatedPtrField<std::string>& names, const domain::CityCode& city,
    absl::string_view field, Violations& violations) {
  std::vector<domain::ZoneCode> zones;
  for (int i = 0; i < names.size(); ++i) {
    const std::string path = absl::StrCat(field, "[", i, "]");
    domain::ZoneCode zone;
    Take(contract::ParseZoneOf(city, names.Get(i), path), zone, violations);
    if (std::find(zones.begin(), zones.end(), zone) != zones.end()) {
      violations.Add(path, "names a zone twice");
    }
    zones.push_back(std::move(zone));
  }
  return zones;
}

Changes::Zones ReadZones(const v1::Right& right, const domain::CityCode& city,
                         Violations& violations) {
  Changes::Zones read{right.city_wide(), {}};
  if (right.city_wide() != right.zones().empty()) {
    violations.Add("right.zones", right.city_wide()
                                      ? "must be empty when city_wide is set"
                                      : "must name 1 to 50 zones, or city_wide must be set");
  }
  if (static_cast<size_t>(right.zones_size()) > limits::kRightMaxZones) {
    violations.Add("right.zones", "must name at most 50 zones");
    return read;
  }
  read.zones = ReadZoneList(right.zones(), city, "right.zones", violations);
  return read;
}

std::vector<domain::WeeklyWindow> ReadRightWindows(const v1::Right& right, Violations& violations) {
  if (static_cast<size_t>(right.windows_size()) > limits::kRightMaxWindows) {
    violations.Add("right.windows", "must hold at most 20 windows");
    return {};
  }
  return contract::ReadWindows(right.windows(), "right.windows", violations);
}

void ReadReason(const std::string& reason, bool required, Violations& violations) {
  if (required && reason.empty()) violations.Add("reason", "must say why, in 1 to 500 bytes");
  if (reason.size() > limits::kReasonMaxBytes)
    violations.Add("reason", "must have at most 500 bytes");
}

// The right that a change names.
void ReadName(const std::string& name, absl::string_view field, ChangeAsked& asked,
              Violations& violations) {
  auto parsed = contract::ParseRightName(name, field);
  if (!parsed.ok()) {
    violations.Add("", parsed.status());
    return;
  }
  asked.city = parsed->first;
  asked.right = parsed->second;
}

template <typename Request>
void ReadPaths(const Request& request, const std::vector<absl::string_view>& allowed,
               Violations& violations) {
  if (request.update_mask().paths().empty()) {
    violations.Add("update_mask", "must name at least one field that changes");
  }
  for (const std::string& path : request.update_mask().paths()) {
    if (std::find(allowed.begin(), allowed.end(), path) == allowed.end()) {
      violations.Add("update_mask", absl::StrCat("names a field that cannot change here; ",
                                                 "allowed: ", absl::StrJoin(allowed, ", ")));
    }
  }
}

template <typename Request>
bool Names(const Request& request, absl::string_view path) {
  const auto& paths = request.update_mask().paths();
  return std::find(paths.begin(), paths.end(), path) != paths.end();
}

v1::RightState StateOf(const postgres::StoredRight& stored) {
  const domain::Right& right = stored.right;
  if (right.RevokedAt(stored.now)) return v1::RIGHT_STATE_REVOKED;
  if (right.effective.Empty() || right.effective.end <= stored.now) return v1::RIGHT_STATE_ENDED;
  if (right.SuspendedAt(stored.now)) return v1::RIGHT_STATE_SUSPENDED;
  if (stored.now < right.effective.start) return v1::RIGHT_STATE_NOT_STARTED;
  return v1::RIGHT_STATE_IN_FORCE;
}

const char* DescriptionOf(domain::RemarkCode code) {
  switch (code) {
    case domain::RemarkCode::kStartClipped:
      return "the start was moved to the earliest that the right type allows";
    case domain::RemarkCode::kSafetyEnd:
      return "the right has no end of its own; it ends at the city's safety end";
    case domain::RemarkCode::kSameRequest:
      return "the same request was received before; this is the right of then";
    case domain::RemarkCode::kAlreadyEnded:
      return "the right had already ended; nothing changed";
    case domain::RemarkCode::kPendingEndApplied:
      return "an end received before this enrolment was applied";
    case domain::RemarkCode::kNeverHolds:
      return "the end lies before the start; the right never holds";
    case domain::RemarkCode::kNothingRequired:
      return "at no moment of the term is a right required in the zone";
    case domain::RemarkCode::kMaxStayExceeded:
      return "the stay is longer than the zone allows";
    case domain::RemarkCode::kZoneNotInForce:
      return "for a part of the term the zone is not in force";
    case domain::RemarkCode::kNotPaidByTime:
      return "a right of this kind is not paid by time";
  }
  return "";
}

}  // namespace

absl::StatusOr<EnrolAsked> ReadEnrol(const v1::EnrolRightRequest& request) {
  EnrolAsked asked;
  Violations violations;
  const v1::Right& right = request.right();
  absl::StatusOr<domain::CityCode> city = contract::ParseCityName(request.parent(), "parent");
  if (!city.ok()) return city.status();
  asked.city = *std::move(city);
  asked.reference = right.reference();
  if (asked.reference.empty() || asked.reference.size() > limits::kReferenceMaxBytes) {
    violations.Add("right.reference", "must have 1 to 100 bytes");
  }
  TakeWithin("right.plate", domain::PlateNumber::Normalise(right.plate().number()), asked.plate,
             violations);
  TakeWithin("right.plate", domain::Country::Parse(right.plate().country()), asked.country,
             violations);
  Take(contract::ParseRightTypeOf(asked.city, right.right_type(), "right.right_type"), asked.type,
       violations);
  Changes::Zones zones = ReadZones(right, asked.city, violations);
  asked.city_wide = zones.city_wide;
  asked.zones = std::move(zones.zones);
  if (right.has_requested_start_time()) {
    Take(contract::ToTime(right.requested_start_time(), "right.requested_start_time"),
         asked.term.start, violations);
  }
  if (right.has_requested_end_time()) {
    Take(contract::ToTime(right.requested_end_time(), "right.requested_end_time"), asked.term.end,
         violations);
  }
  asked.windows = ReadRightWindows(right, violations);
  if (!violations.empty()) return violations.status();
  return asked;
}

absl::StatusOr<ChangeAsked> ReadAmend(const v1::AmendRightRequest& request) {
  ChangeAsked asked;
  Violations violations;
  const v1::Right& right = request.right();
  ReadName(right.name(), "right.name", asked, violations);
  ReadReason(request.reason(), false, violations);
  ReadPaths(request, {"requested_end_time", "windows", "zones", "city_wide"}, violations);
  asked.etag = right.etag();
  asked.reason = request.reason();
  if (Names(request, "requested_end_time")) {
    asked.changes.requested_end.emplace();
    if (right.has_requested_end_time()) {
      Take(contract::ToTime(right.requested_end_time(), "right.requested_end_time"),
           *asked.changes.requested_end, violations);
    }
  }
  if (Names(request, "windows")) asked.changes.windows = ReadRightWindows(right, violations);
  if (Names(request, "zones") || Names(request, "city_wide")) {
    asked.changes.zones = ReadZones(right, asked.city, violations);
  }
  if (!violations.empty()) return violations.status();
  return asked;
}

absl::StatusOr<ChangeAsked> ReadCorrect(const v1::CorrectRightRequest& request) {
  ChangeAsked asked;
  Violations violations;
  const v1::Right& right = request.right();
  ReadName(right.name(), "right.name", asked, violations);
  ReadReason(request.reason(), true, violations);
  ReadPaths(request,
            {"plate", "right_type", "zones", "city_wide", "effective_start_time",
             "effective_end_time", "windows"},
            violations);
  asked.etag = right.etag();
  asked.reason = request.reason();
  Changes& changes = asked.changes;
  if (Names(request, "plate")) {
    TakeWithin("right.plate", domain::PlateNumber::Normalise(right.plate().number()), changes.plate,
               violations);
    TakeWithin("right.plate", domain::Country::Parse(right.plate().country()), changes.country,
               violations);
  }
  if (Names(request, "right_type")) {
    Take(contract::ParseRightTypeOf(asked.city, right.right_type(), "right.right_type"),
         changes.type, violations);
  }
  if (Names(request, "zones") || Names(request, "city_wide")) {
    changes.zones = ReadZones(right, asked.city, violations);
  }
  if (Names(request, "windows")) changes.windows = ReadRightWindows(right, violations);
  if (Names(request, "effective_start_time")) {
    Take(contract::ToTime(right.effective_start_time(), "right.effective_start_time"),
         changes.effective_start, violations);
  }
  if (Names(request, "effective_end_time")) {
    Take(contract::ToTime(right.effective_end_time(), "right.effective_end_time"),
         changes.effective_end, violations);
  }
  if (!violations.empty()) return violations.status();
  return asked;
}

absl::StatusOr<EndAsked> ReadEnd(const v1::EndRightRequest& request,
                                 const platform::Caller& caller) {
  EndAsked asked;
  Violations violations;
  ReadReason(request.reason(), false, violations);
  asked.reason = request.reason();
  switch (request.target_case()) {
    case v1::EndRightRequest::kName: {
      auto name = contract::ParseRightName(request.name(), "name");
      if (!name.ok()) return name.status();
      asked.city = name->first;
      asked.right = name->second;
      break;
    }
    case v1::EndRightRequest::kReference:
      Take(contract::ParseCityName(request.parent(), "parent"), asked.city, violations);
      asked.reference = request.reference();
      if (asked.reference.empty() || asked.reference.size() > limits::kReferenceMaxBytes) {
        violations.Add("reference", "must have 1 to 100 bytes");
      }
      if (caller.provider.empty()) {
        violations.Add("reference", "only a provider ends by its own reference; give the name");
      }
      break;
    case v1::EndRightRequest::TARGET_NOT_SET:
      violations.Add("name", "the right must be named, by name or by your reference");
      break;
  }
  if (request.has_end_time()) {
    Take(contract::ToTime(request.end_time(), "end_time"), asked.end, violations);
  }
  if (!violations.empty()) return violations.status();
  return asked;
}

absl::StatusOr<ChangeAsked> ReadVerb(const std::string& name, const std::string& reason) {
  ChangeAsked asked;
  Violations violations;
  ReadName(name, "name", asked, violations);
  ReadReason(reason, true, violations);
  asked.reason = reason;
  if (!violations.empty()) return violations.status();
  return asked;
}

absl::StatusOr<ListAsked> ReadList(const v1::ListRightsRequest& request) {
  ListAsked asked;
  Violations violations;
  Take(contract::ParseCityName(request.parent(), "parent"), asked.city, violations);
  if (request.has_plate()) {
    TakeWithin("plate", domain::PlateNumber::Normalise(request.plate().number()), asked.plate,
               violations);
  }
  if (request.page_size() < 0 || request.page_size() > kMaxPageSize) {
    violations.Add("page_size", "must lie between 0 and 500");
  }
  asked.limit = request.page_size() == 0 ? kDefaultPageSize : request.page_size();
  if (!request.page_token().empty()) {
    const std::optional<domain::RightId> after = domain::RightId::FromText(request.page_token());
    if (after) {
      asked.after = *after;
    } else {
      violations.Add("", domain::InvalidField("page_token", "was not given by this list",
                                              domain::ErrorReason::kInvalidPageToken));
    }
  }
  if (!violations.empty()) return violations.status();
  return asked;
}

v1::Right WriteRight(const domain::CityCode& city, const postgres::StoredRight& stored) {
  const domain::Right& right = stored.right;
  v1::Right out;
  out.set_name(contract::RightName(city, right.id));
  out.set_provider(stored.provider);
  out.set_reference(stored.reference);
  out.mutable_plate()->set_number(stored.plate.value());
  out.mutable_plate()->set_country(std::string(right.country.sign()));
  out.set_right_type(contract::RightTypeName(city, right.type));
  out.set_city_wide(right.city_wide);
  for (const domain::ZoneCode& zone : right.zones) out.add_zones(contract::ZoneName(city, zone));
  if (stored.requested_start) {
    *out.mutable_requested_start_time() = contract::ToTimestamp(*stored.requested_start);
  }
  if (stored.requested_end) {
    *out.mutable_requested_end_time() = contract::ToTimestamp(*stored.requested_end);
  }
  *out.mutable_effective_start_time() = contract::ToTimestamp(right.effective.start);
  *out.mutable_effective_end_time() = contract::ToTimestamp(right.effective.end);
  contract::WriteWindows(right.windows, *out.mutable_windows());
  for (const domain::Interval& suspension : right.suspensions) {
    v1::Suspension& written = *out.add_suspensions();
    *written.mutable_start_time() = contract::ToTimestamp(suspension.start);
    if (suspension.end != absl::InfiniteFuture()) {
      *written.mutable_end_time() = contract::ToTimestamp(suspension.end);
    }
  }
  if (right.revoke_time) *out.mutable_revoke_time() = contract::ToTimestamp(*right.revoke_time);
  out.set_state(StateOf(stored));
  out.set_etag(EtagOf(stored));
  *out.mutable_create_time() = contract::ToTimestamp(stored.create_time);
  return out;
}

void WriteRemarks(const std::vector<domain::RemarkCode>& remarks,
                  google::protobuf::RepeatedPtrField<v1::Remark>& out) {
  for (const domain::RemarkCode remark : remarks) {
    v1::Remark& written = *out.Add();
    written.set_code(static_cast<v1::RemarkCode>(remark));
    written.set_description(DescriptionOf(remark));
  }
}

void WritePendingEnd(const std::string& reference, const postgres::PendingEnd& pending,
                     v1::PendingEnd& out) {
  out.set_reference(reference);
  *out.mutable_end_time() = contract::ToTimestamp(pending.end_time);
  *out.mutable_expire_time() =
      contract::ToTimestamp(pending.recorded_time + limits::kPendingEndKept);
}

std::string PageTokenAfter(const postgres::StoredRight& last) { return last.right.id.text(); }

v1::Amount WriteAmount(int64_t cents) {
  v1::Amount out;
  out.set_amount_cents(cents);
  out.set_currency("EUR");
  return out;
}

absl::StatusOr<QuoteAsked> ReadQuote(const v1::QuoteRightRequest& request) {
  QuoteAsked asked;
  Violations violations;
  absl::StatusOr<domain::CityCode> city = contract::ParseCityName(request.parent(), "parent");
  if (!city.ok()) return city.status();
  asked.city = *std::move(city);
  const auto type = contract::ParseRightTypeOf(asked.city, request.right_type(), "right_type");
  if (type.ok()) {
    asked.type = *type;
  } else {
    violations.Add("", type.status());
  }
  if (request.zones().empty() ||
      static_cast<size_t>(request.zones_size()) > domain::limits::kRightMaxZones) {
    violations.Add("zones", "must name 1 to 50 zones");
  } else {
    asked.zones = ReadZoneList(request.zones(), asked.city, "zones", violations);
  }
  if (request.has_start_time()) {
    const auto start = contract::ToTime(request.start_time(), "start_time");
    if (start.ok()) {
      asked.start = *start;
    } else {
      violations.Add("", start.status());
    }
  }
  const auto end = contract::ToTime(request.end_time(), "end_time");
  if (!request.has_end_time()) {
    violations.Add("end_time", "is required");
  } else if (end.ok()) {
    asked.end = *end;
  } else {
    violations.Add("", end.status());
  }
  if (!violations.empty()) return violations.status();
  return asked;
}

void WriteQuote(const domain::CityCode& city, const Quoted& quoted,
                v1::QuoteRightResponse& response) {
  WriteRemarks(quoted.remarks, *response.mutable_remarks());
  *response.mutable_start_time() = contract::ToTimestamp(quoted.term.start);
  *response.mutable_end_time() = contract::ToTimestamp(quoted.term.end);
  if (!quoted.priced) return;
  const domain::Fare& fare = quoted.priced->fare;
  *response.mutable_amount() = WriteAmount(fare.total_cents);
  for (const domain::FareLine& line : fare.lines) {
    v1::FareLine& written = *response.add_lines();
    written.set_zone(contract::ZoneName(city, quoted.priced->zone));
    written.set_zone_version(line.zone_version);
    written.set_frame(line.frame);
    written.set_date(absl::FormatCivilTime(line.day));
    *written.mutable_start_time() = contract::ToTimestamp(line.period.start);
    *written.mutable_end_time() = contract::ToTimestamp(line.period.end);
    for (const domain::FarePartLine& part : line.parts) {
      v1::FareSteps& steps = *written.add_steps();
      steps.set_part_index(static_cast<int32_t>(part.part));
      *steps.mutable_paid_duration() = contract::ToProtoDuration(part.paid);
      steps.set_step_count(part.steps);
      steps.set_step_price_cents(part.step_price_cents);
      steps.set_amount_cents(part.amount_cents);
      steps.set_capped(part.capped);
    }
    written.set_amount_cents(line.amount_cents);
    *written.mutable_paid_duration() = contract::ToProtoDuration(line.paid);
  }
}

absl::StatusOr<PlateHistoryAsked> ReadPlateHistory(const v1::ListPlateHistoryRequest& request) {
  PlateHistoryAsked asked;
  Violations violations;
  Take(contract::ParseCityName(request.parent(), "parent"), asked.city, violations);
  TakeWithin("plate", domain::PlateNumber::Normalise(request.plate().number()), asked.plate,
             violations);
  if (request.has_known_at_time()) {
    asked.known_at.emplace();
    Take(contract::ToTime(request.known_at_time(), "known_at_time"), *asked.known_at, violations);
  }
  asked.purpose = request.purpose();
  if (asked.purpose.empty() || asked.purpose.size() > limits::kReasonMaxBytes) {
    violations.Add("purpose", "must have 1 to 500 bytes: who looks into a plate says why");
  }
  if (request.page_size() < 0 || request.page_size() > kMaxPageSize) {
    violations.Add("page_size", "must lie between 0 and 500");
  }
  asked.limit = request.page_size() == 0 ? kDefaultPageSize : request.page_size();
  if (!request.page_token().empty() &&
      (!absl::SimpleAtoi(request.page_token(), &asked.after) || asked.after < 1)) {
    violations.Add("", domain::InvalidField("page_token", "was not given by this list",
                                            domain::ErrorReason::kInvalidPageToken));
  }
  if (!violations.empty()) return violations.status();
  return asked;
}

v1::PlateChange WritePlateChange(const domain::CityCode& city,
                                 const postgres::PlateChange& change) {
  v1::PlateChange out;
  out.set_verb(change.verb);
  *out.mutable_recorded_time() = contract::ToTimestamp(change.recorded_time);
  out.set_actor(change.actor);
  out.set_reason(change.reason);
  for (const postgres::StoredRight& stored : change.rights) {
    v1::Right& right = *out.add_rights() = WriteRight(city, stored);
    // Of the right as it was then, not as it is.
    right.clear_plate();
    right.clear_state();
    right.clear_etag();
    right.clear_create_time();
  }
  if (change.permit) out.set_permit(contract::PermitName(city, *change.permit));
  return out;
}

}  // namespace stadspoort::rights
