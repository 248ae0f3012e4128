#include "services/domain/timetable_examination.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/domain/limits.h"

namespace stadspoort::domain {
namespace {

using absl::Weekday;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

absl::TimeZone Brussels() {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone("Europe/Brussels", &zone));
  return zone;
}

absl::Time At(int month, int day, int hour = 0, int minute = 0) {
  return absl::FromCivil(absl::CivilMinute(2026, month, day, hour, minute), Brussels());
}

// The rules take force on Thursday 1 October 2026.
const absl::Time kStart = At(10, 1);
const SpecialDayLabel kHoliday("HOLIDAY");
const SpecialDayLabel kMarket("MARKET");
const WeekdaySet kMondayToSaturday{Weekday::monday,   Weekday::tuesday, Weekday::wednesday,
                                   Weekday::thursday, Weekday::friday,  Weekday::saturday};
const RightTypeCode kResident("bewoner");
const RightTypeCode kPolice("politie");

TimeFrame Frame(WeekdaySet weekdays, const char* from, const char* to) {
  TimeFrame frame;
  frame.code = absl::StrCat("frame-", from);
  frame.weekdays = weekdays;
  frame.hours = {*MinuteOfDay::Parse(from), *MinuteOfDay::Parse(to)};
  frame.accepted_kinds.Add(RightKind::kPaid);
  frame.max_stay = absl::Hours(2);
  return frame;
}

TimeFrame SpecialFrame(const SpecialDayLabel& label, const char* from, const char* to) {
  TimeFrame frame = Frame({}, from, to);
  frame.special_day = label;
  return frame;
}

Overlay Works(absl::Time start, absl::Time end, std::vector<TimeFrame> frames) {
  return {{start, end}, "werken", {std::move(frames), {{kHoliday, SpecialDayMode::kAnd}}}};
}

ZoneVersion Sound() {
  ZoneVersion zone;
  zone.code = ZoneCode("rode-1");
  zone.regulation.timetable = {
      {Frame(kMondayToSaturday, "09:00", "19:00"), Frame(kMondayToSaturday, "19:00", "23:00"),
       SpecialFrame(kHoliday, "13:00", "18:00")},
      {{kHoliday, SpecialDayMode::kReplace}}};
  zone.regulation.closed_periods = {{{At(12, 24), At(12, 27)}, "Kerstmis"}};
  zone.regulation.overlays = {
      Works(At(10, 12), At(10, 14), {Frame(kMondayToSaturday, "06:00", "22:00")})};
  return zone;
}

std::vector<Finding> Examined(const ZoneVersion& zone) {
  // HOLIDAY in 2026; MARKET is no day's label.
  const std::vector<SpecialDay> days = {{absl::CivilDay(2026, 11, 11), kHoliday, "wapenstilstand"},
                                        {absl::CivilDay(2026, 12, 25), kHoliday, "Kerstmis"}};
  const std::vector<RightType> types = {{kResident, "Bewoner", RightKind::kResident, {}},
                                        {kPolice, "Politie", RightKind::kExempt, {}}};
  const CityTerms city(Brussels(), types, days);
  std::vector<Finding> found;
  ZoneFindings findings(zone.code, found);
  ExamineTimetables(zone, kStart, city, findings);
  return found;
}

TEST(ExamineTimetables, FindsNothingInASoundZone) {
  EXPECT_THAT(Examined(Sound()), IsEmpty());
  EXPECT_THAT(Validate(Sound().regulation), IsEmpty());
}

struct Row {
  const char* words;  // some of the description
  FindingKind kind;
  std::string field;
  std::function<void(ZoneVersion&)> spoil;
  std::function<void(ZoneVersion&)> nearly;  // almost the same, and nothing to warn of
};

void Expect(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    ZoneVersion zone = Sound();
    row.spoil(zone);
    const std::vector<Finding> found = Examined(zone);
    ASSERT_THAT(found, SizeIs(1)) << row.field << " " << row.words;
    EXPECT_EQ(Name(found[0].kind), Name(row.kind)) << found[0].description;
    EXPECT_EQ(found[0].severity, FindingSeverity::kWarning);
    EXPECT_EQ(found[0].zone, zone.code);
    EXPECT_EQ(found[0].field, row.field);
    EXPECT_THAT(found[0].description, HasSubstr(row.words));
    ZoneVersion other = Sound();
    row.nearly(other);
    for (const Finding& finding : Examined(other)) {
      ADD_FAILURE() << row.words << ": " << finding.field << " " << finding.description;
    }
  }
}

