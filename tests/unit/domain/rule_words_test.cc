#include "services/domain/rule_words.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace stadspoort::domain {
namespace {

using absl::Weekday;

DailyHours Hours(const char* from, const char* to) {
  return {*MinuteOfDay::Parse(from), *MinuteOfDay::Parse(to)};
}

const WeekdaySet kMondayToSaturday{Weekday::monday,   Weekday::tuesday, Weekday::wednesday,
                                   Weekday::thursday, Weekday::friday,  Weekday::saturday};

TEST(RuleWords, OfWeekdays) {
  WeekdaySet daily = kMondayToSaturday;
  daily.Add(Weekday::sunday);
  EXPECT_EQ(InWords(WeekdaySet()), "");
  EXPECT_EQ(InWords(daily), "daily");
  EXPECT_EQ(InWords(kMondayToSaturday), "Mon-Sat");
  EXPECT_EQ(InWords(WeekdaySet{Weekday::sunday}), "Sun");
  EXPECT_EQ(InWords(WeekdaySet{Weekday::saturday, Weekday::sunday}), "Sat,Sun");
  EXPECT_EQ(InWords(WeekdaySet{Weekday::monday, Weekday::wednesday, Weekday::friday,
                               Weekday::saturday, Weekday::sunday}),
            "Mon,Wed,Fri-Sun");
}

// 127 sets, 127 words.
TEST(RuleWords, OfWeekdaysTellThemApart) {
  std::set<std::string> words;
  for (unsigned bits = 1; bits < 128; ++bits) {
    WeekdaySet weekdays;
    for (unsigned day = 0; day < 7; ++day) {
      if ((bits >> day & 1U) != 0) weekdays.Add(static_cast<Weekday>(day));
    }
    words.insert(InWords(weekdays));
  }
  EXPECT_EQ(words.size(), 127U);
}

TEST(RuleWords, OfWindowsAndSeasons) {
  EXPECT_EQ(InWords(std::vector<WeeklyWindow>()), "");
  EXPECT_EQ(InWords(std::vector<WeeklyWindow>{{kMondayToSaturday, Hours("22:00", "06:00")},
                                              {{Weekday::sunday}, Hours("00:00", "24:00")}}),
            "Mon-Sat 22:00-06:00; Sun 00:00-24:00");
  EXPECT_EQ(InWords(Season{{10, 1}, {3, 31}}), "10-01 to 03-31");
}

TEST(RuleWords, OfDurations) {
  EXPECT_EQ(InWords(absl::ZeroDuration()), "0 min");
  EXPECT_EQ(InWords(absl::Minutes(5)), "5 min");
  EXPECT_EQ(InWords(absl::Hours(3)), "3 h");
  EXPECT_EQ(InWords(absl::Minutes(90)), "1 h 30 min");
  EXPECT_EQ(InWords(absl::Hours(48)), "48 h");
  EXPECT_EQ(InWords(absl::Seconds(90)), "1m30s");
  EXPECT_EQ(InWords(absl::Minutes(-5)), "-5m");
  EXPECT_EQ(InWords(absl::InfiniteDuration()), "inf");
}

TEST(RuleWords, OfInstantsAreTheCitysClock) {
  absl::TimeZone brussels;
  ASSERT_TRUE(absl::LoadTimeZone("Europe/Brussels", &brussels));
  const absl::Time start = absl::FromCivil(absl::CivilMinute(2026, 7, 17, 9, 30), brussels);
  EXPECT_EQ(InWords(start, brussels), "2026-07-17 09:30 +02:00");
  EXPECT_EQ(InWords(start + absl::Milliseconds(1500), brussels), "2026-07-17 09:30:01.5 +02:00");
  EXPECT_EQ(InWords(start - absl::Nanoseconds(1), brussels),
            "2026-07-17 09:29:59.999999999 +02:00");
  EXPECT_EQ(InWords(absl::UnixEpoch() - absl::Minutes(1), absl::UTCTimeZone()),
            "1969-12-31 23:59 +00:00");
  const absl::Time twice = absl::FromCivil(absl::CivilMinute(2026, 10, 25, 2, 30), brussels);
  EXPECT_EQ(InWords(Interval{twice, twice + absl::Hours(1)}, brussels),
            "2026-10-25 02:30 +02:00 to 2026-10-25 02:30 +01:00");
}

TEST(RuleWords, OfMoneyAndFares) {
  EXPECT_EQ(MoneyInWords(0), "EUR 0.00");
  EXPECT_EQ(MoneyInWords(5), "EUR 0.05");
  EXPECT_EQ(MoneyInWords(12345), "EUR 123.45");
  EXPECT_EQ(MoneyInWords(-50), "EUR -0.50");
  EXPECT_EQ(MoneyInWords(std::numeric_limits<int64_t>::min()), "EUR -92233720368547758.08");
  EXPECT_EQ(InWords(FarePart{absl::Hours(1), 50, absl::Minutes(15), 0}),
            "EUR 0.50 per 15 min for 1 h");
  EXPECT_EQ(InWords(FarePart{{}, 750, {}, 0}), "EUR 7.50");
  EXPECT_EQ(InWords(FarePart{{}, 100, absl::Hours(1), 750}), "EUR 1.00 per 1 h, at most EUR 7.50");
}

TEST(RuleWords, OfAFrame) {
  TimeFrame frame;
  frame.weekdays = kMondayToSaturday;
  frame.hours = Hours("09:00", "19:00");
  EXPECT_EQ(InWords(frame), "Mon-Sat 09:00-19:00; accepts only EXEMPT");
  frame.season = Season{{6, 1}, {9, 30}};
  frame.accepted_kinds.Add(RightKind::kResident);
  frame.accepted_kinds.Add(RightKind::kPaid);
  frame.accepted_types = {RightTypeCode("zorg"), RightTypeCode("markt")};
  frame.max_stay = absl::Hours(3);
  frame.no_return_gap = absl::Minutes(90);
  frame.fare_parts = {{absl::Hours(1), 0, {}, 0}, {{}, 50, absl::Minutes(15), 0}};
  EXPECT_EQ(InWords(frame),
            "Mon-Sat 09:00-19:00, 06-01 to 09-30; accepts PAID, RESIDENT, zorg, markt; max stay "
            "3 h; no return within 1 h 30 min; EUR 0.00 for 1 h; EUR 0.50 per 15 min");
  TimeFrame feast;
  feast.special_day = SpecialDayLabel("HOLIDAY");
  feast.hours = Hours("13:00", "18:00");
  EXPECT_EQ(InWords(feast), "HOLIDAY 13:00-18:00; accepts only EXEMPT");
}

}  // namespace
}  // namespace stadspoort::domain
