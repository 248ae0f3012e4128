#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "tests/scenarios/fare_judge.h"
#include "tests/scenarios/judge.h"
#include "tests/scenarios/scenario.h"
#include "tests/scenarios/tables.h"
#include "tests/scenarios/wording.h"

namespace stadspoort::scenarios {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

absl::TimeZone Brussels() {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone("Europe/Brussels", &zone));
  return zone;
}

absl::Time At(absl::string_view utc) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, utc, &time, &error)) << error;
  return time;
}

// The parts of a small file; a test replaces what it is about.
struct Draft {
  std::string city = "| setting | value |\n|---|---|\n| special day | 2026-05-01 HOLIDAY 1 mei |\n";
  std::string zone_columns = "zone | usage | frames | grace | rules | outline | in force";
  std::string zone =
      "noord | PAID_PARKING | day Mon-Sat 09:00-19:00 accepts PAID | after 10 min | | |";
  std::string more_zones;  // whole lines
  std::string right_columns =
      "right | plate | country | type | zones | from | until | windows | what happened | provider "
      "| asked at";
  std::string right = "r1 | 1-ABC-123 | B | paid | noord | 2026-03-02 10:00 | 11:00 | | | |";
  std::string check_columns =
      "plate | country | confidence | place | usage | at | now | trouble | decision | reason | "
      "valid until | recheck after | minutes ago | zone | why";
  std::string check =
      "1-ABC-123 | B | | noord | | 2026-03-02 10:30 | | | PERMITTED | RIGHT | 11:00 | none | | "
      "noord | paid";

  static std::string Table(const std::string& columns, const std::string& row) {
    std::string dashes;
    for (const char c : columns) dashes += c == '|' ? "|" : "";
    return absl::StrCat("| ", columns, " |\n|---", absl::StrReplaceAll(dashes, {{"|", "|---"}}),
                        "|\n| ", row, " |\n");
  }

  // The zone's row is line 11, the right's 17, the check's 23 when the city has one line.
  std::string Text() const {
    return absl::StrCat("## City\n\n", city, "\n## Zones\n\n", Table(zone_columns, zone),
                        more_zones, "\n## Rights\n\n", Table(right_columns, right),
                        "\n## Checks\n\n", Table(check_columns, check));
  }
};

absl::StatusOr<ScenarioFile> Parse(const Draft& draft) {
  return ParseScenario("draft.md", draft.Text());
}

Group OnlyGroup(const Draft& draft) {
  absl::StatusOr<ScenarioFile> file = Parse(draft);
  EXPECT_TRUE(file.ok()) << file.status().message();
  if (!file.ok()) return Group();
  EXPECT_THAT(file->groups, SizeIs(1));
  return file->groups.front();
}

domain::ZoneVersion OnlyZone(const std::string& zone) {
  Draft draft;
  draft.zone = zone;
  const Group group = OnlyGroup(draft);
  EXPECT_THAT(group.zones, SizeIs(1));
  return group.zones.empty() ? domain::ZoneVersion() : group.zones.front();
}

ScenarioRight OnlyRight(const std::string& right) {
  Draft draft;
  draft.right = right;
  const Group group = OnlyGroup(draft);
  EXPECT_THAT(group.rights, SizeIs(1));
  return group.rights.empty() ? ScenarioRight() : group.rights.front();
}

std::vector<std::string> Codes(const std::vector<domain::ZoneCode>& codes) {
  std::vector<std::string> values;
  values.reserve(codes.size());
  for (const domain::ZoneCode& code : codes) values.push_back(code.value());
  return values;
}

// The example of README.md is read, and decided as it says.
TEST(Readme, ExampleHolds) {
  std::ifstream stream(std::string(STADSPOORT_SCENARIOS_FOLDER) + "/README.md");
  std::ostringstream text;
  text << stream.rdbuf();
  const std::string readme = text.str();
  const size_t begin = readme.find("```markdown\n");
  const size_t end = readme.find("\n```\n", begin);
  ASSERT_NE(end, std::string::npos);
  const absl::StatusOr<ScenarioFile> file =
      ParseScenario("example.md", readme.substr(begin + 12, end - begin - 12));
  ASSERT_TRUE(file.ok()) << file.status().message();
  const Group& group = file->groups.front();
  EXPECT_THAT(group.checks, SizeIs(7));
  const Judge judge(group);
  for (const Check& check : group.checks) {
    EXPECT_EQ(Difference(check.expected, judge.Ask(check), group.city.zone()), "")
        << "line " << check.line;
  }
  EXPECT_THAT(group.fares, SizeIs(2));
  for (const Quote& quote : group.fares) {
    const absl::StatusOr<FareAnswer> answer = AnswerByRules(group, quote);
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(Difference(quote.expected, *answer), "") << "line " << quote.line;
  }
}

