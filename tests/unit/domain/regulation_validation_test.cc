#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <functional>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/domain/limits.h"
#include "services/domain/regulation.h"

namespace stadspoort::domain {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

using Fault = RegulationFault;

DailyHours Hours(const char* from, const char* to) {
  return {*MinuteOfDay::Parse(from), *MinuteOfDay::Parse(to)};
}

Season SeasonOf(const char* first, const char* last) {
  return {*MonthDay::Parse(first), *MonthDay::Parse(last)};
}

const SpecialDayLabel kHoliday("HOLIDAY");
const SpecialDayLabel kMarket("MARKET");

const WeekdaySet kMonday{absl::Weekday::monday};
const WeekdaySet kTuesday{absl::Weekday::tuesday};
const WeekdaySet kSaturday{absl::Weekday::saturday};
const WeekdaySet kSunday{absl::Weekday::sunday};
const WeekdaySet kMondayToFriday{absl::Weekday::monday, absl::Weekday::tuesday,
                                 absl::Weekday::wednesday, absl::Weekday::thursday,
                                 absl::Weekday::friday};
const WeekdaySet kMondayToSaturday{absl::Weekday::monday,    absl::Weekday::tuesday,
                                   absl::Weekday::wednesday, absl::Weekday::thursday,
                                   absl::Weekday::friday,    absl::Weekday::saturday};
const WeekdaySet kEveryDay{absl::Weekday::monday,    absl::Weekday::tuesday,
                           absl::Weekday::wednesday, absl::Weekday::thursday,
                           absl::Weekday::friday,    absl::Weekday::saturday,
                           absl::Weekday::sunday};

TimeFrame OnWeekdays(WeekdaySet weekdays, const char* from, const char* to,
                     std::optional<Season> season = std::nullopt) {
  TimeFrame frame;
  frame.weekdays = weekdays;
  frame.hours = Hours(from, to);
  frame.season = season;
  return frame;
}

TimeFrame OnSpecialDay(const SpecialDayLabel& label, const char* from, const char* to,
                       std::optional<Season> season = std::nullopt) {
  TimeFrame frame = OnWeekdays({}, from, to, season);
  frame.special_day = label;
  return frame;
}

const std::vector<SpecialDayRule> kBothReplace = {{kHoliday, SpecialDayMode::kReplace},
                                                  {kMarket, SpecialDayMode::kReplace}};
const std::vector<SpecialDayRule> kBothJoin = {{kHoliday, SpecialDayMode::kAnd},
                                               {kMarket, SpecialDayMode::kAnd}};

Timetable Named(std::vector<TimeFrame> frames, std::vector<SpecialDayRule> rules = {}) {
  for (size_t i = 0; i < frames.size(); ++i) frames[i].code = absl::StrCat("frame-", i);
  return {std::move(frames), std::move(rules)};
}

std::string InWords(const std::vector<Fault>& faults) {
  std::string words;
  for (const Fault& fault : faults)
    absl::StrAppend(&words, fault.field, ": ", fault.description, "\n");
  return words;
}

absl::Time Day(int day) {
  return absl::FromCivil(absl::CivilDay(2026, 10, day), absl::UTCTimeZone());
}

// Everything a regulation may hold, without a fault.
Regulation Complete() {
  Regulation regulation;
  regulation.timetable =
      Named({OnWeekdays(kMondayToSaturday, "09:00", "19:00"),
             OnWeekdays(kMondayToSaturday, "19:00", "02:00", SeasonOf("06-01", "09-30")),
             OnSpecialDay(kHoliday, "13:00", "18:00")},
            {{kHoliday, SpecialDayMode::kReplace}, {kMarket, SpecialDayMode::kAnd}});
  TimeFrame& day = regulation.timetable.frames[0];
  day.accepted_kinds.Add(RightKind::kPaid);
  day.accepted_types = {RightTypeCode("resident")};
  day.max_stay = absl::Hours(3);
  day.no_return_gap = absl::Hours(1);
  day.fare_parts = {{absl::Hours(2), 100, absl::Minutes(30), 0},
                    {std::nullopt, limits::kFarePriceMaxCents, {}, limits::kFarePriceMaxCents}};
  regulation.closed_periods = {{{Day(1), Day(2)}, "kermis"}, {{Day(1), Day(3)}, "feest"}};
  regulation.overlays = {{{Day(5), Day(6)}, "werken", {}},
                         {{Day(6), Day(7)}, "markt", regulation.timetable}};
  regulation.grace_before = absl::Minutes(5);
  regulation.grace_after = absl::Minutes(limits::kGraceMaxMinutes);
  const std::vector<WeeklyWindow> windows = {{kMonday, Hours("09:00", "24:00")}};
  regulation.extensions = {{ZoneCode("rode-1"), {}, windows},
                           {ZoneCode("rode-1"), {RightTypeCode("a"), RightTypeCode("b")}, {}},
                           {ZoneCode("rode-1"), {RightTypeCode("a")}, {}},
                           {ZoneCode("rode-2"), {RightTypeCode("a")}, {}}};
  regulation.restrictions = {{{}, windows}, {{RightTypeCode("a")}, windows}};
  regulation.selling_points = {{"9000-117", 51.05, 3.72}, {"9000-118", -90, 180}};
  regulation.capacity_count = 12;
  return regulation;
}

TEST(Validate, FindsNothingInASoundRegulation) {
  EXPECT_EQ(InWords(Validate(Complete())), "");
  EXPECT_EQ(InWords(Validate(Regulation())), "");
}

struct FaultRow {
  const char* field;
  const char* words;  // some of them
  std::function<void(Regulation&)> spoil;
};

// Each row spoils one thing; exactly that is reported, with its path and in words.
void ExpectFaults(const std::vector<FaultRow>& rows) {
  for (const FaultRow& row : rows) {
    Regulation regulation = Complete();
    row.spoil(regulation);
    const std::vector<Fault> faults = ValidateNew(regulation);
    ASSERT_THAT(faults, SizeIs(1)) << row.field << "\n" << InWords(faults);
    EXPECT_EQ(faults[0].kind, Fault::Kind::kInvalidField);
    EXPECT_EQ(faults[0].field, row.field);
    EXPECT_THAT(faults[0].description, HasSubstr(row.words));
  }
}

TEST(Validate, FindsFaultsOfFrames) {
  const auto frame = [](Regulation& r) -> TimeFrame& { return r.timetable.frames[1]; };
  const auto feast = [](Regulation& r) -> TimeFrame& { return r.timetable.frames[2]; };
  ExpectFaults({
      {"frames[1].code", "1 to 40 bytes", [&](Regulation& r) { frame(r).code = ""; }},
      {"frames[1].code", "has 41 bytes", [&](Regulation& r) { frame(r).code.assign(41, 'x'); }},
      {"frames[1].code", "repeats frames[0].code",
       [&](Regulation& r) { frame(r).code = r.timetable.frames[0].code; }},
      {"frames[1].weekdays", "name weekdays or a special day",
       [&](Regulation& r) { frame(r).weekdays = {}; }},
      {"frames[2].special_day", "not both", [&](Regulation& r) { feast(r).weekdays = kMonday; }},
      {"frames[2].special_day", "would never hold",
       [&](Regulation& r) { feast(r).special_day = SpecialDayLabel("SCHOOL"); }},
      {"frames[2].special_day", "A-Z",
       [&](Regulation& r) { feast(r).special_day = SpecialDayLabel("school"); }},
      {"frames[1].to_local_time", "00:00 to 24:00",
       [&](Regulation& r) { frame(r).hours = Hours("10:00", "10:00"); }},
      {"frames[1].from_local_time", "24:00 begins no day",
       [&](Regulation& r) { frame(r).hours = Hours("24:00", "10:00"); }},
      {"frames[1].from_local_time", "24:00 begins no day",
       [&](Regulation& r) { frame(r).hours = Hours("24:00", "24:00"); }},
      {"frames[1].max_stay", "longer than zero",
       [&](Regulation& r) { frame(r).max_stay = absl::ZeroDuration(); }},
      {"frames[1].max_stay", "longer than zero",
       [&](Regulation& r) { frame(r).max_stay = absl::Hours(-3); }},
      {"frames[1].no_return_gap", "longer than zero",
       [&](Regulation& r) { frame(r).no_return_gap = absl::ZeroDuration(); }},
      {"frames[1].accepted_right_types", "at most 1000",
       [&](Regulation& r) { frame(r).accepted_types.resize(limits::kRightTypesMax + 1); }},
      {"frames", "holds 101 items; at most 100",
       [&](Regulation& r) { r.timetable.frames.resize(101); }},
  });
}

TEST(Validate, FindsFaultsOfFares) {
  const auto part = [](Regulation& r, size_t i) -> FarePart& {
    return r.timetable.frames[0].fare_parts[i];
  };
  ExpectFaults({
      {"frames[0].fare_parts[0].applies_for", "only the last",
       [&](Regulation& r) { part(r, 0).applies_for = std::nullopt; }},
      {"frames[0].fare_parts[1].applies_for", "longer than zero",
       [&](Regulation& r) { part(r, 1).applies_for = absl::ZeroDuration(); }},
      {"frames[0].fare_parts[0].step", "whole minutes",
       [&](Regulation& r) { part(r, 0).step = absl::Seconds(90); }},
      {"frames[0].fare_parts[0].step", "whole minutes",
       [&](Regulation& r) { part(r, 0).step = absl::ZeroDuration(); }},
      {"frames[0].fare_parts[0].step", "whole minutes",
       [&](Regulation& r) { part(r, 0).step = absl::Minutes(-30); }},
      {"frames[0].fare_parts[1].step_price_cents", "negative",
       [&](Regulation& r) { part(r, 1).step_price_cents = -1; }},
      {"frames[0].fare_parts[1].cap_cents", "negative",
       [&](Regulation& r) { part(r, 1).cap_cents = -1; }},
      {"frames[0].fare_parts[0].step_price_cents", "0 to 1000000 cents",
       [&](Regulation& r) { part(r, 0).step_price_cents = 1'000'001; }},
      {"frames[0].fare_parts[1].cap_cents", "too much",
       [&](Regulation& r) { part(r, 1).cap_cents = 1'000'001; }},
      {"frames[0].fare_parts", "at most 50",
       [&](Regulation& r) { r.timetable.frames[0].fare_parts.resize(51); }},
  });
}

// A bound that came later says nothing of what was stored before.
TEST(Validate, WhatWasStoredMayBeDearer) {
  Regulation regulation = Complete();
  regulation.timetable.frames[0].fare_parts[1].cap_cents = 99'999'999;
  regulation.overlays[1].timetable.frames[0].fare_parts[0].step_price_cents = 2'000'000;
  EXPECT_EQ(InWords(Validate(regulation)), "");
  const std::vector<Fault> faults = ValidateNew(regulation);
  ASSERT_THAT(faults, SizeIs(2));
  EXPECT_EQ(faults[0].field, "frames[0].fare_parts[1].cap_cents");
  EXPECT_EQ(faults[1].field, "overlays[1].frames[0].fare_parts[0].step_price_cents");
}

TEST(Validate, FindsFaultsOfSpecialDayRules) {
  ExpectFaults({
      {"special_day_rules[2].special_day", "repeats special_day_rules[0].special_day",
       [](Regulation& r) {
         r.timetable.special_day_rules.push_back({kHoliday, SpecialDayMode::kAnd});
       }},
      {"special_day_rules[1].special_day", "A-Z",
       [](Regulation& r) { r.timetable.special_day_rules[1].special_day = SpecialDayLabel(""); }},
      {"special_day_rules", "at most 200",
       [](Regulation& r) {
         r.timetable.special_day_rules.resize(201, {kMarket, SpecialDayMode::kAnd});
       }},
  });
}

TEST(Validate, FindsFaultsOfPeriods) {
  ExpectFaults({
      {"closed_periods[1].end_time", "after start_time",
       [](Regulation& r) { r.closed_periods[1].period.end = Day(1); }},
      {"closed_periods[1].end_time", "after start_time",
       [](Regulation& r) { r.closed_periods[1].period.start = Day(4); }},
      {"closed_periods[0].start_time", "is missing",
       [](Regulation& r) { r.closed_periods[0].period.start = absl::InfinitePast(); }},
      {"closed_periods[0].end_time", "is missing",
       [](Regulation& r) { r.closed_periods[0].period.end = absl::InfiniteFuture(); }},
      {"closed_periods[0].display_name", "is empty",
       [](Regulation& r) { r.closed_periods[0].display_name = ""; }},
      {"closed_periods[0].display_name", "has 201 bytes",
       [](Regulation& r) { r.closed_periods[0].display_name.assign(201, 'x'); }},
      {"closed_periods", "at most 200", [](Regulation& r) { r.closed_periods.resize(201); }},
      {"overlays[0].end_time", "after start_time",
       [](Regulation& r) { r.overlays[0].period.end = Day(5); }},
      {"overlays[0].start_time", "is missing",
       [](Regulation& r) { r.overlays[0].period.start = absl::InfinitePast(); }},
      {"overlays[1].end_time", "is missing",
       [](Regulation& r) { r.overlays[1].period.end = absl::InfiniteFuture(); }},
      {"overlays[1]", "overlaps overlays[0]",
       [](Regulation& r) { r.overlays[0].period.end += absl::Nanoseconds(1); }},
      {"overlays[1].display_name", "is empty",
       [](Regulation& r) { r.overlays[1].display_name = ""; }},
      {"overlays[1].frames[1].code", "is empty",
       [](Regulation& r) { r.overlays[1].timetable.frames[1].code = ""; }},
      {"overlays[1].special_day_rules[1].special_day", "repeats overlays[1].special_day_rules[0]",
       [](Regulation& r) { r.overlays[1].timetable.special_day_rules[1].special_day = kHoliday; }},
      {"overlays", "at most 200", [](Regulation& r) { r.overlays.resize(201); }},
  });
}

TEST(Validate, FindsFaultsOfGrace) {
  ExpectFaults({
      {"grace_before", "0 to 99", [](Regulation& r) { r.grace_before = absl::Minutes(-1); }},
      {"grace_before", "0 to 99", [](Regulation& r) { r.grace_before = absl::Minutes(100); }},
      {"grace_after", "whole minutes", [](Regulation& r) { r.grace_after = absl::Seconds(30); }},
      {"grace_after", "0 to 99", [](Regulation& r) { r.grace_after = absl::InfiniteDuration(); }},
  });
}

TEST(Validate, FindsFaultsOfExtensionsAndRestrictions) {
  ExpectFaults({
      {"extensions[4]", "repeats extensions[1]",
       [](Regulation& r) {
         r.extensions.push_back({ZoneCode("rode-1"), {RightTypeCode("b"), RightTypeCode("a")}, {}});
       }},
      {"extensions[3].zone", "code of a zone",
       [](Regulation& r) { r.extensions[3].from_zone = ZoneCode("Rode 2"); }},
      {"extensions[0].windows[0].weekdays", "at least one weekday",
       [](Regulation& r) { r.extensions[0].windows[0].weekdays = {}; }},
      {"extensions[0].windows[0].to_local_time", "equals",
       [](Regulation& r) { r.extensions[0].windows[0].hours = Hours("00:00", "00:00"); }},
      {"extensions[0].windows", "at most 20",
       [](Regulation& r) { r.extensions[0].windows.resize(21); }},
      {"extensions[0].right_types", "at most 1000",
       [](Regulation& r) { r.extensions[0].right_types.resize(1001); }},
      {"extensions", "at most 200", [](Regulation& r) { r.extensions.resize(201); }},
      {"restrictions[1].windows", "is empty",
       [](Regulation& r) { r.restrictions[1].windows = {}; }},
      {"restrictions[1].windows[0].weekdays", "at least one weekday",
       [](Regulation& r) { r.restrictions[1].windows[0].weekdays = {}; }},
      {"restrictions[1].windows[0].from_local_time", "24:00 begins no day",
       [](Regulation& r) { r.restrictions[1].windows[0].hours = Hours("24:00", "10:00"); }},
      {"restrictions[0].right_types", "at most 1000",
       [](Regulation& r) { r.restrictions[0].right_types.resize(1001); }},
      {"restrictions", "at most 200", [](Regulation& r) { r.restrictions.resize(201); }},
  });
}

TEST(Validate, FindsFaultsOfSellingPointsAndCapacity) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  ExpectFaults({
      {"selling_points[1].selling_point_id", "repeats selling_points[0].selling_point_id",
       [](Regulation& r) { r.selling_points[1].id = r.selling_points[0].id; }},
      {"selling_points[1].selling_point_id", "is empty",
       [](Regulation& r) { r.selling_points[1].id = ""; }},
      {"selling_points[1].selling_point_id", "has 41 bytes",
       [](Regulation& r) { r.selling_points[1].id.assign(41, '9'); }},
      {"selling_points[0].latitude_degrees", "between -90 and 90",
       [](Regulation& r) { r.selling_points[0].latitude_degrees = 90.001; }},
      {"selling_points[0].longitude_degrees", "between -180 and 180",
       [](Regulation& r) { r.selling_points[0].longitude_degrees = -180.001; }},
      {"selling_points[0].latitude_degrees", "between",
       [](Regulation& r) { r.selling_points[0].latitude_degrees = kNone; }},
      {"selling_points", "at most 1000", [](Regulation& r) { r.selling_points.resize(1001); }},
      {"capacity_count", "negative", [](Regulation& r) { r.capacity_count = -1; }},
  });
}

