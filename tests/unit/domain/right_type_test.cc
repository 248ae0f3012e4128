#include "services/domain/right_type.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace stadspoort::domain {
namespace {

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

const BackdateRule kStartOfDay{BackdateRule::Form::kStartOfDay, absl::ZeroDuration()};

TEST(RightKind, NamesAreReadBack) {
  std::set<std::string> names;
  for (int value = 1; value <= kRightKindCount; ++value) {
    const auto kind = static_cast<RightKind>(value);
    EXPECT_EQ(RightKindFromName(Name(kind)), kind) << value;
    names.insert(std::string(Name(kind)));
  }
  EXPECT_EQ(names.size(), static_cast<size_t>(kRightKindCount));
  EXPECT_EQ(Name(RightKind::kDayPass), "DAY_PASS");
  EXPECT_EQ(Name(RightKind::kExempt), "EXEMPT");
  for (const char* name : {"", "UNSPECIFIED", "resident", "RIGHT_KIND_RESIDENT"}) {
    EXPECT_EQ(RightKindFromName(name), std::nullopt) << name;
  }
}

TEST(RightKindSet, HoldsEachKindApart) {
  for (int added = 1; added <= kRightKindCount; ++added) {
    RightKindSet kinds;
    EXPECT_TRUE(kinds.empty());
    kinds.Add(static_cast<RightKind>(added));
    EXPECT_FALSE(kinds.empty());
    for (int asked = 1; asked <= kRightKindCount; ++asked) {
      EXPECT_EQ(kinds.Contains(static_cast<RightKind>(asked)), asked == added);
    }
  }
}

TEST(BackdateRule, NoneAllowsNoEarlierStart) {
  const absl::Time recorded = Instant("2026-03-29T12:34:56Z");
  EXPECT_EQ(BackdateRule().EarliestStart(recorded, Zone("Europe/Brussels")), recorded);
}

// Elapsed time, whatever the wall clock does in between.
TEST(BackdateRule, ADurationIsElapsedTime) {
  const BackdateRule rule{BackdateRule::Form::kDuration, absl::Hours(3)};
  EXPECT_EQ(rule.EarliestStart(Instant("2026-03-29T02:00:00Z"), Zone("Europe/Brussels")),
            Instant("2026-03-28T23:00:00Z"));
}

TEST(BackdateRule, TheDayBeginsOnTheCitysClock) {
  const struct {
    const char* zone;
    const char* recorded;
    const char* start_of_day;
  } kRows[] = {
      {"Europe/Brussels", "2026-07-01T12:00:00+02:00", "2026-07-01T00:00:00+02:00"},
      {"Europe/Brussels", "2026-07-01T00:00:00+02:00", "2026-07-01T00:00:00+02:00"},
      {"Europe/Brussels", "2026-06-30T23:59:59+02:00", "2026-06-30T00:00:00+02:00"},
      // Both nights on which the clock changes: the day has 23 and 25 hours.
      {"Europe/Brussels", "2026-03-29T23:00:00+02:00", "2026-03-29T00:00:00+01:00"},
      {"Europe/Brussels", "2026-10-25T23:00:00+01:00", "2026-10-25T00:00:00+02:00"},
      {"Europe/Brussels", "2026-10-25T02:30:00+01:00", "2026-10-25T00:00:00+02:00"},
      // Here midnight itself does not occur: the day begins at 01:00.
      {"Africa/Cairo", "2024-04-26T12:00:00+03:00", "2024-04-26T01:00:00+03:00"},
      {"Africa/Cairo", "2024-04-26T01:00:00+03:00", "2024-04-26T01:00:00+03:00"},
      // Here the clock went back from 00:01 to 23:01, so Sunday began twice.
      {"America/St_Johns", "2010-11-07T00:00:30-02:30", "2010-11-07T00:00:00-02:30"},
      {"America/St_Johns", "2010-11-06T23:30:00-03:30", "2010-11-06T00:00:00-02:30"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(kStartOfDay.EarliestStart(Instant(row.recorded), Zone(row.zone)),
              Instant(row.start_of_day))
        << row.zone << " " << row.recorded;
  }
}

// Every quarter of an hour of the years with odd transitions: never later than the recorded time,
// on the same date, and no moment of that date lies just before.
TEST(BackdateRule, TheStartOfDayIsTheFirstMomentOfTheDate) {
  for (const char* name : {"Europe/Brussels", "America/St_Johns", "Africa/Cairo",
                           "Australia/Lord_Howe", "Pacific/Apia"}) {
    const absl::TimeZone zone = Zone(name);
    const absl::Time begin = absl::FromCivil(absl::CivilDay(2010, 1, 1), zone);
    for (absl::Time t = begin; t < begin + absl::Hours(24 * 730); t += absl::Minutes(15)) {
      const absl::Time start = kStartOfDay.EarliestStart(t, zone);
      ASSERT_LE(start, t) << name;
      ASSERT_EQ(absl::ToCivilDay(start, zone), absl::ToCivilDay(t, zone)) << name << " " << t;
      ASSERT_LT(absl::ToCivilDay(start - absl::Seconds(1), zone), absl::ToCivilDay(t, zone))
          << name << " " << t;
    }
  }
}

}  // namespace
}  // namespace stadspoort::domain