TimeFrame& Own(ZoneVersion& zone, size_t frame) { return zone.regulation.timetable.frames[frame]; }
TimeFrame& OfOverlay(ZoneVersion& zone) { return zone.regulation.overlays[0].timetable.frames[0]; }

TEST(ExamineTimetables, WarnsOfGaps) {
  Expect({
      {"is 18:59, and 1 min later, at 19:00, frame frame-19:00 begins",
       FindingKind::kGapBetweenFrames, "regulation.frames[0].to_local_time",
       [](ZoneVersion& z) { Own(z, 0).hours.to = *MinuteOfDay::Parse("18:59"); },
       [](ZoneVersion& z) { Own(z, 0).hours.to = *MinuteOfDay::Parse("18:00"); }},
      {"30 min later", FindingKind::kGapBetweenFrames,
       "regulation.overlays[0].frames[0].to_local_time",
       [](ZoneVersion& z) {
         z.regulation.overlays[0].timetable.frames.push_back(
             Frame(kMondayToSaturday, "22:30", "23:00"));
       },
       [](ZoneVersion& z) {
         z.regulation.overlays[0].timetable.frames.push_back(
             Frame(kMondayToSaturday, "23:00", "24:00"));
       }},
  });
}

TEST(ExamineTimetables, WarnsOfFramesThatNeverHold) {
  const auto overlay = [](absl::Time start, absl::Time end, const TimeFrame& frame) {
    return [=](ZoneVersion& z) { z.regulation.overlays = {Works(start, end, {frame})}; };
  };
  const TimeFrame saturday = Frame({Weekday::saturday}, "09:00", "19:00");
  const TimeFrame friday_night = Frame({Weekday::friday}, "22:00", "06:00");
  TimeFrame spring = Frame(kMondayToSaturday, "09:00", "19:00");
  spring.season = Season{{3, 1}, {5, 31}};
  TimeFrame autumn = spring;
  autumn.season = Season{{10, 17}, {11, 30}};
  const std::string field = "regulation.overlays[0].frames[0]";
  Expect({
      {"holds no day that is HOLIDAY", FindingKind::kNeverHolds, "regulation.frames[2].season",
       [](ZoneVersion& z) {
         Own(z, 2).season = Season{{3, 1}, {11, 10}};
       },
       [](ZoneVersion& z) {
         Own(z, 2).season = Season{{3, 1}, {11, 11}};
       }},
      // From Monday 12 until Saturday 17 October.
      {"never holds during the overlay, 2026-10-12 00:00 +02:00 to 2026-10-17 09:00 +02:00",
       FindingKind::kNeverHolds, field, overlay(At(10, 12), At(10, 17, 9), saturday),
       overlay(At(10, 12), At(10, 17, 9) + absl::Nanoseconds(1), saturday)},
      {"never holds", FindingKind::kNeverHolds, field,
       overlay(At(10, 17, 19), At(10, 24, 9), saturday),
       overlay(At(10, 17, 19) - absl::Nanoseconds(1), At(10, 24, 9), saturday)},
      {"never holds", FindingKind::kNeverHolds, field,
       overlay(At(10, 17, 6), At(10, 23, 22), friday_night),
       overlay(At(10, 17, 5, 59), At(10, 23, 22), friday_night)},
      {"never holds", FindingKind::kNeverHolds, field, overlay(At(10, 12), At(10, 18), spring),
       overlay(At(10, 12), At(10, 18), autumn)},
      {"never holds", FindingKind::kNeverHolds, field,
       overlay(At(10, 12), At(11, 11), SpecialFrame(kHoliday, "13:00", "18:00")),
       overlay(At(10, 12), At(11, 12), SpecialFrame(kHoliday, "13:00", "18:00"))},
      // An hour that does not occur, and one that occurs twice: in the second, from 2:30 on.
      {"never holds", FindingKind::kNeverHolds, "regulation.overlays[0].frames[0]",
       [](ZoneVersion& z) {
         z.regulation.overlays = {{{absl::FromCivil(absl::CivilDay(2027, 3, 27), Brussels()),
                                    absl::FromCivil(absl::CivilDay(2027, 4, 3), Brussels())},
                                   "werken",
                                   {{Frame({Weekday::sunday}, "02:00", "03:00")}, {}}}};
       },
       overlay(At(10, 25, 2, 45) + absl::Hours(1), At(10, 26),
               Frame({Weekday::sunday}, "02:30", "03:00"))},
  });
}

