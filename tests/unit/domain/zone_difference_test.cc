#include "services/domain/zone_difference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "tests/unit/domain/random_rules.h"

namespace stadspoort::domain {

void PrintTo(const ZoneDifference& difference, std::ostream* out) {
  *out << difference.field << " " << Name(difference.kind) << " \"" << difference.before
       << "\" -> \"" << difference.after << "\"";
}

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Kind = ZoneDifferenceKind;

absl::TimeZone Brussels() {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone("Europe/Brussels", &zone));
  return zone;
}

absl::Time Day(int month, int day) {
  return absl::FromCivil(absl::CivilDay(2026, month, day), Brussels());
}

DailyHours Hours(const char* from, const char* to) {
  return {*MinuteOfDay::Parse(from), *MinuteOfDay::Parse(to)};
}

const WeekdaySet kMonday{absl::Weekday::monday};
const WeekdaySet kMondayToSaturday{absl::Weekday::monday,    absl::Weekday::tuesday,
                                   absl::Weekday::wednesday, absl::Weekday::thursday,
                                   absl::Weekday::friday,    absl::Weekday::saturday};
const RightTypeCode kResident("bewoner");
const RightTypeCode kCare("zorg");

TimeFrame Frame(const char* code, const char* from, const char* to) {
  TimeFrame frame;
  frame.code = code;
  frame.weekdays = kMondayToSaturday;
  frame.hours = Hours(from, to);
  frame.accepted_kinds.Add(RightKind::kPaid);
  return frame;
}

// Something of everything.
ZoneVersion Complete() {
  ZoneVersion zone;
  zone.code = ZoneCode("rode-1");
  zone.version = 3;
  zone.in_force = {Day(1, 1), Day(12, 1)};
  zone.display_name = "Rode zone 1";
  zone.area = GeoArea{{{{51.05, 3.72}, {51.06, 3.72}, {51.06, 3.73}}, {}}};
  Regulation& regulation = zone.regulation;
  TimeFrame day = Frame("dag", "09:00", "19:00");
  day.season = Season{{6, 1}, {9, 30}};
  day.accepted_types = {kResident};
  day.max_stay = absl::Hours(3);
  day.no_return_gap = absl::Hours(1);
  day.fare_parts = {{absl::Hours(1), 50, absl::Minutes(15), 150}, {{}, 750, {}, 0}};
  TimeFrame feast = Frame("feest", "13:00", "18:00");
  feast.weekdays = {};
  feast.special_day = SpecialDayLabel("HOLIDAY");
  regulation.timetable.frames = {day, Frame("avond", "19:00", "23:00"), feast};
  regulation.timetable.special_day_rules = {{SpecialDayLabel("HOLIDAY"), SpecialDayMode::kReplace},
                                            {SpecialDayLabel("MARKET"), SpecialDayMode::kAnd}};
  regulation.closed_periods = {{{Day(7, 17), Day(7, 27)}, "Gentse Feesten"},
                               {{Day(9, 1), Day(9, 2)}, "kermis"}};
  regulation.overlays = {{{Day(10, 1), Day(10, 8)}, "werken", regulation.timetable},
                         {{Day(11, 1), Day(11, 2)}, "markt", {}}};
  regulation.grace_before = absl::Minutes(5);
  regulation.grace_after = absl::Minutes(10);
  const std::vector<WeeklyWindow> windows = {{kMonday, Hours("09:00", "12:00")}};
  regulation.extensions = {{ZoneCode("gele-1"), {kResident, kCare}, windows},
                           {ZoneCode("gele-1"), {}, {}}};
  regulation.restrictions = {{{}, windows}, {{kCare, kResident}, windows}};
  regulation.selling_points = {{"9000-117", 51.05, 3.72}, {"9000-118", 0, 0}};
  regulation.capacity_count = 12;
  return zone;
}