TEST(Moments, AreReadOnTheWallClock) {
  const auto read = [](absl::string_view text) {
    const absl::StatusOr<Moment> moment = ParseMoment(text, Brussels(), absl::CivilDay(2026, 3, 2));
    EXPECT_TRUE(moment.ok()) << moment.status().message();
    return moment.ok() ? moment->time : absl::InfinitePast();
  };
  EXPECT_EQ(read("2026-03-02 10:00"), At("2026-03-02T09:00:00Z"));
  EXPECT_EQ(read("2026-07-02 10:00:30"), At("2026-07-02T08:00:30Z"));
  EXPECT_EQ(read("2026-03-02 24:00"), At("2026-03-02T23:00:00Z"));
  EXPECT_EQ(read("11:15"), At("2026-03-02T10:15:00Z"));
  EXPECT_EQ(read("2026-10-25 02:30 first"), At("2026-10-25T00:30:00Z"));
  EXPECT_EQ(read("2026-10-25 02:30 second"), At("2026-10-25T01:30:00Z"));
}

TEST(Moments, ThatAreNoneAreRefused) {
  const auto fault = [](absl::string_view text) {
    return std::string(ParseMoment(text, Brussels(), std::nullopt).status().message());
  };
  EXPECT_THAT(fault("2026-03-29 02:30"), HasSubstr("does not occur"));
  EXPECT_THAT(fault("2026-10-25 02:30"), HasSubstr("occurs twice"));
  EXPECT_THAT(fault("2026-10-25 03:30 second"), HasSubstr("occurs once"));
  EXPECT_THAT(fault("1999-12-31 10:00"), HasSubstr("lies before"));
  for (const char* text : {"", "10:00", "2026-02-30 10:00", "2026-03-02", "2026-03-02 10:60",
                           "2026-03-02 25:00", "2026-03-02 10:00 third", "2026-3-2 10:00",
                           "2026-03-02 10:00:", "2026-03-02 10:00:+1", "2026-03-02 24:00:01"}) {
    EXPECT_THAT(fault(text), HasSubstr("not understood")) << text;
  }
}

TEST(Durations, AddUp) {
  EXPECT_EQ(*ParseDuration("48 h"), absl::Hours(48));
  EXPECT_EQ(*ParseDuration("1h30min"), absl::Minutes(90));
  EXPECT_EQ(*ParseDuration("1 d 90 s"), absl::Hours(24) + absl::Seconds(90));
  for (const char* text : {"", "10", "min", "10 minutes", "-5 min", "1.5 h"}) {
    EXPECT_FALSE(ParseDuration(text).ok()) << text;
  }
}

TEST(Windows, NameDaysAndHours) {
  const auto windows = *ParseWindows("Fri-Mon 18:00-08:00 and Wed 00:00-24:00");
  ASSERT_THAT(windows, SizeIs(2));
  EXPECT_EQ(windows[0].weekdays,
            (domain::WeekdaySet{absl::Weekday::friday, absl::Weekday::saturday,
                                absl::Weekday::sunday, absl::Weekday::monday}));
  EXPECT_TRUE(windows[0].hours.OverMidnight());
  EXPECT_EQ(windows[1].hours.to.minutes(), 1440);
  EXPECT_THAT(*ParseWindows(""), IsEmpty());
  for (const char* text : {"Mon", "09:00-19:00", "Mon-Fri 09:00-09:00", "Mon 24:00-08:00",
                           "mon 09:00-10:00", "Mon 09:00-10:00 and", "Mon 9:00-10:00"}) {
    EXPECT_FALSE(ParseWindows(text).ok()) << text;
  }
}

TEST(Cities, HaveATypeOfEachKind) {
  const Group group = OnlyGroup(Draft());
  EXPECT_THAT(group.city.right_types, SizeIs(domain::kRightKindCount));
  EXPECT_EQ(group.city.FindRightType(domain::RightTypeCode("car-share"))->kind,
            domain::RightKind::kCarShare);
  EXPECT_EQ(group.city.time_zone, "Europe/Brussels");
  EXPECT_THAT(group.city.calendar.LabelsOf(absl::CivilDay(2026, 5, 1)),
              ElementsAre(domain::SpecialDayLabel("HOLIDAY")));
}

TEST(Cities, AreAsTheirTableSays) {
  Draft draft;
  draft.city =
      "| value | setting |\n|---|---|\n"
      "| Atlantic/Azores | time zone |\n"
      "| 3 d | look back |\n"
      "| 80 | confidence threshold |\n"
      "| 12 h | open end limit |\n"
      "| 2 h | end in the past limit |\n"
      "| 0 min | degraded limit |\n"
      "| resident-noord RESIDENT, backdate start of day | right type |\n"
      "| paid PAID, backdate 10 min | right type |\n";
  const City city = OnlyGroup(draft).city;
  EXPECT_EQ(city.zone().name(), "Atlantic/Azores");
  EXPECT_EQ(city.settings.look_back, absl::Hours(72));
  EXPECT_EQ(city.settings.confidence_threshold, 80);
  EXPECT_EQ(city.settings.open_end_limit, absl::Hours(12));
  EXPECT_EQ(city.settings.end_in_the_past_limit, absl::Hours(2));
  EXPECT_EQ(city.settings.degraded_limit, absl::ZeroDuration());
  const auto* resident = city.FindRightType(domain::RightTypeCode("resident-noord"));
  ASSERT_NE(resident, nullptr);
  EXPECT_EQ(resident->backdate.form, domain::BackdateRule::Form::kStartOfDay);
  EXPECT_EQ(city.FindRightType(domain::RightTypeCode("paid"))->backdate.at_most, absl::Minutes(10));
}

