#include "services/domain/local_time.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace stadspoort::domain {
namespace {

using ::testing::ElementsAre;

absl::TimeZone Zone(const char* name) {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone(name, &zone)) << name;
  return zone;
}

absl::Time Instant(const char* rfc3339) {
  absl::Time t;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, rfc3339, &t, &error)) << rfc3339 << error;
  return t;
}

DailyHours Hours(const char* from, const char* to) {
  return {*MinuteOfDay::Parse(from), *MinuteOfDay::Parse(to)};
}

const absl::CivilDay kSaturday(2026, 10, 24);

TEST(MinuteOfDay, ReadsEveryMinuteAndTheEndOfTheDay) {
  for (int minutes = 0; minutes <= MinuteOfDay::kEndOfDay; ++minutes) {
    const std::optional<MinuteOfDay> read = MinuteOfDay::Parse(MinuteOfDay(minutes).text());
    ASSERT_TRUE(read.has_value()) << minutes;
    EXPECT_EQ(read->minutes(), minutes);
  }
  EXPECT_EQ(MinuteOfDay(545).text(), "09:05");
  EXPECT_EQ(MinuteOfDay(MinuteOfDay::kEndOfDay).text(), "24:00");
}

TEST(MinuteOfDay, ReadsNothingElse) {
  for (const char* text :
       {"", "9:00", "09:00 ", " 9:00", "0900", "09.00", "09:60", "24:01", "25:00", "-1:00", "09:0a",
        "a9:00", "09:00:00", "99:99", "+9:00", "0/:00"}) {
    EXPECT_EQ(MinuteOfDay::Parse(text), std::nullopt) << text;
  }
}

TEST(WeekdaySet, BitZeroIsMonday) {
  EXPECT_EQ(WeekdaySet{absl::Weekday::monday}.bits(), 1);
  EXPECT_EQ(WeekdaySet{absl::Weekday::sunday}.bits(), 64);
  const WeekdaySet weekend{absl::Weekday::saturday, absl::Weekday::sunday};
  EXPECT_EQ(weekend.bits(), 96);
  EXPECT_TRUE(weekend.Contains(absl::Weekday::saturday));
  EXPECT_FALSE(weekend.Contains(absl::Weekday::friday));
  EXPECT_TRUE(WeekdaySet().empty());
}

TEST(ToLocal, RoundsDownToTheMinute) {
  const absl::TimeZone brussels = Zone("Europe/Brussels");
  const LocalMoment moment = ToLocal(Instant("2026-07-01T08:59:59.999Z"), brussels);
  EXPECT_EQ(moment.day, absl::CivilDay(2026, 7, 1));
  EXPECT_EQ(moment.minute, 10 * 60 + 59);
  const LocalMoment before_epoch = ToLocal(Instant("1969-12-31T23:59:59.5Z"), absl::UTCTimeZone());
  EXPECT_EQ(before_epoch.day, absl::CivilDay(1969, 12, 31));
  EXPECT_EQ(before_epoch.minute, 23 * 60 + 59);
}

TEST(ToLocal, FollowsTheClockOnBothNights) {
  const absl::TimeZone brussels = Zone("Europe/Brussels");
  EXPECT_EQ(ToLocal(Instant("2026-03-29T00:59:59Z"), brussels).minute, 119);
  EXPECT_EQ(ToLocal(Instant("2026-03-29T01:00:00Z"), brussels).minute, 180);
  EXPECT_EQ(ToLocal(Instant("2026-10-25T00:59:59Z"), brussels).minute, 179);
  EXPECT_EQ(ToLocal(Instant("2026-10-25T01:00:00Z"), brussels).minute, 120);
}

TEST(HoldsAt, IsHalfOpenAndBelongsToTheDayItStarts) {
  const struct {
    const char* from;
    const char* to;
    int day_offset;  // of the moment, counted from the Saturday on which it starts
    const char* at;
    bool holds;
  } kRows[] = {
      {"09:00", "19:00", 0, "08:59", false}, {"09:00", "19:00", 0, "09:00", true},
      {"09:00", "19:00", 0, "18:59", true},  {"09:00", "19:00", 0, "19:00", false},
      {"09:00", "19:00", 1, "09:00", false}, {"00:00", "24:00", 0, "00:00", true},
      {"00:00", "24:00", 0, "23:59", true},  {"00:00", "24:00", 1, "00:00", false},
      {"22:00", "02:00", 0, "01:59", false}, {"22:00", "02:00", 0, "21:59", false},
      {"22:00", "02:00", 0, "22:00", true},  {"22:00", "02:00", 0, "23:59", true},
      {"22:00", "02:00", 1, "00:00", true},  {"22:00", "02:00", 1, "01:59", true},
      {"22:00", "02:00", 1, "02:00", false}, {"22:00", "02:00", 1, "22:00", false},
      {"22:00", "02:00", 2, "00:00", false}, {"22:00", "00:00", 0, "23:59", true},
      {"22:00", "00:00", 1, "00:00", false}, {"00:01", "00:00", 0, "00:00", false},
      {"00:01", "00:00", 0, "00:01", true},  {"00:01", "00:00", 1, "00:00", false},
  };
  for (const auto& row : kRows) {
    const LocalMoment moment{kSaturday + row.day_offset, MinuteOfDay::Parse(row.at)->minutes()};
    const auto starts = [](absl::CivilDay day) { return day == kSaturday; };
    EXPECT_EQ(HoldsAt(Hours(row.from, row.to), moment, starts), row.holds)
        << row.from << "-" << row.to << " at " << row.at << " of day " << row.day_offset;
  }
}

