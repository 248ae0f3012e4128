#include "services/domain/regulation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace stadspoort::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::UnorderedElementsAre;

absl::TimeZone Zone(const char* name) {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone(name, &zone)) << name;
  return zone;
}

DailyHours Hours(const char* from, const char* to) {
  return {*MinuteOfDay::Parse(from), *MinuteOfDay::Parse(to)};
}

Season SeasonOf(const char* first, const char* last) {
  return {*MonthDay::Parse(first), *MonthDay::Parse(last)};
}

const WeekdaySet kMondayToSaturday{absl::Weekday::monday,    absl::Weekday::tuesday,
                                   absl::Weekday::wednesday, absl::Weekday::thursday,
                                   absl::Weekday::friday,    absl::Weekday::saturday};
const SpecialDayLabel kHoliday("HOLIDAY");
const SpecialDayLabel kMarket("MARKET");
const SpecialDayLabel kSchool("SCHOOL");

TimeFrame OnWeekdays(const char* code, WeekdaySet weekdays, const char* from, const char* to) {
  TimeFrame frame;
  frame.code = code;
  frame.weekdays = weekdays;
  frame.hours = Hours(from, to);
  return frame;
}

TimeFrame OnSpecialDay(const char* code, const SpecialDayLabel& label, const char* from,
                       const char* to) {
  TimeFrame frame;
  frame.code = code;
  frame.special_day = label;
  frame.hours = Hours(from, to);
  return frame;
}

// Public holidays of Flanders, 2026.
std::vector<SpecialDay> HolidaysOf2026() {
  std::vector<SpecialDay> days;
  for (const auto& [month, day] : {std::pair{1, 1},
                                   {4, 6},
                                   {5, 1},
                                   {5, 14},
                                   {5, 25},
                                   {7, 11},
                                   {7, 21},
                                   {8, 15},
                                   {11, 1},
                                   {11, 11},
                                   {12, 25}}) {
    days.push_back({absl::CivilDay(2026, month, day), kHoliday, "feestdag"});
  }
  return days;
}

class InBrussels : public ::testing::Test {
 protected:
  absl::Time At(int month, int day, int hour, int minute = 0) const {
    return absl::FromCivil(absl::CivilSecond(2026, month, day, hour, minute), zone_);
  }
  // Code of the frame in force; "-" outside every frame.
  static std::string FrameAt(const Regulation& regulation, absl::Time t,
                             const CityCalendar& calendar) {
    const TimeFrame* frame = regulation.At(t, calendar).frame;
    return frame == nullptr ? "-" : frame->code;
  }

  const absl::TimeZone zone_ = Zone("Europe/Brussels");
  const CityCalendar ordinary_{zone_, {}};
  const CityCalendar holidays_{zone_, HolidaysOf2026()};
};

Regulation Ghent() {
  Regulation regulation;
  regulation.timetable.frames = {OnWeekdays("dag", kMondayToSaturday, "09:00", "19:00"),
                                 OnWeekdays("avond", kMondayToSaturday, "19:00", "23:00")};
  regulation.timetable.special_day_rules = {{kHoliday, SpecialDayMode::kReplace}};
  return regulation;
}

TEST_F(InBrussels, AFrameIsHalfOpenOnTheWallClock) {
  const Regulation regulation = Ghent();
  EXPECT_EQ(FrameAt(regulation, At(10, 24, 9) - absl::Nanoseconds(1), ordinary_), "-");
  EXPECT_EQ(FrameAt(regulation, At(10, 24, 9), ordinary_), "dag");
  EXPECT_EQ(FrameAt(regulation, At(10, 24, 19) - absl::Nanoseconds(1), ordinary_), "dag");
  EXPECT_EQ(FrameAt(regulation, At(10, 24, 19), ordinary_), "avond");
  EXPECT_EQ(FrameAt(regulation, At(10, 24, 23), ordinary_), "-");
  EXPECT_EQ(FrameAt(regulation, At(10, 25, 12), ordinary_), "-") << "a Sunday";
  EXPECT_EQ(FrameAt(regulation, At(10, 26, 12), ordinary_), "dag");
}

// On each public holiday that is no Sunday the day's frames are gone; the days around keep theirs.
TEST_F(InBrussels, HolidaysReplaceTheWeekday) {
  const Regulation regulation = Ghent();
  int weekdays = 0;
  for (const SpecialDay& holiday : HolidaysOf2026()) {
    const absl::Time noon = absl::FromCivil(absl::CivilHour(holiday.date) + 12, zone_);
    EXPECT_EQ(FrameAt(regulation, noon, holidays_), "-") << holiday.date;
    if (absl::GetWeekday(holiday.date) == absl::Weekday::sunday) continue;
    ++weekdays;
    EXPECT_EQ(FrameAt(regulation, noon, ordinary_), "dag") << holiday.date;
  }
  EXPECT_EQ(weekdays, 10) << "1 November 2026 is a Sunday";
  EXPECT_EQ(FrameAt(regulation, At(4, 7, 12), holidays_), "dag") << "after Easter Monday";
  EXPECT_EQ(FrameAt(regulation, At(7, 20, 12), holidays_), "dag") << "before the national holiday";
}

