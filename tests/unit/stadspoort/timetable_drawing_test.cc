#include "services/stadspoort/timetable_drawing.h"

#include <initializer_list>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/stadspoort/table.h"
#include "services/stadspoort/time_text.h"
#include "services/stadspoort/wrapped_text.h"
#include "tests/unit/stadspoort/messages.h"

namespace stadspoort::client {
namespace {

using google::protobuf::RepeatedPtrField;
using testing::HasSubstr;
using testing::Not;
using zones::v1::TimeFrame;
using zones::v1::TimetableEntry;

// "2026-04-27 09:00" on Brussels' clock, or RFC 3339 where that occurs twice.
absl::Time At(absl::string_view text) {
  absl::Time time;
  std::string why;
  EXPECT_TRUE(absl::ParseTime("%Y-%m-%d %H:%M", text, Brussels(), &time, &why) ||
              absl::ParseTime(absl::RFC3339_full, text, &time, &why))
      << text << ": " << why;
  return time;
}

TimeFrame Frame(absl::string_view code, absl::string_view days, absl::string_view from,
                absl::string_view to, absl::string_view more = "") {
  return FromJson<TimeFrame>(absl::StrCat(R"({"code": ")", code, R"(", "fromLocalTime": ")", from,
                                          R"(", "toLocalTime": ")", to, R"(", )", days, more, "}"));
}

constexpr absl::string_view kMonToSat =
    R"("weekdays": ["WEEKDAY_MONDAY", "WEEKDAY_TUESDAY", "WEEKDAY_WEDNESDAY", "WEEKDAY_THURSDAY",
                    "WEEKDAY_FRIDAY", "WEEKDAY_SATURDAY"])";
constexpr absl::string_view kDaily =
    R"("weekdays": ["WEEKDAY_MONDAY", "WEEKDAY_TUESDAY", "WEEKDAY_WEDNESDAY", "WEEKDAY_THURSDAY",
                    "WEEKDAY_FRIDAY", "WEEKDAY_SATURDAY", "WEEKDAY_SUNDAY"])";

TimeFrame Day() {
  return Frame(
      "dag", kMonToSat, "09:00", "19:00",
      R"(, "acceptedKinds": ["RIGHT_KIND_PAID", "RIGHT_KIND_RESIDENT"], "maxStay": "18000s",
                  "fareParts": [{"stepPriceCents": 150, "step": "3600s", "capCents": 750}])");
}

TimeFrame Evening() {
  return Frame("avond", kMonToSat, "19:00", "23:00", R"(, "acceptedKinds": ["RIGHT_KIND_PAID"])");
}

TimeFrame Night() {
  return Frame("nacht", kDaily, "22:00", "06:00", R"(, "acceptedKinds": ["RIGHT_KIND_RESIDENT"])");
}

// Entries one behind the other, as the register tells them.
class Timeline {
 public:
  explicit Timeline(absl::string_view start) : end_(At(start)) {}

  Timeline& Nothing(absl::string_view until) {
    Next(until);
    return *this;
  }
  Timeline& Holds(const TimeFrame& frame, absl::string_view until) {
    *Next(until).mutable_frame() = frame;
    return *this;
  }
  Timeline& Closed(const std::string& name, absl::string_view until) {
    TimetableEntry& entry = Next(until);
    entry.set_closed(true);
    entry.set_closed_display_name(name);
    *entry.mutable_frame() = Day();
    return *this;
  }
  Timeline& Overlaid(const std::string& name, absl::string_view until) {
    TimetableEntry& entry = Next(until);
    entry.set_overlaid(true);
    entry.set_overlay_display_name(name);
    return *this;
  }
  Timeline& Overlaid(const std::string& name, const TimeFrame& frame, absl::string_view until) {
    Overlaid(name, until);
    *entries_.rbegin()->mutable_frame() = frame;
    return *this;
  }
  Timeline& NotInForce(absl::string_view until) {
    Next(until).set_zone_version(0);
    return *this;
  }
  // "dag" on these days of one month, "2026-04-".
  Timeline& Days(absl::string_view month, std::initializer_list<int> days) {
    for (const int day : days) {
      const std::string date = absl::StrCat(month, day < 10 ? "0" : "", day);
      Nothing(date + " 09:00").Holds(Day(), date + " 19:00");
    }
    return *this;
  }

