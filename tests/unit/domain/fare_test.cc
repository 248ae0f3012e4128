#include "services/domain/fare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/domain/limits.h"
#include "services/domain/refusal.h"

namespace stadspoort::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const WeekdaySet kMondayToSaturday{absl::Weekday::monday,    absl::Weekday::tuesday,
                                   absl::Weekday::wednesday, absl::Weekday::thursday,
                                   absl::Weekday::friday,    absl::Weekday::saturday};
const WeekdaySet kEveryDay{absl::Weekday::monday,    absl::Weekday::tuesday,
                           absl::Weekday::wednesday, absl::Weekday::thursday,
                           absl::Weekday::friday,    absl::Weekday::saturday,
                           absl::Weekday::sunday};

absl::TimeZone Brussels() {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone("Europe/Brussels", &zone));
  return zone;
}

// In 2026.
absl::Time At(int month, int day, int hour, int minute = 0, int second = 0) {
  return absl::FromCivil(absl::CivilSecond(2026, month, day, hour, minute, second), Brussels());
}

FarePart PerStep(int64_t price_cents, absl::Duration step, int64_t cap_cents = 0,
                 std::optional<absl::Duration> applies_for = std::nullopt) {
  return {applies_for, price_cents, step, cap_cents};
}

FarePart InAll(int64_t price_cents, std::optional<absl::Duration> applies_for = std::nullopt) {
  return {applies_for, price_cents, std::nullopt, 0};
}

TimeFrame Frame(const char* code, WeekdaySet weekdays, const char* from, const char* to,
                std::vector<FarePart> parts) {
  TimeFrame frame;
  frame.code = code;
  frame.weekdays = weekdays;
  frame.hours = {*MinuteOfDay::Parse(from), *MinuteOfDay::Parse(to)};
  frame.fare_parts = std::move(parts);
  return frame;
}

// By day, Monday to Saturday.
TimeFrame Day(std::vector<FarePart> parts) {
  return Frame("dag", kMondayToSaturday, "09:00", "19:00", std::move(parts));
}

ZoneVersion Zone(std::vector<TimeFrame> frames) {
  ZoneVersion version;
  version.code = ZoneCode("rood");
  version.version = 1;
  version.regulation.timetable.frames = std::move(frames);
  return version;
}

Fare Due(const std::vector<ZoneVersion>& versions, const Interval& term,
         const std::vector<SpecialDay>& days = {}) {
  std::vector<const ZoneVersion*> pointers;
  for (const ZoneVersion& version : versions) {
    EXPECT_THAT(Validate(version.regulation), IsEmpty());
    pointers.push_back(&version);
  }
  const absl::StatusOr<Fare> fare = FareOf(pointers, CityCalendar(Brussels(), days), term);
  EXPECT_TRUE(fare.ok()) << fare.status();
  return fare.value_or(Fare());
}

// In a zone whose days cost this, on Monday 2 March from nine.
Fare DueFor(std::vector<FarePart> parts, absl::Duration stay) {
  return Due({Zone({Day(std::move(parts))})}, {At(3, 2, 9), At(3, 2, 9) + stay});
}

TEST(FareOf, BreaksDownWhatIsDue) {
  const Fare fare =
      DueFor({PerStep(50, absl::Minutes(15), 0, absl::Hours(1)), PerStep(80, absl::Minutes(15))},
             absl::Minutes(80));
  FareLine line;
  line.zone_version = 1;
  line.frame = "dag";
  line.day = absl::CivilDay(2026, 3, 2);
  line.period = {At(3, 2, 9), At(3, 2, 10, 20)};
  line.paid = absl::Minutes(80);
  line.parts = {{0, absl::Hours(1), 4, 50, 200, false}, {1, absl::Minutes(20), 2, 80, 160, false}};
  line.amount_cents = 360;
  EXPECT_EQ(fare, (Fare{{line}, 360, {}}));
}

