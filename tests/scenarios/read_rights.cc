#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "services/domain/limits.h"
#include "tests/scenarios/cells.h"
#include "tests/scenarios/history.h"
#include "tests/scenarios/sections.h"
#include "tests/scenarios/wording.h"

namespace stadspoort::scenarios {
namespace {

constexpr absl::string_view kDefaultProvider = "parkeerapp";

absl::StatusOr<domain::RightTypeCode> KnownType(absl::string_view text, const City& city) {
  absl::StatusOr<domain::RightTypeCode> code = ParseRightTypeCode(text);
  if (code.ok() && city.FindRightType(*code) == nullptr) {
    return NotUnderstood(text, "a right type of the city");
  }
  return code;
}

// Zones of the group; none: city wide.
absl::StatusOr<std::vector<domain::ZoneCode>> KnownZones(absl::string_view text,
                                                         const Group& group) {
  if (text == "all") return std::vector<domain::ZoneCode>();
  absl::StatusOr<std::vector<domain::ZoneCode>> codes = ParseZoneCodes(text, ",");
  if (!codes.ok()) return codes;
  for (const domain::ZoneCode& code : *codes) {
    if (!group.zones.empty() && !group.HasZone(code)) {
      return NotUnderstood(code.value(), "a zone of this group");
    }
  }
  return codes;
}

absl::StatusOr<std::string> ParseReadablePlate(absl::string_view text) {
  const std::string plate = Unquoted(text);
  const absl::StatusOr<domain::PlateNumber> number = domain::PlateNumber::Normalise(plate);
  if (!number.ok()) return number.status();
  return plate;
}

// The moments of one event, each a day's context for the next.
class MomentReader {
 public:
  MomentReader(absl::TimeZone zone, std::optional<absl::CivilDay> day) : zone_(zone), day_(day) {}

  absl::StatusOr<absl::Time> Read(absl::string_view text) {
    const absl::StatusOr<Moment> moment =
        ParseMoment(absl::StripAsciiWhitespace(text), zone_, day_);
    if (!moment.ok()) return moment.status();
    day_ = moment->day;
    return moment->time;
  }

 private:
  absl::TimeZone zone_;
  std::optional<absl::CivilDay> day_;
};

// The events of one right.
class EventReader {
 public:
  EventReader(const Group& group, std::optional<absl::CivilDay> day, ScenarioRight& right)
      : group_(group), day_(day), right_(right) {}

  absl::Status Read(absl::string_view phrase) {
    MomentReader moments(group_.city.zone(), day_);
    absl::string_view rest = phrase;
    if (phrase == "plate not active") {
      right_.plate_active = false;
      return absl::OkStatus();
    }
    if (absl::ConsumePrefix(&rest, "suspended ")) return ReadSuspension(rest, moments);
    if (absl::ConsumePrefix(&rest, "revoked ")) return ReadRevocation(rest, moments);
    if (absl::ConsumePrefix(&rest, "ended ")) return ReadEnd(rest, moments);
    if (absl::ConsumePrefix(&rest, "amended until ")) return ReadAmendment(rest, moments);
    if (absl::ConsumePrefix(&rest, "corrected ")) return ReadCorrection(rest, moments);
    return NotUnderstood(phrase,
                         "suspended ... .. ..., revoked ..., ended ..., amended until ..., "
                         "corrected ..., plate not active");
  }

 private:
  absl::Status Add(Event event, const absl::StatusOr<absl::Time>& asked_at) {
    if (!asked_at.ok()) return asked_at.status();
    event.asked_at = *asked_at;
    right_.events.push_back(std::move(event));
    return absl::OkStatus();
  }

  static Event Of(Event::Kind kind) {
    Event event;
    event.kind = kind;
    return event;
  }

  absl::Status ReadSuspension(absl::string_view text, MomentReader& moments) {
    const std::vector<absl::string_view> ends = absl::StrSplit(text, " ..");
    if (ends.size() != 2) return NotUnderstood(text, "suspended 2026-03-02 10:00 .. 12:00");
    const absl::Status from = Add(Of(Event::Kind::kSuspended), moments.Read(ends[0]));
    if (!from.ok() || absl::StripAsciiWhitespace(ends[1]).empty()) return from;
    return Add(Of(Event::Kind::kResumed), moments.Read(ends[1]));
  }

  absl::Status ReadRevocation(absl::string_view text, MomentReader& moments) {
    return Add(Of(Event::Kind::kRevoked), moments.Read(text));
  }

  // "2026-03-02 11:30" or "2026-03-02 11:30 asked at 11:40"
  absl::Status ReadEnd(absl::string_view text, MomentReader& moments) {
    const std::vector<absl::string_view> parts = absl::StrSplit(text, " asked at ");
    if (parts.size() > 2) return NotUnderstood(text, "\"asked at\" once");
    const absl::StatusOr<absl::Time> end = moments.Read(parts[0]);
    if (!end.ok()) return end.status();
    Event event = Of(Event::Kind::kEnded);
    event.time = *end;
    return Add(std::move(event), parts.size() == 2 ? moments.Read(parts[1]) : end);
  }

  absl::Status ReadAmendment(absl::string_view text, MomentReader& moments) {
    Event event = Of(Event::Kind::kAmended);
    const std::vector<absl::string_view> parts = absl::StrSplit(text, " asked at ");
    if (parts.size() != 2) return NotUnderstood(text, "... asked at ...");
    if (parts[0] != "open") {
      const absl::StatusOr<absl::Time> end = moments.Read(parts[0]);
      if (!end.ok()) return end.status();
      event.time = *end;
    }
    return Add(std::move(event), moments.Read(parts[1]));
  }