  std::string Draw(absl::CivilDay first_day, bool colour = false) const {
    return TimetableDrawing(entries_, first_day, Brussels(), colour);
  }

 private:
  TimetableEntry& Next(absl::string_view until) {
    TimetableEntry& entry = *entries_.Add();
    *entry.mutable_start_time() = ToTimestamp(end_);
    end_ = At(until);
    *entry.mutable_end_time() = ToTimestamp(end_);
    entry.set_zone_version(3);
    return entry;
  }

  absl::Time end_;
  RepeatedPtrField<TimetableEntry> entries_;
};

void ExpectFits(const std::string& drawing) {
  for (const absl::string_view line : absl::StrSplit(drawing, '\n')) {
    EXPECT_LE(DisplayWidth(line), kTerminalColumns) << line;
    EXPECT_FALSE(absl::EndsWith(line, " ")) << line;
  }
}

const absl::CivilDay kMonday(2026, 4, 20);

TEST(TimetableDrawingTest, ANormalWeek) {
  const std::string drawing = Timeline("2026-04-20 00:00")
                                  .Days("2026-04-", {20, 21, 22, 23, 24, 25})
                                  .Nothing("2026-04-27 00:00")
                                  .Draw(kMonday);
  EXPECT_EQ(drawing,
            "            00    03    06    09    12    15    18    21    24\n"
            "Mon 20 Apr  ..................AAAAAAAAAAAAAAAAAAAA..........\n"
            "Tue 21 Apr  ..................AAAAAAAAAAAAAAAAAAAA..........\n"
            "Wed 22 Apr  ..................AAAAAAAAAAAAAAAAAAAA..........\n"
            "Thu 23 Apr  ..................AAAAAAAAAAAAAAAAAAAA..........\n"
            "Fri 24 Apr  ..................AAAAAAAAAAAAAAAAAAAA..........\n"
            "Sat 25 Apr  ..................AAAAAAAAAAAAAAAAAAAA..........\n"
            "Sun 26 Apr  ................................................\n"
            "\n"
            "A  dag, Mon-Sat 09:00-19:00. Accepted: paid, resident. Longest stay: 5 h. Fare:\n"
            "   €1.50 per hour, at most €7.50.\n"
            ".  nothing is required\n");
  ExpectFits(drawing);
}

TEST(TimetableDrawingTest, AWeekWithAHolidayOutOfALongerPreview) {
  // A preview may begin before the week and end after it.
  const std::string drawing = Timeline("2026-04-25 00:00")
                                  .Days("2026-04-", {25, 27, 28, 29, 30})
                                  .Days("2026-05-", {2, 4})
                                  .Draw(absl::CivilDay(2026, 4, 27));
  EXPECT_THAT(drawing, HasSubstr("Thu 30 Apr  ..................AAAAAAAAAAAAAAAAAAAA..........\n"
                                 "Fri  1 May  ................................................\n"
                                 "Sat  2 May  ..................AAAAAAAAAAAAAAAAAAAA..........\n"
                                 "Sun  3 May  ................................................\n"
                                 "\n"
                                 "A  dag"));
}