TEST(FareOf, EveryStartedStepIsDue) {
  const std::vector<FarePart> parts = {PerStep(50, absl::Minutes(15))};
  EXPECT_EQ(DueFor(parts, absl::Nanoseconds(1)).total_cents, 50);
  EXPECT_EQ(DueFor(parts, absl::Minutes(15)).total_cents, 50);
  EXPECT_EQ(DueFor(parts, absl::Minutes(15) + absl::Nanoseconds(1)).total_cents, 100);
  EXPECT_EQ(DueFor(parts, absl::Minutes(15) + absl::Seconds(1)).total_cents, 100);
  EXPECT_EQ(DueFor(parts, absl::Hours(10)).total_cents, 2000);
}

TEST(FareOf, StepsBeginWithTheStay) {
  const std::vector<ZoneVersion> zone = {Zone({Day({PerStep(50, absl::Minutes(15))})})};
  EXPECT_EQ(Due(zone, {At(3, 2, 9, 7), At(3, 2, 9, 22)}).total_cents, 50);
  EXPECT_EQ(Due(zone, {At(3, 2, 9, 7), At(3, 2, 9, 23)}).total_cents, 100);
}

TEST(FareOf, PartsFollowEachOther) {
  const std::vector<FarePart> parts = {InAll(0, absl::Minutes(30)),
                                       PerStep(100, absl::Minutes(30), 0, absl::Hours(1)),
                                       InAll(400, absl::Hours(2))};
  EXPECT_EQ(DueFor(parts, absl::Minutes(30)).total_cents, 0);
  EXPECT_EQ(DueFor(parts, absl::Minutes(31)).total_cents, 100);
  EXPECT_EQ(DueFor(parts, absl::Minutes(90)).total_cents, 200);
  EXPECT_EQ(DueFor(parts, absl::Minutes(91)).total_cents, 600);
  // After the last part nothing more is due, and it is not in any part.
  const Fare longest = DueFor(parts, absl::Hours(8));
  EXPECT_EQ(longest.total_cents, 600);
  ASSERT_THAT(longest.lines, SizeIs(1));
  EXPECT_EQ(longest.lines[0].paid, absl::Hours(8));
  ASSERT_THAT(longest.lines[0].parts, SizeIs(3));
  EXPECT_EQ(longest.lines[0].parts[2].paid, absl::Hours(2));
}

TEST(FareOf, AStepThatItsPartCutsShortIsDueInFull) {
  const std::vector<FarePart> parts = {PerStep(50, absl::Minutes(25), 0, absl::Hours(1)),
                                       PerStep(80, absl::Minutes(15))};
  EXPECT_EQ(DueFor(parts, absl::Hours(1)).total_cents, 150);
  EXPECT_EQ(DueFor(parts, absl::Minutes(75)).total_cents, 230);
  EXPECT_EQ(DueFor(parts, absl::Minutes(76)).total_cents, 310);
}

TEST(FareOf, ACapIsTheMostThatAPartCosts) {
  const std::vector<FarePart> parts = {PerStep(100, absl::Hours(1), 250, absl::Hours(5)),
                                       PerStep(100, absl::Hours(1))};
  const auto first_part = [&](absl::Duration stay) {
    return DueFor(parts, stay).lines[0].parts[0];
  };
  EXPECT_EQ(first_part(absl::Hours(2)), (FarePartLine{0, absl::Hours(2), 2, 100, 200, false}));
  EXPECT_EQ(first_part(absl::Hours(3)), (FarePartLine{0, absl::Hours(3), 3, 100, 250, true}));
  EXPECT_EQ(DueFor(parts, absl::Hours(6)).total_cents, 350) << "the part behind has no cap";
  // A cap that is just reached takes nothing away.
  EXPECT_FALSE(
      DueFor({PerStep(100, absl::Hours(1), 300)}, absl::Hours(3)).lines[0].parts[0].capped);
  EXPECT_EQ(DueFor({{std::nullopt, 400, std::nullopt, 300}}, absl::Hours(3)).total_cents, 300);
}

