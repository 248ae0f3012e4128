#include "services/domain/frame_gaps.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <ostream>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/domain/limits.h"

namespace stadspoort::domain {

void PrintTo(const FrameGap& gap, std::ostream* out) {
  *out << gap.before << " to " << gap.after << ": " << gap.length;
}

namespace {

using absl::Weekday;
const SpecialDayLabel kHoliday("HOLIDAY");
const SpecialDayLabel kMarket("MARKET");
const WeekdaySet kMonday{Weekday::monday};
const WeekdaySet kTuesday{Weekday::tuesday};
const WeekdaySet kMondayToSaturday{Weekday::monday,   Weekday::tuesday, Weekday::wednesday,
                                   Weekday::thursday, Weekday::friday,  Weekday::saturday};
const WeekdaySet kSunday{Weekday::sunday};
const WeekdaySet kDaily{Weekday::monday, Weekday::tuesday,  Weekday::wednesday, Weekday::thursday,
                        Weekday::friday, Weekday::saturday, Weekday::sunday};

Season SeasonOf(const char* first, const char* last) {
  return {*MonthDay::Parse(first), *MonthDay::Parse(last)};
}

TimeFrame OnWeekdays(WeekdaySet weekdays, const char* from, const char* to,
                     std::optional<Season> season = std::nullopt) {
  TimeFrame frame;
  frame.weekdays = weekdays;
  frame.hours = {*MinuteOfDay::Parse(from), *MinuteOfDay::Parse(to)};
  frame.season = season;
  return frame;
}

TimeFrame OnSpecialDay(const SpecialDayLabel& label, const char* from, const char* to,
                       std::optional<Season> season = std::nullopt) {
  TimeFrame frame = OnWeekdays({}, from, to, season);
  frame.special_day = label;
  return frame;
}

const std::vector<SpecialDayRule> kReplace = {{kHoliday, SpecialDayMode::kReplace}};
const std::vector<SpecialDayRule> kJoin = {{kHoliday, SpecialDayMode::kAnd}};

struct Row {
  const char* words;
  Timetable table;
  std::vector<FrameGap> gaps;
};

void Expect(const std::vector<Row>& rows) {
  for (const Row& row : rows) EXPECT_EQ(ShortGapsOf(row.table), row.gaps) << row.words;
}

TEST(FrameGaps, AreShortAndBetweenFramesOfOneDay) {
  const auto minutes = [](int count) { return absl::Minutes(count); };
  Expect({
      {"a minute",
       {{OnWeekdays(kMondayToSaturday, "09:00", "18:59"),
         OnWeekdays(kMondayToSaturday, "19:00", "23:00")},
        {}},
       {{0, 1, minutes(1)}}},
      {"listed the other way round",
       {{OnWeekdays(kMondayToSaturday, "19:00", "23:00"),
         OnWeekdays(kMondayToSaturday, "09:00", "18:59")},
        {}},
       {{1, 0, minutes(1)}}},
      {"59 minutes",
       {{OnWeekdays(kMonday, "09:00", "12:01"), OnWeekdays(kMonday, "13:00", "18:00")}, {}},
       {{0, 1, minutes(59)}}},
      {"an hour is a break",
       {{OnWeekdays(kMonday, "09:00", "12:00"), OnWeekdays(kMonday, "13:00", "18:00")}, {}},
       {}},
      {"none",
       {{OnWeekdays(kMonday, "09:00", "12:00"), OnWeekdays(kMonday, "12:00", "18:00")}, {}},
       {}},
      {"on other days",
       {{OnWeekdays(kMonday, "09:00", "18:59"), OnWeekdays(kTuesday, "19:00", "23:00")}, {}},
       {}},
      {"in other seasons",
       {{OnWeekdays(kMonday, "09:00", "18:59", SeasonOf("06-01", "09-30")),
         OnWeekdays(kMonday, "19:00", "23:00", SeasonOf("10-01", "05-31"))},
        {}},
       {}},
      {"on the one day of both seasons",
       {{OnWeekdays(kMonday, "09:00", "18:59", SeasonOf("06-01", "09-30")),
         OnWeekdays(kMonday, "19:00", "23:00", SeasonOf("09-30", "05-31"))},
        {}},
       {{0, 1, minutes(1)}}},
      {"two",
       {{OnWeekdays(kMonday, "06:00", "09:00"), OnWeekdays(kMonday, "09:15", "12:00"),
         OnWeekdays(kMonday, "12:30", "18:00")},
        {}},
       {{0, 1, minutes(15)}, {1, 2, minutes(30)}}},
      {"no frame at all", {}, {}},
  });
}

TEST(FrameGaps, AreSeenOverMidnight) {
  const auto minutes = [](int count) { return absl::Minutes(count); };
  Expect({
      {"to 23:59, from 00:00",
       {{OnWeekdays(kMonday, "09:00", "23:59"), OnWeekdays(kTuesday, "00:00", "09:00")}, {}},
       {{0, 1, minutes(1)}}},
      {"to 23:59 every day", {{OnWeekdays(kDaily, "00:00", "23:59")}, {}}, {{0, 0, minutes(1)}}},
      {"to 24:00 every day", {{OnWeekdays(kDaily, "00:00", "24:00")}, {}}, {}},
      {"to 23:59 on one day", {{OnWeekdays(kMonday, "00:00", "23:59")}, {}}, {}},
      {"to 23:59 on 28 February, from 00:00 on 1 March",
       {{OnWeekdays(kDaily, "09:00", "23:59", SeasonOf("02-28", "02-28")),
         OnWeekdays(kDaily, "00:00", "09:00", SeasonOf("03-01", "03-01"))},
        {}},
       {{0, 1, minutes(1)}}},
      {"to 23:59 on 28 February, from 00:00 on 2 March",
       {{OnWeekdays(kDaily, "09:00", "23:59", SeasonOf("02-28", "02-28")),
         OnWeekdays(kDaily, "00:00", "09:00", SeasonOf("03-02", "03-02"))},
        {}},
       {}},
      {"from Saturday into Sunday, not into Monday",
       {{OnWeekdays(kMondayToSaturday, "09:00", "23:30"), OnWeekdays(kMonday, "00:00", "06:00")},
        {}},
       {}},
      {"to 24:00, from 00:10",
       {{OnWeekdays(kMondayToSaturday, "09:00", "24:00"), OnWeekdays(kSunday, "00:10", "06:00")},
        {}},
       {{0, 1, minutes(10)}}},
      {"a night, then the morning",
       {{OnWeekdays(kMonday, "22:00", "05:59"), OnWeekdays(kTuesday, "06:00", "09:00")}, {}},
       {{0, 1, minutes(1)}}},
      {"a night, and the morning before it",
       {{OnWeekdays(kMonday, "22:00", "05:59"), OnWeekdays(kMonday, "06:00", "09:00")}, {}},
       {}},
      {"a night that follows itself",
       {{OnWeekdays(kDaily, "22:00", "21:30")}, {}},
       {{0, 0, minutes(30)}}},
  });
}

TEST(FrameGaps, ThatAThirdFrameFillsAreNone) {
  const auto minutes = [](int count) { return absl::Minutes(count); };
  const auto filled_by = [](const TimeFrame& third) {
    return Timetable{
        {OnWeekdays(kDaily, "09:00", "18:00"), third, OnWeekdays(kDaily, "18:30", "23:00")}, kJoin};
  };
  Expect({
      {"filled", filled_by(OnWeekdays(kDaily, "18:00", "18:30")), {}},
      {"filled in part", filled_by(OnWeekdays(kDaily, "18:10", "18:30")), {{0, 1, minutes(10)}}},
      {"filled in summer only",
       filled_by(OnWeekdays(kDaily, "18:00", "18:30", SeasonOf("06-01", "09-30"))),
       {{0, 2, minutes(30)}}},
      {"filled on all days but Sunday",
       filled_by(OnWeekdays(kMondayToSaturday, "18:00", "18:30")),
       {{0, 2, minutes(30)}}},
      {"filled on holidays only",
       filled_by(OnSpecialDay(kHoliday, "18:00", "18:30")),
       {{0, 2, minutes(30)}}},
      {"filled in winter and in summer",
       {{OnWeekdays(kDaily, "09:00", "18:00"),
         OnWeekdays(kDaily, "18:00", "18:30", SeasonOf("06-01", "09-30")),
         OnWeekdays(kDaily, "18:00", "18:30", SeasonOf("10-01", "05-31")),
         OnWeekdays(kDaily, "18:30", "23:00")},
        {}},
       {}},
      {"filled over midnight",
       {{OnWeekdays(kDaily, "09:00", "23:40"), OnWeekdays(kDaily, "23:40", "00:10"),
         OnWeekdays(kDaily, "00:10", "06:00")},
        {}},
       {}},
      {"filled after midnight",
       {{OnWeekdays(kDaily, "09:00", "24:00"), OnWeekdays(kDaily, "00:00", "00:30"),
         OnWeekdays(kDaily, "00:30", "06:00")},
        {}},
       {}},
      {"filled after midnight, but not on Sunday",
       {{OnWeekdays(kDaily, "09:00", "24:00"), OnWeekdays(kMondayToSaturday, "00:00", "00:30"),
         OnWeekdays(kDaily, "00:30", "06:00")},
        {}},
       {{0, 2, minutes(30)}}},
      {"filled between a night and the morning",
       {{OnWeekdays(kDaily, "22:00", "05:30"), OnWeekdays(kDaily, "05:30", "06:00"),
         OnWeekdays(kDaily, "06:00", "09:00")},
        {}},
       {}},
      {"filled before midnight only",
       {{OnWeekdays(kDaily, "09:00", "23:40"), OnWeekdays(kDaily, "23:40", "24:00"),
         OnWeekdays(kDaily, "00:10", "06:00")},
        {}},
       {{1, 2, minutes(10)}}},
  });
}

TEST(FrameGaps, DependOnWhatASpecialDayDoes) {
  const auto minutes = [](int count) { return absl::Minutes(count); };
  const TimeFrame day = OnWeekdays(kDaily, "09:00", "18:00");
  const TimeFrame feast = OnSpecialDay(kHoliday, "18:30", "23:00");
  Expect({
      {"the holiday joins", {{day, feast}, kJoin}, {{0, 1, minutes(30)}}},
      {"the holiday replaces", {{day, feast}, kReplace}, {}},
      {"the holiday has no rule, so its frame never holds", {{day, feast}, {}}, {}},
      {"the evening before a holiday that replaces",
       {{OnWeekdays(kDaily, "09:00", "23:45"), OnSpecialDay(kHoliday, "00:00", "08:00")}, kReplace},
       {{0, 1, minutes(15)}}},
      {"a holiday of another season",
       {{OnWeekdays(kDaily, "09:00", "18:00", SeasonOf("06-01", "06-30")),
         OnSpecialDay(kHoliday, "18:30", "23:00", SeasonOf("07-01", "07-31"))},
        kJoin},
       {}},
      {"two labels on one date are not looked at",
       {{OnSpecialDay(kMarket, "09:00", "18:00"), feast},
        {{kHoliday, SpecialDayMode::kAnd}, {kMarket, SpecialDayMode::kAnd}}},
       {}},
      {"but they may be neighbours",
       {{OnSpecialDay(kMarket, "09:00", "23:30"), OnSpecialDay(kHoliday, "00:00", "08:00")},
        {{kHoliday, SpecialDayMode::kAnd}, {kMarket, SpecialDayMode::kReplace}}},
       {{0, 1, minutes(30)}}},
  });
}

// Random timetables against a brute force over 28 years, in which each date falls on each weekday:
// on each day the frames that start by Timetable::StartsOn, on it and on the next, each ordinary or
// of one label.

class EveryDay {
 public:
  EveryDay() {
    calendars_.emplace_back(absl::UTCTimeZone(), std::vector<SpecialDay>());
    for (const SpecialDayLabel& label : {kHoliday, kMarket}) {
      std::vector<SpecialDay> days;
      for (absl::CivilDay day = kFirst; day <= kLast; ++day) days.push_back({day, label, "dag"});
      calendars_.emplace_back(absl::UTCTimeZone(), days);
    }
  }