TEST(Validate, FindsEveryFaultAtOnce) {
  Regulation regulation = Complete();
  regulation.timetable.frames[0].code = "";
  regulation.timetable.frames[0].max_stay = absl::ZeroDuration();
  regulation.overlays[0].display_name = "";
  regulation.capacity_count = -1;
  EXPECT_THAT(Validate(regulation), SizeIs(4));
}

TEST(Validate, AListAtItsLimitIsAccepted) {
  Regulation regulation = Complete();
  regulation.closed_periods.resize(limits::kRegulationMaxPeriods, regulation.closed_periods[0]);
  regulation.restrictions.resize(limits::kRegulationMaxExtensions, regulation.restrictions[0]);
  std::vector<TimeFrame> frames;
  for (int i = 0; i < static_cast<int>(limits::kRegulationMaxFrames); ++i) {
    TimeFrame frame = OnWeekdays(kEveryDay, "00:00", "24:00");
    frame.hours = {MinuteOfDay(i), MinuteOfDay(i + 1)};
    frames.push_back(frame);
  }
  regulation.timetable = Named(frames);
  EXPECT_EQ(InWords(Validate(regulation)), "");
}

// Overlaps

std::vector<Fault> OverlapsOf(const Timetable& timetable) {
  Regulation regulation;
  regulation.timetable = timetable;
  std::vector<Fault> faults = Validate(regulation);
  for (const Fault& fault : faults) {
    EXPECT_EQ(fault.kind, Fault::Kind::kOverlappingFrames) << InWords(faults);
  }
  return faults;
}