TEST(FareOf, ADayTicketIsDueOnceADay) {
  const std::vector<ZoneVersion> zone = {Zone({Day({InAll(400)})})};
  EXPECT_EQ(Due(zone, {At(3, 2, 9), At(3, 2, 9, 0, 1)}).total_cents, 400);
  EXPECT_EQ(Due(zone, {At(3, 2, 9), At(3, 2, 24)}).total_cents, 400);
  EXPECT_EQ(Due(zone, {At(3, 2, 9), At(3, 3, 9)}).total_cents, 400) << "ends as Tuesday begins";
  EXPECT_EQ(Due(zone, {At(3, 2, 9), At(3, 3, 9, 0, 1)}).total_cents, 800);
  EXPECT_EQ(Due(zone, {At(3, 2, 0), At(3, 9, 0)}).total_cents, 2400) << "not on Sunday";
}

TEST(FareOf, WithoutPartsAFrameIsFree) {
  const Fare fare = DueFor({}, absl::Hours(3));
  EXPECT_EQ(fare.total_cents, 0);
  ASSERT_THAT(fare.lines, SizeIs(1));
  EXPECT_THAT(fare.lines[0].parts, IsEmpty());
  EXPECT_THAT(fare.remarks, IsEmpty());
}

TEST(FareOf, OutsideEveryFrameNothingIsDue) {
  const std::vector<ZoneVersion> zone = {Zone({Day({PerStep(100, absl::Hours(1))})})};
  EXPECT_EQ(Due(zone, {At(3, 2, 18), At(3, 3, 8)}).total_cents, 100);
  EXPECT_EQ(Due(zone, {At(3, 2, 8), At(3, 2, 10)}).total_cents, 100);
  EXPECT_EQ(Due(zone, {At(3, 2, 19), At(3, 3, 9)}), (Fare{{}, 0, {FareRemark::kNothingRequired}}));
  EXPECT_EQ(Due({Zone({})}, {At(3, 2, 8), At(3, 2, 10)}),
            (Fare{{}, 0, {FareRemark::kNothingRequired}}));
}

TEST(FareOf, ANightIsOneOccurrence) {
  const std::vector<ZoneVersion> zone = {Zone({Frame(
      "nacht", {absl::Weekday::friday}, "22:00", "04:00", {PerStep(100, absl::Hours(1), 350)})})};
  const Fare night = Due(zone, {At(3, 6, 20), At(3, 7, 20)});
  EXPECT_EQ(night.total_cents, 350);
  ASSERT_THAT(night.lines, SizeIs(1));
  EXPECT_EQ(night.lines[0].period, (Interval{At(3, 6, 22), At(3, 7, 4)}));
  const Fare morning = Due(zone, {At(3, 7, 2), At(3, 7, 20)});
  EXPECT_EQ(morning.total_cents, 200);
  EXPECT_EQ(morning.lines.at(0).day, absl::CivilDay(2026, 3, 6));
  EXPECT_EQ(Due(zone, {At(3, 6, 2), At(3, 6, 20)}).total_cents, 0) << "Thursday's night is free";
}

TEST(FareOf, FramesThatAdjoinAreOccurrencesOfTheirOwn) {
  const std::vector<ZoneVersion> zone = {
      Zone({Day({PerStep(100, absl::Hours(1))}),
            Frame("avond", kMondayToSaturday, "19:00", "23:00", {PerStep(50, absl::Hours(1))})})};
  const Fare fare = Due(zone, {At(3, 2, 18, 30), At(3, 2, 19, 30)});
  ASSERT_THAT(fare.lines, SizeIs(2));
  EXPECT_EQ(fare.lines[0].frame, "dag");
  EXPECT_EQ(fare.lines[1].frame, "avond");
  EXPECT_EQ(fare.total_cents, 150);
}