TEST(WeeklyWindow, OneOfSeveralSuffices) {
  const WeeklyWindow saturday_night{{absl::Weekday::saturday}, Hours("22:00", "02:00")};
  const WeeklyWindow sunday_morning{{absl::Weekday::sunday}, Hours("02:00", "04:00")};
  const LocalMoment sunday_at_one{kSaturday + 1, 60};
  const LocalMoment sunday_at_two{kSaturday + 1, 120};
  EXPECT_TRUE(saturday_night.Contains(sunday_at_one));
  EXPECT_FALSE(saturday_night.Contains(sunday_at_two));
  EXPECT_TRUE(OpenAt({saturday_night, sunday_morning}, sunday_at_one));
  EXPECT_TRUE(OpenAt({saturday_night, sunday_morning}, sunday_at_two));
  EXPECT_FALSE(OpenAt({saturday_night, sunday_morning}, {kSaturday + 1, 240}));
  EXPECT_FALSE(OpenAt({sunday_morning}, sunday_at_one));
  EXPECT_TRUE(OpenAt({}, sunday_at_one));
}

TEST(MonthDay, ReadsTheDaysOfALeapYear) {
  for (absl::CivilDay day(2028, 1, 1); day.year() == 2028; ++day) {
    const MonthDay expected{day.month(), day.day()};
    EXPECT_EQ(MonthDay::Parse(expected.text()), expected) << expected.text();
  }
  for (const char* text : {"", "02-30", "04-31", "13-01", "00-10", "01-00", "01-32", "1-1", "01/01",
                           "2-29", "02-2x"}) {
    EXPECT_EQ(MonthDay::Parse(text), std::nullopt) << text;
  }
}

Season SeasonOf(const char* first, const char* last) {
  return {*MonthDay::Parse(first), *MonthDay::Parse(last)};
}

TEST(Season, BothDaysBelongToIt) {
  const Season summer = SeasonOf("07-01", "08-31");
  EXPECT_FALSE(summer.Contains(absl::CivilDay(2026, 6, 30)));
  EXPECT_TRUE(summer.Contains(absl::CivilDay(2026, 7, 1)));
  EXPECT_TRUE(summer.Contains(absl::CivilDay(2026, 8, 31)));
  EXPECT_FALSE(summer.Contains(absl::CivilDay(2026, 9, 1)));
}

TEST(Season, MayRunOverNewYear) {
  const Season winter = SeasonOf("10-01", "03-31");
  EXPECT_FALSE(winter.Contains(absl::CivilDay(2026, 9, 30)));
  EXPECT_TRUE(winter.Contains(absl::CivilDay(2026, 10, 1)));
  EXPECT_TRUE(winter.Contains(absl::CivilDay(2026, 12, 31)));
  EXPECT_TRUE(winter.Contains(absl::CivilDay(2027, 1, 1)));
  EXPECT_TRUE(winter.Contains(absl::CivilDay(2028, 2, 29)));
  EXPECT_TRUE(winter.Contains(absl::CivilDay(2027, 3, 31)));
  EXPECT_FALSE(winter.Contains(absl::CivilDay(2027, 4, 1)));
}

TEST(Season, MayBeginOrEndOnTheTwentyNinthOfFebruary) {
  const Season until = SeasonOf("02-01", "02-29");
  EXPECT_TRUE(until.Contains(absl::CivilDay(2028, 2, 29)));
  EXPECT_TRUE(until.Contains(absl::CivilDay(2027, 2, 28)));
  EXPECT_FALSE(until.Contains(absl::CivilDay(2027, 3, 1)));
  const Season from = SeasonOf("02-29", "03-31");
  EXPECT_FALSE(from.Contains(absl::CivilDay(2027, 2, 28)));
  EXPECT_TRUE(from.Contains(absl::CivilDay(2027, 3, 1)));
  EXPECT_TRUE(from.Contains(absl::CivilDay(2028, 2, 29)));
  const Season alone = SeasonOf("02-29", "02-29");
  EXPECT_FALSE(alone.Contains(absl::CivilDay(2027, 2, 28)));
  EXPECT_TRUE(alone.Contains(absl::CivilDay(2028, 2, 29)));
  EXPECT_FALSE(alone.Contains(absl::CivilDay(2027, 3, 1)));
}