TEST(Overlap, OrdinaryTimetablesHaveNone) {
  const Season summer = SeasonOf("07-01", "08-31");
  const Season rest = SeasonOf("09-01", "06-30");
  const std::vector<std::pair<const char*, Timetable>> tables = {
      {"no frame", Named({})},
      {"Ghent, red", Named({OnWeekdays(kMondayToSaturday, "09:00", "19:00"),
                            OnWeekdays(kMondayToSaturday, "19:00", "23:00")},
                           {{kHoliday, SpecialDayMode::kReplace}})},
      {"Ghent, yellow", Named({OnWeekdays(kMondayToSaturday, "09:00", "19:00")},
                              {{kHoliday, SpecialDayMode::kReplace}})},
      {"a break at noon", Named({OnWeekdays(kMondayToFriday, "09:00", "12:00"),
                                 OnWeekdays(kMondayToFriday, "13:00", "19:00")})},
      {"the weekend apart",
       Named({OnWeekdays(kMondayToFriday, "09:00", "19:00"),
              OnWeekdays(kSaturday, "09:00", "12:00"), OnWeekdays(kSunday, "00:00", "24:00")})},
      {"seasons apart", Named({OnWeekdays(kEveryDay, "09:00", "19:00", summer),
                               OnWeekdays(kEveryDay, "09:00", "19:00", rest)})},
      {"leap day on one side",
       Named({OnWeekdays(kEveryDay, "00:00", "24:00", SeasonOf("03-01", "02-28")),
              OnWeekdays(kEveryDay, "00:00", "24:00", SeasonOf("02-29", "02-29"))})},
      {"a holiday's own hours, those of weekdays",
       Named({OnWeekdays(kEveryDay, "09:00", "19:00"), OnSpecialDay(kHoliday, "09:00", "19:00")},
             kBothReplace)},
      {"a holiday's own nights, those of weekdays",
       Named({OnWeekdays(kEveryDay, "20:00", "06:00"), OnSpecialDay(kHoliday, "20:00", "06:00")},
             kBothReplace)},
      {"nights and days",
       Named({OnWeekdays(kEveryDay, "22:00", "06:00"), OnWeekdays(kEveryDay, "06:00", "22:00")})},
      {"a night into a day that begins with it",
       Named({OnWeekdays(kSaturday, "22:00", "02:00"), OnWeekdays(kSunday, "02:00", "12:00")})},
      {"a night that ends at midnight",
       Named({OnWeekdays(kSaturday, "22:00", "00:00"), OnWeekdays(kSunday, "00:00", "12:00")})},
      {"a night and the day after the next",
       Named({OnWeekdays(kSaturday, "22:00", "02:00"), OnWeekdays(kMonday, "00:00", "12:00")})},
      {"a market beside the day",
       Named({OnWeekdays(kEveryDay, "09:00", "19:00"), OnSpecialDay(kMarket, "06:00", "09:00")},
             kBothJoin)},
      {"a market in a season of its own",
       Named({OnWeekdays(kEveryDay, "09:00", "19:00", summer),
              OnSpecialDay(kMarket, "06:00", "12:00", SeasonOf("10-01", "11-30"))},
             kBothJoin)},
      {"two special days, one after the other",
       Named({OnSpecialDay(kHoliday, "09:00", "12:00"), OnSpecialDay(kMarket, "12:00", "19:00")},
             kBothReplace)},
  };
  for (const auto& [words, table] : tables) {
    EXPECT_THAT(OverlapsOf(table), IsEmpty()) << words << "\n" << InWords(OverlapsOf(table));
  }
}