TEST(FareOf, TimeIsCountedAsItPasses) {
  const std::vector<ZoneVersion> zone = {
      Zone({Frame("altijd", kEveryDay, "00:00", "24:00", {PerStep(100, absl::Hours(1))})})};
  EXPECT_EQ(Due(zone, {At(3, 29, 0), At(3, 29, 24)}).total_cents, 2300);
  EXPECT_EQ(Due(zone, {At(3, 29, 1), At(3, 29, 4)}).total_cents, 200);
  EXPECT_EQ(Due(zone, {At(10, 25, 0), At(10, 25, 24)}).total_cents, 2500);
  EXPECT_EQ(Due(zone, {At(10, 25, 1), At(10, 25, 4)}).total_cents, 400);
  EXPECT_EQ(Due(zone, {At(3, 28, 0), At(3, 28, 24)}).total_cents, 2400);
}

// From one to half past two, on the night on which that comes twice: the clock shows the first
// half past two, is set back half an hour later, and shows the hours again.
TEST(FareOf, AnOccurrenceMayHoldTwice) {
  const std::vector<ZoneVersion> zone = {Zone({Frame(
      "vroeg", kEveryDay, "01:00", "02:30",
      {PerStep(100, absl::Minutes(30), 0, absl::Hours(1)), PerStep(10, absl::Minutes(30))})})};
  const absl::Time set_back = At(10, 25, 3) - absl::Hours(1);
  const Fare fare = Due(zone, {At(10, 25, 0), At(10, 25, 6)});
  ASSERT_THAT(fare.lines, SizeIs(1));
  EXPECT_EQ(fare.lines[0].period, (Interval{At(10, 25, 1), set_back + absl::Minutes(30)}));
  EXPECT_EQ(fare.lines[0].paid, absl::Hours(2));
  EXPECT_EQ(fare.total_cents, 220);
  EXPECT_THAT(Due(zone, {set_back - absl::Minutes(30), set_back}).lines, IsEmpty());
  // And the hours that the clock skips in spring.
  const std::vector<ZoneVersion> skipped = {
      Zone({Frame("uur", kEveryDay, "02:00", "03:00", {InAll(100)})})};
  EXPECT_THAT(Due(skipped, {At(3, 29, 0), At(3, 29, 24)}).lines, IsEmpty());
  EXPECT_THAT(Due(skipped, {At(3, 28, 0), At(3, 31, 0)}).lines, SizeIs(2));
}

// In Saint John's, in 2010, the clock went from a minute past midnight back into the day before.
TEST(FareOf, TheDayBeforeMayComeAgain) {
  absl::TimeZone zone;
  ASSERT_TRUE(absl::LoadTimeZone("America/St_Johns", &zone));
  const CityCalendar calendar(zone, {});
  const absl::Time midnight = zone.At(absl::CivilSecond(2010, 11, 7)).pre;
  ASSERT_EQ(zone.At(midnight + absl::Minutes(1)).cs, absl::CivilSecond(2010, 11, 6, 23, 1, 0));
  // What began two days before the day on which the stay does.
  const ZoneVersion night = Zone({Frame("nacht", kEveryDay, "23:30", "23:20", {InAll(100)})});
  const absl::StatusOr<Fare> twice =
      FareOf({&night}, calendar, {midnight + absl::Seconds(30), midnight + absl::Minutes(10)});
  ASSERT_TRUE(twice.ok());
  ASSERT_THAT(twice->lines, SizeIs(2));
  EXPECT_EQ(twice->lines[0].day, absl::CivilDay(2010, 11, 6));
  EXPECT_EQ(twice->lines[1].day, absl::CivilDay(2010, 11, 5));
  // What began on the day after the one on which the stay ends.
  const ZoneVersion morning = Zone({Frame("vroeg", kEveryDay, "00:00", "00:30", {InAll(100)})});
  const absl::StatusOr<Fare> early =
      FareOf({&morning}, calendar, {midnight - absl::Minutes(5), midnight + absl::Minutes(10)});
  ASSERT_TRUE(early.ok());
  ASSERT_THAT(early->lines, SizeIs(1));
  EXPECT_EQ(early->lines[0].day, absl::CivilDay(2010, 11, 7));
  EXPECT_EQ(early->lines[0].paid, absl::Minutes(1));
}