// Every pair of bounds out of the telling days, against walking the leap year from one to the
// other.
TEST(Season, HoldsTheDaysMetOnTheWayFromFirstToLast) {
  const std::vector<absl::CivilDay> bounds = {
      absl::CivilDay(2028, 1, 1), absl::CivilDay(2028, 2, 28),  absl::CivilDay(2028, 2, 29),
      absl::CivilDay(2028, 3, 1), absl::CivilDay(2028, 12, 30), absl::CivilDay(2028, 12, 31)};
  for (const absl::CivilDay first : bounds) {
    for (const absl::CivilDay last : bounds) {
      const Season season{{first.month(), first.day()}, {last.month(), last.day()}};
      std::vector<absl::CivilDay> walked = {first};
      while (walked.back() != last) {
        const absl::CivilDay next = walked.back() + 1;
        walked.push_back(next.year() == 2028 ? next : absl::CivilDay(2028, 1, 1));
      }
      for (absl::CivilDay day(2028, 1, 1); day.year() == 2028; ++day) {
        const bool met = std::find(walked.begin(), walked.end(), day) != walked.end();
        ASSERT_EQ(season.Contains(day), met) << first << " to " << last << ": " << day;
      }
    }
  }
}

std::vector<absl::Time> InstantsOf(absl::CivilDay day, const char* minute, absl::TimeZone zone) {
  std::vector<absl::Time> instants;
  AppendInstants(day, *MinuteOfDay::Parse(minute), zone, instants);
  return instants;
}

TEST(AppendInstants, AnOrdinaryMarkIsPassedOnce) {
  const absl::TimeZone brussels = Zone("Europe/Brussels");
  EXPECT_THAT(InstantsOf(absl::CivilDay(2026, 7, 1), "09:00", brussels),
              ElementsAre(Instant("2026-07-01T07:00:00Z")));
  EXPECT_THAT(InstantsOf(absl::CivilDay(2026, 7, 1), "24:00", brussels),
              ElementsAre(Instant("2026-07-01T22:00:00Z")));
}

TEST(AppendInstants, AMarkThatDoesNotOccurIsPassedByTheJump) {
  const absl::TimeZone brussels = Zone("Europe/Brussels");
  for (const char* minute : {"02:00", "02:30", "02:59", "03:00"}) {
    EXPECT_THAT(InstantsOf(absl::CivilDay(2026, 3, 29), minute, brussels),
                ElementsAre(Instant("2026-03-29T01:00:00Z")))
        << minute;
  }
}

TEST(AppendInstants, AMarkThatOccursTwiceIsPassedForwardsAndBackwards) {
  EXPECT_THAT(InstantsOf(absl::CivilDay(2026, 10, 25), "02:30", Zone("Europe/Brussels")),
              ElementsAre(Instant("2026-10-25T00:30:00Z"), Instant("2026-10-25T01:00:00Z"),
                          Instant("2026-10-25T01:30:00Z")));
  EXPECT_THAT(
      InstantsOf(absl::CivilDay(2026, 4, 5), "01:45", Zone("Australia/Lord_Howe")),
      ElementsAre(Instant("2026-04-05T01:45:00+11:00"), Instant("2026-04-05T02:00:00+11:00"),
                  Instant("2026-04-05T01:45:00+10:30")));
}

// Minute by minute through days on which the clock jumps: whenever the wall clock gets past the
// mark, or back before it, that minute is among the instants.
void ExpectEveryPassing(const char* name, absl::CivilDay day) {
  const absl::TimeZone zone = Zone(name);
  const absl::Time begin = absl::FromCivil(day - 1, zone);
  for (int minute = 0; minute <= MinuteOfDay::kEndOfDay; minute += 5) {
    std::vector<absl::Time> instants;
    AppendInstants(day, MinuteOfDay(minute), zone, instants);
    const absl::CivilMinute mark = absl::CivilMinute(day) + minute;
    bool was_past = false;
    for (absl::Time t = begin; t < begin + absl::Hours(96); t += absl::Minutes(1)) {
      const bool is_past = absl::ToCivilMinute(t, zone) >= mark;
      if (is_past != was_past) {
        ASSERT_NE(std::find(instants.begin(), instants.end(), t), instants.end())
            << name << " " << mark << " at " << t;
      }
      was_past = is_past;
    }
    ASSERT_TRUE(was_past) << name;
  }
}

TEST(AppendInstants, FindsEveryPassingOfTheWallClock) {
  ExpectEveryPassing("Europe/Brussels", absl::CivilDay(2026, 3, 29));
  ExpectEveryPassing("Europe/Brussels", absl::CivilDay(2026, 10, 25));
  ExpectEveryPassing("America/St_Johns", absl::CivilDay(2026, 11, 1));
  ExpectEveryPassing("America/St_Johns", absl::CivilDay(2010, 11, 6));
  ExpectEveryPassing("America/St_Johns", absl::CivilDay(2010, 11, 7));
  ExpectEveryPassing("Australia/Lord_Howe", absl::CivilDay(2026, 4, 5));
  ExpectEveryPassing("Australia/Lord_Howe", absl::CivilDay(2026, 10, 4));
  ExpectEveryPassing("Africa/Casablanca", absl::CivilDay(2024, 4, 14));
  ExpectEveryPassing("Africa/Cairo", absl::CivilDay(2024, 4, 26));
  ExpectEveryPassing("Pacific/Apia", absl::CivilDay(2011, 12, 30));
}

}  // namespace
}  // namespace stadspoort::domain