struct OverlapRow {
  const char* words;    // of the case
  const char* example;  // that the fault gives
  Timetable table;
};

TEST(Overlap, IsFoundWhereTwoFramesMayHoldTogether) {
  const Season summer = SeasonOf("07-01", "08-31");
  const std::vector<OverlapRow> rows = {
      {"hours meet", "a Monday at 18:00",
       Named({OnWeekdays(kMonday, "09:00", "19:00"), OnWeekdays(kMonday, "18:00", "23:00")})},
      {"one within the other", "a Monday at 10:00",
       Named({OnWeekdays(kMonday, "09:00", "19:00"), OnWeekdays(kEveryDay, "10:00", "11:00")})},
      {"by a minute", "a Saturday at 18:59",
       Named({OnWeekdays(kMondayToSaturday, "09:00", "19:00"),
              OnWeekdays(kSaturday, "18:59", "23:00")})},
      {"a night and the next morning", "a Sunday at 01:00",
       Named({OnWeekdays(kSaturday, "22:00", "02:00"), OnWeekdays(kSunday, "01:00", "03:00")})},
      {"a morning and the night before", "a Monday at 00:00",
       Named({OnWeekdays(kMonday, "00:00", "01:00"), OnWeekdays(kSunday, "22:00", "02:00")})},
      {"two nights on one day", "a Saturday at 23:30",
       Named({OnWeekdays(kSaturday, "23:00", "02:00"), OnWeekdays(kSaturday, "23:30", "01:00")})},
      {"two nights, the longer into the other's day", "a Tuesday at 05:00",
       Named({OnWeekdays(kMonday, "22:00", "06:00"), OnWeekdays(kTuesday, "05:00", "04:00")})},
      {"seasons meet on one day", "a Monday at 09:00",
       Named({OnWeekdays(kMonday, "09:00", "19:00", summer),
              OnWeekdays(kMonday, "09:00", "19:00", SeasonOf("08-31", "09-30"))})},
      {"seasons meet over New Year", "a Monday at 09:00",
       Named({OnWeekdays(kMonday, "09:00", "19:00", SeasonOf("12-01", "01-31")),
              OnWeekdays(kMonday, "09:00", "19:00", SeasonOf("01-31", "03-31"))})},
      {"seasons meet on 29 February", "a Monday at 09:00",
       Named({OnWeekdays(kMonday, "09:00", "19:00", SeasonOf("02-01", "02-29")),
              OnWeekdays(kMonday, "09:00", "19:00", SeasonOf("02-29", "03-31"))})},
      {"the season's last night into the next season", "a Sunday at 00:00",
       Named({OnWeekdays(kSaturday, "22:00", "02:00", summer),
              OnWeekdays(kSunday, "00:00", "12:00", SeasonOf("09-01", "09-30"))})},
      {"from 28 February into 29 February", "a day at 00:00",
       Named({OnWeekdays(kEveryDay, "22:00", "02:00", SeasonOf("02-28", "02-28")),
              OnWeekdays(kEveryDay, "00:00", "12:00", SeasonOf("02-29", "02-29"))})},
      {"from 28 February into 1 March", "a day at 00:00",
       Named({OnWeekdays(kEveryDay, "22:00", "02:00", SeasonOf("02-28", "02-28")),
              OnWeekdays(kEveryDay, "00:00", "12:00", SeasonOf("03-01", "03-01"))})},
      {"from New Year's Eve into New Year", "a day at 00:00",
       Named({OnWeekdays(kEveryDay, "22:00", "02:00", SeasonOf("12-31", "12-31")),
              OnWeekdays(kEveryDay, "00:00", "12:00", SeasonOf("01-01", "01-01"))})},
      {"a joining day beside the weekday", "a Monday that is MARKET at 18:00",
       Named({OnWeekdays(kMonday, "09:00", "19:00"), OnSpecialDay(kMarket, "18:00", "20:00")},
             kBothJoin)},
      {"a replacing day after a night", "a Sunday that is HOLIDAY at 00:00",
       Named({OnWeekdays(kSaturday, "22:00", "02:00"), OnSpecialDay(kHoliday, "00:00", "06:00")},
             kBothReplace)},
      {"a replacing day's night before a weekday", "a Tuesday at 01:00",
       Named({OnSpecialDay(kHoliday, "22:00", "02:00"), OnWeekdays(kTuesday, "01:00", "06:00")},
             kBothReplace)},
      {"one special day twice", "a day that is HOLIDAY at 11:00",
       Named({OnSpecialDay(kHoliday, "09:00", "12:00"), OnSpecialDay(kHoliday, "11:00", "13:00")},
             kBothReplace)},
      {"two special days on one date", "a day that is HOLIDAY and MARKET at 11:00",
       Named({OnSpecialDay(kHoliday, "09:00", "12:00"), OnSpecialDay(kMarket, "11:00", "13:00")},
             kBothReplace)},
      {"two special days of either mode", "a day that is HOLIDAY and MARKET at 11:00",
       Named({OnSpecialDay(kHoliday, "09:00", "12:00"), OnSpecialDay(kMarket, "11:00", "13:00")},
             {{kHoliday, SpecialDayMode::kReplace}, {kMarket, SpecialDayMode::kAnd}})},
      {"a special day's night before another", "a day that is MARKET at 01:00",
       Named({OnSpecialDay(kHoliday, "22:00", "02:00"), OnSpecialDay(kMarket, "01:00", "06:00")},
             kBothReplace)},
  };
  for (const OverlapRow& row : rows) {
    const std::vector<Fault> faults = OverlapsOf(row.table);
    ASSERT_THAT(faults, SizeIs(1)) << row.words;
    EXPECT_EQ(faults[0].field, "frames[1]") << row.words;
    EXPECT_THAT(faults[0].description,
                AllOf(HasSubstr("may hold together with frames[0]"), HasSubstr(row.example)))
        << row.words;
  }
}

