#include "services/stadspoort/time_text.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace stadspoort::client {
namespace {

using testing::HasSubstr;

absl::Time At(absl::string_view rfc3339) {
  absl::Time time;
  std::string why;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, rfc3339, &time, &why)) << why;
  return time;
}

absl::TimeZone Brussels() {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone("Europe/Brussels", &zone));
  return zone;
}

void ExpectMoment(absl::string_view text, absl::string_view expected) {
  const auto time = ParseTime(text, "--at");
  ASSERT_TRUE(time.ok()) << time.status();
  ASSERT_TRUE(time->has_value()) << text;
  EXPECT_EQ(**time, At(expected)) << text;
}

TEST(TimeTextTest, ReadsMomentsWithTheirZone) {
  ExpectMoment("2026-03-02T10:00:00+01:00", "2026-03-02T09:00:00Z");
  ExpectMoment("2026-03-02T10:00:00Z", "2026-03-02T10:00:00Z");
  ExpectMoment("2026-03-02T10:00+01:00", "2026-03-02T09:00:00Z");
  ExpectMoment("2026-03-02T10:00Z", "2026-03-02T10:00:00Z");
  ExpectMoment("2026-03-02T10:00:30.25Z", "2026-03-02T10:00:30.25Z");
  ExpectMoment("2028-02-29T23:59:59-05:30", "2028-03-01T05:29:59Z");
}

TEST(TimeTextTest, NowIsTheRegistersOwn) {
  const auto time = ParseTime("now", "--at");
  ASSERT_TRUE(time.ok());
  EXPECT_FALSE(time->has_value());
}

TEST(TimeTextTest, RefusesAMomentWithoutZoneAndSaysWhatWouldDo) {
  for (const char* text : {"2026-03-02T10:00", "2026-03-02T10:00:00", "2026-03-02T10:00:00.5"}) {
    const auto time = ParseTime(text, "--from");
    ASSERT_FALSE(time.ok()) << text;
    EXPECT_THAT(std::string(time.status().message()), HasSubstr("--from"));
    EXPECT_THAT(std::string(time.status().message()), HasSubstr("time zone"));
    EXPECT_THAT(std::string(time.status().message()), HasSubstr(std::string(text) + "+01:00"));
    EXPECT_THAT(std::string(time.status().message()), HasSubstr(std::string(text) + "Z"));
  }
}

TEST(TimeTextTest, RefusesWhatIsNotAMoment) {
  for (const char* text :
       {"", "yesterday", "2026-03-02", "10:00", "2026-02-30T10:00Z", "2026-13-01T10:00Z",
        "2026-03-02T25:00Z", "2026-03-02 10:00Z", "2026-03-02T10:00+1:00", "2026-03-02T10:00z",
        " 2026-03-02T10:00Z", "2026-03-02T10:00Z ", "2026-03-02T10Z", "infinite-future",
        "0000-01-01T00:00Z", "2026-03-02T10:00:00.Z", "2026-03-02T10:00+01:00Z", "NOW"}) {
    EXPECT_FALSE(ParseTime(text, "--at").ok()) << text;
  }
}

TEST(TimeTextTest, ReadsDeadlines) {
  EXPECT_EQ(*ParseDeadline("10s"), absl::Seconds(10));
  EXPECT_EQ(*ParseDeadline("1m30s"), absl::Seconds(90));
  EXPECT_EQ(*ParseDeadline("500ms"), absl::Milliseconds(500));
  for (const char* text : {"", "10", "0s", "-1s", "inf", "soon"}) {
    EXPECT_FALSE(ParseDeadline(text).ok()) << text;
  }
}

TEST(TimeTextTest, ShowsMomentsOnTheCitysClock) {
  EXPECT_EQ(TimeText(At("2026-03-02T09:00:00Z"), Brussels()), "2026-03-02 10:00 +01:00");
  EXPECT_EQ(TimeText(At("2026-07-02T09:00:12.9Z"), Brussels()), "2026-07-02 11:00:12 +02:00");
  EXPECT_EQ(TimeText(At("2026-03-02T09:00:00Z"), absl::UTCTimeZone()), "2026-03-02 09:00 UTC");
}

// The hour that occurs twice must not look the same twice.
TEST(TimeTextTest, TellsTheTwoHoursOfTheAutumnNightApart) {
  EXPECT_EQ(TimeText(At("2026-10-25T00:30:00Z"), Brussels()), "2026-10-25 02:30 +02:00");
  EXPECT_EQ(TimeText(At("2026-10-25T01:30:00Z"), Brussels()), "2026-10-25 02:30 +01:00");
}

TEST(TimeTextTest, ShowsDurations) {
  EXPECT_EQ(DurationText(absl::ZeroDuration()), "0 min");
  EXPECT_EQ(DurationText(absl::Minutes(10)), "10 min");
  EXPECT_EQ(DurationText(absl::Minutes(90)), "1 h 30 min");
  EXPECT_EQ(DurationText(absl::Hours(24)), "1 day");
  EXPECT_EQ(DurationText(absl::Hours(49)), "2 days 1 h");
  EXPECT_EQ(DurationText(absl::Seconds(61)), "1 min 1 s");
  EXPECT_EQ(DurationText(-absl::Minutes(5)), "-5 min");
}

TEST(TimeTextTest, TimestampsCarryTheWholeMoment) {
  const auto timestamp = ToTimestamp(At("1969-12-31T23:59:59.75Z"));
  EXPECT_EQ(timestamp.seconds(), -1);
  EXPECT_EQ(timestamp.nanos(), 750000000);
  EXPECT_EQ(TimeText(ToTimestamp(At("2026-03-02T09:00:07Z")), absl::UTCTimeZone()),
            "2026-03-02 09:00:07 UTC");
}

}  // namespace
}  // namespace stadspoort::client
