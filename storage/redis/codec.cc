#include "storage/redis/codec.h"

#include <sodium.h>

#include <array>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "services/contract/regulation.h"
#include "storage/postgres/geometry.h"
#include "storage/redis/entry.pb.h"
#include "storage/redis/keys.h"

namespace stadspoort::redis {
namespace {

constexpr size_t kVersionDigits = 20;
constexpr size_t kChecksumBytes = crypto_shorthash_siphashx24_BYTES;
constexpr size_t kHeadBytes = 1 + kVersionDigits + kChecksumBytes;
constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

absl::Status Damaged() { return absl::DataLossError("a value in Redis is damaged"); }

// Against damage, not against an adversary: the key is public.
std::string Checksum(absl::string_view key, absl::string_view version, absl::string_view content) {
  constexpr std::array<uint8_t, crypto_shorthash_siphashx24_KEYBYTES> kPublic{};
  const std::string text = absl::StrCat(key.size(), ":", key, version, content);
  std::string sum(kChecksumBytes, '\0');
  crypto_shorthash_siphashx24(reinterpret_cast<uint8_t*>(sum.data()),
                              reinterpret_cast<const uint8_t*>(text.data()), text.size(),
                              kPublic.data());
  return sum;
}

int64_t Micros(absl::Time time) {
  return time == absl::InfiniteFuture() ? kNever : absl::ToUnixMicros(time);
}
absl::Time TimeOf(int64_t micros) {
  return micros == kNever ? absl::InfiniteFuture() : absl::FromUnixMicros(micros);
}

std::string BytesOf(const domain::UuidBytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void WriteRight(const domain::Right& right, entry::Right& out) {
  out.set_right_id(BytesOf(right.id.bytes()));
  out.set_country(std::string(right.country.sign()));
  out.set_right_type(right.type.value());
  out.set_kind(static_cast<int>(right.kind));
  out.set_city_wide(right.city_wide);
  for (const domain::ZoneCode& zone : right.zones) out.add_zones(zone.value());
  out.set_effective_start(Micros(right.effective.start));
  out.set_effective_end(Micros(right.effective.end));
  for (const domain::WeeklyWindow& window : right.windows) {
    out.add_windows(window.weekdays.bits());
    out.add_windows(window.hours.from.minutes());
    out.add_windows(window.hours.to.minutes());
  }
  for (const domain::Interval& suspension : right.suspensions) {
    out.add_suspensions(Micros(suspension.start));
    out.add_suspensions(Micros(suspension.end));
  }
  if (right.revoke_time) out.set_revoke_time(Micros(*right.revoke_time));
  out.set_plate_active(right.plate_active);
  out.set_permit_set(right.permit_set);
}

absl::StatusOr<domain::Right> ReadRight(const entry::Right& in) {
  domain::Right right;
  const auto id = domain::RightId::FromBytes(in.right_id());
  const bool kind_known = in.kind() >= 1 && in.kind() <= domain::kRightKindCount;
  if (!id || !kind_known || in.windows_size() % 3 != 0 || in.suspensions_size() % 2 != 0) {
    return Damaged();
  }
  right.id = *id;
  right.country = domain::Country::FromStored(in.country());
  right.type = domain::RightTypeCode(in.right_type());
  right.kind = static_cast<domain::RightKind>(in.kind());
  right.city_wide = in.city_wide();
  for (const std::string& zone : in.zones()) right.zones.emplace_back(zone);
  right.effective = {TimeOf(in.effective_start()), TimeOf(in.effective_end())};
  for (int i = 0; i < in.windows_size(); i += 3) {
    domain::WeeklyWindow window;
    for (int day = 0; day < 7; ++day) {
      if ((in.windows(i) >> day & 1) != 0) window.weekdays.Add(static_cast<absl::Weekday>(day));
    }
    window.hours.from = domain::MinuteOfDay(in.windows(i + 1));
    window.hours.to = domain::MinuteOfDay(in.windows(i + 2));
    right.windows.push_back(window);
  }
  for (int i = 0; i < in.suspensions_size(); i += 2) {
    right.suspensions.push_back({TimeOf(in.suspensions(i)), TimeOf(in.suspensions(i + 1))});
  }
  if (in.has_revoke_time()) right.revoke_time = TimeOf(in.revoke_time());
  right.plate_active = in.plate_active();
  right.permit_set = in.permit_set();
  return right;
}

void WriteVersions(const domain::CityVersions& versions, entry::Versions& out) {
  out.set_settings(versions.settings);
  out.set_calendar(versions.calendar);
  out.set_right_types(versions.right_types);
  out.set_zones(versions.zones);
}
domain::CityVersions ReadVersions(const entry::Versions& in) {
  return {in.settings(), in.calendar(), in.right_types(), in.zones()};
}
// Grows with every change of any of them.
int64_t SumOf(const domain::CityVersions& versions) {
  return versions.settings + versions.calendar + versions.right_types + versions.zones;
}

void WriteZone(const domain::ZoneVersion& zone, const domain::CityCode& city, entry::Zone& out) {
  out.set_code(zone.code.value());
  out.set_zone_id(BytesOf(zone.id.bytes()));
  out.set_usage(static_cast<int>(zone.usage));
  out.set_version(zone.version);
  out.set_in_force_start(Micros(zone.in_force.start));
  out.set_in_force_end(Micros(zone.in_force.end));
  out.set_display_name(zone.display_name);
  out.set_regulation(contract::RegulationJson(zone.regulation, city));
  out.set_geometry(postgres::GeometryJson(zone.area.area()));
}

absl::StatusOr<domain::ZoneVersion> ReadZone(const entry::Zone& in, const domain::CityCode& city) {
  domain::ZoneVersion zone;
  const auto id = domain::ZoneId::FromBytes(in.zone_id());
  if (!id || in.usage() < 1 || in.usage() > domain::kUsageCount) return Damaged();
  zone.code = domain::ZoneCode(in.code());
  zone.id = *id;
  zone.usage = static_cast<domain::Usage>(in.usage());
  zone.version = in.version();
  zone.in_force = {TimeOf(in.in_force_start()), TimeOf(in.in_force_end())};
  zone.display_name = in.display_name();
  absl::StatusOr<domain::Regulation> regulation =
      contract::ReadStoredRegulation(in.regulation(), city);
  if (!regulation.ok()) return regulation.status();
  absl::StatusOr<domain::GeoArea> area = postgres::GeometryOf(in.geometry());
  if (!area.ok()) return area.status();
  zone.regulation = *std::move(regulation);
  zone.area = *std::move(area);
  return zone;
}

template <typename Message>
absl::StatusOr<Message> MessageOf(absl::string_view key, absl::string_view value) {
  const absl::StatusOr<std::string> content = Unseal(key, value);
  if (!content.ok()) return content.status();
  Message message;
  if (!message.ParseFromString(*content)) return Damaged();
  return message;
}

}  // namespace

std::string Seal(absl::string_view key, int64_t version, absl::string_view content) {
  const std::string digits = absl::StrFormat("%020d", version);
  return absl::StrCat(absl::string_view(&kFormat, 1), digits, Checksum(key, digits, content),
                      content);
}

absl::StatusOr<std::string> Unseal(absl::string_view key, absl::string_view value) {
  if (value.size() < kHeadBytes || value.front() != kFormat) return Damaged();
  const absl::string_view digits = value.substr(1, kVersionDigits);
  const absl::string_view sum = value.substr(1 + kVersionDigits, kChecksumBytes);
  const absl::string_view content = value.substr(kHeadBytes);
  if (Checksum(key, digits, content) != sum) return Damaged();
  return std::string(content);
}

std::string GroupValue(absl::string_view key, const postgres::PlateGroup& group) {
  entry::Group message;
  for (const postgres::PlateRecord& plate : group.plates) {
    entry::Plate& out = *message.add_plates();
    out.set_plate_id(BytesOf(plate.id.bytes()));
    out.set_pseudonym(BytesOf(plate.exact.bytes));
    out.set_version(plate.version);
    for (const domain::Right& right : plate.rights) WriteRight(right, *out.add_rights());
  }
  return Seal(key, group.version(), message.SerializeAsString());
}

absl::StatusOr<postgres::PlateGroup> GroupOf(absl::string_view key, absl::string_view value,
                                             const postgres::PlateKey& plate) {
  const auto message = MessageOf<entry::Group>(key, value);
  if (!message.ok()) return message.status();
  postgres::PlateGroup group{plate, {}};
  for (const entry::Plate& in : message->plates()) {
    const auto id = domain::PlateId::FromBytes(in.plate_id());
    postgres::PlateRecord record;
    if (!id || in.pseudonym().size() != record.exact.bytes.size()) return Damaged();
    record.id = *id;
    std::memcpy(record.exact.bytes.data(), in.pseudonym().data(), in.pseudonym().size());
    record.version = in.version();
    for (const entry::Right& stored : in.rights()) {
      absl::StatusOr<domain::Right> right = ReadRight(stored);
      if (!right.ok()) return right.status();
      record.rights.push_back(*std::move(right));
    }
    group.plates.push_back(std::move(record));
  }
  return group;
}

std::string RulesValue(absl::string_view key, const postgres::RulesRead& rules) {
  entry::Rules message;
  const postgres::StoredCity& city = rules.stored;
  WriteVersions(city.versions, *message.mutable_versions());
  message.set_time_zone(city.time_zone);
  message.set_plate_key_id(city.plate_key_id);
  message.set_plate_key_fingerprint(city.plate_key_fingerprint);
  message.set_look_back_seconds(absl::ToInt64Seconds(city.settings.look_back));
  message.set_degraded_limit_seconds(absl::ToInt64Seconds(city.settings.degraded_limit));
  message.set_confidence_threshold(city.settings.confidence_threshold);
  for (const domain::LiveSet& live : city.settings.live_sets) {
    message.add_live_sets(live.set);
    message.add_live_sets(Micros(live.live.start));
    message.add_live_sets(Micros(live.live.end));
  }
  for (const domain::SpecialDay& day : rules.special_days) {
    entry::SpecialDay& out = *message.add_special_days();
    out.set_day(day.date - absl::CivilDay(1970));
    out.set_label(day.label.value());
  }
  for (const domain::RightType& type : rules.right_types) {
    entry::RightType& out = *message.add_right_types();
    out.set_code(type.code.value());
    out.set_kind(static_cast<int>(type.kind));
  }
  for (const domain::ZoneVersion& zone : rules.zones) {
    WriteZone(zone, rules.city, *message.add_zones());
  }
  return Seal(key, SumOf(city.versions), message.SerializeAsString());
}

absl::StatusOr<postgres::RulesRead> RulesOf(absl::string_view key, absl::string_view value,
                                            const domain::CityCode& city) {
  const auto message = MessageOf<entry::Rules>(key, value);
  if (!message.ok()) return message.status();
  postgres::RulesRead rules;
  rules.city = city;
  postgres::StoredCity& stored = rules.stored;
  stored.versions = ReadVersions(message->versions());
  stored.time_zone = message->time_zone();
  stored.plate_key_id = message->plate_key_id();
  stored.plate_key_fingerprint = message->plate_key_fingerprint();
  stored.settings.look_back = absl::Seconds(message->look_back_seconds());
  stored.settings.degraded_limit = absl::Seconds(message->degraded_limit_seconds());
  stored.settings.confidence_threshold = static_cast<int>(message->confidence_threshold());
  if (message->live_sets_size() % 3 != 0) return Damaged();
  for (int i = 0; i < message->live_sets_size(); i += 3) {
    stored.settings.live_sets.push_back(
        {message->live_sets(i),
         {TimeOf(message->live_sets(i + 1)), TimeOf(message->live_sets(i + 2))}});
  }
  for (const entry::SpecialDay& day : message->special_days()) {
    rules.special_days.push_back(
        {absl::CivilDay(1970) + day.day(), domain::SpecialDayLabel(day.label()), ""});
  }
  for (const entry::RightType& in : message->right_types()) {
    if (in.kind() < 1 || in.kind() > domain::kRightKindCount) return Damaged();
    domain::RightType type;
    type.code = domain::RightTypeCode(in.code());
    type.kind = static_cast<domain::RightKind>(in.kind());
    rules.right_types.push_back(std::move(type));
  }
  for (const entry::Zone& in : message->zones()) {
    absl::StatusOr<domain::ZoneVersion> zone = ReadZone(in, city);
    if (!zone.ok()) return zone.status();
    rules.zones.push_back(*std::move(zone));
  }
  return rules;
}

std::string VersionsValue(absl::string_view key, const domain::CityVersions& versions) {
  entry::Versions message;
  WriteVersions(versions, message);
  return Seal(key, SumOf(versions), message.SerializeAsString());
}

absl::StatusOr<domain::CityVersions> VersionsOf(absl::string_view key, absl::string_view value) {
  const auto message = MessageOf<entry::Versions>(key, value);
  if (!message.ok()) return message.status();
  return ReadVersions(*message);
}

std::string WatermarkValue(const protocol::Watermark& watermark) {
  const std::string text = absl::StrCat(
      absl::string_view(&kFormat, 1), "|", watermark.epoch, "|", watermark.generation, "|",
      watermark.tick, "|", watermark.previous, "|", absl::ToUnixMicros(watermark.as_of), "|");
  return text + absl::BytesToHexString(Checksum("", "", text));
}

absl::StatusOr<protocol::Watermark> WatermarkOf(absl::string_view value) {
  const std::vector<std::string> parts = absl::StrSplit(value, '|');
  int64_t micros = 0;
  if (parts.size() != 7 || parts[0] != absl::string_view(&kFormat, 1) ||
      !absl::SimpleAtoi(parts[5], &micros)) {
    return Damaged();
  }
  const absl::string_view text = value.substr(0, value.size() - parts[6].size());
  if (parts[6] != absl::BytesToHexString(Checksum("", "", text))) return Damaged();
  return protocol::Watermark{parts[1], parts[2], parts[3], parts[4], absl::FromUnixMicros(micros)};
}

}  // namespace stadspoort::redis