TEST(Overlap, IsReportedOnceAFrame) {
  const TimeFrame frame = OnWeekdays(kMonday, "09:00", "19:00");
  const std::vector<Fault> faults = OverlapsOf(Named({frame, frame, frame}));
  ASSERT_THAT(faults, SizeIs(2));
  EXPECT_EQ(faults[0].field, "frames[1]");
  EXPECT_EQ(faults[1].field, "frames[2]");
}

TEST(Overlap, IsFoundInOverlaysToo) {
  Regulation regulation = Complete();
  regulation.overlays[1].timetable =
      Named({OnWeekdays(kMonday, "09:00", "19:00"), OnWeekdays(kMonday, "18:00", "23:00")});
  const std::vector<Fault> faults = Validate(regulation);
  ASSERT_THAT(faults, SizeIs(1));
  EXPECT_EQ(faults[0].kind, Fault::Kind::kOverlappingFrames);
  EXPECT_EQ(faults[0].field, "overlays[1].frames[1]");
  EXPECT_THAT(faults[0].description, HasSubstr("overlays[1].frames[0]"));
}

TEST(Overlap, OfAFaultyFrameIsNotReported) {
  const TimeFrame sound = OnWeekdays(kMonday, "09:00", "19:00");
  TimeFrame both = OnSpecialDay(kMarket, "09:00", "19:00");
  both.weekdays = kMonday;
  for (const TimeFrame& faulty :
       {OnWeekdays({}, "09:00", "19:00"), OnWeekdays(kMonday, "10:00", "10:00"),
        OnWeekdays(kMonday, "24:00", "19:00"), OnSpecialDay(kHoliday, "09:00", "19:00"), both}) {
    Regulation regulation;
    regulation.timetable = Named({sound, faulty}, {{kMarket, SpecialDayMode::kAnd}});
    for (const Fault& fault : Validate(regulation)) {
      EXPECT_EQ(fault.kind, Fault::Kind::kInvalidField) << fault.field << fault.description;
    }
    EXPECT_THAT(Validate(regulation), Not(IsEmpty()));
  }
}