TEST_F(InBrussels, AReplacingDayMayHaveFramesOfItsOwn) {
  Regulation regulation = Ghent();
  regulation.timetable.frames.push_back(OnSpecialDay("feest", kHoliday, "13:00", "18:00"));
  EXPECT_EQ(FrameAt(regulation, At(12, 25, 12), holidays_), "-");
  EXPECT_EQ(FrameAt(regulation, At(12, 25, 13), holidays_), "feest");
  EXPECT_EQ(FrameAt(regulation, At(12, 25, 18), holidays_), "-");
  EXPECT_EQ(FrameAt(regulation, At(11, 1, 13), holidays_), "feest") << "a Sunday, too";
  EXPECT_EQ(FrameAt(regulation, At(12, 24, 13), holidays_), "dag");
}

TEST_F(InBrussels, AJoiningDayKeepsTheWeekday) {
  Regulation regulation = Ghent();
  regulation.timetable.special_day_rules = {{kMarket, SpecialDayMode::kAnd}};
  regulation.timetable.frames.push_back(OnSpecialDay("markt", kMarket, "06:00", "09:00"));
  const CityCalendar calendar(zone_, {{absl::CivilDay(2026, 10, 23), kMarket, "vrijdagmarkt"}});
  EXPECT_EQ(FrameAt(regulation, At(10, 23, 6), calendar), "markt");
  EXPECT_EQ(FrameAt(regulation, At(10, 23, 9), calendar), "dag");
  EXPECT_EQ(FrameAt(regulation, At(10, 24, 6), calendar), "-");
}

// HOLIDAY replaces and MARKET joins: only the weekday's frames are gone.
TEST_F(InBrussels, OnADateOfTwoLabelsTheFramesOfBothHold) {
  Regulation regulation = Ghent();
  regulation.timetable.special_day_rules.push_back({kMarket, SpecialDayMode::kAnd});
  regulation.timetable.frames.push_back(OnSpecialDay("markt", kMarket, "06:00", "09:00"));
  regulation.timetable.frames.push_back(OnSpecialDay("feest", kHoliday, "13:00", "18:00"));
  std::vector<SpecialDay> days = HolidaysOf2026();
  days.push_back({absl::CivilDay(2026, 5, 1), kMarket, "vrijdagmarkt"});
  const CityCalendar calendar(zone_, days);
  EXPECT_EQ(FrameAt(regulation, At(5, 1, 6), calendar), "markt");
  EXPECT_EQ(FrameAt(regulation, At(5, 1, 9), calendar), "-");
  EXPECT_EQ(FrameAt(regulation, At(5, 1, 13), calendar), "feest");
}

TEST_F(InBrussels, ALabelWithoutARuleDoesNothing) {
  Regulation regulation = Ghent();
  regulation.timetable.special_day_rules.clear();
  regulation.timetable.frames.push_back(OnSpecialDay("feest", kHoliday, "06:00", "09:00"));
  EXPECT_EQ(FrameAt(regulation, At(12, 25, 12), holidays_), "dag");
  EXPECT_EQ(FrameAt(regulation, At(12, 25, 6), holidays_), "-");
}

// A night belongs to the day on which it starts, whatever the next day is.
TEST_F(InBrussels, SaturdaysNightRunsIntoAHolidaySunday) {
  Regulation regulation;
  regulation.timetable.frames = {
      OnWeekdays("nacht", {absl::Weekday::saturday, absl::Weekday::sunday}, "22:00", "02:00")};
  regulation.timetable.special_day_rules = {{kHoliday, SpecialDayMode::kReplace}};
  EXPECT_EQ(FrameAt(regulation, At(10, 31, 23), holidays_), "nacht");
  EXPECT_EQ(FrameAt(regulation, At(11, 1, 1, 59), holidays_), "nacht") << "All Saints, a Sunday";
  EXPECT_EQ(FrameAt(regulation, At(11, 1, 2), holidays_), "-");
  EXPECT_EQ(FrameAt(regulation, At(11, 1, 23), holidays_), "-") << "Sunday's own night is replaced";
  EXPECT_EQ(FrameAt(regulation, At(11, 2, 1), holidays_), "-");
  EXPECT_EQ(FrameAt(regulation, At(11, 2, 1), ordinary_), "nacht");
}

TEST_F(InBrussels, ASeasonIsJudgedOnTheDayTheFrameStarts) {
  Regulation regulation;
  TimeFrame night = OnWeekdays("nacht", kMondayToSaturday, "22:00", "02:00");
  night.season = SeasonOf("06-01", "09-30");
  regulation.timetable.frames = {night};
  EXPECT_EQ(FrameAt(regulation, At(6, 1, 1), ordinary_), "-") << "31 May is not in the season";
  EXPECT_EQ(FrameAt(regulation, At(6, 1, 22), ordinary_), "nacht");
  EXPECT_EQ(FrameAt(regulation, At(10, 1, 1), ordinary_), "nacht") << "30 September is";
  EXPECT_EQ(FrameAt(regulation, At(10, 1, 22), ordinary_), "-");
}