TEST(Zones, SayFrames) {
  const domain::Timetable table =
      OnlyZone(
          "noord | PAID_PARKING | day Mon-Sat 09:00-19:00 accepts PAID, resident max stay 3 h no "
          "return 30 min; feast HOLIDAY 10:00-02:00 accepts nothing season 05-01..09-30 | | "
          "HOLIDAY replaces | |")
          .regulation.timetable;
  ASSERT_THAT(table.frames, SizeIs(2));
  const domain::TimeFrame& day = table.frames[0];
  EXPECT_EQ(day.code, "day");
  EXPECT_TRUE(day.accepted_kinds.Contains(domain::RightKind::kPaid));
  EXPECT_FALSE(day.accepted_kinds.Contains(domain::RightKind::kResident));
  EXPECT_THAT(day.accepted_types, ElementsAre(domain::RightTypeCode("resident")));
  EXPECT_EQ(day.max_stay, absl::Hours(3));
  EXPECT_EQ(day.no_return_gap, absl::Minutes(30));
  const domain::TimeFrame& feast = table.frames[1];
  EXPECT_EQ(feast.special_day, domain::SpecialDayLabel("HOLIDAY"));
  EXPECT_TRUE(feast.weekdays.empty());
  EXPECT_TRUE(feast.accepted_kinds.empty() && feast.accepted_types.empty());
  EXPECT_EQ(feast.season->first, (domain::MonthDay{5, 1}));
}

TEST(Zones, SayRules) {
  Draft draft;
  draft.zone =
      "noord | PAID_PARKING | none | before 5 min, after 10 min | HOLIDAY replaces; closed "
      "2026-07-17 00:00 .. 2026-07-27 00:00 named \"Gentse; Feesten\"; overlay 2026-03-10 00:00 .. "
      "2026-03-15 00:00 named \"kermis\": a daily 08:00-12:00 accepts LOADING and b daily "
      "12:00-20:00 accepts PAID and HOLIDAY joins; good here too: rights of zuid (resident, "
      "visitor) Mon-Fri 18:00-24:00 and Sun 00:00-24:00; resident only Mon-Fri 18:00-08:00; "
      "everyone only daily 06:00-24:00 | |";
  draft.more_zones = "| zuid | PERMIT_PARKING | none | | | | |\n";
  const domain::Regulation rules = OnlyGroup(draft).zones.at(0).regulation;
  EXPECT_EQ(rules.grace_before, absl::Minutes(5));
  EXPECT_EQ(rules.grace_after, absl::Minutes(10));
  ASSERT_THAT(rules.timetable.special_day_rules, SizeIs(1));
  EXPECT_EQ(rules.timetable.special_day_rules[0].mode, domain::SpecialDayMode::kReplace);
  ASSERT_THAT(rules.closed_periods, SizeIs(1));
  EXPECT_EQ(rules.closed_periods[0].display_name, "Gentse; Feesten");
  EXPECT_EQ(rules.closed_periods[0].period.start, At("2026-07-16T22:00:00Z"));
  ASSERT_THAT(rules.overlays, SizeIs(1));
  EXPECT_EQ(rules.overlays[0].display_name, "kermis");
  EXPECT_THAT(rules.overlays[0].timetable.frames, SizeIs(2));
  EXPECT_THAT(rules.overlays[0].timetable.special_day_rules, SizeIs(1));
  ASSERT_THAT(rules.extensions, SizeIs(1));
  EXPECT_EQ(rules.extensions[0].from_zone.value(), "zuid");
  EXPECT_THAT(rules.extensions[0].right_types, SizeIs(2));
  EXPECT_THAT(rules.extensions[0].windows, SizeIs(2));
  ASSERT_THAT(rules.restrictions, SizeIs(2));
  EXPECT_THAT(rules.restrictions[0].right_types, ElementsAre(domain::RightTypeCode("resident")));
  EXPECT_THAT(rules.restrictions[1].right_types, IsEmpty());
}