TEST(FareOf, ALeapDayIsADay) {
  const std::vector<ZoneVersion> zone = {
      Zone({Frame("altijd", kEveryDay, "00:00", "24:00", {InAll(100)})})};
  const auto days = [&](int year) {
    const absl::CivilDay first(year, 2, 28);
    return Due(zone, {absl::FromCivil(first, Brussels()),
                      absl::FromCivil(absl::CivilDay(year, 3, 2), Brussels())})
        .total_cents;
  };
  EXPECT_EQ(days(2027), 200);
  EXPECT_EQ(days(2028), 300);
}

TEST(FareOf, SpecialDaysHaveFaresOfTheirOwn) {
  const SpecialDayLabel holiday("HOLIDAY");
  ZoneVersion zone = Zone(
      {Day({PerStep(100, absl::Hours(1))}), Frame("feestdag", {}, "13:00", "18:00", {InAll(250)})});
  zone.regulation.timetable.frames[1].special_day = holiday;
  zone.regulation.timetable.special_day_rules = {{holiday, SpecialDayMode::kReplace}};
  const Interval labour_day{At(5, 1, 8), At(5, 1, 20)};
  EXPECT_EQ(Due({zone}, labour_day, {{absl::CivilDay(2026, 5, 1), holiday, ""}}).total_cents, 250);
  EXPECT_EQ(Due({zone}, labour_day).total_cents, 1000);
}

TEST(FareOf, TheClockStandsStillInAClosedPeriod) {
  ZoneVersion zone =
      Zone({Day({PerStep(100, absl::Hours(1), 0, absl::Hours(2)), PerStep(10, absl::Hours(1))})});
  zone.regulation.closed_periods = {{{At(3, 2, 10), At(3, 2, 14)}, "stoet"},
                                    {{At(3, 2, 13), At(3, 2, 15)}, "kuis"}};
  const Fare fare = Due({zone}, {At(3, 2, 9, 30), At(3, 2, 16)});
  ASSERT_THAT(fare.lines, SizeIs(1));
  EXPECT_EQ(fare.lines[0].period, (Interval{At(3, 2, 9, 30), At(3, 2, 16)}));
  EXPECT_EQ(fare.lines[0].paid, absl::Minutes(90));
  EXPECT_EQ(fare.total_cents, 200);
  EXPECT_EQ(Due({zone}, {At(3, 2, 9, 30), At(3, 2, 17)}).total_cents, 210);
  EXPECT_EQ(Due({zone}, {At(3, 2, 10), At(3, 2, 15)}),
            (Fare{{}, 0, {FareRemark::kNothingRequired}}));
}

TEST(FareOf, AnOverlayHasOccurrencesOfItsOwn) {
  ZoneVersion zone =
      Zone({Day({PerStep(100, absl::Hours(1), 0, absl::Hours(2)), PerStep(10, absl::Hours(1))})});
  zone.regulation.overlays = {{{At(3, 2, 11), At(3, 2, 13)},
                               "markt",
                               {{Frame("markt", kEveryDay, "06:00", "20:00", {InAll(500)})}, {}}},
                              {{At(3, 2, 14), At(3, 2, 15)}, "werken", {}}};
  const Fare fare = Due({zone}, {At(3, 2, 9), At(3, 2, 16)});
  ASSERT_THAT(fare.lines, SizeIs(2));
  EXPECT_EQ(fare.lines[0].frame, "dag");
  EXPECT_EQ(fare.lines[0].period, (Interval{At(3, 2, 9), At(3, 2, 16)}));
  // Four hours by day, of which the third and fourth are the cheaper ones.
  EXPECT_EQ(fare.lines[0].amount_cents, 220);
  EXPECT_EQ(fare.lines[1].frame, "markt");
  EXPECT_EQ(fare.lines[1].period, (Interval{At(3, 2, 11), At(3, 2, 13)}));
  EXPECT_EQ(fare.total_cents, 720);
}