TEST_F(InBrussels, ASeasonMayBeTheTwentyNinthOfFebruary) {
  Regulation regulation;
  TimeFrame frame = OnWeekdays("schrikkel", kMondayToSaturday, "09:00", "24:00");
  frame.weekdays.Add(absl::Weekday::sunday);
  frame.season = SeasonOf("02-29", "02-29");
  regulation.timetable.frames = {frame};
  for (int year = 2025; year <= 2033; ++year) {
    for (absl::CivilDay day(year, 2, 27); day <= absl::CivilDay(year, 3, 2); ++day) {
      const absl::Time t = absl::FromCivil(absl::CivilHour(day) + 12, zone_);
      EXPECT_EQ(FrameAt(regulation, t, ordinary_), day.day() == 29 ? "schrikkel" : "-") << day;
    }
  }
}

TEST_F(InBrussels, AnHourThatOccursTwiceCountsTwice) {
  Regulation regulation;
  regulation.timetable.frames = {OnWeekdays("nacht", {absl::Weekday::sunday}, "02:15", "02:45")};
  const absl::Time two_in_summer =
      absl::FromCivil(absl::CivilDay(2026, 10, 25), zone_) + absl::Hours(2);
  std::string minutes;
  for (int minute = 0; minute < 120; minute += 15) {
    const std::string frame = FrameAt(regulation, two_in_summer + absl::Minutes(minute), ordinary_);
    absl::StrAppend(&minutes, frame == "-" ? "-" : "+");
  }
  EXPECT_EQ(minutes, "-++--++-");
}

TEST_F(InBrussels, AnHourThatDoesNotOccurIsEmpty) {
  Regulation regulation;
  regulation.timetable.frames = {OnWeekdays("nacht", {absl::Weekday::sunday}, "02:00", "03:00")};
  const absl::Time midnight = absl::FromCivil(absl::CivilDay(2026, 3, 29), zone_);
  for (int minute = 0; minute < 23 * 60; ++minute) {
    ASSERT_EQ(FrameAt(regulation, midnight + absl::Minutes(minute), ordinary_), "-") << minute;
  }
}

TEST_F(InBrussels, AnOverlayReplacesTheFramesForItsPeriod) {
  Regulation regulation = Ghent();
  Overlay works;
  works.period = {At(10, 20, 10), At(10, 21, 10)};
  works.display_name = "wegenwerken";
  works.timetable.frames = {OnWeekdays("werken", kMondayToSaturday, "00:00", "24:00")};
  Overlay feast;
  feast.period = {At(10, 22, 0), At(10, 23, 0)};
  regulation.overlays = {works, feast};
  EXPECT_EQ(FrameAt(regulation, At(10, 20, 9, 59), ordinary_), "dag");
  EXPECT_EQ(FrameAt(regulation, At(10, 20, 10), ordinary_), "werken");
  EXPECT_EQ(FrameAt(regulation, At(10, 21, 3), ordinary_), "werken");
  EXPECT_EQ(FrameAt(regulation, At(10, 21, 10), ordinary_), "dag");
  EXPECT_EQ(FrameAt(regulation, At(10, 22, 12), ordinary_), "-") << "an overlay without frames";
  EXPECT_EQ(regulation.At(At(10, 20, 10), ordinary_).overlay, &regulation.overlays[0]);
  EXPECT_EQ(regulation.At(At(10, 22, 12), ordinary_).overlay, &regulation.overlays[1]);
  EXPECT_EQ(regulation.At(At(10, 23, 0), ordinary_).overlay, nullptr);
}

// The overlay has rules of its own: a holiday does not replace its frames.
TEST_F(InBrussels, AnOverlayHasItsOwnSpecialDays) {
  Regulation regulation = Ghent();
  Overlay works;
  works.period = {At(12, 24, 0), At(12, 27, 0)};
  works.timetable.frames = {OnWeekdays("werken", kMondayToSaturday, "00:00", "24:00")};
  regulation.overlays = {works};
  EXPECT_EQ(FrameAt(regulation, At(12, 25, 12), holidays_), "werken");
}

TEST_F(InBrussels, AClosedPeriodStandsBesideWhatWouldHold) {
  Regulation regulation = Ghent();
  regulation.closed_periods = {{{At(7, 17, 0), At(7, 27, 0)}, "Gentse Feesten"}};
  const RuleInForce closed = regulation.At(At(7, 18, 12), holidays_);
  EXPECT_EQ(closed.closed, &regulation.closed_periods[0]);
  EXPECT_EQ(closed.frame, &regulation.timetable.frames[0]);
  EXPECT_EQ(closed.overlay, nullptr);
  EXPECT_EQ(regulation.At(At(7, 19, 12), holidays_).frame, nullptr) << "a Sunday in the period";
  EXPECT_EQ(regulation.At(At(7, 17, 0) - absl::Nanoseconds(1), holidays_).closed, nullptr);
  EXPECT_NE(regulation.At(At(7, 17, 0), holidays_).closed, nullptr);
  EXPECT_EQ(regulation.At(At(7, 27, 0), holidays_).closed, nullptr);
}

TEST_F(InBrussels, ChangesOfAnOrdinaryWeekAreTheBoundsOfItsFrames) {
  std::vector<absl::Time> changes;
  Ghent().AppendChanges(At(10, 23, 9), At(10, 26, 9), ordinary_, changes);
  EXPECT_THAT(std::set<absl::Time>(changes.begin(), changes.end()),
              ElementsAre(At(10, 23, 19), At(10, 23, 23), At(10, 24, 9), At(10, 24, 19),
                          At(10, 24, 23), At(10, 26, 9)));
}

