#include "storage/postgres/city_store.h"

#include <cstring>
#include <utility>

#include "absl/strings/str_format.h"
#include "nlohmann/json.hpp"
#include "storage/postgres/schema.h"
#include "storage/postgres/sql.h"

namespace stadspoort::postgres {
namespace {

constexpr absl::string_view kForms[] = {"NONE", "DURATION", "START_OF_DAY"};

std::string DateText(absl::CivilDay day) { return absl::FormatCivilTime(day); }

int64_t SecondsOf(absl::Duration duration) { return absl::ToInt64Seconds(duration); }

void AddBounds(const std::optional<domain::GeoBounds>& bounds, Params& params) {
  if (bounds) {
    params.Double(bounds->south).Double(bounds->west).Double(bounds->north).Double(bounds->east);
  } else {
    for (int i = 0; i < 4; ++i) params.Null(Type::kFloat8);
  }
}

}  // namespace

absl::StatusOr<domain::RightKind> RightKindOf(const std::string& name) {
  const std::optional<domain::RightKind> kind = domain::RightKindFromName(name);
  if (!kind) return absl::InternalError("a stored right kind is not known to this binary");
  return *kind;
}

absl::StatusOr<domain::BackdateRule> BackdateOf(const std::string& form, int64_t seconds) {
  for (size_t i = 0; i < std::size(kForms); ++i) {
    if (kForms[i] == form) {
      return domain::BackdateRule{static_cast<domain::BackdateRule::Form>(i),
                                  absl::Seconds(seconds)};
    }
  }
  return absl::InternalError("a stored backdate rule is not known to this binary");
}

Command InsertCity(const domain::CityCode& city, const StoredCity& stored) {
  const domain::CitySettings& settings = stored.settings;
  Params params;
  params.Text(city.value())
      .Uuid(stored.city_id)
      .Text(settings.display_name)
      .Text(stored.time_zone)
      .TextArray(settings.languages)
      .Int(SecondsOf(settings.look_back))
      .Int(SecondsOf(settings.degraded_limit))
      .Int(SecondsOf(settings.end_in_the_past_limit))
      .Int(SecondsOf(settings.open_end_limit))
      .Int(settings.confidence_threshold)
      .Text(stored.plate_key_id)
      .Bytes(stored.plate_key_fingerprint);
  AddBounds(stored.bounds, params);
  return {sql::kInsertCity, std::move(params)};
}

Command InsertCalendar(const domain::CityCode& city) {
  return {sql::kInsertCalendar, Params().Text(city.value())};
}

Command SelectCity(const domain::CityCode& city) {
  return {sql::kCity, Params().Text(city.value())};
}

StoredCity CityColumnsOf(Row& row) {
  StoredCity city;
  city.city_id = row.Uuid("city_id");
  city.settings.display_name = row.Text("display_name");
  city.settings.languages = row.TextArray("languages");
  city.settings.look_back = absl::Seconds(row.Int("look_back_seconds"));
  city.settings.degraded_limit = absl::Seconds(row.Int("degraded_limit_seconds"));
  city.settings.end_in_the_past_limit = absl::Seconds(row.Int("end_in_the_past_limit_seconds"));
  city.settings.open_end_limit = absl::Seconds(row.Int("open_end_limit_seconds"));
  city.settings.confidence_threshold = static_cast<int>(row.Int("confidence_threshold"));
  const std::vector<int64_t> live_sets = row.IntArray("live_sets");
  const std::vector<absl::Time> live_starts = row.TimeArray("live_starts");
  const std::vector<absl::Time> live_ends = row.TimeArray("live_ends");
  const size_t live = std::min({live_sets.size(), live_starts.size(), live_ends.size()});
  for (size_t i = 0; i < live; ++i) {
    city.settings.live_sets.push_back({live_sets[i], {live_starts[i], live_ends[i]}});
  }
  city.time_zone = row.Text("time_zone");
  city.plate_key_id = row.Text("plate_key_id");
  city.plate_key_fingerprint = row.Bytes("plate_key_fingerprint");
  city.versions = {row.Int("version"), row.Int("calendar_version"), row.Int("right_types_version"),
                   row.Int("zones_version")};
  city.create_time = row.Time("create_time");
  return city;
}

absl::StatusOr<std::optional<StoredCity>> CityOf(const Result& result) {
  return result.AtMostOne([](Row& row) -> absl::StatusOr<StoredCity> {
    if (absl::Status known = CheckSchemaNumber(row.Int("schema_number")); !known.ok()) return known;
    StoredCity city = CityColumnsOf(row);
    city.now = row.Time("now");
    if (const std::optional<double> south = row.OptionalDouble("south_latitude")) {
      city.bounds = {*south, row.Double("west_longitude"), row.Double("north_latitude"),
                     row.Double("east_longitude")};
    }
    return city;
  });
}

Command BumpCity(const domain::CityCode& city) {
  return {sql::kBumpCity, Params().Text(city.value())};
}

Command UpdateCity(const domain::CityCode& city, const StoredCity& stored) {
  const domain::CitySettings& settings = stored.settings;
  Params params;
  params.Text(city.value())
      .Text(settings.display_name)
      .TextArray(settings.languages)
      .Int(SecondsOf(settings.look_back))
      .Int(SecondsOf(settings.degraded_limit))
      .Int(SecondsOf(settings.end_in_the_past_limit))
      .Int(SecondsOf(settings.open_end_limit))
      .Int(settings.confidence_threshold);
  AddBounds(stored.bounds, params);
  return {sql::kUpdateCity, std::move(params)};
}

Command BumpCalendar(const domain::CityCode& city) {
  return {sql::kBumpCalendar, Params().Text(city.value())};
}

absl::StatusOr<std::optional<Bumped>> BumpedOf(const Result& result) {
  return result.AtMostOne([](Row& row) { return Bumped{row.Uuid(0), row.Int(1)}; });
}

Command DeleteSpecialDays(const domain::CityCode& city) {
  return {sql::kDeleteSpecialDays, Params().Text(city.value())};
}

Command InsertSpecialDays(const domain::CityCode& city,
                          const std::vector<domain::SpecialDay>& days) {
  std::vector<std::string> dates;
  std::vector<std::string> labels;
  std::vector<std::string> names;
  for (const domain::SpecialDay& day : days) {
    dates.push_back(DateText(day.date));
    labels.push_back(day.label.value());
    names.push_back(day.display_name);
  }
  return {sql::kInsertSpecialDays,
          Params().Text(city.value()).TextArray(dates).TextArray(labels).TextArray(names)};
}

Command SelectSpecialDays(const domain::CityCode& city) {
  return {sql::kSpecialDays, Params().Text(city.value())};
}

absl::StatusOr<std::vector<domain::SpecialDay>> SpecialDaysOf(const Result& result) {
  return result.Rows([](Row& row) {
    return domain::SpecialDay{row.Day("date"), domain::SpecialDayLabel(row.Text("label")),
                              row.Text("display_name")};
  });
}

Command InsertRightType(const domain::CityCode& city, const domain::UuidBytes& id,
                        const domain::RightType& type) {
  return {sql::kInsertRightType,
          Params()
              .Text(city.value())
              .Text(type.code.value())
              .Uuid(id)
              .Text(type.display_name)
              .Text(std::string(Name(type.kind)))
              .Text(std::string(kForms[static_cast<size_t>(type.backdate.form)]))
              .Int(SecondsOf(type.backdate.at_most))};
}

Command BumpRightTypes(const domain::CityCode& city) {
  return {sql::kBumpRightTypes, Params().Text(city.value())};
}

Command SelectRightTypes(const domain::CityCode& city) {
  return {sql::kRightTypes, Params().Text(city.value())};
}

absl::StatusOr<domain::RightType> RightTypeColumnsOf(Row& row) {
  domain::RightType type;
  type.code = domain::RightTypeCode(row.Text("code"));
  type.display_name = row.Text("display_name");
  const auto kind = RightKindOf(row.Text("kind"));
  if (!kind.ok()) return kind.status();
  const auto backdate = BackdateOf(row.Text("backdate_form"), row.Int("backdate_seconds"));
  if (!backdate.ok()) return backdate.status();
  type.kind = *kind;
  type.backdate = *backdate;
  return type;
}

absl::StatusOr<std::vector<domain::RightType>> RightTypesOf(const Result& result) {
  return result.Rows(RightTypeColumnsOf);
}

std::string CityState(const StoredCity& stored) {
  const domain::CitySettings& settings = stored.settings;
  nlohmann::json state = {
      {"display_name", settings.display_name},
      {"languages", settings.languages},
      {"look_back_seconds", SecondsOf(settings.look_back)},
      {"degraded_limit_seconds", SecondsOf(settings.degraded_limit)},
      {"end_in_the_past_limit_seconds", SecondsOf(settings.end_in_the_past_limit)},
      {"open_end_limit_seconds", SecondsOf(settings.open_end_limit)},
      {"confidence_threshold", settings.confidence_threshold},
  };
  if (stored.bounds) {
    state["bounds"] = {stored.bounds->south, stored.bounds->west, stored.bounds->north,
                       stored.bounds->east};
  }
  return state.dump();
}

std::string CalendarState(const std::vector<domain::SpecialDay>& days) {
  nlohmann::json list = nlohmann::json::array();
  for (const domain::SpecialDay& day : days) {
    list.push_back({{"date", DateText(day.date)},
                    {"label", day.label.value()},
                    {"display_name", day.display_name}});
  }
  return nlohmann::json{{"special_days", list}}.dump();
}

std::string RightTypeState(const domain::RightType& type) {
  return nlohmann::json{
      {"code", type.code.value()},
      {"display_name", type.display_name},
      {"kind", std::string(Name(type.kind))},
      {"backdate_form", std::string(kForms[static_cast<size_t>(type.backdate.form)])},
      {"backdate_seconds", SecondsOf(type.backdate.at_most)},
  }
      .dump();
}

}  // namespace stadspoort::postgres