  std::vector<FrameGap> GapsOf(const Timetable& table) const {
    std::map<std::pair<size_t, size_t>, absl::Duration> gaps;
    for (absl::CivilDay day = kFirst; day < kLast; ++day) {
      if (!IsTelling(day, table)) continue;
      for (const CityCalendar& today : calendars_) {
        for (const CityCalendar& tomorrow : calendars_) {
          std::vector<Occurrence> starting;
          Append(table, day, today, 0, starting);
          Append(table, day + 1, tomorrow, MinuteOfDay::kEndOfDay, starting);
          AddGaps(starting, gaps);
        }
      }
    }
    std::vector<FrameGap> list;
    for (const auto& [frames, length] : gaps) list.push_back({frames.first, frames.second, length});
    return list;
  }

 private:
  struct Occurrence {
    size_t frame;
    int start;
    int end;
  };

  // Between the bounds of seasons nothing changes but the weekday.
  static bool IsTelling(absl::CivilDay day, const Timetable& table) {
    for (const TimeFrame& frame : table.frames) {
      if (!frame.season) continue;
      for (int near = -2; near <= 2; ++near) {
        const absl::CivilDay other = day + near;
        const MonthDay date{other.month(), other.day()};
        if (date == frame.season->first || date == frame.season->last) return true;
      }
    }
    return day.year() == kFirst.year() && day.month() == 6;
  }