TEST_F(InBrussels, ChangesLieAfterTheFirstBoundAndUpToTheLast) {
  const Regulation regulation = Ghent();
  const auto changes = [&](absl::Time after, absl::Time until) {
    std::vector<absl::Time> out;
    regulation.AppendChanges(after, until, ordinary_, out);
    return out;
  };
  const absl::Time nine = At(10, 23, 9);
  EXPECT_THAT(changes(nine - absl::Nanoseconds(1), nine), ElementsAre(nine));
  EXPECT_THAT(changes(nine, nine + absl::Hours(1)), IsEmpty());
  EXPECT_THAT(changes(nine - absl::Hours(1), nine - absl::Nanoseconds(1)), IsEmpty());
  EXPECT_THAT(changes(nine, nine), IsEmpty());
  EXPECT_THAT(changes(nine + absl::Hours(100), nine), IsEmpty());
}

TEST_F(InBrussels, ChangesOfPeriodsAndWindowsAreThere) {
  Regulation regulation;
  regulation.closed_periods = {{{At(10, 20, 1), At(10, 21, 1)}, "kermis"}};
  Overlay overlay;
  overlay.period = {At(10, 20, 2), At(10, 21, 2)};
  overlay.timetable.frames = {OnWeekdays("werken", kMondayToSaturday, "03:00", "12:00")};
  regulation.overlays = {overlay};
  ValidityExtension extension;
  extension.windows = {{{absl::Weekday::tuesday}, Hours("04:00", "05:00")}};
  regulation.extensions = {extension};
  regulation.restrictions = {{{}, {{{absl::Weekday::monday}, Hours("22:00", "06:00")}}}};
  std::vector<absl::Time> changes;
  regulation.AppendChanges(At(10, 20, 0), At(10, 21, 12), ordinary_, changes);
  EXPECT_THAT(changes, UnorderedElementsAre(At(10, 20, 1), At(10, 20, 2), At(10, 20, 3),
                                            At(10, 20, 4), At(10, 20, 5), At(10, 20, 6),
                                            At(10, 20, 12), At(10, 21, 1), At(10, 21, 2)));
}

TEST_F(InBrussels, ChangesAreAppended) {
  std::vector<absl::Time> changes = {absl::UnixEpoch()};
  Ghent().AppendChanges(At(10, 24, 8), At(10, 24, 10), ordinary_, changes);
  EXPECT_THAT(changes, ElementsAre(absl::UnixEpoch(), At(10, 24, 9)));
  AppendWindowChanges({{{absl::Weekday::saturday}, Hours("11:00", "12:00")}}, At(10, 24, 8),
                      At(10, 24, 11), zone_, changes);
  EXPECT_THAT(changes, ElementsAre(absl::UnixEpoch(), At(10, 24, 9), At(10, 24, 11)));
}

TEST_F(InBrussels, WindowsChangeWhereTheirHourOccursTwice) {
  std::vector<absl::Time> changes;
  AppendWindowChanges({{{absl::Weekday::sunday}, Hours("02:30", "12:00")}}, At(10, 24, 12),
                      At(10, 25, 4), zone_, changes);
  const absl::Time first = absl::FromCivil(absl::CivilSecond(2026, 10, 25, 2, 30, 0), zone_);
  EXPECT_THAT(changes,
              UnorderedElementsAre(first, first + absl::Minutes(30), first + absl::Minutes(60)));
}

// St John's, 2010: on Sunday at 00:01 the clock went back to Saturday 23:01. A span that ends
// within the second Saturday evening has a bit of Sunday in it; one that begins within that bit of
// Sunday sees the end of Friday's night again.
TEST(Changes, AreFoundWhereTheClockGoesBackOverMidnight) {
  const absl::TimeZone zone = Zone("America/St_Johns");
  const CityCalendar calendar(zone, {});
  const absl::Time sunday = absl::FromCivil(absl::CivilDay(2010, 11, 7), zone);
  const absl::Time back = sunday + absl::Minutes(1);
  Regulation regulation;
  regulation.timetable.frames = {OnWeekdays("zondag", {absl::Weekday::sunday}, "00:00", "12:00")};
  std::vector<absl::Time> changes;
  regulation.AppendChanges(sunday - absl::Hours(2), sunday + absl::Minutes(30), calendar, changes);
  EXPECT_THAT(changes, IsSupersetOf({sunday, back}));

  regulation.timetable.frames = {OnWeekdays("nacht", {absl::Weekday::friday}, "23:45", "23:30")};
  changes.clear();
  regulation.AppendChanges(sunday + absl::Seconds(30), sunday + absl::Minutes(50), calendar,
                           changes);
  EXPECT_THAT(changes, IsSupersetOf({back, back + absl::Minutes(29)}));
}

TEST(TimeFrame, AcceptsKindsAndTypesAndAlwaysTheExempt) {
  const RightTypeCode resident("resident-1");
  const RightTypeCode other("resident-2");
  TimeFrame frame;
  EXPECT_FALSE(frame.Accepts(RightKind::kResident, resident));
  EXPECT_TRUE(frame.Accepts(RightKind::kExempt, other));
  frame.accepted_types = {RightTypeCode("paid"), resident};
  EXPECT_TRUE(frame.Accepts(RightKind::kResident, resident));
  EXPECT_FALSE(frame.Accepts(RightKind::kResident, other));
  frame.accepted_kinds.Add(RightKind::kResident);
  EXPECT_TRUE(frame.Accepts(RightKind::kResident, other));
  EXPECT_FALSE(frame.Accepts(RightKind::kPaid, other));
}