// Random timetables against a brute force over 28 years (in which each date, 29 February too, falls
// on each weekday): the dates around the bounds that seasons may have, since between them no season
// begins or ends; each date with every set of labels, after a day with every set of labels, in
// every cell of the day between two bounds that hours may have.

const std::vector<SpecialDayLabel>& Labels() {
  static const auto* const kLabels =
      new std::vector<SpecialDayLabel>{kHoliday, kMarket, SpecialDayLabel("SCHOOL")};
  return *kLabels;
}
constexpr unsigned kLabelSets = 8;

constexpr std::array<int, 12> kBounds = {0,   1,    120,  121,  360,  540,
                                         720, 1139, 1140, 1320, 1439, MinuteOfDay::kEndOfDay};
constexpr int kCells = static_cast<int>(kBounds.size()) - 1;
constexpr std::array<MonthDay, 10> kSeasonBounds = {
    {{1, 1}, {2, 27}, {2, 28}, {2, 29}, {3, 1}, {3, 31}, {6, 30}, {7, 1}, {12, 30}, {12, 31}}};
// Bit i: the cell from kBounds[i] to kBounds[i + 1].
using Cells = uint32_t;

class RandomTables {
 public:
  explicit RandomTables(uint64_t seed) : engine_(seed) {}

  Timetable Next() {
    std::vector<TimeFrame> frames(2 + Below(3));
    std::vector<SpecialDayRule> rules;
    for (const SpecialDayLabel& label : Labels()) {
      rules.push_back({label, Below(2) == 0 ? SpecialDayMode::kReplace : SpecialDayMode::kAnd});
    }
    for (TimeFrame& frame : frames) {
      frame.hours = AnyHours();
      if (Below(3) == 0) {
        frame.special_day = Labels()[Below(Labels().size())];
      } else {
        frame.weekdays = AnyWeekdays();
      }
      if (Below(2) == 0) frame.season = Season{AnyMonthDay(), AnyMonthDay()};
    }
    return Named(std::move(frames), std::move(rules));
  }