// St John's, 2010: on Sunday at 00:01 the clock went back to Saturday 23:01.
TEST(ExamineTimetables, SeesFramesWhereTheClockGoesBackOverMidnight) {
  absl::TimeZone clock;
  ASSERT_TRUE(absl::LoadTimeZone("America/St_Johns", &clock));
  const absl::Time sunday = absl::FromCivil(absl::CivilDay(2010, 11, 7), clock);
  const auto found = [&](absl::Time start, absl::Time end, const TimeFrame& frame) {
    ZoneVersion zone = Sound();
    zone.regulation.overlays = {Works(start, end, {frame})};
    std::vector<Finding> findings;
    ZoneFindings out(zone.code, findings);
    ExamineTimetables(zone, start, CityTerms(clock, {}, {}), out);
    return std::count_if(findings.begin(), findings.end(), [](const Finding& finding) {
      return finding.kind == FindingKind::kNeverHolds;
    });
  };
  const TimeFrame saturday = Frame({Weekday::saturday}, "23:30", "24:00");
  const TimeFrame first_minute = Frame({Weekday::sunday}, "00:00", "00:30");
  EXPECT_EQ(found(sunday + absl::Seconds(30), sunday + absl::Minutes(31), saturday), 0)
      << "on the second Saturday evening";
  EXPECT_EQ(found(sunday + absl::Seconds(30), sunday + absl::Minutes(30), saturday), 1);
  EXPECT_EQ(found(sunday - absl::Hours(1), sunday + absl::Minutes(40), first_minute), 0)
      << "in the minute of Sunday between two Saturday evenings";
  EXPECT_EQ(found(sunday + absl::Minutes(1), sunday + absl::Minutes(40), first_minute), 1);
}

TEST(ExamineTimetables, WarnsOfLabelsThatNoDayCarries) {
  const auto school = [](const SpecialDayLabel& label) {
    return [label](ZoneVersion& z) {
      z.regulation.timetable.special_day_rules.push_back({label, SpecialDayMode::kAnd});
    };
  };
  Expect({
      {"names MARKET, but no day", FindingKind::kUnusedLabel,
       "regulation.special_day_rules[1].special_day", school(kMarket), [](ZoneVersion&) {}},
      {"names MARKET", FindingKind::kUnusedLabel,
       "regulation.overlays[0].special_day_rules[0].special_day",
       [](ZoneVersion& z) {
         z.regulation.overlays[0].timetable.special_day_rules[0].special_day = kMarket;
       },
       // Not a label at all: a fault of the regulation.
       school(SpecialDayLabel("school"))},
  });
  ZoneVersion zone = Sound();
  school(kMarket)(zone);
  zone.regulation.timetable.frames.push_back(SpecialFrame(kMarket, "06:00", "07:00"));
  const std::vector<Finding> found = Examined(zone);
  ASSERT_THAT(found, SizeIs(2)) << "the frame and the rule, and not that the frame never holds";
  EXPECT_EQ(found[0].field, "regulation.frames[3].special_day");
  EXPECT_EQ(found[0].kind, FindingKind::kUnusedLabel);
  EXPECT_EQ(found[1].field, "regulation.special_day_rules[1].special_day");
}