TEST(Restriction, WithoutTypesConcernsAllButTheExempt) {
  const RightTypeCode bus("bus");
  Restriction restriction;
  EXPECT_TRUE(restriction.Concerns(RightKind::kVisitor, RightTypeCode("visitor")));
  EXPECT_FALSE(restriction.Concerns(RightKind::kExempt, bus));
  restriction.right_types = {RightTypeCode("visitor"), bus};
  EXPECT_TRUE(restriction.Concerns(RightKind::kVisitor, RightTypeCode("visitor")));
  EXPECT_FALSE(restriction.Concerns(RightKind::kVisitor, RightTypeCode("resident")));
  EXPECT_TRUE(restriction.Concerns(RightKind::kExempt, bus)) << "named on purpose";
}

TEST(Usage, NamesAreReadBack) {
  std::set<std::string> names;
  for (int value = 1; value <= kUsageCount; ++value) {
    const auto usage = static_cast<Usage>(value);
    EXPECT_EQ(UsageFromName(Name(usage)), usage) << value;
    names.insert(std::string(Name(usage)));
  }
  EXPECT_EQ(names.size(), static_cast<size_t>(kUsageCount));
  EXPECT_EQ(Name(Usage::kTimeLimited), "TIME_LIMITED");
  for (const char* name : {"", "UNSPECIFIED", "paid_parking", "USAGE_ACCESS"}) {
    EXPECT_EQ(UsageFromName(name), std::nullopt) << name;
  }
}

// Random regulations in telling weeks, minute by minute, against an oracle that shares nothing with
// them but the data: it reads the wall clock from its printed form and writes out, day by day, what
// each frame and window holds.

struct Week {
  const char* zone;
  absl::CivilDay first;
  bool clock_changes;
};

std::vector<Week> TellingWeeks() {
  return {
      {"Europe/Brussels", absl::CivilDay(2026, 3, 25), true},
      {"Europe/Brussels", absl::CivilDay(2026, 10, 21), true},
      {"Europe/Brussels", absl::CivilDay(2026, 12, 28), false},  // New Year
      {"Europe/Brussels", absl::CivilDay(2028, 2, 25), false},   // 29 February
      {"Europe/Brussels", absl::CivilDay(2027, 2, 25), false},   // none
      {"UTC", absl::CivilDay(2026, 10, 21), false},
      {"America/St_Johns", absl::CivilDay(2026, 3, 5), true},
      {"America/St_Johns", absl::CivilDay(2026, 10, 29), true},
      {"America/St_Johns", absl::CivilDay(2010, 11, 4), true},    // from 00:01 back to 23:01
      {"Australia/Lord_Howe", absl::CivilDay(2026, 4, 2), true},  // by half an hour
      {"Australia/Lord_Howe", absl::CivilDay(2026, 10, 1), true},
      {"Africa/Casablanca", absl::CivilDay(2024, 3, 8), true},  // winter time for Ramadan
      {"Africa/Casablanca", absl::CivilDay(2024, 4, 11), true},
      {"Africa/Cairo", absl::CivilDay(2024, 4, 23), true},   // midnight does not occur
      {"Africa/Cairo", absl::CivilDay(2024, 10, 29), true},  // midnight occurs after 23:00 twice
      {"Pacific/Apia", absl::CivilDay(2011, 12, 27), true},  // 30 December does not occur
  };
}

constexpr int kMinutesADay = 24 * 60;
constexpr int kDays = 7;
constexpr int kMinutes = kDays * kMinutesADay;
// The oracle writes out three days before and after the week, too.
constexpr int kMargin = 3;
constexpr int kDaysWrittenOut = kDays + 2 * kMargin;
constexpr int kMinutesWrittenOut = kDaysWrittenOut * kMinutesADay;

// Begin of the week, and the wall clock at each of its minutes.
struct WallClock {
  struct Reading {
    int day;  // counted from the first day written out
    int minute;
  };

  explicit WallClock(const Week& week) : zone(Zone(week.zone)), first_day(week.first - kMargin) {
    std::map<std::string, int> day_numbers;
    for (int day = 0; day < kDaysWrittenOut; ++day) {
      day_numbers[absl::FormatCivilTime(first_day + day)] = day;
    }
    begin = absl::FromCivil(week.first, zone);
    for (int minute = 0; minute < kMinutes; ++minute) {
      const std::string text =
          absl::FormatTime("%Y-%m-%d %H:%M", begin + absl::Minutes(minute), zone);
      int hours = 0;
      int minutes = 0;
      EXPECT_TRUE(absl::SimpleAtoi(text.substr(11, 2), &hours));
      EXPECT_TRUE(absl::SimpleAtoi(text.substr(14, 2), &minutes));
      readings.push_back({day_numbers.at(text.substr(0, 10)), hours * 60 + minutes});
    }
  }

  absl::TimeZone zone;
  absl::CivilDay first_day;
  absl::Time begin;
  std::vector<Reading> readings;
};