 private:
  size_t Below(size_t below) { return static_cast<size_t>(engine_() % below); }

  // Short ones mostly, or two frames would hardly ever not meet.
  DailyHours AnyHours() {
    const size_t from = Below(kCells);
    const size_t to = (from + 1 + Below(4)) % kBounds.size();
    return {MinuteOfDay(kBounds[from]), MinuteOfDay(kBounds[to == from ? to + 1 : to])};
  }

  WeekdaySet AnyWeekdays() {
    WeekdaySet weekdays{static_cast<absl::Weekday>(Below(7))};
    while (Below(2) == 0) weekdays.Add(static_cast<absl::Weekday>(Below(7)));
    return weekdays;
  }

  MonthDay AnyMonthDay() { return kSeasonBounds[Below(kSeasonBounds.size())]; }

  std::mt19937_64 engine_;
};

bool Starts(const TimeFrame& frame, const Timetable& table, absl::CivilDay day, unsigned labels) {
  if (frame.season) {
    const int date = day.month() * 100 + day.day();
    const int first = frame.season->first.month * 100 + frame.season->first.day;
    const int last = frame.season->last.month * 100 + frame.season->last.day;
    const bool inside =
        first <= last ? date >= first && date <= last : date >= first || date <= last;
    if (!inside) return false;
  }
  bool replaced = false;
  bool named = false;
  for (size_t i = 0; i < Labels().size(); ++i) {
    if ((labels & (1U << i)) == 0) continue;
    named = named || frame.special_day == Labels()[i];
    replaced = replaced || table.special_day_rules[i].mode == SpecialDayMode::kReplace;
  }
  if (frame.special_day) return named;
  return frame.weekdays.Contains(absl::GetWeekday(day)) && !replaced;
}

// Cells of the day on which the frame starts, or of the next.
Cells CellsOf(const DailyHours& hours, bool of_next_day) {
  const int from = hours.from.minutes();
  const int to = hours.to.minutes() + (hours.to <= hours.from ? 1440 : 0);
  Cells cells = 0;
  for (int i = 0; i < kCells; ++i) {
    const int minute = kBounds[static_cast<size_t>(i)] + (of_next_day ? 1440 : 0);
    if (from <= minute && minute < to) cells |= Cells{1} << i;
  }
  return cells;
}