TEST(Zones, HaveVersionsAndOutlines) {
  Draft draft;
  draft.zone =
      "noord | PAID_PARKING | none | | | box 51.0500,3.7200 51.0510,3.7220; minus box "
      "51.0503,3.7205 51.0506,3.7210; polygon 51.0520,3.72 51.0520,3.722 51.0530,3.721 |";
  draft.more_zones =
      "| noord | PAID_PARKING | none | | | | from 2026-03-02 12:00 |\n"
      "| zuid | PAID_PARKING | none | | | | |\n";
  const std::vector<domain::ZoneVersion> zones = OnlyGroup(draft).zones;
  ASSERT_THAT(zones, SizeIs(3));
  EXPECT_EQ(zones[0].in_force.start, Beginning(Brussels()));
  EXPECT_EQ(zones[0].in_force.end, At("2026-03-02T11:00:00Z"));
  EXPECT_EQ(zones[1].in_force.start, At("2026-03-02T11:00:00Z"));
  EXPECT_EQ(zones[1].in_force.end, absl::InfiniteFuture());
  EXPECT_EQ(zones[1].version, 2);
  EXPECT_EQ(zones[0].id, zones[1].id);
  EXPECT_NE(zones[0].id, zones[2].id);
  ASSERT_THAT(zones[0].area.area(), SizeIs(2));
  EXPECT_THAT(zones[0].area.area()[0].holes, SizeIs(1));
  EXPECT_EQ(zones[1].area, zones[0].area);
  EXPECT_THAT(zones[2].area.area(), SizeIs(1));
}

TEST(Rights, AreGrantedAsTheRegisterGrantsThem) {
  const ScenarioRight plain =
      OnlyRight("r1 | 1-ABC-123 | B | paid | noord | 2026-03-02 10:00 | 11:00 | | | |");
  EXPECT_EQ(plain.known_plate.value(), "1ABC123");
  EXPECT_EQ(plain.asked_at, At("2026-03-01T09:00:00Z"));
  EXPECT_EQ(plain.known.effective,
            (domain::Interval{At("2026-03-02T09:00:00Z"), At("2026-03-02T10:00:00Z")}));
  EXPECT_THAT(Codes(plain.known.zones), ElementsAre("noord"));

  const ScenarioRight clipped =
      OnlyRight("r1 | 1-ABC-123 | | paid | all | 2026-03-02 10:00 | | | | easypark | 10:20");
  EXPECT_EQ(clipped.provider, "easypark");
  EXPECT_TRUE(clipped.known.city_wide);
  EXPECT_EQ(clipped.known.effective,
            (domain::Interval{At("2026-03-02T09:20:00Z"), At("2026-03-03T09:20:00Z")}));

  const ScenarioRight at_once = OnlyRight(
      "r1 | 1-ABC-123 | | paid | noord | | 11:00 | Mon-Fri 08:00-18:00 | | | "
      "2026-03-02 10:20");
  EXPECT_EQ(at_once.known.effective.start, At("2026-03-02T09:20:00Z"));
  EXPECT_THAT(at_once.known.windows, SizeIs(1));
}

TEST(Rights, RememberWhatHappened) {
  const std::string begin = "r1 | 1-ABC-123 | B | paid | noord | 2026-03-02 10:00 | 18:00 | | ";
  const auto after = [&](absl::string_view happened) {
    return OnlyRight(absl::StrCat(begin, happened, " | |"));
  };
  EXPECT_EQ(after("suspended 12:00 .. 13:00; suspended 2026-03-02 15:00 ..").known.suspensions,
            (std::vector<domain::Interval>{{At("2026-03-02T11:00:00Z"), At("2026-03-02T12:00:00Z")},
                                           {At("2026-03-02T14:00:00Z"), absl::InfiniteFuture()}}));
  EXPECT_EQ(after("revoked 2026-03-02 11:00").known.revoke_time, At("2026-03-02T10:00:00Z"));
  EXPECT_EQ(after("ended 2026-03-02 11:30").known.effective.end, At("2026-03-02T10:30:00Z"));
  EXPECT_EQ(after("ended 2026-03-02 11:30 asked at 11:40").known.effective.end,
            At("2026-03-02T10:30:00Z"));
  EXPECT_EQ(after("amended until 20:00 asked at 11:40").known.effective.end,
            At("2026-03-02T19:00:00Z"));
  EXPECT_EQ(after("amended until open asked at 11:40").known.effective.end,
            At("2026-03-03T10:40:00Z"));
  EXPECT_FALSE(after("plate not active").known.plate_active);
  // An end before the start: never holds.
  EXPECT_TRUE(after("ended 09:00").known.effective.Empty());
  // An end that was asked before the enrolment is kept for a day only.
  EXPECT_EQ(after("ended 2026-03-02 11:30 asked at 2026-03-01 09:59").known.effective.end,
            At("2026-03-02T10:30:00Z"));
  EXPECT_EQ(after("ended 2026-03-02 11:30 asked at 2026-02-28 09:59").known.effective.end,
            At("2026-03-02T17:00:00Z"));
}

TEST(Rights, AreCorrected) {
  const ScenarioRight right = OnlyRight(
      "r1 | 1-ABC-123 | B | paid | noord | 2026-03-02 10:00 | 18:00 | | corrected from 2026-03-01 "
      "10:00 asked at 2026-03-05 09:00; corrected until 19:00 asked at 2026-03-05 09:00; corrected "
      "plate 1-ABC-124 asked at 2026-03-05 09:00; corrected type resident asked at 2026-03-05 "
      "09:00; corrected zones all asked at 2026-03-05 09:00; corrected windows Mon 08:00-18:00 "
      "asked at 2026-03-05 09:00 | |");
  EXPECT_EQ(right.plate, "1-ABC-123");
  EXPECT_EQ(right.known_plate.value(), "1ABC124");
  EXPECT_EQ(right.known.effective,
            (domain::Interval{At("2026-03-01T09:00:00Z"), At("2026-03-02T18:00:00Z")}));
  EXPECT_EQ(right.known.kind, domain::RightKind::kResident);
  EXPECT_TRUE(right.known.city_wide);
  EXPECT_THAT(right.known.windows, SizeIs(1));
}