class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}
  // 0 to below - 1
  int Below(int below) { return static_cast<int>(engine_() % static_cast<uint64_t>(below)); }
  bool OneIn(int n) { return Below(n) == 0; }

  DailyHours AnyHours() {
    // Bounds crowd where clocks change and where days meet.
    static constexpr int kTelling[] = {0,   1,   60,  90,  105,  120,  121,  150,  180,
                                       181, 540, 720, 780, 1140, 1320, 1381, 1410, 1439};
    const auto any = [&] {
      return OneIn(3) ? Below(1440) : kTelling[Below(static_cast<int>(std::size(kTelling)))];
    };
    const int from = any();
    int to = OneIn(8) ? MinuteOfDay::kEndOfDay : any();
    if (to == from) to = from + 1;
    return {MinuteOfDay(from), MinuteOfDay(to)};
  }

  WeekdaySet AnyWeekdays() {
    WeekdaySet weekdays{static_cast<absl::Weekday>(Below(7))};
    for (int day = 0; day < 7; ++day) {
      if (OneIn(2)) weekdays.Add(static_cast<absl::Weekday>(day));
    }
    return weekdays;
  }

  SpecialDayLabel AnyLabel() {
    const SpecialDayLabel* const labels[] = {&kHoliday, &kMarket, &kSchool};
    return *labels[Below(3)];
  }

  // Bounds near the week, so that the season begins or ends in it.
  Season AnySeason(absl::CivilDay around) {
    const absl::CivilDay first = around + Below(kDays + 4) - 2;
    const absl::CivilDay last = around + Below(kDays + 4) - 2;
    return {{first.month(), first.day()}, {last.month(), last.day()}};
  }

  Timetable AnyTimetable(absl::CivilDay around) {
    Timetable timetable;
    for (int count = Below(5); count > 0; --count) {
      TimeFrame frame;
      if (OneIn(3)) {
        frame.special_day = AnyLabel();
      } else {
        frame.weekdays = AnyWeekdays();
      }
      frame.hours = AnyHours();
      if (OneIn(3)) frame.season = AnySeason(around);
      timetable.frames.push_back(frame);
    }
    for (const SpecialDayLabel& label : {kHoliday, kMarket, kSchool}) {
      if (OneIn(4)) continue;
      timetable.special_day_rules.push_back(
          {label, OneIn(2) ? SpecialDayMode::kReplace : SpecialDayMode::kAnd});
    }
    return timetable;
  }

  std::vector<WeeklyWindow> AnyWindows() {
    std::vector<WeeklyWindow> windows;
    for (int count = Below(3); count > 0; --count) windows.push_back({AnyWeekdays(), AnyHours()});
    return windows;
  }

  Interval AnyPeriod(absl::Time begin) {
    // Seconds too: periods are instants, not wall-clock minutes.
    const absl::Time start = begin + absl::Seconds(Below(kMinutes * 60) - 3600);
    return {start, start + absl::Seconds(1 + Below(3 * 24 * 3600))};
  }

  std::vector<SpecialDay> AnySpecialDays(absl::CivilDay first) {
    std::vector<SpecialDay> days;
    for (int count = Below(6); count > 0; --count) {
      days.push_back({first + Below(kDays + 2) - 1, AnyLabel(), "dag"});
    }
    return days;
  }

  Regulation AnyRegulation(absl::CivilDay around, absl::Time begin) {
    Regulation regulation;
    regulation.timetable = AnyTimetable(around);
    for (int count = Below(2); count > 0; --count) {
      regulation.closed_periods.push_back({AnyPeriod(begin), "gesloten"});
    }
    for (int count = Below(3); count > 0; --count) {
      regulation.overlays.push_back({AnyPeriod(begin), "werken", AnyTimetable(around)});
    }
    if (OneIn(2)) regulation.extensions.push_back({ZoneCode("a"), {}, AnyWindows()});
    if (OneIn(2)) regulation.restrictions.push_back({{}, AnyWindows()});
    return regulation;
  }

 private:
  std::mt19937_64 engine_;
};

// What holds at a moment, in a form that can be compared: closed period, overlay and frame by their
// places in their lists (-1: none), and which windows of extensions and restrictions are open.
struct State {
  int closed = -1;
  int overlay = -1;
  int frame = -1;
  std::vector<bool> open;
  friend bool operator==(const State&, const State&) = default;
};

template <typename T>
int PlaceOf(const T* item, const std::vector<T>& list) {
  return item == nullptr ? -1 : static_cast<int>(item - list.data());
}

State StateAt(const Regulation& regulation, absl::Time t, const CityCalendar& calendar) {
  const RuleInForce rule = regulation.At(t, calendar);
  State state;
  state.closed = PlaceOf(rule.closed, regulation.closed_periods);
  state.overlay = PlaceOf(rule.overlay, regulation.overlays);
  state.frame = PlaceOf(rule.frame, rule.overlay == nullptr ? regulation.timetable.frames
                                                            : rule.overlay->timetable.frames);
  const LocalMoment moment = ToLocal(t, calendar.zone());
  for (const ValidityExtension& extension : regulation.extensions) {
    state.open.push_back(OpenAt(extension.windows, moment));
  }
  for (const Restriction& restriction : regulation.restrictions) {
    state.open.push_back(OpenAt(restriction.windows, moment));
  }
  return state;
}