TEST(FareOf, AnotherVersionHasOccurrencesOfItsOwn) {
  ZoneVersion before = Zone({Day({InAll(400)})});
  ZoneVersion after = Zone({Day({InAll(300)})});
  before.in_force.end = At(3, 2, 12);
  after.in_force.start = At(3, 2, 12);
  after.version = 2;
  const Fare fare = Due({after, before}, {At(3, 2, 9), At(3, 2, 14)});
  EXPECT_EQ(fare.total_cents, 700);
  ASSERT_THAT(fare.lines, SizeIs(2));
  EXPECT_EQ(fare.lines[0].zone_version, 1);
  EXPECT_EQ(fare.lines[0].period.end, At(3, 2, 12));
  EXPECT_EQ(fare.lines[1].zone_version, 2);
  EXPECT_THAT(fare.remarks, IsEmpty());
  EXPECT_EQ(Due({after, before}, {At(3, 2, 9), At(3, 2, 12)}).total_cents, 400);
}

TEST(FareOf, WhereNoVersionHoldsNothingIsDue) {
  ZoneVersion zone = Zone({Day({PerStep(100, absl::Hours(1))})});
  zone.in_force = {At(3, 2, 12), At(3, 2, 14)};
  const Fare around = Due({zone}, {At(3, 2, 9), At(3, 2, 19)});
  EXPECT_EQ(around.total_cents, 200);
  EXPECT_THAT(around.remarks, ElementsAre(FareRemark::kZoneNotInForce));
  EXPECT_THAT(Due({zone}, {At(3, 2, 12), At(3, 2, 14)}).remarks, IsEmpty());
  const auto both = ElementsAre(FareRemark::kNothingRequired, FareRemark::kZoneNotInForce);
  EXPECT_THAT(Due({zone}, {At(3, 2, 9), At(3, 2, 12)}).remarks, both);
  EXPECT_THAT(Due({}, {At(3, 2, 9), At(3, 2, 12)}).remarks, both);
}

TEST(FareOf, TellsWhenTheLongestStayIsExceeded) {
  ZoneVersion zone = Zone({Day({PerStep(100, absl::Hours(1))})});
  zone.regulation.timetable.frames[0].max_stay = absl::Hours(3);
  EXPECT_THAT(Due({zone}, {At(3, 2, 9), At(3, 2, 12)}).remarks, IsEmpty());
  const Fare longer = Due({zone}, {At(3, 2, 9), At(3, 2, 12, 0, 1)});
  EXPECT_THAT(longer.remarks, ElementsAre(FareRemark::kMaxStayExceeded));
  EXPECT_EQ(longer.total_cents, 400) << "what is due is due all the same";
  // Two hours on one day and two on the next.
  EXPECT_THAT(Due({zone}, {At(3, 2, 17), At(3, 3, 11)}).remarks, IsEmpty());
}

TEST(FareOf, AnEmptyTermCostsNothing) {
  const std::vector<ZoneVersion> zone = {Zone({Day({InAll(400)})})};
  EXPECT_EQ(Due(zone, {At(3, 2, 9), At(3, 2, 9)}), Fare());
  EXPECT_EQ(Due(zone, {At(3, 2, 10), At(3, 2, 9)}), Fare());
}

TEST(FareOf, RefusesTermsWithoutBounds) {
  const ZoneVersion zone = Zone({Day({InAll(400)})});
  const CityCalendar calendar(Brussels(), {});
  for (const Interval& term :
       {Interval{At(3, 2, 9), absl::InfiniteFuture()}, Interval{absl::InfinitePast(), At(3, 2, 9)},
        Interval{},
        Interval{At(3, 2, 9), At(3, 2, 9) + limits::kRightMaxDuration + absl::Nanoseconds(1)}}) {
    const absl::Status refused = FareOf({&zone}, calendar, term).status();
    EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
    ASSERT_TRUE(DetailsOf(refused));
    EXPECT_EQ(DetailsOf(refused)->violations.at(0).field, "term");
  }
}