TEST(Checks, AskAndExpect) {
  Draft draft;
  draft.check =
      "\" 1 abc \" | | 55 | 51.0505,3.7210 ±10 m | PAID_PARKING | 2026-03-02 10:30 | +10 min | "
      "STALE | UNKNOWN | STALE | none | 10:35 | 7 | none | because";
  const Check check = OnlyGroup(draft).checks.at(0);
  EXPECT_EQ(check.plate, " 1 abc ");
  EXPECT_EQ(check.confidence, 55);
  ASSERT_TRUE(check.position);
  EXPECT_EQ(check.position->point, (domain::GeoPoint{51.0505, 3.7210}));
  EXPECT_EQ(check.position->accuracy_meters, 10);
  EXPECT_EQ(check.usage, domain::Usage::kPaidParking);
  EXPECT_EQ(check.at, At("2026-03-02T09:30:00Z"));
  EXPECT_EQ(check.now, At("2026-03-02T09:40:00Z"));
  EXPECT_EQ(check.trouble, domain::DecisionReason::kStale);
  EXPECT_TRUE(check.expected.valid_until.compared);
  EXPECT_FALSE(check.expected.valid_until.value);
  EXPECT_EQ(check.expected.recheck_after.value, At("2026-03-02T09:35:00Z"));
  EXPECT_EQ(check.expected.minutes_ago.value, 7);
  EXPECT_TRUE(check.expected.zone.compared);
  EXPECT_FALSE(check.expected.zone.value);
  EXPECT_EQ(check.why, "because");
}

TEST(Checks, NameCandidates) {
  Draft draft;
  draft.more_zones = "| zuid | PERMIT_PARKING | none | | | | |\n";
  draft.check =
      "1-ABC-123 | B | | noord or zuid | | 2026-03-02 10:30 | 2026-03-02 10:29 | | REVIEW | BORDER "
      "| | | | |";
  const Check check = OnlyGroup(draft).checks.at(0);
  EXPECT_THAT(check.zones, ElementsAre("noord", "zuid"));
  EXPECT_EQ(check.now, At("2026-03-02T09:29:00Z"));
  EXPECT_FALSE(check.expected.valid_until.compared);
}

// A zone that there is not may be asked about when the row is about that.
TEST(Checks, MayNameAnUnknownZoneOnPurpose) {
  Draft draft;
  draft.check = "1-ABC-123 | | | nord | | 2026-03-02 10:30 | | | UNKNOWN | INVALID_ITEM | | | | |";
  const Group group = OnlyGroup(draft);
  EXPECT_EQ(Judge(group).Ask(group.checks.at(0)).reason, domain::DecisionReason::kInvalidItem);
}

TEST(Groups, TakeOverWhatTheyDoNotState) {
  Draft draft;
  const std::string rights = Draft::Table(draft.right_columns, draft.right);
  const std::string checks = Draft::Table(draft.check_columns, draft.check);
  const std::string zones =
      Draft::Table(draft.zone_columns, absl::StrReplaceAll(draft.zone, {{"noord", "zuid"}}));
  const absl::StatusOr<ScenarioFile> file = ParseScenario(
      "draft.md",
      absl::StrCat(draft.Text(), "\n## Checks: more of them\n", checks, "\n## Rights\n", rights,
                   "\n## Checks\n", checks, "\n## City\n| setting | value |\n|---|---|\n",
                   "| look back | 3 h |\n\n## Zones\n", zones, "\n## Checks\n",
                   absl::StrReplaceAll(checks, {{"noord", "zuid"}})));
  ASSERT_TRUE(file.ok()) << file.status().message();
  ASSERT_THAT(file->groups, SizeIs(3));
  EXPECT_THAT(file->groups[0].checks, SizeIs(2));
  EXPECT_THAT(file->groups[1].rights, SizeIs(1));
  EXPECT_EQ(file->groups[1].zones[0].code.value(), "noord");
  EXPECT_THAT(file->groups[1].city.special_days, SizeIs(1));
  EXPECT_THAT(file->groups[2].rights, IsEmpty());
  EXPECT_EQ(file->groups[2].zones[0].code.value(), "zuid");
  EXPECT_THAT(file->groups[2].city.special_days, IsEmpty());
  EXPECT_EQ(file->groups[2].city.settings.look_back, absl::Hours(3));
}

