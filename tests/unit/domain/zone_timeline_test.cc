#include "services/domain/zone_timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/domain/limits.h"
#include "tests/unit/domain/random_rules.h"

namespace stadspoort::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

absl::Time Hour(int day, int hour) {
  return absl::FromCivil(absl::CivilHour(2026, 10, day, hour), absl::UTCTimeZone());
}

ZoneVersion InForce(int64_t version, absl::Time start, absl::Time end) {
  ZoneVersion zone;
  zone.version = version;
  zone.in_force = {start, end};
  return zone;
}

TEST(VersionAt, IsTheOneInForce) {
  const std::vector<ZoneVersion> versions = {
      InForce(2, Hour(3, 0), absl::InfiniteFuture()),
      InForce(1, Hour(1, 0), Hour(2, 0)),
  };
  const auto pointers = Pointers(versions);
  EXPECT_EQ(VersionAt(pointers, Hour(1, 0) - absl::Nanoseconds(1)), nullptr);
  EXPECT_EQ(VersionAt(pointers, Hour(1, 0)), pointers[1]);
  EXPECT_EQ(VersionAt(pointers, Hour(2, 0)), nullptr) << "retired at its end";
  EXPECT_EQ(VersionAt(pointers, Hour(3, 0)), pointers[0]);
  EXPECT_EQ(VersionAt({}, Hour(3, 0)), nullptr);
}

TEST(UnchangingPieces, EndWhereAVersionAFrameOrAWindowDoes) {
  const WeekdaySet daily{absl::Weekday::monday,   absl::Weekday::tuesday, absl::Weekday::wednesday,
                         absl::Weekday::thursday, absl::Weekday::friday,  absl::Weekday::saturday,
                         absl::Weekday::sunday};
  const auto hours = [](int from, int to) {
    return DailyHours{MinuteOfDay(from * 60), MinuteOfDay(to * 60)};
  };
  std::vector<ZoneVersion> versions = {InForce(1, Hour(1, 0), Hour(2, 6)),
                                       InForce(2, Hour(2, 6), absl::InfiniteFuture())};
  TimeFrame frame;
  frame.weekdays = daily;
  frame.hours = hours(9, 19);
  versions[0].regulation.timetable.frames = {frame};
  versions[1].regulation.restrictions = {{{}, {{daily, hours(5, 8)}}}};
  const CityCalendar calendar;
  EXPECT_THAT(UnchangingPieces(Pointers(versions), calendar, {Hour(1, 10), Hour(2, 10)}),
              ElementsAre(Interval{Hour(1, 10), Hour(1, 19)}, Interval{Hour(1, 19), Hour(2, 6)},
                          Interval{Hour(2, 6), Hour(2, 8)}, Interval{Hour(2, 8), Hour(2, 10)}))
      << "not at 9:00 on the second, when the first version holds no more, nor at 5:00";
  EXPECT_THAT(UnchangingPieces({}, calendar, {Hour(1, 10), Hour(2, 10)}),
              ElementsAre(Interval{Hour(1, 10), Hour(2, 10)}));
}

TEST(UnchangingPieces, OfASpanWithoutAnEndGoAsFarAsTheLimit) {
  const ZoneVersion always = InForce(1, absl::InfinitePast(), absl::InfiniteFuture());
  const std::vector<const ZoneVersion*> versions = {&always};
  EXPECT_THAT(UnchangingPieces(versions, CityCalendar(), {Hour(1, 0), absl::InfiniteFuture()}),
              ElementsAre(Interval{Hour(1, 0), Hour(1, 0) + limits::kPreviewMaxSpan}));
  for (const Interval& nothing :
       {Interval{Hour(1, 0), Hour(1, 0)}, Interval{Hour(2, 0), Hour(1, 0)}, Interval{},
        Interval{absl::InfinitePast(), Hour(1, 0)}}) {
    EXPECT_THAT(UnchangingPieces(versions, CityCalendar(), nothing), IsEmpty());
  }
}

}  // namespace
}  // namespace stadspoort::domain