TEST(TimetableDrawingTest, FramesThatAdjoinAndRunOverMidnight) {
  const std::string drawing = Timeline("2026-04-20 00:00")
                                  .Nothing("2026-04-20 09:00")
                                  .Holds(Day(), "2026-04-20 19:00")
                                  .Holds(Evening(), "2026-04-20 23:00")
                                  .Nothing("2026-04-21 22:00")
                                  .Holds(Night(), "2026-04-22 06:00")
                                  .Nothing("2026-04-26 22:00")
                                  .Holds(Night(), "2026-04-27 06:00")
                                  .Draw(kMonday);
  EXPECT_EQ(drawing,
            "            00    03    06    09    12    15    18    21    24\n"
            "Mon 20 Apr  ..................AAAAAAAAAAAAAAAAAAAABBBBBBBB..\n"
            "Tue 21 Apr  ............................................CCCC\n"
            "Wed 22 Apr  CCCCCCCCCCCC....................................\n"
            "Thu 23 Apr  ................................................\n"
            "Fri 24 Apr  ................................................\n"
            "Sat 25 Apr  ................................................\n"
            "Sun 26 Apr  ............................................CCCC\n"
            "\n"
            "A  dag, Mon-Sat 09:00-19:00. Accepted: paid, resident. Longest stay: 5 h. Fare:\n"
            "   €1.50 per hour, at most €7.50.\n"
            "B  avond, Mon-Sat 19:00-23:00. Accepted: paid.\n"
            "C  nacht, daily 22:00-06:00. Accepted: resident.\n"
            ".  nothing is required\n");
}

TEST(TimetableDrawingTest, ClosedPeriodsAndOverlays) {
  const TimeFrame market =
      Frame("markt", R"("specialDay": "MARKET")", "05:00", "14:00",
            R"(, "season": {"firstDay": "04-01", "lastDay": "10-31"}, "noReturnGap": "7200s")");
  const std::string drawing = Timeline("2026-04-20 00:00")
                                  .Days("2026-04-", {20})
                                  .Closed("Gentse Feesten", "2026-04-21 12:00")
                                  .Overlaid("Wegenwerken", "2026-04-22 05:00")
                                  .Overlaid("Wegenwerken", market, "2026-04-22 14:00")
                                  .Overlaid("Wegenwerken", "2026-04-23 00:00")
                                  .Closed("Staking", "2026-04-24 00:00")
                                  .NotInForce("2026-04-27 00:00")
                                  .Draw(kMonday);
  EXPECT_EQ(drawing,
            "            00    03    06    09    12    15    18    21    24\n"
            "Mon 20 Apr  ..................AAAAAAAAAAAAAAAAAAAA##########\n"
            "Tue 21 Apr  ########################~~~~~~~~~~~~~~~~~~~~~~~~\n"
            "Wed 22 Apr  ~~~~~~~~~~aaaaaaaaaaaaaaaaaa~~~~~~~~~~~~~~~~~~~~\n"
            "Thu 23 Apr  ################################################\n"
            "Fri 24 Apr  ------------------------------------------------\n"
            "Sat 25 Apr  ------------------------------------------------\n"
            "Sun 26 Apr  ------------------------------------------------\n"
            "\n"
            "A  dag, Mon-Sat 09:00-19:00. Accepted: paid, resident. Longest stay: 5 h. Fare:\n"
            "   €1.50 per hour, at most €7.50.\n"
            "a  markt, MARKET 05:00-14:00, 04-01 to 10-31, of the overlay Wegenwerken.\n"
            "   Accepted: only exempt. Stay away after it: 2 h.\n"
            "#  not enforced: Gentse Feesten\n"
            "#  not enforced: Staking\n"
            "~  nothing is required: overlay Wegenwerken\n"
            ".  nothing is required\n"
            "-  no version is in force, nothing is required\n");
  ExpectFits(drawing);
}