TEST(Groups, WithoutZonesMeanThoseOfACityThatExists) {
  Draft draft;
  const absl::StatusOr<ScenarioFile> file = ParseScenario(
      "demo.md", absl::StrCat("## Rights\n", Draft::Table(draft.right_columns, draft.right),
                              "\n## Checks\n", Draft::Table(draft.check_columns, draft.check)));
  ASSERT_TRUE(file.ok()) << file.status().message();
  EXPECT_THAT(file->groups.at(0).zones, IsEmpty());
  EXPECT_THAT(Codes(file->groups[0].rights.at(0).zones), ElementsAre("noord"));
}

// Nothing is silently ignored: what is not understood is named with its line.
struct Fault {
  std::string name;
  Draft draft;
  std::string message;  // its beginning, and
  std::string detail;   // something in it

  friend std::ostream& operator<<(std::ostream& out, const Fault& fault) {
    return out << fault.name;
  }
};

class Faults : public testing::TestWithParam<Fault> {};

TEST_P(Faults, AreNamedWithTheirLine) {
  const absl::Status status = Parse(GetParam().draft).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), testing::StartsWith(GetParam().message));
  EXPECT_THAT(std::string(status.message()), HasSubstr(GetParam().detail));
}

Fault In(std::string name, std::string Draft::*part, std::string text, std::string message,
         std::string detail) {
  Fault fault{std::move(name), Draft(), std::move(message), std::move(detail)};
  fault.draft.*part = std::move(text);
  return fault;
}

std::vector<Fault> ZoneFaults() {
  const auto zone = [](std::string name, std::string row, std::string detail) {
    return In(std::move(name), &Draft::zone, std::move(row), "draft.md:11: ", std::move(detail));
  };
  return {
      zone("TooFewCells", "noord | PAID_PARKING | none", "the row has 3 cells, its header 7"),
      zone("UnknownUsage", "noord | PARKING | none | | | |", "usage: \"PARKING\""),
      zone("NoFrames", "noord | PAID_PARKING | | | | |", "frames, or none"),
      zone("ZoneCode", "Noord | PAID_PARKING | none | | | |", "zone: \"Noord\""),
      zone("FrameWithoutAccepts", "noord | PAID_PARKING | day Mon 09:00-10:00 | | | |", "accepts"),
      zone("UnknownWord",
           "noord | PAID_PARKING | day Mon 09:00-10:00 for free accepts PAID | | | |",
           "\"for free accepts PAID\" is not understood"),
      zone("UnknownKind", "noord | PAID_PARKING | day Mon 09:00-10:00 accepts PAYED | | | |",
           "\"PAYED\""),
      zone("UnknownType", "noord | PAID_PARKING | day Mon 09:00-10:00 accepts payed | | | |",
           "no right type \"payed\""),
      zone("UnknownLabel", "noord | PAID_PARKING | day FEAST 09:00-10:00 accepts PAID | | | |",
           "labelled \"FEAST\""),
      zone(
          "OverlappingFrames",
          "noord | PAID_PARKING | a Mon 09:00-19:00 accepts PAID; b Mon 18:00-23:00 accepts PAID | "
          "| | |",
          "frames: frames"),
      zone("Grace", "noord | PAID_PARKING | none | around 5 min | | |", "grace: \"around 5 min\""),
      zone("GraceTwice", "noord | PAID_PARKING | none | after 5 min, after 6 min | | |", "once"),
      zone("LongGrace", "noord | PAID_PARKING | none | after 100 min | | |", "grace_after"),
      zone("UnknownRule", "noord | PAID_PARKING | none | | be kind | |", "\"be kind\""),
      zone("RuleOfUnknownLabel", "noord | PAID_PARKING | none | | FEAST replaces | |", "FEAST"),
      zone("ExtensionOfUnknownZone",
           "noord | PAID_PARKING | none | | good here too: rights of west | |", "rules: \"west\""),
      zone("ExtensionOfItself",
           "noord | PAID_PARKING | none | | good here too: rights of noord | |", "another zone"),
      zone("RestrictionWithoutWindow", "noord | PAID_PARKING | none | | everyone only  | |",
           "\"everyone only\""),
      zone("OverlayWithoutName",
           "noord | PAID_PARKING | none | | overlay 2026-03-10 00:00 .. 2026-03-15 00:00: none | |",
           "named"),
      zone(
          "CrossingOutline",
          "noord | PAID_PARKING | none | | | polygon 51.05,3.72 51.06,3.73 51.06,3.72 51.05,3.73 |",
          "outline: "),
      zone("HoleFirst", "noord | PAID_PARKING | none | | | minus box 51.05,3.72 51.06,3.73 |",
           "a hole behind the piece"),
      zone("InForce", "noord | PAID_PARKING | none | | | | 2026-03-02 12:00",
           "from 2026-03-02 12:00"),
      In("UnknownColumn", &Draft::zone_columns,
         "zone | usage | frames | grace | rules | shape | in force",
         "draft.md:9: ", "unknown column \"shape\""),
      In("ColumnTwice", &Draft::zone_columns,
         "zone | usage | frames | frames | rules | outline | in force",
         "draft.md:9: ", "stands twice"),
      In("VersionOutOfOrder", &Draft::more_zones,
         "| noord | PAID_PARKING | none | | | | from 2001-01-01 00:00 |\n",
         "draft.md:12: ", "in force: "),
      In("VersionOfOtherUsage", &Draft::more_zones,
         "| noord | LOADING | none | | | | from 2026-01-01 00:00 |\n",
         "draft.md:12: ", "keeps its usage"),
      In("TextInTable", &Draft::more_zones, "and zuid | LOADING\n", "draft.md:12: ", "empty line"),
  };
}

