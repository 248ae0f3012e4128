#include "services/domain/zone_timetable.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/domain/limits.h"
#include "tests/unit/domain/random_rules.h"

namespace stadspoort::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

absl::TimeZone Brussels() {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone("Europe/Brussels", &zone));
  return zone;
}

absl::Time Brussels(int month, int day, int hour = 0, int minute = 0) {
  return absl::FromCivil(absl::CivilMinute(2026, month, day, hour, minute), Brussels());
}

const WeekdaySet kMondayToSaturday{absl::Weekday::monday,    absl::Weekday::tuesday,
                                   absl::Weekday::wednesday, absl::Weekday::thursday,
                                   absl::Weekday::friday,    absl::Weekday::saturday};

TimeFrame Frame(const char* code, WeekdaySet weekdays, const char* from, const char* to) {
  TimeFrame frame;
  frame.code = code;
  frame.weekdays = weekdays;
  frame.hours = {*MinuteOfDay::Parse(from), *MinuteOfDay::Parse(to)};
  return frame;
}

ZoneVersion Ghent() {
  ZoneVersion zone;
  zone.code = ZoneCode("rode-1");
  zone.version = 7;
  zone.regulation.timetable.frames = {Frame("dag", kMondayToSaturday, "09:00", "19:00"),
                                      Frame("avond", kMondayToSaturday, "19:00", "23:00")};
  return zone;
}

const CityCalendar kCalendar(Brussels(), {});

// "07-17 09:00 v7 dag, closed kermis, overlay werken"
std::string Line(const TimetableEntry& entry) {
  std::string line = absl::StrCat(absl::FormatTime("%m-%d %H:%M", entry.period.start, Brussels()),
                                  " v", entry.zone_version, " ",
                                  entry.frame ? absl::string_view(entry.frame->code) : "-");
  if (entry.closed) absl::StrAppend(&line, ", closed ", *entry.closed);
  if (entry.overlay) absl::StrAppend(&line, ", overlay ", *entry.overlay);
  return line;
}

// The entries' lines; they adjoin and fill the span.
std::vector<std::string> Lines(const std::vector<ZoneVersion>& versions, const Interval& span) {
  std::vector<std::string> lines;
  absl::Time end = span.start;
  for (const TimetableEntry& entry : TimetableOf(Pointers(versions), kCalendar, span)) {
    EXPECT_EQ(entry.period.start, end);
    EXPECT_FALSE(entry.period.Empty());
    end = entry.period.end;
    lines.push_back(Line(entry));
  }
  EXPECT_EQ(end, span.end);
  return lines;
}

TEST(Timetable, TellsAWeekendInGhent) {
  EXPECT_THAT(Lines({Ghent()}, {Brussels(10, 23, 12), Brussels(10, 26, 9, 1)}),
              ElementsAre("10-23 12:00 v7 dag", "10-23 19:00 v7 avond", "10-23 23:00 v7 -",
                          "10-24 09:00 v7 dag", "10-24 19:00 v7 avond", "10-24 23:00 v7 -",
                          "10-26 09:00 v7 dag"));
}

TEST(Timetable, TellsVersionsAndTheTimeWithoutOne) {
  std::vector<ZoneVersion> versions = {Ghent(), Ghent()};
  versions[0].in_force = {Brussels(10, 20), Brussels(10, 21, 12)};
  versions[1].in_force = {Brussels(10, 22, 12), absl::InfiniteFuture()};
  versions[1].version = 8;
  EXPECT_THAT(Lines(versions, {Brussels(10, 21, 9), Brussels(10, 22, 20)}),
              ElementsAre("10-21 09:00 v7 dag", "10-21 12:00 v0 -", "10-22 12:00 v8 dag",
                          "10-22 19:00 v8 avond"));
  versions[1].in_force.start = versions[0].in_force.end;
  EXPECT_THAT(Lines(versions, {Brussels(10, 21, 11), Brussels(10, 21, 13)}),
              ElementsAre("10-21 11:00 v7 dag", "10-21 12:00 v8 dag"))
      << "the same rules, by another version";
}

TEST(Timetable, TellsWhatIsClosedAndWhatWouldHold) {
  ZoneVersion zone = Ghent();
  zone.regulation.closed_periods = {{{Brussels(10, 21, 10), Brussels(10, 21, 20)}, "kermis"}};
  zone.regulation.overlays = {{{Brussels(10, 21, 18), Brussels(10, 21, 21)},
                               "werken",
                               {{Frame("werken", kMondayToSaturday, "18:30", "24:00")}, {}}}};
  EXPECT_THAT(Lines({zone}, {Brussels(10, 21, 9), Brussels(10, 21, 22)}),
              ElementsAre("10-21 09:00 v7 dag", "10-21 10:00 v7 dag, closed kermis",
                          "10-21 18:00 v7 -, closed kermis, overlay werken",
                          "10-21 18:30 v7 werken, closed kermis, overlay werken",
                          "10-21 20:00 v7 werken, overlay werken", "10-21 21:00 v7 avond"));
}

TEST(Timetable, AnEntryIsNotCutWhereNothingChanges) {
  ZoneVersion zone = Ghent();
  zone.regulation.timetable.frames = {Frame("nacht", kMondayToSaturday, "22:00", "06:00")};
  zone.regulation.closed_periods = {{{Brussels(10, 20, 23), Brussels(10, 20, 23, 30)}, "kermis"},
                                    {{Brussels(10, 20, 23, 30), Brussels(10, 21, 1)}, "kermis"}};
  zone.regulation.restrictions = {{{}, {{kMondayToSaturday, {MinuteOfDay(0), MinuteOfDay(180)}}}}};
  EXPECT_THAT(
      Lines({zone}, {Brussels(10, 20, 21), Brussels(10, 21, 7)}),
      ElementsAre("10-20 21:00 v7 -", "10-20 22:00 v7 nacht", "10-20 23:00 v7 nacht, closed kermis",
                  "10-21 01:00 v7 nacht", "10-21 06:00 v7 -"))
      << "not at midnight, not between periods of one name, not where a window opens";
}