// The hour from 02:00 does not occur: a frame from 22:00 to 06:00 takes seven hours.
TEST(TimetableDrawingTest, TheNightOfSpring) {
  const std::string drawing = Timeline("2026-03-23 00:00")
                                  .Nothing("2026-03-28 22:00")
                                  .Holds(Night(), "2026-03-29 06:00")
                                  .Nothing("2026-03-30 00:00")
                                  .Draw(absl::CivilDay(2026, 3, 23));
  EXPECT_EQ(drawing,
            "            00    03    06    09    12    15    18    21    24\n"
            "Mon 23 Mar  ................................................\n"
            "Tue 24 Mar  ................................................\n"
            "Wed 25 Mar  ................................................\n"
            "Thu 26 Mar  ................................................\n"
            "Fri 27 Mar  ................................................\n"
            "Sat 28 Mar  ............................................AAAA\n"
            "Sun 29 Mar  AAAA  AAAAAA....................................\n"
            "\n"
            "Sun 29 Mar has 23 hours: its clock goes from 02:00 to 03:00.\n"
            "\n"
            "A  nacht, daily 22:00-06:00. Accepted: resident.\n"
            ".  nothing is required\n");
}

// The hour from 02:00 occurs twice. What ends at the second 02:30 holds through the first hour.
TEST(TimetableDrawingTest, TheNightOfAutumn) {
  const std::string drawing = Timeline("2026-10-19 00:00")
                                  .Nothing("2026-10-24 22:00")
                                  .Holds(Night(), "2026-10-25T02:30:00+01:00")
                                  .Nothing("2026-10-26 00:00")
                                  .Draw(absl::CivilDay(2026, 10, 19));
  EXPECT_EQ(drawing,
            "            00      03    06    09    12    15    18    21    24\n"
            "Mon 19 Oct  ......  ..........................................\n"
            "Tue 20 Oct  ......  ..........................................\n"
            "Wed 21 Oct  ......  ..........................................\n"
            "Thu 22 Oct  ......  ..........................................\n"
            "Fri 23 Oct  ......  ..........................................\n"
            "Sat 24 Oct  ......  ......................................AAAA\n"
            "Sun 25 Oct  AAAAAAA...........................................\n"
            "\n"
            "Sun 25 Oct has 25 hours: its clock goes from 03:00 to 02:00.\n"
            "\n"
            "A  nacht, daily 22:00-06:00. Accepted: resident.\n"
            ".  nothing is required\n");
  ExpectFits(drawing);
}

TEST(TimetableDrawingTest, AnEmptyZone) {
  const std::string drawing =
      Timeline("2026-04-20 00:00").Nothing("2026-04-27 00:00").Draw(kMonday);
  EXPECT_THAT(drawing, HasSubstr("Sun 26 Apr  ................................................\n"
                                 "\n"
                                 ".  nothing is required\n"));
  EXPECT_THAT(drawing, Not(HasSubstr("A  ")));
}

TEST(TimetableDrawingTest, QuartersWhereHalfHoursWouldNotDo) {
  const TimeFrame school = Frame("school", kDaily, "08:15", "08:45");
  const std::string drawing = Timeline("2026-10-19 00:00")
                                  .Nothing("2026-10-22 08:15")
                                  .Holds(school, "2026-10-22 08:45")
                                  .Nothing("2026-10-25T02:45:00+02:00")
                                  .Holds(Night(), "2026-10-25 06:00")
                                  .Nothing("2026-10-25 15:15")
                                  .Holds(school, "2026-10-25 16:00")
                                  .Nothing("2026-10-26 00:00")
                                  .Draw(absl::CivilDay(2026, 10, 19));
  EXPECT_THAT(drawing,
              HasSubstr("            00  01  02  02  03  04  05  06  07  08  09  10  11  12\n"
                        "Mon 19 Oct  ............    ....................................\n"));
  EXPECT_THAT(drawing,
              HasSubstr("Thu 22 Oct  ............    .....................AA.............\n"
                        "Fri 23 Oct  ............    ....................................\n"
                        "Sat 24 Oct  ............    ....................................\n"
                        "Sun 25 Oct  ...........BBBBBBBBBBBBBBBBB........................\n"
                        "\n"
                        "            12  13  14  15  16  17  18  19  20  21  22  23  24\n"
                        "Mon 19 Oct  ................................................\n"));
  EXPECT_THAT(drawing, HasSubstr("Sun 25 Oct  .............AAA................................\n"));
  ExpectFits(drawing);
}

