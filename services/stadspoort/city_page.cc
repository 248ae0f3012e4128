#include "services/stadspoort/city_page.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/civil_time.h"
#include "services/stadspoort/names.h"
#include "services/stadspoort/table.h"
#include "services/stadspoort/time_text.h"
#include "services/stadspoort/words.h"

namespace stadspoort::client {
namespace {

std::string BoundsText(const cities::v1::City& city) {
  if (!city.has_bounds()) return "not said";
  const cities::v1::Bounds& bounds = city.bounds();
  return absl::StrFormat("latitude %.6f to %.6f, longitude %.6f to %.6f",
                         bounds.south_latitude_degrees(), bounds.north_latitude_degrees(),
                         bounds.west_longitude_degrees(), bounds.east_longitude_degrees());
}

std::string Settings(const cities::v1::City& city, absl::TimeZone clock) {
  FieldList fields;
  fields.Add("Time zone", city.time_zone());
  fields.Add("Languages", absl::StrJoin(city.languages(), ", "));
  fields.Add("Look-back", DurationText(city.look_back()));
  fields.Add("Degraded limit", DurationText(city.degraded_limit()));
  fields.Add("End in the past",
             absl::StrCat("at most ", DurationText(city.end_in_the_past_limit())));
  fields.Add("Rights without an end",
             absl::StrCat("end after ", DurationText(city.open_end_limit())));
  fields.Add("Reading confidence",
             city.confidence_threshold() == 0
                 ? "not weighed"
                 : absl::StrCat("review below ", city.confidence_threshold(), " of 100"));
  fields.Add("Lies within", BoundsText(city));
  if (city.has_create_time()) fields.Add("Created", TimeText(city.create_time(), clock));
  fields.Add("Version tag", city.etag());
  return fields.Render();
}

std::string RightTypes(const std::vector<cities::v1::RightType>& right_types, bool colour) {
  Table table({"CODE", "NAME", "KIND", "MAY START BEFORE ENROLMENT"});
  for (const cities::v1::RightType& type : right_types) {
    table.AddRow({{CodeOf(type.name())},
                  {type.display_name()},
                  {RightKindText(type.kind())},
                  {BackdateText(type.backdate())}});
  }
  return table.Render(colour, 2);
}

std::string Weekday(const std::string& date) {
  absl::CivilDay day;
  if (!absl::ParseCivilTime(date, &day)) return "";
  return absl::FormatTime("%a", absl::FromCivil(day, absl::UTCTimeZone()), absl::UTCTimeZone());
}

std::string SpecialDays(const cities::v1::Calendar& calendar, bool colour) {
  std::vector<cities::v1::SpecialDay> days(calendar.special_days().begin(),
                                           calendar.special_days().end());
  std::stable_sort(days.begin(), days.end(),
                   [](const auto& a, const auto& b) { return a.date() < b.date(); });
  Table table({"DATE", "DAY", "LABEL", "NAME"});
  for (const cities::v1::SpecialDay& day : days) {
    table.AddRow({{day.date()}, {Weekday(day.date())}, {day.label()}, {day.display_name()}});
  }
  return table.Render(colour, 2);
}

}  // namespace

std::string BackdateText(const cities::v1::BackdateRule& rule) {
  switch (rule.rule_case()) {
    case cities::v1::BackdateRule::kAtMost:
      return absl::StrCat("up to ", DurationText(rule.at_most()));
    case cities::v1::BackdateRule::kStartOfDay:
      return rule.start_of_day() ? "from the beginning of the day" : "not at all";
    case cities::v1::BackdateRule::kNone:
    case cities::v1::BackdateRule::RULE_NOT_SET:
      break;
  }
  return "not at all";
}

std::string CityPage(const cities::v1::City& city,
                     const std::vector<cities::v1::RightType>& right_types,
                     const cities::v1::Calendar& calendar, absl::TimeZone clock, bool colour) {
  std::string page = absl::StrCat(Printable(city.display_name()), " (", Printable(city.name()),
                                  ")\n", Settings(city, clock));
  absl::StrAppend(&page, "\nRight types: ", right_types.size(), "\n");
  if (!right_types.empty()) absl::StrAppend(&page, RightTypes(right_types, colour));
  absl::StrAppend(&page, "\nSpecial days: ", calendar.special_days_size(), "\n");
  if (calendar.special_days_size() > 0) absl::StrAppend(&page, SpecialDays(calendar, colour));
  return page;
}

}  // namespace stadspoort::client
