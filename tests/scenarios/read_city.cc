#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "services/domain/limits.h"
#include "tests/scenarios/cells.h"
#include "tests/scenarios/sections.h"
#include "tests/scenarios/wording.h"

namespace stadspoort::scenarios {
namespace {

// "10 min", "start of day", "none"
absl::StatusOr<domain::BackdateRule> ParseBackdate(absl::string_view text) {
  using Form = domain::BackdateRule::Form;
  if (text == "none") return domain::BackdateRule{Form::kNone, {}};
  if (text == "start of day") return domain::BackdateRule{Form::kStartOfDay, {}};
  const absl::StatusOr<absl::Duration> at_most = ParseDuration(text);
  if (!at_most.ok() || *at_most <= absl::ZeroDuration() ||
      *at_most > domain::limits::kBackdateMax) {
    return NotUnderstood(text, "none, start of day, or a duration up to 31 d");
  }
  return domain::BackdateRule{Form::kDuration, *at_most};
}

// "resident-noord RESIDENT, backdate start of day"
absl::StatusOr<domain::RightType> ParseTypeSetting(absl::string_view text) {
  domain::RightType type;
  Words words(absl::StrReplaceAll(text, {{",", " ,"}}));
  absl::StatusOr<domain::RightTypeCode> code = ParseRightTypeCode(words.Take());
  if (!code.ok()) return code.status();
  type.code = *std::move(code);
  type.display_name = type.code.value();
  const std::optional<domain::RightKind> kind = domain::RightKindFromName(words.Take());
  if (!kind) return NotUnderstood(text, "a code and a kind, such as resident-noord RESIDENT");
  type.kind = *kind;
  if (words.Accept(", backdate")) {
    const absl::StatusOr<domain::BackdateRule> rule = ParseBackdate(words.TakeRest());
    if (!rule.ok()) return rule.status();
    type.backdate = *rule;
  }
  if (!words.AtEnd()) return NotUnderstood(text, "only \", backdate ...\" behind the kind");
  return type;
}

// "2026-05-01 HOLIDAY Dag van de Arbeid"
absl::StatusOr<domain::SpecialDay> ParseSpecialDay(absl::string_view text) {
  domain::SpecialDay day;
  Words words(text);
  const absl::StatusOr<absl::CivilDay> date = ParseDay(words.Take());
  if (!date.ok()) return date.status();
  day.date = *date;
  day.label = domain::SpecialDayLabel(words.Take());
  day.display_name = words.TakeRest();
  if (!domain::IsSpecialDayLabel(day.label.value()) || day.display_name.empty()) {
    return NotUnderstood(text, "a date, a label in capitals and a name");
  }
  return day;
}

absl::Status SetTimeZone(absl::string_view text, City& city) {
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(text, &zone)) return NotUnderstood(text, "an IANA name of a time zone");
  city.time_zone = std::string(text);
  return absl::OkStatus();
}

absl::Status SetDuration(absl::string_view text, absl::Duration min, absl::Duration max,
                         absl::Duration& field) {
  const absl::StatusOr<absl::Duration> duration = ParseDuration(text);
  if (!duration.ok()) return duration.status();
  if (*duration < min || *duration > max) {
    return NotUnderstood(
        text, absl::StrCat(absl::FormatDuration(min), " to ", absl::FormatDuration(max)));
  }
  field = *duration;
  return absl::OkStatus();
}

absl::Status SetThreshold(absl::string_view text, City& city) {
  const absl::StatusOr<int> threshold = ParseWholeNumber(text);
  if (!threshold.ok() || *threshold < 0 || *threshold > 100) return NotUnderstood(text, "0 to 100");
  city.settings.confidence_threshold = *threshold;
  return absl::OkStatus();
}

absl::Status AddSpecialDay(absl::string_view text, City& city) {
  absl::StatusOr<domain::SpecialDay> day = ParseSpecialDay(text);
  if (!day.ok()) return day.status();
  for (const domain::SpecialDay& other : city.special_days) {
    if (other.date == day->date && other.label == day->label) {
      return NotUnderstood(text, "each label of a date once");
    }
  }
  city.special_days.push_back(*std::move(day));
  return absl::OkStatus();
}

// A default type may be said otherwise; the kind that its code names stays.
absl::Status AddRightType(absl::string_view text, City& city) {
  absl::StatusOr<domain::RightType> type = ParseTypeSetting(text);
  if (!type.ok()) return type.status();
  for (domain::RightType& other : city.right_types) {
    if (other.code != type->code) continue;
    if (other.kind != type->kind) {
      return NotUnderstood(text, absl::StrCat("the kind ", domain::Name(other.kind)));
    }
    other = *std::move(type);
    return absl::OkStatus();
  }
  city.right_types.push_back(*std::move(type));
  return absl::OkStatus();
}

absl::Status SetSetting(absl::string_view name, absl::string_view value, City& city) {
  namespace limits = domain::limits;
  domain::CitySettings& settings = city.settings;
  if (name == "special day") return AddSpecialDay(value, city);
  if (name == "right type") return AddRightType(value, city);
  if (name == "time zone") return SetTimeZone(value, city);
  if (name == "confidence threshold") return SetThreshold(value, city);
  if (name == "look back") {
    return SetDuration(value, limits::kLookBackMin, limits::kLookBackMax, settings.look_back);
  }
  if (name == "open end limit") {
    return SetDuration(value, limits::kOpenEndMin, limits::kOpenEndMax, settings.open_end_limit);
  }
  if (name == "end in the past limit") {
    return SetDuration(value, absl::ZeroDuration(), limits::kEndInThePastMax,
                       settings.end_in_the_past_limit);
  }
  if (name == "degraded limit") {
    return SetDuration(value, absl::ZeroDuration(), limits::kDegradedMax, settings.degraded_limit);
  }
  return NotUnderstood(name,
                       "time zone, special day, right type, look back, confidence threshold, "
                       "open end limit, end in the past limit, degraded limit");
}

// The calendar stands on time zone and special days.
void MakeCalendar(City& city) {
  absl::TimeZone zone;
  absl::LoadTimeZone(city.time_zone, &zone);
  city.calendar = domain::CityCalendar(zone, city.special_days);
}

}  // namespace

City DefaultCity() {
  City city;
  for (int i = 1; i <= domain::kRightKindCount; ++i) {
    domain::RightType type;
    type.kind = static_cast<domain::RightKind>(i);
    type.code = domain::RightTypeCode(
        absl::StrReplaceAll(absl::AsciiStrToLower(domain::Name(type.kind)), {{"_", "-"}}));
    type.display_name = type.code.value();
    city.right_types.push_back(std::move(type));
  }
  MakeCalendar(city);
  return city;
}

absl::Status ReadCity(absl::string_view file_name, const Section& section, City& city) {
  absl::StatusOr<std::vector<Cells>> rows =
      ReadRows(file_name, section, {{"setting", true}, {"value", true}});
  if (!rows.ok()) return rows.status();
  std::set<std::string> said;
  for (Cells& row : *rows) {
    const std::string name(row.Text("setting"));
    const bool may_repeat = name == "special day" || name == "right type";
    if (!may_repeat && !said.insert(name).second) {
      row.Refuse("setting", NotUnderstood(name, "each setting once"));
    }
    row.Refuse("value", SetSetting(name, row.Text("value"), city));
    if (!row.status().ok()) return row.status();
  }
  city.stated = true;
  MakeCalendar(city);
  return absl::OkStatus();
}

}  // namespace stadspoort::scenarios
