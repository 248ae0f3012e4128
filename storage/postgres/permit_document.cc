#include "storage/postgres/permit_document.h"

#include <utility>
#include <vector>

#include "nlohmann/json.hpp"

namespace stadspoort::postgres {
namespace {

using nlohmann::json;

// JSON has no infinity.
constexpr absl::string_view kNever = "never";
constexpr absl::string_view kAlways = "always";

json TimeJson(absl::Time time) {
  if (time == absl::InfiniteFuture()) return std::string(kNever);
  if (time == absl::InfinitePast()) return std::string(kAlways);
  return absl::ToUnixMicros(time);
}

template <typename T>
json OptionalTimeJson(const std::optional<T>& time) {
  return time ? TimeJson(*time) : json();
}

json TermJson(const domain::PermitTerm& term) {
  return {{"unit", static_cast<int>(term.unit)}, {"count", term.count}};
}

json ScheduleJson(const domain::PermitSchedule& schedule) {
  return {{"first_day", absl::FormatCivilTime(schedule.first_day())},
          {"days", schedule.days()},
          {"months", schedule.months()},
          {"end_day", absl::FormatCivilTime(schedule.end_day())}};
}

json PlatesJson(const domain::PlateBook& book) {
  json lists = json::array();
  for (const domain::PlateList& list : book.lists()) {
    json plates = json::array();
    for (const domain::ListedPlate& plate : list.plates) {
      plates.push_back({{"plate", plate.plate.text()},
                        {"country", std::string(plate.country.sign())},
                        {"active", plate.active}});
    }
    lists.push_back({{"from", TimeJson(list.from)},
                     {"plates", std::move(plates)},
                     {"made_by", static_cast<int>(list.made_by)}});
  }
  return lists;
}

// Reads members; the first that is not what it should be makes the whole unreadable.
class Reader {
 public:
  explicit Reader(const json& in) : in_(in) {}

  bool ok() const { return ok_; }

  const json& At(const char* name) {
    static const json kNothing;
    const auto it = in_.is_object() ? in_.find(name) : in_.end();
    if (!in_.is_object() || it == in_.end()) return Fault(kNothing);
    return *it;
  }
  int64_t Int(const char* name) {
    const json& value = At(name);
    return value.is_number_integer() ? value.get<int64_t>() : Fault(int64_t{0});
  }
  std::string Text(const char* name) {
    const json& value = At(name);
    return value.is_string() ? value.get<std::string>() : Fault(std::string());
  }
  bool Bool(const char* name) {
    const json& value = At(name);
    return value.is_boolean() ? value.get<bool>() : Fault(false);
  }
  absl::Time Time(const char* name) { return TimeOf(At(name)); }
  std::optional<absl::Time> OptionalTime(const char* name) {
    const json& value = At(name);
    return value.is_null() ? std::nullopt : std::optional(TimeOf(value));
  }
  absl::CivilDay Day(const char* name) {
    absl::CivilDay day;
    return absl::ParseCivilTime(Text(name), &day) ? day : Fault(absl::CivilDay());
  }
  // Reads each element of an array with a Reader of its own.
  template <typename T, typename Read>
  std::vector<T> List(const char* name, Read read) {
    std::vector<T> out;
    const json& value = At(name);
    if (!value.is_array()) return Fault(std::move(out));
    for (const json& element : value) {
      Reader reader(element);
      out.push_back(read(reader));
      ok_ = ok_ && reader.ok();
    }
    return out;
  }
  template <typename T, typename Read>
  T Object(const char* name, Read read) {
    Reader reader(At(name));
    T out = read(reader);
    ok_ = ok_ && reader.ok();
    return out;
  }
  template <typename T>
  const T& Fault(const T& placeholder) {
    ok_ = false;
    return placeholder;
  }
  template <typename T>
  T Fault(T&& placeholder) {
    ok_ = false;
    return std::forward<T>(placeholder);
  }

  absl::Time TimeOf(const json& value) {
    if (value.is_number_integer()) return absl::FromUnixMicros(value.get<int64_t>());
    if (value.is_string() && value.get<std::string>() == kNever) return absl::InfiniteFuture();
    if (value.is_string() && value.get<std::string>() == kAlways) return absl::InfinitePast();
    return Fault(absl::Time());
  }
  const json& whole() const { return in_; }