// A field that is added to one of these structs does not build until it is compared and has a row
// below.
[[maybe_unused]] void EveryFieldHasARow() {
  [[maybe_unused]] const auto [code, id, usage, version, in_force, name, regulation, area] =
      ZoneVersion();
  [[maybe_unused]] const auto [timetable, closed_periods, overlays, before, after, extensions,
                               restrictions, points, capacity] = Regulation();
  [[maybe_unused]] const auto [frames, rules] = Timetable();
  [[maybe_unused]] const auto [frame_code, weekdays, special_day, hours, season, kinds, types, stay,
                               gap, fare] = TimeFrame();
  [[maybe_unused]] const auto [applies_for, price, step, cap] = FarePart();
  [[maybe_unused]] const auto [label, mode] = SpecialDayRule();
  [[maybe_unused]] const auto [closed_period, closed_name] = ClosedPeriod();
  [[maybe_unused]] const auto [overlay_period, overlay_name, overlay_timetable] = Overlay();
  [[maybe_unused]] const auto [from_zone, extension_types, extension_windows] = ValidityExtension();
  [[maybe_unused]] const auto [restriction_types, restriction_windows] = Restriction();
  [[maybe_unused]] const auto [point_id, latitude, longitude] = SellingPoint();
  [[maybe_unused]] const auto [window_weekdays, window_hours] = WeeklyWindow();
  [[maybe_unused]] const auto [from, to] = DailyHours();
  [[maybe_unused]] const auto [first, last] = Season();
  [[maybe_unused]] const auto [start, end] = Interval();
}

struct Row {
  std::function<void(ZoneVersion&)> change;
  std::vector<ZoneDifference> differences;
};

std::vector<Row> RowsOfAFrame(const std::string& path,
                              const std::function<TimeFrame&(ZoneVersion&)>& frame) {
  const auto at = [&path](const char* field) { return absl::StrCat(path, ".", field); };
  const std::string fare = at("fare_parts");
  return {
      {[=](ZoneVersion& z) { frame(z).weekdays = kMonday; },
       {{at("weekdays"), Kind::kChanged, "Mon-Sat", "Mon"}}},
      {[=](ZoneVersion& z) {
         frame(z).weekdays = {};
         frame(z).special_day = SpecialDayLabel("MARKET");
       },
       {{at("weekdays"), Kind::kRemoved, "Mon-Sat", ""},
        {at("special_day"), Kind::kAdded, "", "MARKET"}}},
      {[=](ZoneVersion& z) { frame(z).hours.from = *MinuteOfDay::Parse("08:30"); },
       {{at("from_local_time"), Kind::kChanged, "09:00", "08:30"}}},
      {[=](ZoneVersion& z) { frame(z).hours.to = *MinuteOfDay::Parse("24:00"); },
       {{at("to_local_time"), Kind::kChanged, "19:00", "24:00"}}},
      {[=](ZoneVersion& z) { frame(z).season->first.day = 2; },
       {{at("season"), Kind::kChanged, "06-01 to 09-30", "06-02 to 09-30"}}},
      {[=](ZoneVersion& z) { frame(z).season->last.month = 8; },
       {{at("season"), Kind::kChanged, "06-01 to 09-30", "06-01 to 08-30"}}},
      {[=](ZoneVersion& z) { frame(z).season.reset(); },
       {{at("season"), Kind::kRemoved, "06-01 to 09-30", ""}}},
      {[=](ZoneVersion& z) { frame(z).accepted_kinds.Add(RightKind::kCare); },
       {{at("accepted_kinds"), Kind::kChanged, "PAID", "PAID, CARE"}}},
      {[=](ZoneVersion& z) { frame(z).accepted_kinds = {}; },
       {{at("accepted_kinds"), Kind::kRemoved, "PAID", ""}}},
      {[=](ZoneVersion& z) {
         frame(z).accepted_types = {kCare, kResident};
       },
       {{at("accepted_right_types"), Kind::kChanged, "bewoner", "zorg, bewoner"}}},
      {[=](ZoneVersion& z) { frame(z).max_stay = absl::Minutes(150); },
       {{at("max_stay"), Kind::kChanged, "3 h", "2 h 30 min"}}},
      {[=](ZoneVersion& z) { frame(z).no_return_gap.reset(); },
       {{at("no_return_gap"), Kind::kRemoved, "1 h", ""}}},
      {[=](ZoneVersion& z) { frame(z).fare_parts[0].applies_for = absl::Hours(2); },
       {{fare + "[0]", Kind::kChanged, "EUR 0.50 per 15 min for 1 h, at most EUR 1.50",
         "EUR 0.50 per 15 min for 2 h, at most EUR 1.50"}}},
      {[=](ZoneVersion& z) { frame(z).fare_parts[0].step_price_cents = 60; },
       {{fare + "[0]", Kind::kChanged, "EUR 0.50 per 15 min for 1 h, at most EUR 1.50",
         "EUR 0.60 per 15 min for 1 h, at most EUR 1.50"}}},
      {[=](ZoneVersion& z) { frame(z).fare_parts[1].step = absl::Hours(4); },
       {{fare + "[1]", Kind::kChanged, "EUR 7.50", "EUR 7.50 per 4 h"}}},
      {[=](ZoneVersion& z) { frame(z).fare_parts[1].cap_cents = 1000; },
       {{fare + "[1]", Kind::kChanged, "EUR 7.50", "EUR 7.50, at most EUR 10.00"}}},
      {[=](ZoneVersion& z) { frame(z).fare_parts.pop_back(); },
       {{fare + "[1]", Kind::kRemoved, "EUR 7.50", ""}}},
      {[=](ZoneVersion& z) {
         frame(z).fare_parts.push_back({{}, 100, absl::Hours(1), 0});
       },
       {{fare + "[2]", Kind::kAdded, "", "EUR 1.00 per 1 h"}}},
  };
}