TEST(Timetable, AnHourThatOccursTwiceIsToldTwice) {
  ZoneVersion zone = Ghent();
  zone.regulation.timetable.frames = {Frame("nacht", {absl::Weekday::sunday}, "02:00", "02:30")};
  EXPECT_THAT(Lines({zone}, {Brussels(10, 25), Brussels(10, 25, 12)}),
              ElementsAre("10-25 00:00 v7 -", "10-25 02:00 v7 nacht", "10-25 02:30 v7 -",
                          "10-25 02:00 v7 nacht", "10-25 02:30 v7 -"));
}

TEST(Timetable, AMonthIsToldToItsEndAndNoMore) {
  const Interval october = {Brussels(10, 1), Brussels(11, 1)};
  EXPECT_THAT(Lines({Ghent()}, october), ::testing::SizeIs(27 * 3 + 1))
      << "27 days with frames, and the night before";
  const ZoneVersion zone = Ghent();
  const std::vector<const ZoneVersion*> versions = {&zone};
  const auto entries = TimetableOf(versions, kCalendar, {Brussels(9, 1), Brussels(12, 1)});
  EXPECT_EQ(entries.back().period.end, Brussels(9, 1) + limits::kPreviewMaxSpan);
}

TEST(Timetable, OfAnEmptySpanIsEmpty) {
  const ZoneVersion zone = Ghent();
  const std::vector<const ZoneVersion*> versions = {&zone};
  EXPECT_THAT(TimetableOf(versions, kCalendar, {Brussels(9, 1), Brussels(9, 1)}), IsEmpty());
}

struct Around {
  const char* clock;
  absl::CivilHour hour;
};

// At random instants, and on both sides of every bound, the one entry that contains it says what
// the regulation of the version in force does.
TEST(Timetable, AgreesWithTheRegulationAtRandomInstants) {
  const std::vector<Around> places = {
      {"Europe/Brussels", absl::CivilHour(2026, 10, 25, 2)},
      {"Europe/Brussels", absl::CivilHour(2026, 3, 29, 2)},
      {"Europe/Brussels", absl::CivilHour(2028, 2, 29, 12)},
      {"America/St_Johns", absl::CivilHour(2010, 11, 7, 0)},
      {"Africa/Cairo", absl::CivilHour(2024, 4, 26, 0)},
  };
  int with_frame = 0;
  int without_version = 0;
  for (uint64_t seed = 0; seed < 400; ++seed) {
    const Around& place = places[seed % places.size()];
    absl::TimeZone clock;
    ASSERT_TRUE(absl::LoadTimeZone(place.clock, &clock));
    const absl::Time around = absl::FromCivil(place.hour, clock);
    RandomRules random(seed, clock, around);
    const std::vector<ZoneVersion> versions = random.Versions(ZoneCode("rode-1"), Usage::kAccess);
    const CityCalendar calendar(clock, random.SpecialDays());
    const Interval span = {around - absl::Hours(72), around + absl::Hours(72)};
    const auto entries = TimetableOf(Pointers(versions), calendar, span);
    std::vector<absl::Time> instants;
    for (int i = 0; i < 200; ++i)
      instants.push_back(random.Time() + absl::Seconds(random.Below(60)));
    for (size_t i = 0; i < entries.size(); ++i) {
      ASSERT_FALSE(entries[i].period.Empty());
      ASSERT_EQ(entries[i].period.start, i == 0 ? span.start : entries[i - 1].period.end);
      instants.push_back(entries[i].period.start);
      instants.push_back(entries[i].period.end - absl::Nanoseconds(1));
      if (i == 0) continue;
      TimetableEntry alike = entries[i];
      alike.period = entries[i - 1].period;
      ASSERT_FALSE(alike == entries[i - 1]) << "two alike side by side, seed " << seed;
    }
    ASSERT_EQ(entries.back().period.end, span.end);
    for (const absl::Time t : instants) {
      if (!span.Contains(t)) continue;
      TimetableEntry expected;
      for (const ZoneVersion& version : versions) {
        if (t < version.in_force.start || t >= version.in_force.end) continue;
        expected.zone_version = version.version;
        const RuleInForce rule = version.regulation.At(t, calendar);
        if (rule.closed != nullptr) expected.closed = rule.closed->display_name;
        if (rule.overlay != nullptr) expected.overlay = rule.overlay->display_name;
        if (rule.frame != nullptr) expected.frame = *rule.frame;
      }
      int containing = 0;
      for (const TimetableEntry& entry : entries) {
        if (!entry.period.Contains(t)) continue;
        ++containing;
        expected.period = entry.period;
        ASSERT_EQ(Line(entry), Line(expected)) << "seed " << seed << " at " << t;
        ASSERT_TRUE(entry == expected) << "seed " << seed << " at " << t;
      }
      ASSERT_EQ(containing, 1) << "seed " << seed << " at " << t;
      with_frame += expected.frame ? 1 : 0;
      without_version += expected.zone_version == 0 ? 1 : 0;
    }
  }
  EXPECT_GT(with_frame, 10000);
  EXPECT_GT(without_version, 1000);
}

}  // namespace
}  // namespace stadspoort::domain
