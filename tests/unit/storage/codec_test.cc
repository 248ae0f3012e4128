#include "storage/redis/codec.h"

#include <gtest/gtest.h>

#include <functional>
#include <initializer_list>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "google/protobuf/stubs/logging.h"

namespace stadspoort::redis {
namespace {

using Random = std::mt19937;

const char kKey[] = "test:g1:p:ghent:00112233445566778899aabbccddeeff";
const char kOtherKey[] = "test:g1:p:ghent:00112233445566778899aabbccddeefe";

absl::Time At(int64_t seconds) { return absl::FromUnixSeconds(1'800'000'000 + seconds); }

template <typename Id>
Id SomeId(uint8_t n) {
  domain::UuidBytes bytes{};
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<uint8_t>(n + i * 17);
  return Id(bytes);
}

domain::Pseudonym SomePseudonym(uint8_t n) {
  domain::Pseudonym pseudonym;
  pseudonym.bytes = SomeId<domain::PlateId>(n).bytes();
  return pseudonym;
}

domain::WeeklyWindow Window(std::initializer_list<absl::Weekday> days, int from, int to) {
  return {domain::WeekdaySet(days), {domain::MinuteOfDay(from), domain::MinuteOfDay(to)}};
}

// Every field has a value of its own, none of them the default.
domain::Right FullRight() {
  domain::Right right;
  right.id = SomeId<domain::RightId>(1);
  right.country = domain::Country::FromStored("NL");
  right.type = domain::RightTypeCode("resident");
  right.kind = domain::RightKind::kResident;
  right.zones = {domain::ZoneCode("a"), domain::ZoneCode("b-2")};
  right.effective = {At(1) + absl::Microseconds(1), At(1000) - absl::Microseconds(1)};
  right.windows = {Window({absl::Weekday::monday, absl::Weekday::sunday}, 0, 1440),
                   Window({absl::Weekday::friday}, 1320, 121)};
  right.suspensions = {{At(10), At(20)}, {At(30), absl::InfiniteFuture()}};
  right.revoke_time = At(40) + absl::Microseconds(7);
  right.plate_active = false;
  right.permit_set = 8;
  return right;
}

domain::Right CityWideRight() {
  domain::Right right;
  right.id = SomeId<domain::RightId>(2);
  right.type = domain::RightTypeCode("paid");
  right.kind = domain::RightKind::kPaid;
  right.city_wide = true;
  right.effective = {At(5), At(5)};  // never holds
  return right;
}

postgres::PlateKey Plate() { return {domain::CityCode("ghent"), SomePseudonym(3)}; }

postgres::PlateGroup FullGroup() {
  postgres::PlateGroup group{Plate(), {}};
  group.plates.push_back(
      {SomeId<domain::PlateId>(4), SomePseudonym(5), 17, {FullRight(), CityWideRight()}});
  group.plates.push_back({SomeId<domain::PlateId>(6), SomePseudonym(7), 1, {}});
  return group;
}

domain::Regulation FullRegulation() {
  domain::Regulation regulation;
  domain::TimeFrame day;
  day.code = "day";
  day.weekdays = {absl::Weekday::monday, absl::Weekday::saturday};
  day.hours = {domain::MinuteOfDay(540), domain::MinuteOfDay(1140)};
  day.season = domain::Season{{4, 1}, {9, 30}};
  day.accepted_kinds.Add(domain::RightKind::kPaid);
  day.accepted_types = {domain::RightTypeCode("resident")};
  domain::TimeFrame holiday = day;
  holiday.code = "holiday";
  holiday.weekdays = {};
  holiday.special_day = domain::SpecialDayLabel("HOLIDAY");
  regulation.timetable.frames = {day, holiday};
  regulation.timetable.special_day_rules = {
      {domain::SpecialDayLabel("HOLIDAY"), domain::SpecialDayMode::kReplace}};
  regulation.closed_periods = {{{At(100), At(200)}, "works"}};
  regulation.grace_before = absl::Minutes(5);
  regulation.grace_after = absl::Minutes(99);
  regulation.extensions = {{domain::ZoneCode("b"),
                            {domain::RightTypeCode("resident")},
                            {Window({absl::Weekday::sunday}, 0, 1440)}}};
  regulation.capacity_count = 12;
  return regulation;
}

postgres::RulesRead FullRules() {
  postgres::RulesRead rules;
  rules.city = domain::CityCode("ghent");
  rules.stored.versions = {1, 20, 300, 4000};
  rules.stored.time_zone = "Europe/Brussels";
  rules.stored.plate_key_id = "key-1";
  rules.stored.plate_key_fingerprint = std::string("\0\x01\xFF\x80 56789abcdef", 16);
  rules.stored.settings.look_back = absl::Hours(50);
  rules.stored.settings.degraded_limit = absl::Minutes(3);
  rules.stored.settings.confidence_threshold = 77;
  rules.stored.settings.live_sets = {{8, {At(50), At(60)}}, {9, {At(60), absl::InfiniteFuture()}}};
  rules.special_days = {{absl::CivilDay(2026, 12, 25), domain::SpecialDayLabel("HOLIDAY"), ""},
                        {absl::CivilDay(1969, 12, 31), domain::SpecialDayLabel("OLD"), ""}};
  domain::RightType type;
  type.code = domain::RightTypeCode("resident");
  type.kind = domain::RightKind::kOther;
  rules.right_types = {type};
  domain::ZoneVersion zone;
  zone.code = domain::ZoneCode("a");
  zone.id = SomeId<domain::ZoneId>(8);
  zone.usage = domain::Usage::kReservedBay;
  zone.version = 9;
  zone.in_force = {At(-5), At(50)};
  zone.display_name = "Zone \"A\" é";
  zone.regulation = FullRegulation();
  zone.area = domain::GeoArea{{{{51.05, 3.72}, {51.05, 3.73}, {51.060000000000001, 3.73}}, {}}};
  rules.zones = {zone, zone};
  rules.zones[1].in_force.end = absl::InfiniteFuture();
  return rules;
}

TEST(CodecTest, AGroupComesBackAsItWas) {
  for (const postgres::PlateGroup& group : {FullGroup(), postgres::PlateGroup{Plate(), {}}}) {
    const auto read = GroupOf(kKey, GroupValue(kKey, group), Plate());
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_TRUE(*read == group);
  }
}

TEST(CodecTest, EveryKindOfRightComesBack) {
  for (int kind = 1; kind <= domain::kRightKindCount; ++kind) {
    postgres::PlateGroup group = FullGroup();
    group.plates[0].rights[0].kind = static_cast<domain::RightKind>(kind);
    const auto read = GroupOf(kKey, GroupValue(kKey, group), Plate());
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_TRUE(*read == group);
  }
}

TEST(CodecTest, RulesComeBackAsTheyWere) {
  const postgres::RulesRead rules = FullRules();
  const auto read = RulesOf(kKey, RulesValue(kKey, rules), rules.city);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->city, rules.city);
  EXPECT_EQ(read->stored.versions, rules.stored.versions);
  EXPECT_EQ(read->stored.time_zone, rules.stored.time_zone);
  EXPECT_EQ(read->stored.plate_key_id, rules.stored.plate_key_id);
  EXPECT_EQ(read->stored.plate_key_fingerprint, rules.stored.plate_key_fingerprint);
  EXPECT_EQ(read->stored.settings, rules.stored.settings);
  EXPECT_EQ(read->special_days, rules.special_days);
  EXPECT_EQ(read->right_types, rules.right_types);
  ASSERT_EQ(read->zones.size(), rules.zones.size());
  for (size_t i = 0; i < rules.zones.size(); ++i) {
    const domain::ZoneVersion& zone = read->zones[i];
    const domain::ZoneVersion& expected = rules.zones[i];
    EXPECT_EQ(zone.code, expected.code);
    EXPECT_EQ(zone.id, expected.id);
    EXPECT_EQ(zone.usage, expected.usage);
    EXPECT_EQ(zone.version, expected.version);
    EXPECT_EQ(zone.in_force, expected.in_force);
    EXPECT_EQ(zone.display_name, expected.display_name);
    EXPECT_TRUE(zone.regulation == expected.regulation);
    EXPECT_EQ(zone.area, expected.area);
  }
}

TEST(CodecTest, VersionsAndWatermarksComeBack) {
  const domain::CityVersions versions{1, 20, 300, 4000};
  const auto read = VersionsOf(kKey, VersionsValue(kKey, versions));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, versions);
  const protocol::Watermark watermark{"epoch", "generation", "tick", "previous",
                                      At(1) + absl::Microseconds(1)};
  const auto mark = WatermarkOf(WatermarkValue(watermark));
  ASSERT_TRUE(mark.ok()) << mark.status();
  EXPECT_EQ(*mark, watermark);
}

// A value and how it is read back.
struct Stored {
  std::string value;
  std::function<absl::Status(absl::string_view key, absl::string_view value)> read;
};
std::vector<Stored> EveryValue() {
  return {{GroupValue(kKey, FullGroup()),
           [](absl::string_view key, absl::string_view value) {
             return GroupOf(key, value, Plate()).status();
           }},
          {RulesValue(kKey, FullRules()),
           [](absl::string_view key, absl::string_view value) {
             return RulesOf(key, value, domain::CityCode("ghent")).status();
           }},
          {VersionsValue(kKey, {1, 2, 3, 4}), [](absl::string_view key, absl::string_view value) {
             return VersionsOf(key, value).status();
           }}};
}

TEST(CodecTest, EveryDamagedByteIsSeen) {
  for (const Stored& stored : EveryValue()) {
    ASSERT_TRUE(stored.read(kKey, stored.value).ok());
    for (size_t i = 0; i < stored.value.size(); ++i) {
      for (const int flip : {0x01, 0x10, 0x80, 0xFF}) {
        std::string damaged = stored.value;
        damaged[i] = static_cast<char>(damaged[i] ^ flip);
        EXPECT_TRUE(absl::IsDataLoss(stored.read(kKey, damaged))) << i << " " << flip;
      }
      std::string shorter = stored.value;
      shorter.erase(i, 1);
      EXPECT_TRUE(absl::IsDataLoss(stored.read(kKey, shorter))) << i;
      EXPECT_TRUE(absl::IsDataLoss(stored.read(kKey, stored.value.substr(0, i)))) << i;
    }
    EXPECT_TRUE(absl::IsDataLoss(stored.read(kKey, stored.value + '\0')));
  }
}

TEST(CodecTest, AValueUnderAnotherKeyIsSeen) {
  for (const Stored& stored : EveryValue()) {
    EXPECT_TRUE(absl::IsDataLoss(stored.read(kOtherKey, stored.value)));
    // The end of the key is not the beginning of the value.
    const std::string key(kKey);
    EXPECT_TRUE(absl::IsDataLoss(stored.read(key.substr(0, key.size() - 1), stored.value)));
    EXPECT_TRUE(absl::IsDataLoss(stored.read("", stored.value)));
  }
}

TEST(CodecTest, AnotherVersionIsSeen) {
  postgres::PlateGroup newer = FullGroup();
  newer.plates[0].version += 1;
  const std::string value = GroupValue(kKey, FullGroup());
  const std::string other = GroupValue(kKey, newer);
  // "Set if newer" compares these bytes.
  EXPECT_LT(value.substr(0, 21), other.substr(0, 21));
  EXPECT_TRUE(
      absl::IsDataLoss(GroupOf(kKey, other.substr(0, 21) + value.substr(21), Plate()).status()));
}

std::string RandomBytes(Random& random, size_t size) {
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

TEST(CodecTest, RandomBytesAreNeverRead) {
  Random random(1);
  const std::vector<Stored> stored = EveryValue();
  for (int i = 0; i < 100'000; ++i) {
    std::string bytes = RandomBytes(random, random() % 120);
    // Half of them begin as an envelope does.
    if (i % 2 == 0) bytes = stored[0].value.substr(0, random() % 30) + bytes;
    const Stored& as = stored[random() % stored.size()];
    ASSERT_TRUE(absl::IsDataLoss(as.read(kKey, bytes)));
    ASSERT_FALSE(WatermarkOf(bytes).ok());
  }
}

// What is sealed well and means nothing must not do harm: some of it can be read, none is an id.
TEST(CodecTest, SealedNonsenseDoesNotCrash) {
  google::protobuf::SetLogHandler(nullptr);  // it tells of every string that is not UTF-8
  Random random(2);
  const std::vector<Stored> stored = EveryValue();
  for (int i = 0; i < 50'000; ++i) {
    const Stored& as = stored[random() % stored.size()];
    std::string content = RandomBytes(random, random() % 60);
    if (i % 2 == 0) {
      // Good content with one bad byte.
      content = *Unseal(kKey, as.value);
      content[random() % content.size()] = static_cast<char>(random());
    }
    const absl::Status status = as.read(kKey, Seal(kKey, 1, content));
    EXPECT_TRUE(status.ok() || absl::IsDataLoss(status) || absl::IsInternal(status)) << status;
  }
}

TEST(CodecTest, AWatermarkThatIsNoneIsNotRead) {
  for (const char* text : {"", "|", "1|e|g|t|p", "1|e|g|t|p|", "1|e|g|t|p|x", "2|e|g|t|p|1",
                           "1|e|g|t|p|1|", "1|e|g|t|p|99999999999999999999", "1|e|g|t|p|1x"}) {
    EXPECT_TRUE(absl::IsDataLoss(WatermarkOf(text).status())) << text;
  }
  // Nor is one with any other byte in any place, or cut short.
  const std::string good = WatermarkValue({"epoch", "generation", "tick", "before", At(0)});
  ASSERT_TRUE(WatermarkOf(good).ok());
  for (size_t i = 0; i < good.size(); ++i) {
    EXPECT_FALSE(WatermarkOf(good.substr(0, i)).ok()) << i;
    for (const char other : {'0', '1', '9', 'a', '|', '-', 'x'}) {
      std::string bad = good;
      if (bad[i] == other) continue;
      bad[i] = other;
      EXPECT_FALSE(WatermarkOf(bad).ok()) << bad;
    }
  }
}

}  // namespace
}  // namespace stadspoort::redis