std::vector<Row> RowsOfATimetable(const std::string& path,
                                  const std::function<Timetable&(ZoneVersion&)>& table) {
  std::vector<Row> rows = RowsOfAFrame(
      path + ".frames[dag]", [=](ZoneVersion& z) -> TimeFrame& { return table(z).frames[0]; });
  const std::string evening = "Mon-Sat 19:00-23:00; accepts PAID";
  const std::vector<Row> more = {
      {[=](ZoneVersion& z) { table(z).frames[1].code = "nacht"; },
       {{path + ".frames[avond]", Kind::kRemoved, evening, ""},
        {path + ".frames[nacht]", Kind::kAdded, "", evening}}},
      {[=](ZoneVersion& z) { table(z).frames.erase(table(z).frames.begin() + 1); },
       {{path + ".frames[avond]", Kind::kRemoved, evening, ""}}},
      {[=](ZoneVersion& z) {
         table(z).frames.insert(table(z).frames.begin(), Frame("x", "01:00", "02:00"));
       },
       {{path + ".frames[x]", Kind::kAdded, "", "Mon-Sat 01:00-02:00; accepts PAID"}}},
      {[=](ZoneVersion& z) { std::swap(table(z).frames[0], table(z).frames[1]); },
       {{path + ".frames", Kind::kChanged, "order: dag; avond; feest",
         "order: avond; dag; feest"}}},
      {[=](ZoneVersion& z) {
         std::reverse(table(z).frames.begin(), table(z).frames.end());
         table(z).frames[1].hours.to = *MinuteOfDay::Parse("22:00");
         table(z).frames[2].code = "ochtend";
         table(z).frames[2].fare_parts.clear();
       },
       {{path + ".frames[dag]", Kind::kRemoved,
         "Mon-Sat 09:00-19:00, 06-01 to 09-30; accepts PAID, bewoner; max stay 3 h; no return "
         "within 1 h; EUR 0.50 per 15 min for 1 h, at most EUR 1.50; EUR 7.50",
         ""},
        {path + ".frames[avond].to_local_time", Kind::kChanged, "23:00", "22:00"},
        {path + ".frames[ochtend]", Kind::kAdded, "",
         "Mon-Sat 09:00-19:00, 06-01 to 09-30; accepts PAID, bewoner; max stay 3 h; no return "
         "within 1 h"},
        {path + ".frames", Kind::kChanged, "order: avond; feest", "order: feest; avond"}}},
      {[=](ZoneVersion& z) { table(z).frames.push_back(table(z).frames[1]); },
       {{path + ".frames[avond #2]", Kind::kAdded, "", evening}}},
      {[=](ZoneVersion& z) { table(z).special_day_rules[1].mode = SpecialDayMode::kReplace; },
       {{path + ".special_day_rules[MARKET].mode", Kind::kChanged, "AND", "REPLACE"}}},
      {[=](ZoneVersion& z) {
         table(z).special_day_rules[1].special_day = SpecialDayLabel("SCHOOL");
       },
       {{path + ".special_day_rules[MARKET]", Kind::kRemoved, "AND", ""},
        {path + ".special_day_rules[SCHOOL]", Kind::kAdded, "", "AND"}}},
      {[=](ZoneVersion& z) {
         std::swap(table(z).special_day_rules[0], table(z).special_day_rules[1]);
       },
       {{path + ".special_day_rules", Kind::kChanged, "order: HOLIDAY; MARKET",
         "order: MARKET; HOLIDAY"}}},
  };
  rows.insert(rows.end(), more.begin(), more.end());
  return rows;
}