  absl::Status ReadCorrection(absl::string_view text, MomentReader& moments) {
    const std::vector<absl::string_view> parts = absl::StrSplit(text, " asked at ");
    if (parts.size() != 2) return NotUnderstood(text, "... asked at ...");
    Event event;
    if (const absl::Status read = ReadCorrected(parts[0], moments, event); !read.ok()) return read;
    return Add(std::move(event), moments.Read(parts[1]));
  }

  // "until 2026-03-02 13:00", "plate 1-ABC-124"
  absl::Status ReadCorrected(absl::string_view text, MomentReader& moments, Event& event) const {
    Words words(text);
    const std::string what = words.Take();
    const std::string value = words.TakeRest();
    if (what == "from" || what == "until") {
      event.kind = what == "from" ? Event::Kind::kCorrectedFrom : Event::Kind::kCorrectedUntil;
      return Store(moments.Read(value), event.time);
    }
    if (what == "plate") {
      event.kind = Event::Kind::kCorrectedPlate;
      return Store(ParseReadablePlate(value), event.plate);
    }
    if (what == "type") {
      event.kind = Event::Kind::kCorrectedType;
      return Store(KnownType(value, group_.city), event.type);
    }
    if (what == "zones") {
      event.kind = Event::Kind::kCorrectedZones;
      return Store(KnownZones(value, group_), event.zones);
    }
    if (what == "windows") {
      event.kind = Event::Kind::kCorrectedWindows;
      return Store(ParseWindows(value), event.windows);
    }
    return NotUnderstood(text, "corrected from, until, plate, type, zones or windows");
  }

  template <typename T, typename Field>
  static absl::Status Store(absl::StatusOr<T> value, Field& field) {
    if (!value.ok()) return value.status();
    field = *std::move(value);
    return absl::OkStatus();
  }

  const Group& group_;
  std::optional<absl::CivilDay> day_;
  ScenarioRight& right_;
};

// Reads `from`, `until` and `asked at`, and gives the day on which times alone are.
std::optional<absl::CivilDay> ReadTerm(Cells& row, absl::TimeZone zone, ScenarioRight& right) {
  std::optional<absl::CivilDay> day;
  const auto read = [&](absl::string_view text) -> absl::StatusOr<std::optional<absl::Time>> {
    if (text.empty()) return std::nullopt;
    const absl::StatusOr<Moment> moment = ParseMoment(text, zone, day);
    if (!moment.ok()) return moment.status();
    if (!day) day = moment->day;
    return moment->time;
  };
  right.requested.start = row.Read("from", read);
  const std::optional<absl::Time> asked_at = row.Read("asked at", read);
  right.requested.end = row.Read("until", read);
  if (!asked_at && !right.requested.start) {
    row.Refuse("from", absl::InvalidArgumentError("without it \"asked at\" must be given"));
  } else {
    right.asked_at = asked_at ? *asked_at : *right.requested.start - absl::Hours(24);
  }
  return day;
}

absl::StatusOr<std::string> ParseName(absl::string_view text) {
  if (text.empty() || text.size() > domain::limits::kReferenceMaxBytes) {
    return NotUnderstood(text, "a name");
  }
  return std::string(text);
}

ScenarioRight ReadRight(Cells& row, const Group& group) {
  ScenarioRight right;
  right.line = row.line();
  right.name = row.Read("right", ParseName);
  right.provider =
      row.Has("provider") ? std::string(row.Text("provider")) : std::string(kDefaultProvider);
  right.plate = row.Read("plate", ParseReadablePlate);
  right.country = row.Read("country", domain::Country::Parse);
  right.type =
      row.Read("type", [&](absl::string_view text) { return KnownType(text, group.city); });
  right.zones = row.Read("zones", [&](absl::string_view text) { return KnownZones(text, group); });
  right.city_wide = right.zones.empty();
  right.windows = row.Read("windows", ParseWindows);
  const std::optional<absl::CivilDay> day = ReadTerm(row, group.city.zone(), right);
  const std::vector<std::string> phrases =
      row.Read("what happened", [](absl::string_view text) { return SplitList(text, ";"); });
  EventReader events(group, day, right);
  for (const std::string& phrase : phrases) row.Refuse("what happened", events.Read(phrase));
  std::stable_sort(right.events.begin(), right.events.end(),
                   [](const Event& a, const Event& b) { return a.asked_at < b.asked_at; });
  return right;
}

domain::RightId IdOf(size_t index) {
  domain::UuidBytes id{};
  id[0] = 1;
  id[14] = static_cast<uint8_t>(index >> 8);
  id[15] = static_cast<uint8_t>(index);
  return domain::RightId(id);
}

}  // namespace

absl::Status ReadRights(absl::string_view file_name, const Section& section, Group& group) {
  absl::StatusOr<std::vector<Cells>> rows = ReadRows(file_name, section,
                                                     {{"right", true},
                                                      {"plate", true},
                                                      {"country"},
                                                      {"type", true},
                                                      {"zones", true},
                                                      {"from", true},
                                                      {"until", true},
                                                      {"windows"},
                                                      {"what happened"},
                                                      {"provider"},
                                                      {"asked at"}});
  if (!rows.ok()) return rows.status();
  for (Cells& row : *rows) {
    ScenarioRight right = ReadRight(row, group);
    for (const ScenarioRight& other : group.rights) {
      if (other.name == right.name)
        row.Refuse("right", NotUnderstood(right.name, "each name once"));
    }
    if (row.status().ok()) {
      row.Refuse("right", ApplyHistory(group.city, IdOf(group.rights.size()), right));
    }
    if (!row.status().ok()) return row.status();
    group.rights.push_back(std::move(right));
  }
  return absl::OkStatus();
}

}  // namespace stadspoort::scenarios