TEST(TimetableDrawingTest, AFrameWithinAQuarterIsSeenAllTheSame) {
  const std::string drawing = Timeline("2026-04-20 00:00")
                                  .Nothing("2026-04-20 09:05")
                                  .Holds(Day(), "2026-04-20 09:10")
                                  .Holds(Evening(), "2026-04-20 09:14")
                                  .Nothing("2026-04-27 00:00")
                                  .Draw(kMonday);
  EXPECT_THAT(drawing, HasSubstr("Mon 20 Apr  ....................................A...........\n"));
  EXPECT_THAT(drawing, HasSubstr("Something changes within a quarter of an hour; its mark shows "
                                 "what is required\nin any part of it.\n"));
  ExpectFits(drawing);
}

TEST(TimetableDrawingTest, FramesThatDifferInAnythingHaveTheirOwnLetter) {
  TimeFrame dearer = Day();
  dearer.mutable_fare_parts(0)->set_step_price_cents(160);
  Timeline timeline("2026-04-20 00:00");
  timeline.Holds(Day(), "2026-04-20 01:00").Holds(dearer, "2026-04-20 02:00");
  timeline.Overlaid("Markt", Day(), "2026-04-20 03:00").Holds(Day(), "2026-04-20 04:00");
  EXPECT_THAT(timeline.Draw(kMonday), HasSubstr("Mon 20 Apr  AABBaaAA\n"));
}

TEST(TimetableDrawingTest, WhenTheLettersRunOutFramesShareAMark) {
  Timeline timeline("2026-04-20 00:00");
  for (int i = 0; i < 28; ++i) {
    timeline.Holds(
        Frame(absl::StrCat("f", i), kDaily, "09:00", "19:00"),
        absl::StrCat("2026-04-20 ", i < 18 ? "0" : "", (i + 1) / 2, i % 2 == 0 ? ":30" : ":00"));
  }
  const std::string drawing = timeline.Draw(kMonday);
  EXPECT_THAT(drawing, HasSubstr("Mon 20 Apr  ABCDEFGHIJKLMNOPQRSTUVWXYZ++\n"));
  EXPECT_THAT(drawing, HasSubstr("Z  f25"));
  EXPECT_THAT(drawing, HasSubstr("+  f26"));
  EXPECT_THAT(drawing, HasSubstr("+  f27"));
}

TEST(TimetableDrawingTest, ColourChangesNoCharacter) {
  Timeline timeline("2026-04-20 00:00");
  timeline.Days("2026-04-", {20}).Closed("Feest", "2026-04-21 00:00").Nothing("2026-04-27 00:00");
  std::string coloured = timeline.Draw(kMonday, /*colour=*/true);
  EXPECT_THAT(coloured, HasSubstr("\x1b[33mAAAAAAAAAAAAAAAAAAAA\x1b[0m\x1b[32m##########\x1b[0m"));
  for (const char* code : {"\x1b[33m", "\x1b[32m", "\x1b[2m", "\x1b[0m"}) {
    coloured = absl::StrReplaceAll(coloured, {{code, ""}});
  }
  EXPECT_EQ(coloured, timeline.Draw(kMonday));
}

TEST(TimetableDrawingTest, NamesFromOutsideMoveNoCursor) {
  const std::string drawing =
      Timeline("2026-04-20 00:00").Closed("Feest\x1b[31m", "2026-04-27 00:00").Draw(kMonday);
  EXPECT_THAT(drawing, HasSubstr("#  not enforced: Feest\uFFFD[31m\n"));
}

}  // namespace
}  // namespace stadspoort::client