  static void Append(const Timetable& table, absl::CivilDay day, const CityCalendar& calendar,
                     int midnight, std::vector<Occurrence>& out) {
    for (size_t i = 0; i < table.frames.size(); ++i) {
      const TimeFrame& frame = table.frames[i];
      if (!table.StartsOn(frame, day, calendar)) continue;
      const int start = midnight + frame.hours.from.minutes();
      int end = midnight + frame.hours.to.minutes();
      if (frame.hours.OverMidnight()) end += MinuteOfDay::kEndOfDay;
      out.push_back({i, start, end});
    }
  }

  static void AddGaps(const std::vector<Occurrence>& starting,
                      std::map<std::pair<size_t, size_t>, absl::Duration>& gaps) {
    for (const Occurrence& before : starting) {
      for (const Occurrence& after : starting) {
        const absl::Duration length = absl::Minutes(after.start - before.end);
        if (length <= absl::ZeroDuration() || length >= limits::kFrameGapUsualMin) continue;
        const bool filled =
            std::any_of(starting.begin(), starting.end(), [&](const Occurrence& third) {
              return third.start < after.start && third.end > before.end;
            });
        if (!filled) gaps[{before.frame, after.frame}] = length;
      }
    }
  }

  static constexpr absl::CivilDay kFirst{2000, 1, 1};
  static constexpr absl::CivilDay kLast{2028, 1, 1};
  std::vector<CityCalendar> calendars_;
};

Timetable AnyTimetable(std::mt19937_64& random) {
  const auto below = [&](size_t count) { return static_cast<size_t>(random() % count); };
  static constexpr int kMinutes[] = {0, 10, 30, 59, 540, 570, 600, 1080, 1110, 1140, 1390, 1439};
  static constexpr const char* kDates[] = {"02-28", "02-29", "03-01", "06-01", "12-31"};
  Timetable table;
  const size_t count = 2 + below(4);
  for (size_t i = 0; i < count; ++i) {
    TimeFrame frame;
    frame.code = absl::StrCat("frame-", i);
    if (below(4) == 0) {
      frame.special_day = below(2) == 0 ? kHoliday : kMarket;
    } else {
      for (int day = 0; day < 7; ++day) {
        if (below(3) > 0) frame.weekdays.Add(static_cast<Weekday>(day));
      }
      if (frame.weekdays.empty()) frame.weekdays = kMonday;
    }
    // Half of them begin where another ends, so that gaps are filled, on some days or all.
    const int from = i > 0 && below(2) == 0
                         ? table.frames[below(i)].hours.to.minutes() % MinuteOfDay::kEndOfDay
                         : kMinutes[below(std::size(kMinutes))];
    int to = below(5) == 0 ? MinuteOfDay::kEndOfDay : kMinutes[below(std::size(kMinutes))];
    if (to == from) ++to;
    frame.hours = {MinuteOfDay(from), MinuteOfDay(to)};
    if (below(4) == 0) {
      frame.season = SeasonOf(kDates[below(std::size(kDates))], kDates[below(std::size(kDates))]);
    }
    table.frames.push_back(frame);
  }
  for (const SpecialDayLabel& label : {kHoliday, kMarket}) {
    table.special_day_rules.push_back(
        {label, below(2) == 0 ? SpecialDayMode::kReplace : SpecialDayMode::kAnd});
  }
  return table;
}

std::string InWords(const Timetable& table) {
  return absl::StrJoin(table.frames, "\n", [](std::string* out, const TimeFrame& frame) {
    absl::StrAppend(
        out, static_cast<int>(frame.weekdays.bits()), " ",
        frame.special_day ? frame.special_day->value() : "", " ", frame.hours.from.text(), "-",
        frame.hours.to.text(), " ",
        frame.season ? frame.season->first.text() + ".." + frame.season->last.text() : "");
  });
}

TEST(FrameGaps, AgreeWithABruteForceOverAllDays) {
  const EveryDay every_day;
  std::mt19937_64 random(7);
  int sound = 0;
  int gaps = 0;
  while (sound < 400) {
    Regulation regulation;
    regulation.timetable = AnyTimetable(random);
    if (!Validate(regulation).empty()) continue;
    ++sound;
    const std::vector<FrameGap> found = ShortGapsOf(regulation.timetable);
    ASSERT_EQ(found, every_day.GapsOf(regulation.timetable)) << InWords(regulation.timetable);
    gaps += static_cast<int>(found.size());
  }
  EXPECT_GT(gaps, 100);
}

}  // namespace
}  // namespace stadspoort::domain
