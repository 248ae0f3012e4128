#include "services/domain/rule_change.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/domain/decide.h"
#include "services/domain/limits.h"
#include "tests/unit/domain/random_rules.h"

namespace stadspoort::domain {
namespace {

absl::TimeZone Brussels() {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone("Europe/Brussels", &zone));
  return zone;
}

// In November 2026; the 2nd is a Monday.
absl::Time At(int day, int hour = 0, int minute = 0) {
  return absl::FromCivil(absl::CivilMinute(2026, 11, day, hour, minute), Brussels());
}

const WeekdaySet kDaily{absl::Weekday::monday,   absl::Weekday::tuesday, absl::Weekday::wednesday,
                        absl::Weekday::thursday, absl::Weekday::friday,  absl::Weekday::saturday,
                        absl::Weekday::sunday};
const ZoneCode kHere("rode-1");
const ZoneCode kOther("gele-1");
const RightTypeCode kResident("bewoner");
const RightTypeCode kCare("zorg");
const RightHeld kResidentHere{RightKind::kResident, kResident, kHere};
const RightHeld kResidentOfOther{RightKind::kResident, kResident, kOther};

DailyHours Hours(const char* from, const char* to) {
  return {*MinuteOfDay::Parse(from), *MinuteOfDay::Parse(to)};
}

TimeFrame Accepting(std::initializer_list<RightKind> kinds, const char* from, const char* to) {
  TimeFrame frame;
  frame.code = absl::StrCat(from, "-", to);
  frame.weekdays = kDaily;
  frame.hours = Hours(from, to);
  for (const RightKind kind : kinds) frame.accepted_kinds.Add(kind);
  return frame;
}

// Residents may stand from 9 to 19; at other times everybody may.
ZoneVersion Day() {
  ZoneVersion zone;
  zone.code = kHere;
  zone.usage = Usage::kPermitParking;
  zone.regulation.timetable.frames = {Accepting({RightKind::kResident}, "09:00", "19:00")};
  return zone;
}

ZoneVersion With(const std::function<void(ZoneVersion&)>& change) {
  ZoneVersion zone = Day();
  change(zone);
  return zone;
}

// "02 09:00-19:00, 03 ..." on Monday 2 and Tuesday 3 November.
std::string Refused(const std::vector<ZoneVersion>& before, const std::vector<ZoneVersion>& after,
                    const RightHeld& right) {
  const CityCalendar calendar(Brussels(), {});
  const std::vector<Interval> refused =
      NewlyRefused(Pointers(before), Pointers(after), right, calendar, {At(2), At(4)});
  return absl::StrJoin(refused, ", ", [](std::string* out, const Interval& period) {
    absl::StrAppend(out, absl::FormatTime("%d %H:%M", period.start, Brussels()), "-",
                    absl::FormatTime("%H:%M", period.end, Brussels()));
  });
}

struct Row {
  const char* words;
  std::vector<ZoneVersion> before;
  std::vector<ZoneVersion> after;
  RightHeld right;
  std::string refused;
};

TEST(NewlyRefused, SaysWhenSomebodyMightStandAndMayNoMore) {
  const auto kinds = [](std::initializer_list<RightKind> accepted) {
    return With([&](ZoneVersion& zone) {
      zone.regulation.timetable.frames = {Accepting(accepted, "09:00", "19:00")};
    });
  };
  const ZoneVersion evening = With([](ZoneVersion& zone) {
    zone.regulation.timetable.frames.push_back(Accepting({RightKind::kPaid}, "19:00", "23:00"));
  });
  const ZoneVersion restricted = With([](ZoneVersion& zone) {
    zone.regulation.restrictions = {{{kResident}, {{kDaily, Hours("12:00", "14:00")}}}};
  });
  const ZoneVersion extended = With([](ZoneVersion& zone) {
    zone.regulation.extensions = {{kOther, {}, {}}};
  });
  const auto closed = [](int day) {
    return With([day](ZoneVersion& zone) {
      zone.regulation.closed_periods = {{{At(day, 10), At(day, 12)}, "kermis"}};
    });
  };
  const ZoneVersion none_accepted = kinds({RightKind::kPaid});
  const ZoneVersion blue = With([](ZoneVersion& zone) { zone.usage = Usage::kTimeLimited; });
  const RightHeld exempt{RightKind::kExempt, RightTypeCode("politie"), kHere};
  const RightHeld care{RightKind::kCare, kCare, kHere};
  const std::vector<Row> rows = {
      {"nothing changes", {Day()}, {Day()}, kResidentHere, ""},
      {"the kind goes", {Day()}, {none_accepted}, kResidentHere, "02 09:00-19:00, 03 09:00-19:00"},
      {"the kind comes", {none_accepted}, {Day()}, kResidentHere, ""},
      {"a kind that was not accepted before", {Day()}, {none_accepted}, care, ""},
      {"the exempt stay", {Day()}, {none_accepted}, exempt, ""},
      {"the type goes, the kind was not named",
       {With([](ZoneVersion& zone) {
         zone.regulation.timetable.frames[0].accepted_types = {kCare};
       })},
       {Day()},
       care,
       "02 09:00-19:00, 03 09:00-19:00"},
      {"a new frame", {Day()}, {evening}, kResidentHere, "02 19:00-23:00, 03 19:00-23:00"},
      {"a new frame refuses whoever stood for nothing",
       {Day()},
       {evening},
       care,
       "02 19:00-23:00, 03 19:00-23:00"},
      {"a longer frame that accepts",
       {Day()},
       {With([](ZoneVersion& zone) {
         zone.regulation.timetable.frames[0].hours = Hours("08:00", "24:00");
       })},
       kResidentHere,
       ""},
      {"a restriction comes",
       {Day()},
       {restricted},
       kResidentHere,
       "02 09:00-12:00, 02 14:00-19:00, 03 09:00-12:00, 03 14:00-19:00"},
      {"a restriction goes", {restricted}, {Day()}, kResidentHere, ""},
      {"a restriction of another type",
       {kinds({RightKind::kCare})},
       {With([](ZoneVersion& zone) {
         zone.regulation.timetable.frames = {Accepting({RightKind::kCare}, "09:00", "19:00")};
         zone.regulation.restrictions = {{{kResident}, {{kDaily, Hours("12:00", "14:00")}}}};
       })},
       care,
       ""},
      {"a closed period moves", {closed(2)}, {closed(3)}, care, "02 10:00-12:00"},
      {"an overlay",
       {Day()},
       {With([](ZoneVersion& zone) {
         Overlay works;
         works.period = {At(2, 18), At(3, 10)};
         works.timetable.frames = {Accepting({RightKind::kPaid}, "00:00", "24:00")};
         zone.regulation.overlays = {works};
       })},
       kResidentHere,
       "02 18:00-10:00"},
      {"the zone is retired", {Day()}, {}, kResidentHere, ""},
      {"the zone is retired later",
       {Day()},
       {With([](ZoneVersion& zone) {
         zone.in_force.end = At(3, 10);
         zone.regulation.timetable.frames = {Accepting({}, "09:00", "19:00")};
       })},
       kResidentHere,
       "02 09:00-19:00, 03 09:00-10:00"},
      {"a new zone", {}, {Day()}, care, "02 09:00-19:00, 03 09:00-19:00"},
      {"a new zone, for its own rights", {}, {Day()}, kResidentHere, ""},
      {"from one version to the next",
       {Day()},
       {With([](ZoneVersion& zone) { zone.in_force.end = At(2, 15); }), With([](ZoneVersion& zone) {
          zone.in_force.start = At(2, 15);
          zone.regulation.timetable.frames = {Accepting({}, "09:00", "19:00")};
        })},
       kResidentHere,
       "02 15:00-19:00, 03 09:00-19:00"},
      {"a blue zone refuses nobody", {Day()}, {blue}, care, ""},
      {"no more a blue zone", {blue}, {Day()}, care, "02 09:00-19:00, 03 09:00-19:00"},
      {"the extension goes",
       {extended},
       {Day()},
       kResidentOfOther,
       "02 09:00-19:00, 03 09:00-19:00"},
      {"the extension goes, not for the zone's own", {extended}, {Day()}, kResidentHere, ""},
      {"the extension goes, not for the whole city's",
       {extended},
       {Day()},
       {RightKind::kResident, kResident, std::nullopt},
       ""},
      {"the extension comes", {Day()}, {extended}, kResidentOfOther, ""},
      {"the extension's types go",
       {extended},
       {With([](ZoneVersion& zone) {
         zone.regulation.extensions = {{kOther, {kCare}, {}}};
       })},
       kResidentOfOther,
       "02 09:00-19:00, 03 09:00-19:00"},
      {"the extension's windows shrink",
       {extended},
       {With([](ZoneVersion& zone) {
         zone.regulation.extensions = {{kOther, {}, {{kDaily, Hours("08:00", "12:30")}}}};
       })},
       kResidentOfOther,
       "02 12:30-19:00, 03 12:30-19:00"},
      {"two extensions that fill each other",
       {extended},
       {With([](ZoneVersion& zone) {
         zone.regulation.extensions = {{kOther, {kResident}, {{kDaily, Hours("00:00", "12:00")}}},
                                       {kOther, {}, {{kDaily, Hours("12:00", "24:00")}}}};
       })},
       kResidentOfOther,
       ""},
      {"an extension from a third zone",
       {extended},
       {With([](ZoneVersion& zone) {
         zone.regulation.extensions = {{ZoneCode("groene-1"), {}, {}}};
       })},
       kResidentOfOther,
       "02 09:00-19:00, 03 09:00-19:00"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(Refused(row.before, row.after, row.right), row.refused) << row.words;
  }
}

TEST(NewlyRefused, ASpanWithoutAnEndIsJudgedUpToTheLimit) {
  const ZoneVersion before = With([](ZoneVersion& zone) { zone.regulation = {}; });
  const ZoneVersion after = With([](ZoneVersion& zone) {
    zone.regulation.timetable.frames = {Accepting({}, "00:00", "24:00")};
  });
  const CityCalendar calendar(Brussels(), {});
  EXPECT_THAT(
      NewlyRefused({&before}, {&after}, kResidentHere, calendar, {At(2), absl::InfiniteFuture()}),
      ::testing::ElementsAre(Interval{At(2), At(2) + limits::kPreviewMaxSpan}));
  EXPECT_THAT(NewlyRefused({&before}, {&after}, kResidentHere, calendar, {At(2), At(2)}),
              ::testing::IsEmpty());
}

// What the decision says of a car with this right at that moment.
bool MayStand(const std::vector<ZoneVersion>& versions, const RightHeld& held,
              const CityCalendar& calendar, absl::Time t) {
  static const CitySettings* const kCity = new CitySettings();
  Right right;
  right.kind = held.kind;
  right.type = held.type;
  right.city_wide = !held.zone;
  if (held.zone) right.zones = {*held.zone};
  Facts facts;
  facts.city = kCity;
  facts.calendar = &calendar;
  facts.now = t;
  facts.plates = {{PlateId(), /*exact=*/true, 1, {right}}};
  for (const ZoneVersion& version : versions) {
    if (version.in_force.Contains(t)) facts.zones.push_back(&version);
  }
  const Decision decision = Decide(facts, t).decision();
  return decision == Decision::kPermitted || decision == Decision::kNotRequired;
}

// Minute by minute, and on both sides of every bound, against the decision itself.
TEST(NewlyRefused, AgreesWithTheDecisionAtEveryMinute) {
  const std::vector<absl::CivilHour> hours = {absl::CivilHour(2026, 10, 25, 2),
                                              absl::CivilHour(2026, 3, 29, 2),
                                              absl::CivilHour(2026, 11, 4, 12)};
  const std::vector<RightHeld> rights = {
      {RightKind::kResident, kResident, RandomRules::kZones[0]},
      {RightKind::kResident, kCare, RandomRules::kZones[1]},
      {RightKind::kCare, kCare, RandomRules::kZones[1]},
      {RightKind::kCare, kCare, std::nullopt},
      {RightKind::kExempt, kResident, RandomRules::kZones[1]},
  };
  int refused_minutes = 0;
  int refused_by_extension = 0;
  for (uint64_t seed = 0; seed < 300; ++seed) {
    const absl::Time around = absl::FromCivil(hours[seed % hours.size()], Brussels());
    RandomRules random(seed, Brussels(), around);
    const Usage usage = random.OneIn(8) ? Usage::kTimeLimited : Usage::kPermitParking;
    const auto before = random.Versions(RandomRules::kZones[0], usage);
    const auto after = random.Versions(RandomRules::kZones[0], usage);
    const CityCalendar calendar(Brussels(), random.SpecialDays());
    const RightHeld& right = rights[seed % rights.size()];
    const Interval span = {around - absl::Hours(18), around + absl::Hours(18)};
    const auto refused = NewlyRefused(Pointers(before), Pointers(after), right, calendar, span);
    std::vector<absl::Time> instants;
    for (absl::Time t = span.start; t < span.end; t += absl::Minutes(1)) instants.push_back(t);
    for (size_t i = 0; i < refused.size(); ++i) {
      ASSERT_FALSE(refused[i].Empty());
      ASSERT_TRUE(i == 0 || refused[i - 1].end < refused[i].start);
      for (const absl::Time bound : {refused[i].start, refused[i].end}) {
        instants.push_back(bound);
        instants.push_back(bound - absl::Nanoseconds(1));
      }
    }
    for (const absl::Time t : instants) {
      if (!span.Contains(t)) continue;
      const bool expected =
          MayStand(before, right, calendar, t) && !MayStand(after, right, calendar, t);
      const bool is_refused = std::any_of(refused.begin(), refused.end(),
                                          [t](const Interval& in) { return in.Contains(t); });
      ASSERT_EQ(is_refused, expected) << "seed " << seed << " at " << t;
      refused_minutes += expected ? 1 : 0;
      refused_by_extension += expected && right.zone == RandomRules::kZones[1] ? 1 : 0;
    }
  }
  EXPECT_GT(refused_minutes, 15000);
  EXPECT_GT(refused_by_extension, 5000);
}

}  // namespace
}  // namespace stadspoort::domain