std::vector<Fault> RightFaults() {
  const auto right = [](std::string name, std::string row, std::string detail) {
    return In(std::move(name), &Draft::right, std::move(row), "draft.md:17: ", std::move(detail));
  };
  const std::string begin = "r1 | 1-ABC-123 | B | paid | noord | 2026-03-02 10:00 | 18:00 | | ";
  return {
      right("UnknownZone", "r1 | 1-ABC-123 | B | paid | oost | 2026-03-02 10:00 | 11:00 | | | |",
            "zones: \"oost\""),
      right("UnknownType", "r1 | 1-ABC-123 | B | payed | noord | 2026-03-02 10:00 | 11:00 | | | |",
            "type: \"payed\""),
      right("EmptyPlate", "r1 | -- | B | paid | noord | 2026-03-02 10:00 | 11:00 | | | |",
            "plate: "),
      right("Country", "r1 | 1-ABC-123 | BELG | paid | noord | 2026-03-02 10:00 | 11:00 | | | |",
            "country: "),
      right("NoName", " | 1-ABC-123 | B | paid | noord | 2026-03-02 10:00 | 11:00 | | | |",
            "right: "),
      right("NoStart", "r1 | 1-ABC-123 | B | paid | noord | | 2026-03-02 11:00 | | | |",
            "from: without it"),
      right("EndBeforeStart",
            "r1 | 1-ABC-123 | B | paid | noord | 2026-03-02 10:00 | 09:00 | | | |",
            "END_BEFORE_START"),
      right("InThePast",
            "r1 | 1-ABC-123 | B | paid | noord | 2026-03-02 10:00 | 11:00 | | | | 12:00",
            "INTERVAL_IN_THE_PAST"),
      right("UnknownEvent", begin + "vanished 2026-03-02 11:00 | |", "what happened: \"vanished"),
      right("EndTooFarBack", begin + "ended 11:00 asked at 15:00 | |", "END_TOO_FAR_BACK"),
      right("AmendedAfterEnd", begin + "amended until 20:00 asked at 19:00 | |", "RIGHT_ENDED"),
      right("SuspendedTwice", begin + "suspended 11:00 ..; suspended 12:00 .. | |", "already"),
      right("ResumedAfterEnd", begin + "suspended 11:00 .. 19:00 | |", "is not resumed"),
      right("CorrectedAfterRevocation",
            begin + "revoked 11:00; corrected until 20:00 asked at 12:00 | |", "is not corrected"),
      right("RevokedBeforeEnrolment", begin + "revoked 2026-02-01 10:00 | |",
            "before the enrolment"),
      right("CorrectionWithoutMoment", begin + "corrected until 20:00 | |", "asked at"),
      right("CorrectedWhat", begin + "corrected colour red asked at 20:00 | |", "corrected from"),
  };
}

std::vector<Fault> CheckFaults() {
  const auto check = [](std::string name, std::string row, std::string detail) {
    return In(std::move(name), &Draft::check, std::move(row), "draft.md:23: ", std::move(detail));
  };
  const std::string begin = "1-ABC-123 | B | | noord | | 2026-03-02 10:30 | ";
  return {
      check("ReasonOfOtherDecision", begin + "| | NOT_PERMITTED | RIGHT | | | | |",
            "decision: \"NOT_PERMITTED\""),
      check("UnknownDecision", begin + "| | ALLOWED | RIGHT | | | | |", "decision: \"ALLOWED\""),
      check("UnknownReason", begin + "| | PERMITTED | GOODWILL | | | | |", "reason: \"GOODWILL\""),
      check("UnknownPlace",
            "1-ABC-123 | B | | oost | | 2026-03-02 10:30 | | | PERMITTED | RIGHT | | | | |",
            "place: \"oost\""),
      check("NoPlace", "1-ABC-123 | B | | | | 2026-03-02 10:30 | | | PERMITTED | RIGHT | | | | |",
            "place: "),
      check("NoPlate", " | B | | noord | | 2026-03-02 10:30 | | | PERMITTED | RIGHT | | | | |",
            "plate: "),
      check("AtWithoutDate", "1-ABC-123 | B | | noord | | 10:30 | | | PERMITTED | RIGHT | | | | |",
            "at: "),
      check("Now", begin + "soon | | PERMITTED | RIGHT | | | | |", "now: \"soon\""),
      check("Trouble", begin + " | LATE | UNKNOWN | STALE | | | | |", "trouble: \"LATE\""),
      check("ValidUntil", begin + "| | PERMITTED | RIGHT | later | | | |",
            "valid until: \"later\""),
      check("MinutesAgo", begin + "| | PERMITTED | RIGHT | | | few | |", "minutes ago: \"few\""),
      check("Zone", begin + "| | PERMITTED | RIGHT | | | | oost |", "zone: \"oost\""),
      check(
          "Usage",
          "1-ABC-123 | B | | noord | PARKING | 2026-03-02 10:30 | | | PERMITTED | RIGHT | | | | |",
          "usage: \"PARKING\""),
      check("Accuracy",
            "1-ABC-123 | B | | 51.05,3.72 10 m | PAID_PARKING | 2026-03-02 10:30 | | | PERMITTED | "
            "RIGHT | | | | |",
            "±10 m"),
      In("MissingColumn", &Draft::check_columns,
         "plate | country | confidence | place | usage | at | now | trouble | why | reason | valid "
         "until | recheck after | minutes ago | zone | decisions",
         "draft.md:21: ", "unknown column \"decisions\""),
  };
}

