#include "services/domain/permit_term.h"

#include <gtest/gtest.h>

namespace stadspoort::domain {
namespace {

using Day = absl::CivilDay;
constexpr PermitTerm kMonth = {PermitTerm::Unit::kMonths, 1};
constexpr PermitTerm kYear = {PermitTerm::Unit::kMonths, 12};
constexpr PermitTerm kWeek = {PermitTerm::Unit::kDays, 7};
constexpr PermitTerm kCalendarYear = {PermitTerm::Unit::kCalendarYear, 1};

absl::TimeZone Brussels() {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone("Europe/Brussels", &zone));
  return zone;
}

TEST(PermitTermTest, NoMonthIsCutShort) {
  EXPECT_EQ(AddMonths(Day(2026, 1, 31), 1), Day(2026, 3, 1));
  EXPECT_EQ(AddMonths(Day(2026, 1, 31), 2), Day(2026, 3, 31));
  EXPECT_EQ(AddMonths(Day(2026, 1, 31), 3), Day(2026, 5, 1));
  EXPECT_EQ(AddMonths(Day(2028, 1, 31), 1), Day(2028, 3, 1));
  EXPECT_EQ(AddMonths(Day(2028, 1, 29), 1), Day(2028, 2, 29));
  EXPECT_EQ(AddMonths(Day(2026, 12, 15), 1), Day(2027, 1, 15));
  EXPECT_EQ(AddMonths(Day(2028, 2, 29), 12), Day(2029, 3, 1));
  EXPECT_EQ(AddMonths(Day(2028, 2, 29), 48), Day(2032, 2, 29));
  EXPECT_EQ(AddMonths(Day(2026, 5, 5), 0), Day(2026, 5, 5));
}

TEST(PermitTermTest, TermsOneAfterTheOtherDoNotDrift) {
  PermitSchedule schedule(Day(2026, 1, 31));
  EXPECT_EQ(schedule.end_day(), Day(2026, 1, 31));
  for (const Day& end : {Day(2026, 3, 1), Day(2026, 3, 31), Day(2026, 5, 1), Day(2026, 5, 31)}) {
    schedule.Extend(kMonth);
    EXPECT_EQ(schedule.end_day(), end);
  }
  for (int year = 0; year < 4; ++year) schedule.Extend(kYear);
  EXPECT_EQ(schedule.end_day(), Day(2030, 5, 31));
  // As it was stored.
  PermitSchedule stored(schedule.first_day(), schedule.days(), schedule.months(),
                        schedule.end_day());
  EXPECT_EQ(stored, schedule);
  stored.Extend(kMonth);
  EXPECT_EQ(stored.end_day(), Day(2030, 7, 1));
}

TEST(PermitTermTest, DaysMonthsAndYearsFollowOnEachOther) {
  PermitSchedule schedule(Day(2026, 11, 20));
  schedule.Extend(kWeek);
  EXPECT_EQ(schedule.end_day(), Day(2026, 11, 27));
  schedule.Extend(kCalendarYear);
  EXPECT_EQ(schedule.end_day(), Day(2027, 1, 1));
  schedule.Extend(kCalendarYear);
  EXPECT_EQ(schedule.end_day(), Day(2028, 1, 1));
  schedule.Extend(kMonth);
  EXPECT_EQ(schedule.end_day(), Day(2028, 2, 1));
}

// The day on which the clock is put forward or back is a day like another.
TEST(PermitTermTest, ItEndsAtMidnightOfTheCity) {
  PermitSchedule spring(Day(2026, 3, 22));
  spring.Extend(kWeek);
  EXPECT_EQ(spring.EndIn(Brussels()), absl::FromUnixSeconds(1774738800));  // 28 March 23:00 UTC
  spring.Extend({PermitTerm::Unit::kDays, 1});
  EXPECT_EQ(spring.EndIn(Brussels()),
            absl::FromUnixSeconds(1774738800) + absl::Hours(23));  // a short day
  PermitSchedule autumn(Day(2026, 10, 24));
  autumn.Extend({PermitTerm::Unit::kDays, 1});
  const absl::Time start = autumn.EndIn(Brussels());
  autumn.Extend({PermitTerm::Unit::kDays, 1});
  EXPECT_EQ(autumn.EndIn(Brussels()) - start, absl::Hours(25));
}

TEST(PermitTermTest, TheOrdinalFindsItsStep) {
  // Ghent's residents: the first one free for two years, others 250 euro a year.
  const std::vector<PriceStep> steps = {
      {1, 0, {PermitTerm::Unit::kMonths, 24}}, {2, 25'000, kYear}, {5, 60'000, kYear}};
  EXPECT_EQ(StepOf(steps, 1).price_cents, 0);
  EXPECT_EQ(StepOf(steps, 2).price_cents, 25'000);
  EXPECT_EQ(StepOf(steps, 4).price_cents, 25'000);
  EXPECT_EQ(StepOf(steps, 5).price_cents, 60'000);
  EXPECT_EQ(StepOf(steps, 500).price_cents, 60'000);
  EXPECT_EQ(StepOf({steps.front()}, 9).price_cents, 0);
}

TEST(PermitTermTest, ACalendarYearIsPaidByTheMonthsThatAreLeft) {
  const PriceStep step = {1, 10'000, kCalendarYear};
  EXPECT_EQ(PriceFrom(step, Day(2026, 1, 1)), 10'000);
  EXPECT_EQ(PriceFrom(step, Day(2026, 1, 31)), 10'000);
  EXPECT_EQ(PriceFrom(step, Day(2026, 2, 1)), 9'166);  // 10,000 * 11/12 = 9,166.67
  EXPECT_EQ(PriceFrom(step, Day(2026, 7, 15)), 5'000);
  EXPECT_EQ(PriceFrom(step, Day(2026, 12, 31)), 833);
  EXPECT_EQ(PriceFrom({1, 10'000, kYear}, Day(2026, 12, 31)), 10'000);
}

TEST(PermitTermTest, WhatIsLeftIsGivenBackByTheDay) {
  const Day first(2026, 1, 1);
  const Day end(2027, 1, 1);
  EXPECT_EQ(RefundOf(36'500, first, end, Day(2026, 1, 1)), 36'400);
  EXPECT_EQ(RefundOf(36'500, first, end, Day(2026, 12, 31)), 0);
  EXPECT_EQ(RefundOf(36'500, first, end, Day(2027, 6, 1)), 0);
  EXPECT_EQ(RefundOf(36'500, first, end, Day(2025, 6, 1)), 36'500);  // before it began
  EXPECT_EQ(RefundOf(10'000, first, end, Day(2026, 7, 1)), 5'013);   // 183 of 365 days
  EXPECT_EQ(RefundOf(0, first, end, Day(2026, 7, 1)), 0);
  EXPECT_EQ(RefundOf(100, first, first, Day(2026, 7, 1)), 0);
}

}  // namespace
}  // namespace stadspoort::domain