class Oracle {
 public:
  Oracle(const Regulation& regulation, const std::vector<SpecialDay>& special_days,
         const WallClock& wall)
      : regulation_(regulation), special_days_(special_days), wall_(wall) {
    frames_.push_back(WriteOut(regulation.timetable));
    for (const Overlay& overlay : regulation.overlays) {
      frames_.push_back(WriteOut(overlay.timetable));
    }
    for (const auto& extension : regulation.extensions)
      windows_.push_back(Write(extension.windows));
    for (const auto& restriction : regulation.restrictions) {
      windows_.push_back(Write(restriction.windows));
    }
  }

  State AtMinute(int minute) const {
    const absl::Time t = wall_.begin + absl::Minutes(minute);
    const WallClock::Reading reading = wall_.readings[static_cast<size_t>(minute)];
    State state;
    state.closed = FirstPeriod(regulation_.closed_periods, t);
    state.overlay = FirstPeriod(regulation_.overlays, t);
    const int timetable = state.overlay + 1;
    state.frame = Read(frames_[static_cast<size_t>(timetable)], reading);
    for (const Grid& grid : windows_) state.open.push_back(Read(grid, reading) >= 0);
    return state;
  }

 private:
  // For each minute of each day written out: the first frame that holds, or -1.
  using Grid = std::vector<int>;

  static int Read(const Grid& grid, WallClock::Reading reading) {
    const int cell = reading.day * kMinutesADay + reading.minute;
    return grid[static_cast<size_t>(cell)];
  }

  template <typename Period>
  static int FirstPeriod(const std::vector<Period>& periods, absl::Time t) {
    for (size_t i = 0; i < periods.size(); ++i) {
      if (!(t < periods[i].period.start) && t < periods[i].period.end) return static_cast<int>(i);
    }
    return -1;
  }

  static Grid EmptyGrid() { return Grid(static_cast<size_t>(kMinutesWrittenOut), -1); }

  static void Fill(Grid& grid, int day, const DailyHours& hours, int value) {
    const int from = day * kMinutesADay + hours.from.minutes();
    int to = day * kMinutesADay + hours.to.minutes();
    if (to <= from) to += kMinutesADay;
    for (int i = from; i < std::min(to, kMinutesWrittenOut); ++i) {
      int& cell = grid[static_cast<size_t>(i)];
      if (cell < 0 || value < cell) cell = value;
    }
  }

  // "1" (Monday) to "7", as the wall calendar prints it.
  std::string WeekdayOf(int day) const {
    return absl::FormatTime("%u", absl::FromCivil(wall_.first_day + day, absl::UTCTimeZone()),
                            absl::UTCTimeZone());
  }

  bool IsOn(const WeekdaySet& weekdays, int day) const {
    return weekdays.Contains(static_cast<absl::Weekday>(WeekdayOf(day)[0] - '1'));
  }

  std::set<std::string> LabelsOf(int day) const {
    std::set<std::string> labels;
    for (const SpecialDay& special : special_days_) {
      if (special.date == wall_.first_day + day) labels.insert(special.label.value());
    }
    return labels;
  }

  static bool IsIn(const Season& season, absl::CivilDay day) {
    const int date = day.month() * 100 + day.day();
    const int first = season.first.month * 100 + season.first.day;
    const int last = season.last.month * 100 + season.last.day;
    return first <= last ? date >= first && date <= last : date >= first || date <= last;
  }

  bool Starts(const TimeFrame& frame, const Timetable& timetable, int day) const {
    if (frame.season && !IsIn(*frame.season, wall_.first_day + day)) return false;
    const std::set<std::string> labels = LabelsOf(day);
    bool replaced = false;
    bool named = false;
    for (const SpecialDayRule& rule : timetable.special_day_rules) {
      if (labels.count(rule.special_day.value()) == 0) continue;
      replaced = replaced || rule.mode == SpecialDayMode::kReplace;
      named = named || (frame.special_day && rule.special_day == *frame.special_day);
    }
    return frame.special_day ? named : IsOn(frame.weekdays, day) && !replaced;
  }

  Grid WriteOut(const Timetable& timetable) const {
    Grid grid = EmptyGrid();
    for (int day = 0; day < kDaysWrittenOut; ++day) {
      for (size_t i = 0; i < timetable.frames.size(); ++i) {
        const TimeFrame& frame = timetable.frames[i];
        if (Starts(frame, timetable, day)) Fill(grid, day, frame.hours, static_cast<int>(i));
      }
    }
    return grid;
  }

  Grid Write(const std::vector<WeeklyWindow>& windows) const {
    Grid grid = EmptyGrid();
    if (windows.empty()) std::fill(grid.begin(), grid.end(), 0);
    for (int day = 0; day < kDaysWrittenOut; ++day) {
      for (const WeeklyWindow& window : windows) {
        if (IsOn(window.weekdays, day)) Fill(grid, day, window.hours, 0);
      }
    }
    return grid;
  }

  const Regulation& regulation_;
  const std::vector<SpecialDay>& special_days_;
  const WallClock& wall_;
  std::vector<Grid> frames_;  // the zone's own, then one an overlay
  std::vector<Grid> windows_;
};