 private:
  const json& in_;
  bool ok_ = true;
};

domain::PermitTerm ReadTerm(Reader& in) {
  const int64_t unit = in.Int("unit");
  if (unit < 1 || unit > 3) in.Fault(0);
  return {static_cast<domain::PermitTerm::Unit>(unit), static_cast<int>(in.Int("count"))};
}

domain::PermitSchedule ReadSchedule(Reader& in) {
  return {in.Day("first_day"), static_cast<int>(in.Int("days")), static_cast<int>(in.Int("months")),
          in.Day("end_day")};
}

domain::ListedPlate ReadPlate(Reader& in) {
  domain::ListedPlate out;
  const auto plate = domain::PlateId::FromText(in.Text("plate"));
  const auto country = domain::Country::Parse(in.Text("country"));
  if (!plate || !country.ok()) in.Fault(0);
  if (plate) out.plate = *plate;
  if (country.ok()) out.country = *country;
  out.active = in.Bool("active");
  return out;
}

domain::PlateList ReadPlateList(Reader& in) {
  domain::PlateList out;
  out.from = in.Time("from");
  out.plates = in.List<domain::ListedPlate>("plates", ReadPlate);
  const int64_t made_by = in.Int("made_by");
  if (made_by < 1 || made_by > 3) in.Fault(0);
  out.made_by = static_cast<domain::PlateChange>(made_by);
  return out;
}

domain::Permit::AreaSince ReadArea(Reader& in) {
  return {in.Time("from"), domain::PermitAreaCode(in.Text("area")), in.Int("type_version")};
}

std::string ReadText(Reader& in) {
  return in.whole().is_string() ? in.whole().get<std::string>() : in.Fault(std::string());
}

}  // namespace

std::string PermitDocument(const domain::Permit& permit) {
  json areas = json::array();
  for (const domain::Permit::AreaSince& area : permit.areas) {
    areas.push_back({{"from", TimeJson(area.from)},
                     {"area", area.area.value()},
                     {"type_version", area.type_version}});
  }
  json suspensions = json::array();
  for (const domain::Interval& suspension : permit.suspensions) {
    suspensions.push_back(
        {{"start", TimeJson(suspension.start)}, {"end", TimeJson(suspension.end)}});
  }
  json paid_terms = json::array();
  for (const domain::Permit::PaidTerm& term : permit.paid_terms) {
    paid_terms.push_back({{"first_day", absl::FormatCivilTime(term.first_day)},
                          {"end_day", absl::FormatCivilTime(term.end_day)},
                          {"price_cents", term.price_cents}});
  }
  json renewal;
  if (permit.renewal) {
    renewal = {{"type_version", permit.renewal->type_version},
               {"schedule", ScheduleJson(permit.renewal->schedule)},
               {"price_cents", permit.renewal->price_cents}};
  }
  return json{
      {"state", std::string(Name(permit.state))},
      {"type_version", permit.type_version},
      {"evidence", permit.evidence},
      {"areas", std::move(areas)},
      {"plates", PlatesJson(permit.plates)},
      {"requested_start", OptionalTimeJson(permit.requested_start)},
      {"answer_by", OptionalTimeJson(permit.answer_by)},
      {"start", OptionalTimeJson(permit.start)},
      {"term", TermJson(permit.term)},
      {"schedule", ScheduleJson(permit.schedule)},
      {"paid_terms", std::move(paid_terms)},
      {"price_cents", permit.price_cents},
      {"rights_end", TimeJson(permit.rights_end)},
      {"suspensions", std::move(suspensions)},
      {"revoke_time", OptionalTimeJson(permit.revoke_time)},
      {"renewal", std::move(renewal)},
      {"told_until", TimeJson(permit.told_until)},
  }
      .dump(-1, ' ', false, json::error_handler_t::replace);
}

absl::Status ReadPermitDocument(absl::string_view document, domain::Permit& permit) {
  const json parsed = json::parse(document.begin(), document.end(), nullptr,
                                  /*allow_exceptions=*/false);
  Reader in(parsed);
  const auto state = domain::PermitStateFromName(in.Text("state"));
  if (state) {
    permit.state = *state;
  } else {
    in.Fault(0);
  }
  permit.type_version = in.Int("type_version");
  permit.evidence = in.List<std::string>("evidence", ReadText);
  permit.areas = in.List<domain::Permit::AreaSince>("areas", ReadArea);
  std::vector<domain::PlateList> lists = in.List<domain::PlateList>("plates", ReadPlateList);
  if (permit.areas.empty() || lists.empty()) in.Fault(0);
  permit.plates = domain::PlateBook(std::move(lists));
  permit.requested_start = in.OptionalTime("requested_start");
  permit.answer_by = in.OptionalTime("answer_by");
  permit.start = in.OptionalTime("start");
  permit.term = in.Object<domain::PermitTerm>("term", ReadTerm);
  permit.schedule = in.Object<domain::PermitSchedule>("schedule", ReadSchedule);
  permit.paid_terms = in.List<domain::Permit::PaidTerm>("paid_terms", [](Reader& term) {
    return domain::Permit::PaidTerm{term.Day("first_day"), term.Day("end_day"),
                                    term.Int("price_cents")};
  });
  permit.price_cents = in.Int("price_cents");
  permit.rights_end = in.Time("rights_end");
  permit.suspensions = in.List<domain::Interval>("suspensions", [](Reader& suspension) {
    return domain::Interval{suspension.Time("start"), suspension.Time("end")};
  });
  permit.revoke_time = in.OptionalTime("revoke_time");
  permit.renewal.reset();
  if (!in.At("renewal").is_null()) {
    permit.renewal = in.Object<domain::Permit::Renewal>("renewal", [](Reader& renewal) {
      return domain::Permit::Renewal{
          renewal.Int("type_version"),
          renewal.Object<domain::PermitSchedule>("schedule", ReadSchedule),
          renewal.Int("price_cents")};
    });
  }
  permit.told_until = in.Time("told_until");
  return in.ok() ? absl::OkStatus() : absl::InternalError("a stored permit cannot be read");
}

}  // namespace stadspoort::postgres