void ExpectRows(const std::vector<Row>& rows) {
  for (size_t i = 0; i < rows.size(); ++i) {
    ZoneVersion changed = Complete();
    rows[i].change(changed);
    EXPECT_EQ(Differences(Complete(), changed, Brussels()), rows[i].differences) << "row " << i;
    // And back: what was added is removed.
    const auto back = Differences(changed, Complete(), Brussels());
    ASSERT_THAT(back, SizeIs(rows[i].differences.size())) << "row " << i;
    for (const ZoneDifference& difference : rows[i].differences) {
      const auto opposite = std::find_if(back.begin(), back.end(), [&](const ZoneDifference& it) {
        return it.field == difference.field;
      });
      ASSERT_NE(opposite, back.end()) << difference.field;
      EXPECT_EQ(opposite->before.empty(), difference.after.empty());
      EXPECT_EQ(opposite->kind == Kind::kAdded, difference.kind == Kind::kRemoved);
    }
  }
}

TEST(ZoneDifference, EqualVersionsHaveNone) {
  EXPECT_THAT(Differences(Complete(), Complete(), Brussels()), IsEmpty());
  EXPECT_THAT(Differences(ZoneVersion(), ZoneVersion(), Brussels()), IsEmpty());
}

TEST(ZoneDifference, OfTheVersionItself) {
  const auto uuid = [](const char* text) { return *ZoneId::FromText(text); };
  ExpectRows({
      {[](ZoneVersion& z) { z.code = ZoneCode("rode-2"); },
       {{"name", Kind::kChanged, "rode-1", "rode-2"}}},
      {[&](ZoneVersion& z) { z.id = uuid("018f3c1e-7b2a-7c3d-9e4f-0123456789ab"); },
       {{"zone_id", Kind::kChanged, "00000000-0000-0000-0000-000000000000",
         "018f3c1e-7b2a-7c3d-9e4f-0123456789ab"}}},
      {[](ZoneVersion& z) { z.version = 4; }, {{"zone_version", Kind::kChanged, "3", "4"}}},
      {[](ZoneVersion& z) { z.in_force.start = Day(7, 1); },
       {{"in_force_start_time", Kind::kChanged, "2026-01-01 00:00 +01:00",
         "2026-07-01 00:00 +02:00"}}},
      {[](ZoneVersion& z) { z.in_force.end = absl::InfiniteFuture(); },
       {{"in_force_end_time", Kind::kRemoved, "2026-12-01 00:00 +01:00", ""}}},
      {[](ZoneVersion& z) { z.display_name = "Rode zone"; },
       {{"display_name", Kind::kChanged, "Rode zone 1", "Rode zone"}}},
      {[](ZoneVersion& z) { z.usage = Usage::kLoading; },
       {{"usage", Kind::kChanged, "PAID_PARKING", "LOADING"}}},
      {[](ZoneVersion& z) {
         z.area = GeoArea{{{{51.05, 3.72}, {51.06, 3.72}, {51.06, 3.74}}, {}}};
       },
       {{"polygons", Kind::kChanged, "3 vertices, 388582 m2",
         "3 vertices, 777163 m2: 0 m2 less and 388582 m2 more"}}},
      {[](ZoneVersion& z) {
         z.area = GeoArea{{{{51.05, 3.72}, {51.06, 3.73}, {51.05, 3.73}, {51.06, 3.72}}, {}}};
       },
       {{"polygons", Kind::kChanged, "3 vertices, 388582 m2", "4 vertices"}}},
      {[](ZoneVersion& z) { z.area = GeoArea(); },
       {{"polygons", Kind::kRemoved, "3 vertices, 388582 m2", ""}}},
  });
}