// (after, until] falls into pieces by the changes, and nothing changes within a piece. `state_at`
// gives what holds; asked at every minute and on both sides of every change.
template <typename StateOf>
::testing::AssertionResult ChangesAreAll(std::vector<absl::Time> changes, absl::Time after,
                                         absl::Time until, StateOf state_at) {
  std::sort(changes.begin(), changes.end());
  changes.erase(std::unique(changes.begin(), changes.end()), changes.end());
  auto held = state_at(after);
  size_t next = 0;
  const auto expect_held = [&](absl::Time t) { return state_at(t) == held; };
  for (absl::Time minute = after;; minute += absl::Minutes(1)) {
    const absl::Time t = std::min(minute, until);
    for (; next < changes.size() && changes[next] <= t; ++next) {
      if (changes[next] <= after || changes[next] > until) {
        return ::testing::AssertionFailure() << "outside the span: " << changes[next];
      }
      if (!expect_held(changes[next] - absl::Nanoseconds(1))) {
        return ::testing::AssertionFailure() << "a change is missing before " << changes[next];
      }
      held = state_at(changes[next]);
    }
    if (!expect_held(t)) return ::testing::AssertionFailure() << "a change is missing before " << t;
    if (t == until) break;
  }
  if (next != changes.size()) {
    return ::testing::AssertionFailure() << "after the span: " << changes[next];
  }
  return ::testing::AssertionSuccess();
}

class InTellingWeeks : public ::testing::TestWithParam<size_t> {
 protected:
  const Week week_ = TellingWeeks()[GetParam()];
  const WallClock wall_{week_};
  Random random_{GetParam() + 1};
};

constexpr int kRegulationsAWeek = 20;

TEST_P(InTellingWeeks, TheClockIsAsTheTableSays) {
  absl::TimeZone::CivilTransition transition;
  const bool changes = wall_.zone.NextTransition(wall_.begin, &transition) &&
                       wall_.zone.At(transition.to).trans < wall_.begin + absl::Minutes(kMinutes);
  EXPECT_EQ(changes, week_.clock_changes);
}

TEST_P(InTellingWeeks, AtAgreesWithTheOracleAtEveryMinute) {
  int minutes_with_frame = 0;
  for (int round = 0; round < kRegulationsAWeek; ++round) {
    const Regulation regulation = random_.AnyRegulation(week_.first, wall_.begin);
    const std::vector<SpecialDay> days = random_.AnySpecialDays(week_.first);
    const CityCalendar calendar(wall_.zone, days);
    const Oracle oracle(regulation, days, wall_);
    for (int minute = 0; minute < kMinutes; ++minute) {
      const State expected = oracle.AtMinute(minute);
      const absl::Time t = wall_.begin + absl::Minutes(minute);
      ASSERT_EQ(StateAt(regulation, t, calendar), expected)
          << "round " << round << " at " << absl::FormatTime(t, wall_.zone);
      minutes_with_frame += expected.frame >= 0 ? 1 : 0;
    }
  }
  EXPECT_GT(minutes_with_frame, kMinutes);
}

TEST_P(InTellingWeeks, EveryChangeIsGivenAndNoneOutside) {
  for (int round = 0; round < kRegulationsAWeek; ++round) {
    const Regulation regulation = random_.AnyRegulation(week_.first, wall_.begin);
    const CityCalendar calendar(wall_.zone, random_.AnySpecialDays(week_.first));
    // The week as a whole, and spans that begin and end anywhere in it.
    absl::Time after = wall_.begin;
    absl::Time until = wall_.begin + absl::Minutes(kMinutes);
    for (int span = 0; span < 3; ++span) {
      std::vector<absl::Time> changes;
      regulation.AppendChanges(after, until, calendar, changes);
      ASSERT_TRUE(ChangesAreAll(changes, after, until,
                                [&](absl::Time t) { return StateAt(regulation, t, calendar); }))
          << "round " << round << " after " << after << " until " << until;
      after =
          wall_.begin + absl::Milliseconds(1000 * random_.Below(kMinutes * 60) + random_.Below(2));
      until = after + absl::Seconds(random_.Below(36 * 3600));
    }
  }
}

TEST_P(InTellingWeeks, EveryChangeOfWindowsIsGivenAndNoneOutside) {
  for (int round = 0; round < kRegulationsAWeek; ++round) {
    const std::vector<WeeklyWindow> windows = random_.AnyWindows();
    const absl::Time after = wall_.begin + absl::Seconds(random_.Below(kMinutes * 30));
    const absl::Time until = after + absl::Seconds(random_.Below(kMinutes * 30));
    std::vector<absl::Time> changes;
    AppendWindowChanges(windows, after, until, wall_.zone, changes);
    ASSERT_TRUE(
        ChangesAreAll(changes, after, until,
                      [&](absl::Time t) { return OpenAt(windows, ToLocal(t, wall_.zone)); }))
        << "round " << round << " after " << after << " until " << until;
  }
}

// "America_St_Johns_2010_11_04"
std::string WeekInWords(const ::testing::TestParamInfo<size_t>& param) {
  const Week week = TellingWeeks()[param.param];
  std::string name = absl::StrCat(week.zone, "_", absl::FormatCivilTime(week.first));
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '/' || c == '-'; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Weeks, InTellingWeeks, ::testing::Range(size_t{0}, TellingWeeks().size()),
                         WeekInWords);

}  // namespace
}  // namespace stadspoort::domain