TEST(ExamineTimetables, WarnsOfFramesThatAcceptNobody) {
  const auto nobody = [](TimeFrame& frame) {
    frame.accepted_kinds = {};
    frame.accepted_kinds.Add(RightKind::kExempt);
  };
  Expect({
      {"nobody but EXEMPT", FindingKind::kNobodyAccepted, "regulation.frames[1].accepted_kinds",
       [](ZoneVersion& z) { Own(z, 1).accepted_kinds = {}; },
       [&](ZoneVersion& z) {
         nobody(Own(z, 1));
         Own(z, 1).accepted_types = {kPolice, kResident};
       }},
      {"nobody but EXEMPT", FindingKind::kNobodyAccepted,
       "regulation.overlays[0].frames[0].accepted_kinds",
       [&](ZoneVersion& z) {
         nobody(OfOverlay(z));
         OfOverlay(z).accepted_types = {kPolice};
       },
       // A type that the city does not know is somebody; that it is unknown is said elsewhere.
       [&](ZoneVersion& z) {
         nobody(OfOverlay(z));
         OfOverlay(z).accepted_types = {RightTypeCode("zorg")};
       }},
      {"nobody but EXEMPT", FindingKind::kNobodyAccepted, "regulation.frames[0].accepted_kinds",
       [&](ZoneVersion& z) { nobody(Own(z, 0)); },
       // In a blue zone no right is asked for.
       [&](ZoneVersion& z) {
         z.usage = Usage::kTimeLimited;
         nobody(Own(z, 0));
       }},
  });
}

TEST(ExamineTimetables, WarnsOfABlueZoneWithoutALongestStay) {
  Expect({
      {"TIME_LIMITED", FindingKind::kTimeLimitedWithoutMaxStay, "regulation.frames[1].max_stay",
       [](ZoneVersion& z) {
         z.usage = Usage::kTimeLimited;
         Own(z, 1).max_stay.reset();
       },
       [](ZoneVersion& z) { Own(z, 1).max_stay.reset(); }},
  });
}

TEST(ExamineTimetables, WarnsOfPeriodsThatAreOver) {
  Expect({
      {"lies in the past when these rules take force, 2026-10-01 00:00 +02:00",
       FindingKind::kPeriodOver, "regulation.closed_periods[0].end_time",
       [](ZoneVersion& z) {
         z.regulation.closed_periods[0].period = {At(9, 1), kStart};
       },
       [](ZoneVersion& z) {
         z.regulation.closed_periods[0].period = {At(9, 1), kStart + absl::Nanoseconds(1)};
       }},
      {"lies in the past", FindingKind::kPeriodOver, "regulation.overlays[0].end_time",
       [](ZoneVersion& z) {
         z.regulation.overlays[0].period = {At(9, 1), kStart};
       },
       [](ZoneVersion& z) {
         z.regulation.overlays[0].period = {At(9, 1), kStart + absl::Nanoseconds(1)};
       }},
      // What is in an overlay that is over does not matter.
      {"lies in the past", FindingKind::kPeriodOver, "regulation.overlays[0].end_time",
       [](ZoneVersion& z) {
         z.regulation.overlays[0] =
             Works(At(9, 1), At(9, 2), {Frame({Weekday::sunday}, "09:00", "12:00")});
       },
       // An end before its start is a fault of the regulation.
       [](ZoneVersion& z) {
         z.regulation.closed_periods[0].period = {At(9, 2), At(9, 1)};
       }},
  });
}

TEST(ExamineTimetables, WarnsOfOverlaysOfMoreThanAYear) {
  const auto lasting = [](absl::Duration duration) {
    return [duration](ZoneVersion& z) {
      z.regulation.overlays[0].period.end = z.regulation.overlays[0].period.start + duration;
    };
  };
  Expect({
      {"more than a year after 2026-10-12 00:00 +02:00", FindingKind::kLongOverlay,
       "regulation.overlays[0].end_time", lasting(limits::kOverlayUsualMax + absl::Nanoseconds(1)),
       lasting(limits::kOverlayUsualMax)},
  });
}