// What each frame holds of one day, on account of having started on it or on the day before, for
// each set of labels of the day on which it started.
struct DayCells {
  std::array<std::array<Cells, 4>, kLabelSets> today{};
  std::array<std::array<Cells, 4>, kLabelSets> after_midnight{};
};

DayCells CellsOfStarts(const Timetable& table, absl::CivilDay day) {
  DayCells cells;
  for (unsigned labels = 0; labels < kLabelSets; ++labels) {
    for (size_t i = 0; i < table.frames.size(); ++i) {
      if (!Starts(table.frames[i], table, day, labels)) continue;
      cells.today[labels][i] = CellsOf(table.frames[i].hours, false);
      cells.after_midnight[labels][i] = CellsOf(table.frames[i].hours, true);
    }
  }
  return cells;
}

bool MeetOn(const Timetable& table, absl::CivilDay day) {
  const DayCells yesterday = CellsOfStarts(table, day - 1);
  const DayCells today = CellsOfStarts(table, day);
  for (unsigned sets = 0; sets < kLabelSets * kLabelSets; ++sets) {
    Cells taken = 0;
    for (size_t i = 0; i < table.frames.size(); ++i) {
      const Cells held =
          today.today[sets % kLabelSets][i] | yesterday.after_midnight[sets / kLabelSets][i];
      if ((taken & held) != 0) return true;
      taken |= held;
    }
  }
  return false;
}

bool IsNearASeasonBound(absl::CivilDay date) {
  return std::any_of(kSeasonBounds.begin(), kSeasonBounds.end(), [date](const MonthDay& bound) {
    // 29 February falls on 1 March in a common year.
    return std::abs(date - absl::CivilDay(date.year(), bound.month, bound.day)) <= 1;
  });
}

const std::vector<absl::CivilDay>& TellingDates() {
  static const auto* const kDates = [] {
    auto* dates = new std::vector<absl::CivilDay>();
    for (absl::CivilDay date(2001, 1, 1); date.year() <= 2028; ++date) {
      if (IsNearASeasonBound(date)) dates->push_back(date);
    }
    return dates;
  }();
  return *kDates;
}

bool MeetOnAnyDate(const Timetable& table) {
  return std::any_of(TellingDates().begin(), TellingDates().end(),
                     [&table](absl::CivilDay date) { return MeetOn(table, date); });
}

TEST(Overlap, IsFoundIfAndOnlyIfADateHasOne) {
  RandomTables tables(29022028);
  int with = 0;
  int without = 0;
  for (int round = 0; round < 800; ++round) {
    const Timetable table = tables.Next();
    const bool expected = MeetOnAnyDate(table);
    const std::vector<Fault> faults = OverlapsOf(table);
    ASSERT_EQ(!faults.empty(), expected) << "round " << round << "\n" << InWords(faults);
    ++(expected ? with : without);
  }
  EXPECT_GT(with, 100);
  EXPECT_GT(without, 100);
}

// Of each pair apart: a table of more frames may hide one mistake behind another overlap.
TEST(Overlap, IsFoundIfAndOnlyIfADateHasOneForEachPair) {
  RandomTables tables(20281231);
  int with = 0;
  int without = 0;
  for (int round = 0; round < 800; ++round) {
    Timetable table = tables.Next();
    table.frames.resize(2);
    const bool expected = MeetOnAnyDate(table);
    ASSERT_EQ(!OverlapsOf(table).empty(), expected) << "round " << round << "\n"
                                                    << InWords(OverlapsOf(table));
    ++(expected ? with : without);
  }
  EXPECT_GT(with, 100);
  EXPECT_GT(without, 100);
}

// What validation promises to the decision: where it finds no overlap, the order of the frames
// never matters.
TEST(Overlap, WithoutOneTheOrderOfFramesDoesNotMatter) {
  RandomTables tables(11111);
  std::mt19937_64 random(22222);
  int checked = 0;
  for (int round = 0; round < 600; ++round) {
    Timetable table = tables.Next();
    if (!OverlapsOf(table).empty()) continue;
    ++checked;
    const Timetable reversed{{table.frames.rbegin(), table.frames.rend()}, table.special_day_rules};
    const absl::CivilDay first = absl::CivilDay(2028, 2, 20) + static_cast<int>(random() % 20);
    std::vector<SpecialDay> days;
    for (int day = 0; day < 9; ++day) {
      if (random() % 3 == 0) days.push_back({first + day, Labels()[random() % 3], ""});
    }
    const CityCalendar calendar(absl::UTCTimeZone(), days);
    for (int minute = 0; minute < 9 * 1440; ++minute) {
      const LocalMoment moment{first + minute / 1440, minute % 1440};
      const TimeFrame* forwards = table.FrameAt(moment, calendar);
      const TimeFrame* backwards = reversed.FrameAt(moment, calendar);
      ASSERT_EQ(forwards == nullptr, backwards == nullptr);
      if (forwards == nullptr) continue;
      ASSERT_EQ(forwards->code, backwards->code);
    }
  }
  EXPECT_GT(checked, 100);
}

}  // namespace
}  // namespace stadspoort::domain
