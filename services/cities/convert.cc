#include "services/cities/convert.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/contract/names.h"
#include "services/contract/timestamps.h"
#include "services/contract/violations.h"
#include "services/domain/decision_text.h"
#include "services/domain/limits.h"
#include "services/domain/refusal.h"

namespace stadspoort::cities {
namespace {

namespace limits = domain::limits;
using contract::Violations;

constexpr size_t kCityNameMaxBytes = 100;

void ReadDuration(bool set, const google::protobuf::Duration& in, absl::string_view field,
                  absl::Duration min, absl::Duration max, absl::Duration& out,
                  Violations& violations) {
  if (!set) return;
  const absl::StatusOr<absl::Duration> read = contract::ToDuration(in, field, min, max);
  if (read.ok()) {
    // Stored in whole seconds.
    out = absl::Trunc(*read, absl::Seconds(1));
  } else {
    violations.Add("city", read.status());
  }
}

// What is not set keeps its default.
domain::CitySettings ReadSettings(const v1::City& city, Violations& violations) {
  domain::CitySettings settings;
  settings.display_name = city.display_name();
  if (city.display_name().size() > kCityNameMaxBytes) {
    violations.Add("city.display_name", "must have 1 to 100 bytes");
  }
  if (!city.languages().empty()) {
    settings.languages.assign(city.languages().begin(), city.languages().end());
  }
  for (size_t i = 0; i < settings.languages.size(); ++i) {
    if (!domain::IsLanguage(settings.languages[i])) {
      violations.Add(absl::StrCat("city.languages[", i, "]"), "must be nl, fr, de or en");
    }
  }
  ReadDuration(city.has_look_back(), city.look_back(), "look_back", limits::kLookBackMin,
               limits::kLookBackMax, settings.look_back, violations);
  ReadDuration(city.has_degraded_limit(), city.degraded_limit(), "degraded_limit",
               absl::ZeroDuration(), limits::kDegradedMax, settings.degraded_limit, violations);
  ReadDuration(city.has_end_in_the_past_limit(), city.end_in_the_past_limit(),
               "end_in_the_past_limit", absl::ZeroDuration(), limits::kEndInThePastMax,
               settings.end_in_the_past_limit, violations);
  ReadDuration(city.has_open_end_limit(), city.open_end_limit(), "open_end_limit",
               limits::kOpenEndMin, limits::kOpenEndMax, settings.open_end_limit, violations);
  if (city.confidence_threshold() < 0 || city.confidence_threshold() > 100) {
    violations.Add("city.confidence_threshold", "must lie between 0 and 100");
  }
  settings.confidence_threshold = city.confidence_threshold();
  return settings;
}

std::optional<domain::GeoBounds> ReadBounds(const v1::City& city, Violations& violations) {
  if (!city.has_bounds()) return std::nullopt;
  const v1::Bounds& in = city.bounds();
  const domain::GeoBounds bounds{in.south_latitude_degrees(), in.west_longitude_degrees(),
                                 in.north_latitude_degrees(), in.east_longitude_degrees()};
  if (!(-90 <= bounds.south && bounds.south < bounds.north && bounds.north <= 90)) {
    violations.Add("city.bounds", "must have latitudes of -90 to 90, the south below the north");
  }
  if (!(-180 <= bounds.west && bounds.west < bounds.east && bounds.east <= 180)) {
    violations.Add("city.bounds",
                   "must have longitudes of -180 to 180, the west smaller than the east");
  }
  return bounds;
}

// "YYYY-MM-DD" and nothing else.
std::optional<absl::CivilDay> ParseDate(const std::string& text) {
  absl::CivilDay day;
  if (text.size() != 10 || !absl::ParseCivilTime(text, &day) ||
      absl::FormatCivilTime(day) != text) {
    return std::nullopt;
  }
  return day;
}

domain::BackdateRule ReadBackdate(const v1::BackdateRule& rule, Violations& violations) {
  using Form = domain::BackdateRule::Form;
  switch (rule.rule_case()) {
    case v1::BackdateRule::kAtMost: {
      const absl::StatusOr<absl::Duration> at_most = contract::ToDuration(
          rule.at_most(), "right_type.backdate.at_most", absl::Seconds(1), limits::kBackdateMax);
      if (at_most.ok()) return {Form::kDuration, absl::Trunc(*at_most, absl::Seconds(1))};
      violations.Add("", at_most.status());
      return {};
    }
    case v1::BackdateRule::kStartOfDay:
      return rule.start_of_day() ? domain::BackdateRule{Form::kStartOfDay, {}}
                                 : domain::BackdateRule{};
    case v1::BackdateRule::kNone:
    case v1::BackdateRule::RULE_NOT_SET:
      return {};
  }
  return {};
}

}  // namespace

absl::StatusOr<CreateAsked> ReadCreate(const v1::CreateCityRequest& request) {
  CreateAsked asked;
  Violations violations;
  if (!domain::IsCityCode(request.city_id())) {
    violations.Add("city_id", "must be 2 to 32 of a-z, 0-9 and '-', beginning with a letter");
  }
  asked.city = domain::CityCode(request.city_id());
  asked.settings = ReadSettings(request.city(), violations);
  asked.bounds = ReadBounds(request.city(), violations);
  if (asked.settings.display_name.empty()) {
    violations.Add("city.display_name", "must have 1 to 100 bytes");
  }
  asked.time_zone = request.city().time_zone();
  absl::TimeZone zone;
  if (asked.time_zone.empty() || !absl::LoadTimeZone(asked.time_zone, &zone)) {
    violations.Add("city", domain::InvalidField(
                               "time_zone", "must be an IANA time zone, such as Europe/Brussels",
                               domain::ErrorReason::kUnknownTimeZone));
  }
  if (!violations.empty()) return violations.status();
  return asked;
}

absl::StatusOr<UpdateAsked> ReadUpdate(const v1::UpdateCityRequest& request) {
  static constexpr absl::string_view kAllowed[] = {"display_name",
                                                   "languages",
                                                   "look_back",
                                                   "degraded_limit",
                                                   "end_in_the_past_limit",
                                                   "open_end_limit",
                                                   "confidence_threshold",
                                                   "bounds"};
  UpdateAsked asked;
  Violations violations;
  absl::StatusOr<domain::CityCode> city =
      contract::ParseCityName(request.city().name(), "city.name");
  if (!city.ok()) return city.status();
  asked.city = *std::move(city);
  asked.etag = request.city().etag();
  asked.validate_only = request.validate_only();
  asked.settings = ReadSettings(request.city(), violations);
  asked.bounds = ReadBounds(request.city(), violations);
  if (request.update_mask().paths().empty()) {
    violations.Add("update_mask", "must name at least one field that changes");
  }
  for (const std::string& path : request.update_mask().paths()) {
    if (std::find(std::begin(kAllowed), std::end(kAllowed), path) == std::end(kAllowed)) {
      violations.Add("update_mask", absl::StrCat("names a field that cannot change; allowed: ",
                                                 absl::StrJoin(kAllowed, ", ")));
    }
    if (path == "display_name" && request.city().display_name().empty()) {
      violations.Add("city.display_name", "must have 1 to 100 bytes");
    }
    asked.paths.push_back(path);
  }
  if (!violations.empty()) return violations.status();
  return asked;
}

absl::StatusOr<CalendarAsked> ReadCalendar(const v1::UpdateCalendarRequest& request) {
  const v1::Calendar& calendar = request.calendar();
  CalendarAsked asked;
  asked.validate_only = request.validate_only();
  Violations violations;
  absl::StatusOr<domain::CityCode> city =
      contract::ParseCalendarName(calendar.name(), "calendar.name");
  if (!city.ok()) return city.status();
  asked.city = *std::move(city);
  asked.etag = calendar.etag();
  if (static_cast<size_t>(calendar.special_days_size()) > limits::kCalendarMaxDays) {
    return domain::InvalidField("calendar.special_days", "must hold at most 5,000 days",
                                domain::ErrorReason::kTooManyItems);
  }
  std::set<std::pair<absl::CivilDay, std::string>> seen;
  for (int i = 0; i < calendar.special_days_size(); ++i) {
    const v1::SpecialDay& in = calendar.special_days(i);
    const std::string path = absl::StrCat("calendar.special_days[", i, "]");
    const std::optional<absl::CivilDay> date = ParseDate(in.date());
    if (!date) violations.Add(path + ".date", "must be YYYY-MM-DD, a day that exists");
    if (!domain::IsSpecialDayLabel(in.label())) {
      violations.Add(path + ".label",
                     "must be 1 to 32 of A-Z, 0-9 and '_', beginning with a letter");
    }
    if (in.display_name().size() > kCityNameMaxBytes) {
      violations.Add(path + ".display_name", "must have at most 100 bytes");
    }
    if (date && !seen.emplace(*date, in.label()).second) {
      violations.Add(path, "gives the same label to the same date twice");
    }
    asked.days.push_back(
        {date.value_or(absl::CivilDay()), domain::SpecialDayLabel(in.label()), in.display_name()});
  }
  if (!violations.empty()) return violations.status();
  return asked;
}

absl::StatusOr<RightTypeAsked> ReadRightType(const v1::CreateRightTypeRequest& request) {
  RightTypeAsked asked;
  Violations violations;
  absl::StatusOr<domain::CityCode> city = contract::ParseCityName(request.parent(), "parent");
  if (!city.ok()) return city.status();
  asked.city = *std::move(city);
  asked.validate_only = request.validate_only();
  if (!domain::IsRightTypeCode(request.right_type_id())) {
    violations.Add("right_type_id", "must be 1 to 40 of a-z, 0-9 and '-', beginning with a letter");
  }
  const v1::RightType& in = request.right_type();
  if (in.display_name().size() > kCityNameMaxBytes) {
    violations.Add("right_type.display_name", "must have at most 100 bytes");
  }
  if (in.kind() < 1 || in.kind() > domain::kRightKindCount) {
    violations.Add("right_type.kind", "must be a RightKind that is specified");
  }
  asked.type.code = domain::RightTypeCode(request.right_type_id());
  asked.type.display_name = in.display_name();
  asked.type.kind = static_cast<domain::RightKind>(in.kind());
  asked.type.backdate = ReadBackdate(in.backdate(), violations);
  if (!violations.empty()) return violations.status();
  return asked;
}

v1::City WriteCity(const domain::CityCode& city, const postgres::StoredCity& stored) {
  const domain::CitySettings& settings = stored.settings;
  v1::City out;
  out.set_name(contract::CityName(city));
  out.set_display_name(settings.display_name);
  out.set_time_zone(stored.time_zone);
  for (const std::string& language : settings.languages) out.add_languages(language);
  *out.mutable_look_back() = contract::ToProtoDuration(settings.look_back);
  *out.mutable_degraded_limit() = contract::ToProtoDuration(settings.degraded_limit);
  *out.mutable_end_in_the_past_limit() = contract::ToProtoDuration(settings.end_in_the_past_limit);
  *out.mutable_open_end_limit() = contract::ToProtoDuration(settings.open_end_limit);
  out.set_confidence_threshold(settings.confidence_threshold);
  out.set_etag(absl::StrCat(stored.versions.settings));
  *out.mutable_create_time() = contract::ToTimestamp(stored.create_time);
  if (stored.bounds) {
    out.mutable_bounds()->set_south_latitude_degrees(stored.bounds->south);
    out.mutable_bounds()->set_west_longitude_degrees(stored.bounds->west);
    out.mutable_bounds()->set_north_latitude_degrees(stored.bounds->north);
    out.mutable_bounds()->set_east_longitude_degrees(stored.bounds->east);
  }
  return out;
}

v1::Calendar WriteCalendar(const domain::CityCode& city, const CalendarKept& calendar) {
  v1::Calendar out;
  out.set_name(contract::CalendarName(city));
  for (const domain::SpecialDay& day : calendar.days) {
    v1::SpecialDay& written = *out.add_special_days();
    written.set_date(absl::FormatCivilTime(day.date));
    written.set_label(day.label.value());
    written.set_display_name(day.display_name);
  }
  out.set_etag(absl::StrCat(calendar.version));
  return out;
}

v1::RightType WriteRightType(const domain::CityCode& city, const domain::RightType& type) {
  v1::RightType out;
  out.set_name(contract::RightTypeName(city, type.code));
  out.set_display_name(type.display_name);
  out.set_kind(static_cast<common::v1::RightKind>(type.kind));
  switch (type.backdate.form) {
    case domain::BackdateRule::Form::kNone:
      out.mutable_backdate()->set_none(true);
      break;
    case domain::BackdateRule::Form::kDuration:
      *out.mutable_backdate()->mutable_at_most() = contract::ToProtoDuration(type.backdate.at_most);
      break;
    case domain::BackdateRule::Form::kStartOfDay:
      out.mutable_backdate()->set_start_of_day(true);
      break;
  }
  return out;
}

}  // namespace stadspoort::cities