TEST(ExamineTimetables, WarnsOfZonesInWhichNothingIsEverRequired) {
  const auto only = [](const std::vector<Overlay>& overlays) {
    return [=](ZoneVersion& z) {
      z.regulation = {};
      z.regulation.overlays = overlays;
    };
  };
  Expect({
      {"nothing is ever required", FindingKind::kNoFrames, "regulation.frames", only({}),
       only({Works(At(10, 12), At(10, 14), {Frame(kMondayToSaturday, "06:00", "22:00")})})},
      {"nothing is ever required", FindingKind::kNoFrames, "regulation.frames",
       only({Works(At(10, 12), At(10, 14), {})}),
       [](ZoneVersion& z) { z.regulation.overlays.clear(); }},
  });
  ZoneVersion zone = Sound();
  only({Works(At(9, 12), At(9, 14), {Frame(kMondayToSaturday, "06:00", "22:00")})})(zone);
  const std::vector<Finding> found = Examined(zone);
  ASSERT_THAT(found, SizeIs(2)) << "the only frames are those of an overlay that is over";
  EXPECT_EQ(found[0].kind, FindingKind::kPeriodOver);
  EXPECT_EQ(found[1].kind, FindingKind::kNoFrames);
}

// What Validate refuses is said once, by it; and it may be anything.
TEST(ExamineTimetables, DoesNotRepeatFaults) {
  const std::vector<std::function<void(ZoneVersion&)>> faults = {
      [](ZoneVersion& z) { OfOverlay(z).weekdays = {}; },
      [](ZoneVersion& z) { OfOverlay(z).special_day = SpecialDayLabel("x"); },
      [](ZoneVersion& z) { z.regulation.timetable.special_day_rules.clear(); },
      [](ZoneVersion& z) { z.regulation.overlays[0].period.start = absl::InfinitePast(); },
      [](ZoneVersion& z) { z.regulation.overlays[0].period.end = absl::InfiniteFuture(); },
      [](ZoneVersion& z) { z.regulation.overlays[0].period = {}; },
      [](ZoneVersion& z) { z.regulation.timetable.frames.resize(5000); },
      [](ZoneVersion& z) { z.regulation.overlays.resize(5000, z.regulation.overlays[0]); },
      [](ZoneVersion& z) {
        z.regulation.closed_periods.resize(5000, {{At(9, 1), At(9, 2)}, ""});
      },
  };
  for (size_t i = 0; i < faults.size(); ++i) {
    ZoneVersion zone = Sound();
    faults[i](zone);
    EXPECT_FALSE(Validate(zone.regulation).empty()) << i;
    EXPECT_THAT(Examined(zone), IsEmpty()) << i;
  }
}

TEST(ExamineTimetables, FindsEverythingAtOnce) {
  ZoneVersion zone = Sound();
  zone.usage = Usage::kTimeLimited;
  Own(zone, 0).max_stay.reset();
  Own(zone, 0).hours.to = *MinuteOfDay::Parse("18:30");
  Own(zone, 2).season = Season{{3, 1}, {5, 31}};
  zone.regulation.closed_periods[0].period = {At(8, 1), At(8, 2)};
  zone.regulation.overlays[0].period.end += absl::Hours(24 * 400);
  std::vector<FindingKind> kinds;
  for (const Finding& finding : Examined(zone)) kinds.push_back(finding.kind);
  EXPECT_THAT(kinds, ElementsAre(FindingKind::kTimeLimitedWithoutMaxStay, FindingKind::kNeverHolds,
                                 FindingKind::kGapBetweenFrames, FindingKind::kPeriodOver,
                                 FindingKind::kLongOverlay));
}

}  // namespace
}  // namespace stadspoort::domain