TEST(ZoneDifference, OfTheTimetable) {
  ExpectRows(RowsOfATimetable("regulation",
                              [](ZoneVersion& z) -> Timetable& { return z.regulation.timetable; }));
}

TEST(ZoneDifference, OfAnOverlaysTimetable) {
  ExpectRows(RowsOfATimetable(
      "regulation.overlays[werken, 2026-10-01 00:00 +02:00]",
      [](ZoneVersion& z) -> Timetable& { return z.regulation.overlays[0].timetable; }));
}

TEST(ZoneDifference, OfPeriods) {
  const std::string feast = "regulation.closed_periods[Gentse Feesten, 2026-07-17 00:00 +02:00]";
  const std::string works = "regulation.overlays[werken, 2026-10-01 00:00 +02:00]";
  ExpectRows({
      {[](ZoneVersion& z) { z.regulation.closed_periods[0].period.end = Day(7, 28); },
       {{feast + ".end_time", Kind::kChanged, "2026-07-27 00:00 +02:00",
         "2026-07-28 00:00 +02:00"}}},
      {[](ZoneVersion& z) { z.regulation.closed_periods[0].period.start = Day(7, 18); },
       {{feast, Kind::kRemoved, "2026-07-17 00:00 +02:00 to 2026-07-27 00:00 +02:00", ""},
        {"regulation.closed_periods[Gentse Feesten, 2026-07-18 00:00 +02:00]", Kind::kAdded, "",
         "2026-07-18 00:00 +02:00 to 2026-07-27 00:00 +02:00"}}},
      {[](ZoneVersion& z) { z.regulation.closed_periods[1].display_name = "foor"; },
       {{"regulation.closed_periods[kermis, 2026-09-01 00:00 +02:00]", Kind::kRemoved,
         "2026-09-01 00:00 +02:00 to 2026-09-02 00:00 +02:00", ""},
        {"regulation.closed_periods[foor, 2026-09-01 00:00 +02:00]", Kind::kAdded, "",
         "2026-09-01 00:00 +02:00 to 2026-09-02 00:00 +02:00"}}},
      {[](ZoneVersion& z) {
         std::swap(z.regulation.closed_periods[0], z.regulation.closed_periods[1]);
       },
       {{"regulation.closed_periods", Kind::kChanged,
         "order: Gentse Feesten, 2026-07-17 00:00 +02:00; kermis, 2026-09-01 00:00 +02:00",
         "order: kermis, 2026-09-01 00:00 +02:00; Gentse Feesten, 2026-07-17 00:00 +02:00"}}},
      {[](ZoneVersion& z) { z.regulation.overlays[0].period.end = Day(10, 9); },
       {{works + ".end_time", Kind::kChanged, "2026-10-08 00:00 +02:00",
         "2026-10-09 00:00 +02:00"}}},
      {[](ZoneVersion& z) { z.regulation.overlays.erase(z.regulation.overlays.begin()); },
       {{works, Kind::kRemoved, "2026-10-01 00:00 +02:00 to 2026-10-08 00:00 +02:00, 3 frames",
         ""}}},
  });
}