std::vector<Fault> CityFaults() {
  const auto city = [](std::string name, const std::string& row, std::string detail) {
    return In(std::move(name), &Draft::city,
              absl::StrCat("| setting | value |\n|---|---|\n| ", row, " |\n"),
              "draft.md:5: ", std::move(detail));
  };
  return {
      city("UnknownSetting", "colour | red", "\"colour\""),
      city("TimeZone", "time zone | Europe/Gent", "IANA"),
      city("SpecialDay", "special day | 2026-05-01 Holiday X", "label"),
      city("SpecialDayDate", "special day | 2026-02-30 HOLIDAY X", "2026-02-30"),
      city("RightType", "right type | noord NOORD", "a code and a kind"),
      city("RightTypeBackdate", "right type | noord PAID, backdate much", "start of day"),
      city("DefaultTypeOfOtherKind", "right type | paid RESIDENT", "the kind PAID"),
      city("LookBack", "look back | 31 d", "720h"),
      city("Threshold", "confidence threshold | 101", "0 to 100"),
      In("NoDashes", &Draft::city, "| setting | value |\n| look back | 3 h |\n",
         "draft.md:4: ", "dashes"),
  };
}

std::string FaultName(const testing::TestParamInfo<Fault>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(City, Faults, testing::ValuesIn(CityFaults()), FaultName);
INSTANTIATE_TEST_SUITE_P(Zones, Faults, testing::ValuesIn(ZoneFaults()), FaultName);
INSTANTIATE_TEST_SUITE_P(Rights, Faults, testing::ValuesIn(RightFaults()), FaultName);
INSTANTIATE_TEST_SUITE_P(Checks, Faults, testing::ValuesIn(CheckFaults()), FaultName);

TEST(Files, AreRefusedAsAWhole) {
  const auto fault = [](absl::string_view text) {
    return std::string(ParseScenario("draft.md", text).status().message());
  };
  const std::string table = "| a |\n|---|\n| b |\n";
  EXPECT_EQ(fault("prose"), "draft.md:1: there is no ## Checks and no ## Fares");
  EXPECT_THAT(fault("# Title\n\n" + table), HasSubstr("draft.md:3: a table stands under"));
  EXPECT_THAT(fault("## Check\n\n" + table), HasSubstr("draft.md:3: a table stands under"));
  EXPECT_THAT(fault("## Checks\n\nnothing\n"), HasSubstr("draft.md:1: there is no table"));
  EXPECT_THAT(fault("## Rights\n" + table), HasSubstr("this group has no ## Checks"));
  EXPECT_THAT(fault("## Zones\n\n## City\n"), HasSubstr("draft.md:3: a group is"));
  EXPECT_THAT(fault("```\n"), HasSubstr("not closed"));
  EXPECT_THAT(fault("## Checks\n| a |\n"), HasSubstr("dashes"));
  EXPECT_THAT(fault("## Checks\n| a\n"), HasSubstr("draft.md:2: a row of a table ends with a bar"));
}

TEST(Differences, AreSaidForPeople) {
  Expectation expected;
  expected.reason = domain::DecisionReason::kExpired;
  expected.valid_until = {true, At("2026-03-02T18:00:00Z")};
  expected.minutes_ago = {true, 10};
  expected.zone = {true, std::nullopt};
  Answer answer{domain::DecisionReason::kGrace, std::nullopt, std::nullopt, std::nullopt,
                domain::ZoneCode("noord")};
  EXPECT_EQ(Difference(expected, answer, Brussels()),
            "expected NOT_PERMITTED EXPIRED, got PERMITTED GRACE; valid until: expected 2026-03-02 "
            "19:00:00 CET, got none; minutes ago: expected 10, got none; zone: expected none, got "
            "noord");
  answer = {domain::DecisionReason::kExpired, At("2026-03-02T18:00:00Z"),
            At("2026-03-02T09:00:00Z"), 10, std::nullopt};
  EXPECT_EQ(Difference(expected, answer, Brussels()), "");
}

}  // namespace
}  // namespace stadspoort::scenarios