TEST(FareOf, CountsTenYears) {
  const std::vector<ZoneVersion> zone = {Zone({Day({InAll(400)})})};
  const Interval term{At(1, 1, 0), At(1, 1, 0) + limits::kRightMaxDuration};
  const absl::CivilDay last(Brussels().At(term.end).cs);
  int64_t days = 0;
  for (absl::CivilDay day(2026, 1, 1); day < last; ++day) {
    days += absl::GetWeekday(day) == absl::Weekday::sunday ? 0 : 1;
  }
  const Fare fare = Due(zone, term);
  EXPECT_THAT(fare.lines, SizeIs(static_cast<size_t>(days)));
  EXPECT_EQ(fare.total_cents, 400 * days);
}

// The dearest fare that a regulation may hold, for as long as a right may last.
TEST(FareOf, CountsWhatTenYearsMayCost) {
  std::vector<FarePart> parts(
      limits::kFareMaxParts,
      PerStep(limits::kFarePriceMaxCents, absl::Minutes(1), 0, absl::Minutes(1)));
  parts.back().applies_for = std::nullopt;
  const std::vector<ZoneVersion> zone = {
      Zone({Frame("altijd", kEveryDay, "00:00", "24:00", std::move(parts))})};
  const Interval term{At(1, 1, 0), At(1, 1, 0) + limits::kRightMaxDuration};
  EXPECT_EQ(Due(zone, term).total_cents,
            absl::ToInt64Minutes(limits::kRightMaxDuration) * limits::kFarePriceMaxCents);
}

TEST(FareOf, RefusesAFareThatIsNone) {
  const CityCalendar calendar(Brussels(), {});
  const auto refusal = [&](const FarePart& part, int days = 1) {
    const ZoneVersion zone = Zone({Frame("altijd", kEveryDay, "00:00", "24:00", {part})});
    return FareOf({&zone}, calendar, {At(3, 2, 0), At(3, 2 + days, 0)}).status();
  };
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  for (const FarePart& part : {PerStep(50, absl::ZeroDuration()), PerStep(50, absl::Minutes(-1)),
                               PerStep(-50, absl::Hours(1)), PerStep(50, absl::Hours(1), -1),
                               PerStep(kMost / 23, absl::Hours(1))}) {
    EXPECT_EQ(refusal(part).code(), absl::StatusCode::kInternal);
    EXPECT_THAT(std::string(refusal(part).message()), HasSubstr("frame altijd of zone rood"));
  }
  EXPECT_TRUE(refusal(InAll(kMost)).ok());
  EXPECT_EQ(refusal(InAll(kMost), 2).code(), absl::StatusCode::kInternal) << "two days";
}

TEST(IsDearer, MoreIsDearerAndAsMuchIsNot) {
  const auto costs = [](int64_t cents) { return Fare{{}, cents, {}}; };
  EXPECT_TRUE(IsDearer(costs(301), costs(300)));
  EXPECT_FALSE(IsDearer(costs(300), costs(300)));
  EXPECT_FALSE(IsDearer(costs(299), costs(300)));
}

TEST(FareRemark, HasAName) {
  for (int i = 1; i <= kFareRemarkCount; ++i) {
    const auto remark = static_cast<FareRemark>(i);
    EXPECT_EQ(FareRemarkFromName(Name(remark)), remark);
  }
  EXPECT_EQ(Name(FareRemark::kMaxStayExceeded), "MAX_STAY_EXCEEDED");
  EXPECT_EQ(FareRemarkFromName("ZONE"), std::nullopt);
}

}  // namespace
}  // namespace stadspoort::domain