TEST(ZoneDifference, OfGraceAndCapacity) {
  ExpectRows({
      {[](ZoneVersion& z) { z.regulation.grace_before = absl::ZeroDuration(); },
       {{"regulation.grace_before", Kind::kChanged, "5 min", "0 min"}}},
      {[](ZoneVersion& z) { z.regulation.grace_after = absl::Minutes(15); },
       {{"regulation.grace_after", Kind::kChanged, "10 min", "15 min"}}},
      {[](ZoneVersion& z) { z.regulation.capacity_count = 0; },
       {{"regulation.capacity_count", Kind::kRemoved, "12", ""}}},
  });
}

TEST(ZoneDifference, OfExtensionsRestrictionsAndSellingPoints) {
  const WeeklyWindow evening{kMonday, Hours("18:00", "24:00")};
  const std::string both = "regulation.extensions[gele-1: bewoner, zorg]";
  const std::string all = "regulation.extensions[gele-1]";
  ExpectRows({
      {[](ZoneVersion& z) { z.regulation.extensions[0].from_zone = ZoneCode("gele-2"); },
       {{both, Kind::kRemoved, "Mon 09:00-12:00", ""},
        {"regulation.extensions[gele-2: bewoner, zorg]", Kind::kAdded, "", "Mon 09:00-12:00"}}},
      {[](ZoneVersion& z) { z.regulation.extensions[0].right_types.pop_back(); },
       {{both, Kind::kRemoved, "Mon 09:00-12:00", ""},
        {"regulation.extensions[gele-1: bewoner]", Kind::kAdded, "", "Mon 09:00-12:00"}}},
      {[](ZoneVersion& z) {
         z.regulation.extensions[0].right_types = {kCare, kResident};
       },
       {{both + ".right_types", Kind::kChanged, "bewoner, zorg", "zorg, bewoner"}}},
      {[&](ZoneVersion& z) { z.regulation.extensions[0].windows.push_back(evening); },
       {{both + ".windows", Kind::kChanged, "Mon 09:00-12:00",
         "Mon 09:00-12:00; Mon 18:00-24:00"}}},
      {[&](ZoneVersion& z) { z.regulation.extensions[0].windows[0].weekdays = kMondayToSaturday; },
       {{both + ".windows", Kind::kChanged, "Mon 09:00-12:00", "Mon-Sat 09:00-12:00"}}},
      {[&](ZoneVersion& z) { z.regulation.extensions[1].windows = {evening}; },
       {{all + ".windows", Kind::kChanged, "always", "Mon 18:00-24:00"}}},
      {[](ZoneVersion& z) { z.regulation.extensions.pop_back(); },
       {{all, Kind::kRemoved, "always", ""}}},
      {[](ZoneVersion& z) { std::swap(z.regulation.extensions[0], z.regulation.extensions[1]); },
       {{"regulation.extensions", Kind::kChanged, "order: gele-1: bewoner, zorg; gele-1",
         "order: gele-1; gele-1: bewoner, zorg"}}},
      {[&](ZoneVersion& z) { z.regulation.restrictions[0].windows = {evening}; },
       {{"regulation.restrictions[all types].windows", Kind::kChanged, "Mon 09:00-12:00",
         "Mon 18:00-24:00"}}},
      {[](ZoneVersion& z) { z.regulation.restrictions[1].right_types = {kCare}; },
       {{"regulation.restrictions[bewoner, zorg]", Kind::kRemoved, "Mon 09:00-12:00", ""},
        {"regulation.restrictions[zorg]", Kind::kAdded, "", "Mon 09:00-12:00"}}},
      {[](ZoneVersion& z) {
         z.regulation.restrictions[1].right_types = {kResident, kCare};
       },
       {{"regulation.restrictions[bewoner, zorg].right_types", Kind::kChanged, "zorg, bewoner",
         "bewoner, zorg"}}},
      {[&](ZoneVersion& z) {
         z.regulation.restrictions.push_back({{}, {evening}});
       },
       {{"regulation.restrictions[all types #2]", Kind::kAdded, "", "Mon 18:00-24:00"}}},
      {[](ZoneVersion& z) { z.regulation.selling_points[0].id = "9000-119"; },
       {{"regulation.selling_points[9000-117]", Kind::kRemoved, "51.05, 3.72", ""},
        {"regulation.selling_points[9000-119]", Kind::kAdded, "", "51.05, 3.72"}}},
      {[](ZoneVersion& z) { z.regulation.selling_points[0].latitude_degrees = 51.0500000001; },
       {{"regulation.selling_points[9000-117].latitude_degrees", Kind::kChanged, "51.05",
         "51.0500000001"}}},
      {[](ZoneVersion& z) { z.regulation.selling_points[1].longitude_degrees = -3.5; },
       {{"regulation.selling_points[9000-118].longitude_degrees", Kind::kChanged, "0", "-3.5"}}},
  });
}

