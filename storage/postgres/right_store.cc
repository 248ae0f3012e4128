#include "storage/postgres/right_store.h"

#include <cstring>
#include <span>
#include <utility>

#include "nlohmann/json.hpp"
#include "services/domain/limits.h"
#include "storage/postgres/city_store.h"
#include "storage/postgres/codes.h"
#include "storage/postgres/schema.h"
#include "storage/postgres/sql.h"

namespace stadspoort::postgres {
namespace {

constexpr size_t kNumbersPerWindow = 3;

std::vector<int64_t> Numbers(const std::vector<domain::WeeklyWindow>& windows) {
  std::vector<int64_t> numbers;
  for (const domain::WeeklyWindow& window : windows) {
    numbers.push_back(window.weekdays.bits());
    numbers.push_back(window.hours.from.minutes());
    numbers.push_back(window.hours.to.minutes());
  }
  return numbers;
}

std::span<const uint8_t> Bytes(const domain::Pseudonym& pseudonym) { return pseudonym.bytes; }

int64_t KeptSeconds() { return absl::ToInt64Seconds(domain::limits::kPendingEndKept); }

Params ReferenceParams(const domain::CityCode& city, const Reference& reference) {
  Params params;
  params.Text(city.value()).Text(reference.provider).Text(reference.reference);
  return params;
}

Params PlateParams(const domain::CityCode& city, const PlateIdentity& plate) {
  Params params;
  params.Text(city.value())
      .Uuid(plate.new_id.bytes())
      .Text(plate.number.value())
      .Bytes(Bytes(plate.pseudonyms.exact))
      .Bytes(Bytes(plate.pseudonyms.folded))
      .Text(plate.key_id);
  return params;
}

absl::StatusOr<std::vector<domain::WeeklyWindow>> WindowsOf(const std::vector<int64_t>& numbers) {
  if (numbers.size() % kNumbersPerWindow != 0) {
    return absl::InternalError("stored windows cannot be read");
  }
  std::vector<domain::WeeklyWindow> windows;
  for (size_t i = 0; i < numbers.size(); i += kNumbersPerWindow) {
    domain::WeeklyWindow window;
    for (int day = 0; day < 7; ++day) {
      if ((numbers[i] >> day & 1) != 0) window.weekdays.Add(static_cast<absl::Weekday>(day));
    }
    window.hours.from = domain::MinuteOfDay(static_cast<int>(numbers[i + 1]));
    window.hours.to = domain::MinuteOfDay(static_cast<int>(numbers[i + 2]));
    windows.push_back(window);
  }
  return windows;
}

absl::StatusOr<StoredRight> ReadRight(Row& row) {
  StoredRight stored;
  absl::StatusOr<domain::Right> right = RightColumnsOf(row);
  if (!right.ok()) return right.status();
  stored.right = *std::move(right);
  stored.plate_id = domain::PlateId(row.Uuid("plate_id"));
  stored.plate = domain::PlateNumber::FromStored(row.Text("number"));
  stored.provider = row.Text("provider");
  stored.reference = row.Text("reference");
  stored.requested_start = row.OptionalTime("requested_start");
  stored.requested_end = row.OptionalTime("requested_end");
  stored.version = row.Int("version");
  stored.revision = row.Int("revision");
  stored.create_time = row.Time("create_time");
  stored.now = row.Time("now");
  return stored;
}

// To the microsecond below, as the row's columns hold it: the journal's word and the row's are one.
nlohmann::json TimeJson(absl::Time time) {
  const absl::Duration since = absl::Floor(time - absl::UnixEpoch(), absl::Microseconds(1));
  return absl::FormatTime(absl::RFC3339_full, absl::UnixEpoch() + since, absl::UTCTimeZone());
}

template <typename T>
nlohmann::json OptionalTimeJson(const std::optional<T>& time) {
  return time ? TimeJson(*time) : nlohmann::json(nullptr);
}

}  // namespace

absl::StatusOr<domain::Right> RightColumnsOf(Row& row) {
  domain::Right right;
  right.id = domain::RightId(row.Uuid("right_id"));
  right.country = domain::Country::FromStored(row.Text("country"));
  right.type = domain::RightTypeCode(row.Text("right_type"));
  right.city_wide = row.Bool("city_wide");
  right.zones = Codes<domain::ZoneCode>(row.TextArray("zones"));
  right.effective = {row.Time("effective_start"), row.Time("effective_end")};
  for (const TimeRange& range : row.Multirange("suspensions")) {
    right.suspensions.push_back({range.start, range.end});
  }
  right.revoke_time = row.OptionalTime("revoke_time");
  right.plate_active = row.Bool("plate_active");
  right.permit_set = row.Int("permit_set");
  const absl::StatusOr<domain::RightKind> kind = RightKindOf(row.Text("kind"));
  if (!kind.ok()) return kind.status();
  right.kind = *kind;
  absl::StatusOr<std::vector<domain::WeeklyWindow>> windows = WindowsOf(row.IntArray("windows"));
  if (!windows.ok()) return windows.status();
  right.windows = *std::move(windows);
  return right;
}

Command LockReference(const domain::CityCode& city, const Reference& reference) {
  return {sql::kLockReference, ReferenceParams(city, reference)};
}

Command SelectByReference(const domain::CityCode& city, const Reference& reference) {
  return {sql::kRightByReference, ReferenceParams(city, reference)};
}

absl::StatusOr<std::optional<ReferenceUse>> ReferenceUseOf(const Result& result) {
  return result.AtMostOne([](Row& row) {
    return ReferenceUse{domain::RightId(row.Uuid("right_id")), row.Bytes("request_digest")};
  });
}

Command SelectEnrolmentRules(const domain::CityCode& city, const domain::RightTypeCode& type) {
  return {sql::kRightRules, Params().Text(city.value()).Text(type.value())};
}

absl::StatusOr<std::optional<EnrolmentRules>> EnrolmentRulesOf(const Result& result,
                                                               const domain::RightTypeCode& type) {
  return result.AtMostOne([&](Row& row) -> absl::StatusOr<EnrolmentRules> {
    if (absl::Status known = CheckSchemaNumber(row.Int("schema_number")); !known.ok()) return known;
    EnrolmentRules rules;
    rules.settings.look_back = absl::Seconds(row.Int("look_back_seconds"));
    rules.settings.degraded_limit = absl::Seconds(row.Int("degraded_limit_seconds"));
    rules.settings.end_in_the_past_limit = absl::Seconds(row.Int("end_in_the_past_limit_seconds"));
    rules.settings.open_end_limit = absl::Seconds(row.Int("open_end_limit_seconds"));
    rules.time_zone = row.Text("time_zone");
    rules.plate_key_id = row.Text("plate_key_id");
    rules.plate_key_fingerprint = row.Bytes("plate_key_fingerprint");
    rules.now = row.Time("now");
    rules.versions.zones = row.Int("zones_version");
    rules.versions.calendar = row.Int("calendar_version");
    rules.epoch = row.Text("epoch");
    const std::optional<std::string> kind_name = row.OptionalText("kind");
    if (!kind_name) return rules;
    const absl::StatusOr<domain::RightKind> kind = RightKindOf(*kind_name);
    if (!kind.ok()) return kind.status();
    const absl::StatusOr<domain::BackdateRule> backdate =
        BackdateOf(row.Text("backdate_form"), row.Int("backdate_seconds"));
    if (!backdate.ok()) return backdate.status();
    rules.type = domain::RightType{type, "", *kind, *backdate};
    return rules;
  });
}

Command SelectZoneCodes(const domain::CityCode& city, const std::vector<domain::ZoneCode>& zones) {
  return {sql::kZoneCodes, Params().Text(city.value()).TextArray(Texts(zones))};
}

absl::StatusOr<std::vector<domain::ZoneCode>> ZoneCodesOf(const Result& result) {
  return result.Rows([](Row& row) { return domain::ZoneCode(row.Text("code")); });
}

Command SelectPendingEnd(const domain::CityCode& city, const Reference& reference) {
  return {sql::kPendingEnd, ReferenceParams(city, reference).Int(KeptSeconds())};
}

absl::StatusOr<std::optional<absl::Time>> PendingEndOf(const Result& result) {
  return result.AtMostOne([](Row& row) { return row.Time("end_time"); });
}

Command PutPendingEnd(const domain::CityCode& city, const Reference& reference, absl::Time end) {
  return {sql::kPutPendingEnd, ReferenceParams(city, reference).Time(end).Int(KeptSeconds())};
}

absl::StatusOr<PendingEnd> PutPendingEndOf(const Result& result) {
  return result.One([](Row& row) {
    return PendingEnd{row.Time("end_time"), row.Time("recorded_time")};
  });
}

Command DeletePendingEnd(const domain::CityCode& city, const Reference& reference) {
  return {sql::kDeletePendingEnd, ReferenceParams(city, reference)};
}

Command DeleteOldPendingEnds(const domain::CityCode& city) {
  return {sql::kDeleteOldPendingEnds, Params().Text(city.value()).Int(KeptSeconds())};
}

Command EnrolRight(const domain::CityCode& city, const PlateIdentity& plate,
                   const StoredRight& stored, const std::string& request_digest,
                   const std::string& actor) {
  const domain::Right& right = stored.right;
  return {sql::kEnrolRight, PlateParams(city, plate)
                                .Uuid(right.id.bytes())
                                .Text(std::string(right.country.sign()))
                                .Text(stored.provider)
                                .Text(stored.reference)
                                .Bytes(request_digest)
                                .Text(right.type.value())
                                .Bool(right.city_wide)
                                .TextArray(Texts(right.zones))
                                .Time(stored.requested_start)
                                .Time(stored.requested_end)
                                .Time(right.effective.start)
                                .Time(right.effective.end)
                                .IntArray(Numbers(right.windows))
                                .Json(RightState("ENROL", stored))
                                .Text(actor)};
}

absl::Status EnrolledInto(const Result& result, StoredRight& right) {
  return result
      .One([&](Row& row) {
        right.plate_id = domain::PlateId(row.Uuid("plate_id"));
        right.version = row.Int("version");
        right.create_time = row.Time("create_time");
        return true;
      })
      .status();
}

Command BumpPlateOfRight(const domain::CityCode& city, const domain::RightId& right) {
  return {sql::kBumpPlateOfRight, Params().Text(city.value()).Uuid(right.bytes())};
}

absl::StatusOr<std::optional<BumpedPlate>> BumpedPlateOf(const Result& result) {
  return result.AtMostOne([](Row& row) {
    return BumpedPlate{domain::PlateId(row.Uuid("plate_id")), row.Int("version")};
  });
}

Command BumpPlate(const domain::CityCode& city, const domain::PlateId& plate) {
  return {sql::kBumpPlate, Params().Text(city.value()).Uuid(plate.bytes())};
}

absl::StatusOr<int64_t> PlateVersionOf(const Result& result) {
  return result.One([](Row& row) { return row.Int("version"); });
}

Command EnsurePlate(const domain::CityCode& city, const PlateIdentity& plate) {
  return {sql::kEnsurePlate, PlateParams(city, plate)};
}

Command SelectPlateByNumber(const domain::CityCode& city, const domain::PlateNumber& number) {
  return {sql::kPlateByNumber, Params().Text(city.value()).Text(number.value())};
}

absl::StatusOr<domain::PlateId> PlateIdOf(const Result& result) {
  return result.One([](Row& row) { return domain::PlateId(row.Uuid("plate_id")); });
}

Command SelectRight(const domain::CityCode& city, const domain::RightId& right) {
  return {sql::kRight, Params().Text(city.value()).Uuid(right.bytes())};
}

absl::StatusOr<std::optional<StoredRight>> RightOf(const Result& result) {
  return result.AtMostOne(ReadRight);
}

Command SelectRightsPage(const domain::CityCode& city, const domain::RightId& after,
                         const std::string& provider,
                         const std::optional<domain::PlateNumber>& plate, int64_t limit) {
  const auto provider_filter = provider.empty() ? std::nullopt : std::optional(provider);
  const auto plate_filter = plate ? std::optional(plate->value()) : std::nullopt;
  return {sql::kRightsPage, Params()
                                .Text(city.value())
                                .Uuid(after.bytes())
                                .Text(provider_filter)
                                .Text(plate_filter)
                                .Int(limit)};
}

absl::StatusOr<std::vector<StoredRight>> RightsOf(const Result& result) {
  return result.Rows(ReadRight);
}

Command UpdateRight(const domain::CityCode& city, const StoredRight& stored,
                    SuspensionChange change, absl::Time at) {
  const domain::Right& right = stored.right;
  Params params;
  params.Text(city.value())
      .Uuid(right.id.bytes())
      .Uuid(stored.plate_id.bytes())
      .Text(std::string(right.country.sign()))
      .Text(right.type.value())
      .Bool(right.city_wide)
      .TextArray(Texts(right.zones))
      .Time(stored.requested_end)
      .Time(right.effective.start)
      .Time(right.effective.end)
      .IntArray(Numbers(right.windows))
      .Time(right.revoke_time)
      .Int(stored.version);
  switch (change) {
    case SuspensionChange::kNone:
      params.NullText().Null(Type::kTime);
      break;
    case SuspensionChange::kSuspend:
      params.Text("SUSPEND").Time(at);
      break;
    case SuspensionChange::kResume:
      params.Text("RESUME").Time(at);
      break;
  }
  return {sql::kUpdateRight, std::move(params)};
}

std::string RightState(absl::string_view verb, const StoredRight& stored) {
  const domain::Right& right = stored.right;
  nlohmann::json suspensions = nlohmann::json::array();
  for (const domain::Interval& suspension : right.suspensions) {
    suspensions.push_back({TimeJson(suspension.start), TimeJson(suspension.end)});
  }
  return nlohmann::json{
      {"verb", std::string(verb)},
      {"right_id", right.id.text()},
      {"provider", stored.provider},
      {"reference", stored.reference},
      {"country", std::string(right.country.sign())},
      {"right_type", right.type.value()},
      {"city_wide", right.city_wide},
      {"zones", Texts(right.zones)},
      {"requested_start", OptionalTimeJson(stored.requested_start)},
      {"requested_end", OptionalTimeJson(stored.requested_end)},
      {"effective_start", TimeJson(right.effective.start)},
      {"effective_end", TimeJson(right.effective.end)},
      {"windows", Numbers(right.windows)},
      {"suspensions", suspensions},
      {"revoke_time", OptionalTimeJson(right.revoke_time)},
      {"plate_active", right.plate_active},
  }
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

namespace {

// What the journal says, read back; the first member that is not what it should be makes the whole
// unreadable.
class StateReader {
 public:
  explicit StateReader(const nlohmann::json& in) : in_(in) {}

  bool ok() const { return ok_; }
  const nlohmann::json& At(const char* name) {
    static const nlohmann::json kNothing;
    const auto it = in_.is_object() ? in_.find(name) : in_.end();
    if (in_.is_object() && it != in_.end()) return *it;
    ok_ = false;
    return kNothing;
  }
  std::string Text(const char* name) {
    const nlohmann::json& value = At(name);
    if (value.is_string()) return value.get<std::string>();
    ok_ = false;
    return "";
  }
  bool Bool(const char* name) {
    const nlohmann::json& value = At(name);
    if (value.is_boolean()) return value.get<bool>();
    ok_ = false;
    return false;
  }
  absl::Time Time(const nlohmann::json& value) {
    absl::Time time;
    std::string error;
    if (value.is_string() &&
        absl::ParseTime(absl::RFC3339_full, value.get<std::string>(), &time, &error)) {
      return time;
    }
    ok_ = false;
    return absl::Time();
  }
  std::optional<absl::Time> OptionalTime(const char* name) {
    const nlohmann::json& value = At(name);
    return value.is_null() ? std::nullopt : std::optional(Time(value));
  }

 private:
  const nlohmann::json& in_;
  bool ok_ = true;
};

absl::StatusOr<StoredRight> ReadState(const nlohmann::json& state) {
  const absl::Status unreadable = absl::InternalError("the journal cannot be read");
  StateReader in(state);
  StoredRight stored;
  const auto id = domain::RightId::FromText(in.Text("right_id"));
  if (!id) return unreadable;
  stored.right.id = *id;
  stored.provider = in.Text("provider");
  stored.reference = in.Text("reference");
  stored.right.country = domain::Country::FromStored(in.Text("country"));
  stored.right.type = domain::RightTypeCode(in.Text("right_type"));
  stored.right.city_wide = in.Bool("city_wide");
  for (const nlohmann::json& zone : in.At("zones")) {
    if (!zone.is_string()) return unreadable;
    stored.right.zones.emplace_back(zone.get<std::string>());
  }
  stored.requested_start = in.OptionalTime("requested_start");
  stored.requested_end = in.OptionalTime("requested_end");
  stored.right.effective = {in.Time(in.At("effective_start")), in.Time(in.At("effective_end"))};
  std::vector<int64_t> numbers;
  for (const nlohmann::json& number : in.At("windows")) {
    if (!number.is_number_integer()) return unreadable;
    numbers.push_back(number.get<int64_t>());
  }
  absl::StatusOr<std::vector<domain::WeeklyWindow>> windows = WindowsOf(numbers);
  if (!windows.ok()) return windows.status();
  stored.right.windows = *std::move(windows);
  for (const nlohmann::json& suspension : in.At("suspensions")) {
    if (!suspension.is_array() || suspension.size() != 2) return unreadable;
    stored.right.suspensions.push_back({in.Time(suspension[0]), in.Time(suspension[1])});
  }
  stored.right.revoke_time = in.OptionalTime("revoke_time");
  stored.right.plate_active = in.Bool("plate_active");
  if (!in.ok()) return unreadable;
  return stored;
}

}  // namespace

Command SelectPlateHistory(const domain::CityCode& city, const domain::PlateNumber& plate,
                           int64_t version, absl::Time known_at, int64_t limit) {
  return {sql::kPlateHistory,
          Params().Text(city.value()).Text(plate.value()).Int(version).Time(known_at).Int(limit)};
}

absl::StatusOr<std::vector<PlateChange>> PlateHistoryOf(const Result& result) {
  return result.Rows([](Row& row) -> absl::StatusOr<PlateChange> {
    PlateChange change;
    change.version = row.Int("version");
    change.actor = row.Text("actor");
    change.reason = row.Text("reason");
    change.recorded_time = row.Time("recorded_time");
    const auto state = nlohmann::json::parse(row.Json("state"), nullptr,
                                             /*allow_exceptions=*/false);
    StateReader in(state);
    change.verb = in.Text("verb");
    if (!in.ok()) return absl::InternalError("the journal cannot be read");
    if (!state.contains("permit_id")) {
      absl::StatusOr<StoredRight> right = ReadState(state);
      if (!right.ok()) return right.status();
      change.rights.push_back(*std::move(right));
      return change;
    }
    change.permit = domain::PermitId::FromText(in.Text("permit_id"));
    for (const nlohmann::json& one : in.At("rights")) {
      absl::StatusOr<StoredRight> right = ReadState(one);
      if (!right.ok()) return right.status();
      change.rights.push_back(*std::move(right));
    }
    if (!in.ok() || !change.permit) return absl::InternalError("the journal cannot be read");
    return change;
  });
}

Command RecordPlateLookup(const domain::CityCode& city, const domain::PlateNumber& plate,
                          const std::string& actor, const std::string& purpose) {
  return {sql::kRecordPlateLookup,
          Params().Text(city.value()).Text(plate.value()).Text(actor).Text(purpose)};
}

}  // namespace stadspoort::postgres