// A number that is not one differs from itself.
TEST(ZoneDifference, OfWhatIsNoNumberIsGiven) {
  ZoneVersion zone = Complete();
  zone.regulation.selling_points[0].latitude_degrees = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT(Differences(zone, zone, Brussels()), SizeIs(1));
}

TEST(ZoneDifference, OfRulesLeavesTheVersionItselfOut) {
  ZoneVersion next = Complete();
  next.version = 4;
  next.in_force = {Day(12, 1), absl::InfiniteFuture()};
  EXPECT_THAT(Differences(Complete(), next, Brussels()), SizeIs(3));
  EXPECT_THAT(RuleDifferences(Complete(), next, Brussels()), IsEmpty());
  next.display_name = "Rode zone";
  next.area = GeoArea();
  next.regulation.capacity_count = 13;
  EXPECT_THAT(
      RuleDifferences(Complete(), next, Brussels()),
      ElementsAre(ZoneDifference{"display_name", Kind::kChanged, "Rode zone 1", "Rode zone"},
                  ZoneDifference{"polygons", Kind::kRemoved, "3 vertices, 388582 m2", ""},
                  ZoneDifference{"regulation.capacity_count", Kind::kChanged, "12", "13"}));
}

// Random versions, items in any order, some twice: there is a difference if and only if they are
// not equal, and it says two different things.
TEST(ZoneDifference, IsThereWhenVersionsDifferAndOnlyThen) {
  int equal = 0;
  int different = 0;
  for (uint64_t seed = 0; seed < 300; ++seed) {
    RandomRules random(seed, Brussels(), Day(10, 25));
    const auto versions = random.Versions(ZoneCode("rode-1"), Usage::kAccess);
    const auto some = [&](auto& items) {
      if (items.size() < 2) return;
      const auto i = static_cast<size_t>(random.Below(static_cast<int>(items.size())));
      if (random.OneIn(2)) std::swap(items[0], items[i]);
      if (random.OneIn(2)) items.push_back(items[i]);
      if (random.OneIn(2)) items.erase(items.begin());
    };
    for (const ZoneVersion& version : versions) {
      ZoneVersion other = random.OneIn(4) ? versions.front() : version;
      if (random.OneIn(2)) some(other.regulation.timetable.frames);
      if (random.OneIn(2)) some(other.regulation.timetable.special_day_rules);
      if (random.OneIn(2)) some(other.regulation.closed_periods);
      if (random.OneIn(2)) some(other.regulation.overlays);
      if (random.OneIn(2)) some(other.regulation.extensions);
      const auto differences = Differences(version, other, Brussels());
      ASSERT_EQ(differences.empty(), version == other) << "seed " << seed;
      ++(differences.empty() ? equal : different);
      for (const ZoneDifference& difference : differences) {
        ASSERT_NE(difference.before, difference.after) << difference.field << ", seed " << seed;
      }
    }
  }
  EXPECT_GT(equal, 50);
  EXPECT_GT(different, 200);
}

TEST(ZoneDifference, KindsHaveNames) {
  EXPECT_EQ(Name(Kind::kAdded), "ADDED");
  EXPECT_EQ(Name(Kind::kRemoved), "REMOVED");
  EXPECT_EQ(Name(Kind::kChanged), "CHANGED");
}

}  // namespace
}  // namespace stadspoort::domain
