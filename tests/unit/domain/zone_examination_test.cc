#include "services/domain/zone_examination.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/domain/finding.h"
#include "tests/unit/domain/random_rules.h"

namespace stadspoort::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

absl::Time Day(int day) {
  return absl::FromCivil(absl::CivilDay(2026, 10, day), absl::UTCTimeZone());
}

// The drafts take force on 15 October.
const absl::Time kStart = Day(15);

TimeFrame Daily() {
  TimeFrame frame;
  frame.code = "dag";
  frame.weekdays = {absl::Weekday::monday,   absl::Weekday::tuesday, absl::Weekday::wednesday,
                    absl::Weekday::thursday, absl::Weekday::friday,  absl::Weekday::saturday,
                    absl::Weekday::sunday};
  frame.hours = {MinuteOfDay(9 * 60), MinuteOfDay(19 * 60)};
  frame.accepted_kinds.Add(RightKind::kPaid);
  frame.max_stay = absl::Hours(2);
  return frame;
}

ZoneVersion Zone(const char* code, int64_t version, absl::Time start) {
  ZoneVersion zone;
  zone.code = ZoneCode(code);
  zone.version = version;
  zone.in_force.start = start;
  zone.regulation.timetable.frames = {Daily()};
  return zone;
}

// A city with four zones in force; for rode-1 there is a draft, and groen-1 is a draft of a zone
// that is new.
struct City {
  std::vector<ZoneVersion> drafts = {Zone("rode-1", 2, kStart), Zone("groen-1", 1, kStart)};
  std::vector<ZoneVersion> versions = {Zone("rode-1", 1, Day(1)), Zone("rode-2", 1, Day(1)),
                                       Zone("gele-1", 1, Day(1)), Zone("blauw-1", 1, Day(1))};
  std::vector<ZoneCode> retired;
  std::vector<RightType> right_types = {
      {RightTypeCode("bewoner"), "Bewoner", RightKind::kResident, {}},
      {RightTypeCode("zorg"), "Zorg", RightKind::kCare, {}}};
  std::vector<SpecialDay> days = {{absl::CivilDay(2026, 11, 11), SpecialDayLabel("HOLIDAY"), ""}};

  City() {
    versions[3].usage = Usage::kTimeLimited;
    Regulation& rules = drafts[0].regulation;
    rules.timetable.frames[0].accepted_types = {RightTypeCode("bewoner"), RightTypeCode("zorg")};
    rules.timetable.special_day_rules = {{SpecialDayLabel("HOLIDAY"), SpecialDayMode::kReplace}};
    rules.overlays = {{{Day(20), Day(22)}, "werken", {{Daily()}, {}}}};
    rules.extensions = {{ZoneCode("rode-2"), {RightTypeCode("zorg")}, {}},
                        {ZoneCode("groen-1"), {}, {}}};
    rules.restrictions = {{{RightTypeCode("bewoner")}, {{{absl::Weekday::monday}, Daily().hours}}}};
    rules.selling_points = {{"9000-117", 51, 3}, {"9000-118", 51, 3}};
    versions[0].regulation.selling_points = rules.selling_points;
    versions[1].regulation.selling_points = {{"9000-200", 51, 3}};
  }

  ZoneVersion& draft() { return drafts[0]; }
  Regulation& rules() { return drafts[0].regulation; }

  Judgement Examined() const {
    const auto draft_pointers = Pointers(drafts);
    const auto version_pointers = Pointers(versions);
    return Judged(Examine({kStart, draft_pointers, retired, version_pointers, right_types, days,
                           absl::UTCTimeZone()}));
  }
};

std::string InWords(const Judgement& judgement) {
  std::string words;
  for (const Finding& finding : judgement.findings) {
    absl::StrAppend(&words, finding.zone.value(), " ", Name(finding.severity), " ",
                    Name(finding.kind), " ", finding.field, " ", finding.description, "\n");
  }
  return words;
}

TEST(Examine, FindsNothingInASoundPublication) {
  EXPECT_EQ(InWords(City().Examined()), "");
  EXPECT_EQ(InWords(Judged(Examine({}))), "");
}

struct Row {
  FindingKind kind;
  const char* field;
  const char* words;  // some of the description
  std::vector<ZoneCode> others;
  std::function<void(City&)> spoil;
  std::function<void(City&)> nearly;  // almost the same, and nothing to find
};

void Expect(FindingSeverity severity, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    City city;
    row.spoil(city);
    const Judgement judgement = city.Examined();
    ASSERT_THAT(judgement.findings, SizeIs(1)) << row.field << "\n" << InWords(judgement);
    const Finding& finding = judgement.findings[0];
    EXPECT_EQ(Name(finding.kind), Name(row.kind)) << finding.description;
    EXPECT_EQ(Name(finding.severity), Name(severity)) << finding.description;
    EXPECT_EQ(finding.zone, ZoneCode("rode-1"));
    EXPECT_EQ(finding.field, row.field);
    EXPECT_THAT(finding.description, HasSubstr(row.words));
    EXPECT_EQ(finding.others, row.others) << row.field;
    EXPECT_EQ(finding.where, std::nullopt);
    City other;
    row.nearly(other);
    EXPECT_EQ(InWords(other.Examined()), "") << row.field << " " << row.words;
  }
}

TEST(Examine, FindsFaultsOfARegulation) {
  Expect(FindingSeverity::kError,
         {{FindingKind::kOverlappingFrames,
           "regulation.frames[1]",
           "may hold together",
           {},
           [](City& city) {
             city.rules().timetable.frames.push_back(Daily());
             city.rules().timetable.frames[1].code = "avond";
             city.rules().timetable.frames[1].hours = {MinuteOfDay(18 * 60), MinuteOfDay(23 * 60)};
           },
           [](City& city) {
             city.rules().timetable.frames.push_back(Daily());
             city.rules().timetable.frames[1].code = "avond";
             city.rules().timetable.frames[1].hours = {MinuteOfDay(19 * 60), MinuteOfDay(23 * 60)};
           }},
          {FindingKind::kInvalidField,
           "regulation.grace_before",
           "0 to 99",
           {},
           [](City& city) { city.rules().grace_before = absl::Minutes(100); },
           [](City& city) { city.rules().grace_before = absl::Minutes(99); }}});
}

TEST(Examine, FindsTypesThatTheCityHasNot) {
  const RightTypeCode known("bewoner");
  const RightTypeCode unknown("bezoeker");
  const auto naming = [](const RightTypeCode& type, std::vector<RightTypeCode>& (*list)(City&)) {
    return [=](City& city) { list(city) = {RightTypeCode("zorg"), type}; };
  };
  const auto row = [&](const char* field, std::vector<RightTypeCode>& (*list)(City&)) {
    return Row{FindingKind::kUnknownRightType,
               field,
               "the city has no right type bezoeker",
               {},
               naming(unknown, list),
               naming(known, list)};
  };
  Expect(FindingSeverity::kError,
         {row("regulation.frames[0].accepted_right_types[1]",
              [](City& city) -> std::vector<RightTypeCode>& {
                return city.rules().timetable.frames[0].accepted_types;
              }),
          row("regulation.overlays[0].frames[0].accepted_right_types[1]",
              [](City& city) -> std::vector<RightTypeCode>& {
                return city.rules().overlays[0].timetable.frames[0].accepted_types;
              }),
          row("regulation.extensions[1].right_types[1]",
              [](City& city) -> std::vector<RightTypeCode>& {
                return city.rules().extensions[1].right_types;
              }),
          row("regulation.restrictions[0].right_types[1]",
              [](City& city) -> std::vector<RightTypeCode>& {
                return city.rules().restrictions[0].right_types;
              })});
}

TEST(Examine, FindsExtensionsFromNowhere) {
  const auto from = [](const char* zone) {
    return [zone](City& city) { city.rules().extensions[1].from_zone = ZoneCode(zone); };
  };
  const auto yellow_in_force = [&](absl::Time start, absl::Time end) {
    return [=](City& city) {
      from("gele-1")(city);
      city.versions[2].in_force = {start, end};
    };
  };
  Expect(FindingSeverity::kError, {{FindingKind::kUnknownExtensionZone,
                                    "regulation.extensions[1].zone",
                                    "the city has no zone mauve-1 from then on",
                                    {},
                                    from("mauve-1"),
                                    from("gele-1")},
                                   {FindingKind::kUnknownExtensionZone,
                                    "regulation.extensions[1].zone",
                                    "gele-1",
                                    {},
                                    yellow_in_force(Day(1), kStart),
                                    yellow_in_force(Day(1), absl::InfiniteFuture())},
                                   {FindingKind::kUnknownExtensionZone,
                                    "regulation.extensions[1].zone",
                                    "zone gele-1 is being retired",
                                    {ZoneCode("gele-1")},
                                    yellow_in_force(Day(1), kStart + absl::Nanoseconds(1)),
                                    yellow_in_force(Day(1), absl::InfiniteFuture())},
                                   {FindingKind::kUnknownExtensionZone,
                                    "regulation.extensions[1].zone",
                                    "gele-1",
                                    {},
                                    [&](City& city) {
                                      yellow_in_force(Day(20), Day(20))(city);
                                      city.rules().extensions[1].from_zone = ZoneCode("gele-1");
                                    },
                                    yellow_in_force(Day(20), absl::InfiniteFuture())},
                                   {FindingKind::kUnknownExtensionZone,
                                    "regulation.extensions[1].zone",
                                    "zone gele-1 is being retired",
                                    {ZoneCode("gele-1")},
                                    [&](City& city) {
                                      from("gele-1")(city);
                                      city.retired = {ZoneCode("gele-1")};
                                    },
                                    [&](City& city) {
                                      from("rode-2")(city);
                                      city.retired = {ZoneCode("gele-1")};
                                    }},
                                   {FindingKind::kUnknownExtensionZone,
                                    "regulation.extensions[1].zone",
                                    "the city has no zone groen-1",
                                    {},
                                    [](City& city) { city.drafts.pop_back(); },
                                    [](City&) {}},
                                   {FindingKind::kExtensionToItself,
                                    "regulation.extensions[1].zone",
                                    "this zone itself",
                                    {},
                                    from("rode-1"),
                                    from("gele-1")}});
}

// Another zone keeps its extension although the zone it is from goes.
TEST(Examine, FindsExtensionsOfOtherZonesFromOneThatIsRetired) {
  City city;
  city.retired = {ZoneCode("gele-1")};
  city.versions.push_back(Zone("rode-2", 2, Day(20)));
  city.versions[1].in_force.end = Day(20);
  for (ZoneVersion& version : city.versions) {
    if (version.code == ZoneCode("rode-2")) {
      version.regulation.extensions = {{ZoneCode("gele-1"), {}, {}}};
    }
  }
  const Judgement judgement = city.Examined();
  ASSERT_THAT(judgement.findings, SizeIs(1)) << "once, of both versions\n" << InWords(judgement);
  EXPECT_EQ(judgement.findings[0].zone, ZoneCode("rode-2"));
  EXPECT_EQ(judgement.findings[0].kind, FindingKind::kUnknownExtensionZone);
  EXPECT_EQ(judgement.findings[0].severity, FindingSeverity::kError);
  EXPECT_EQ(judgement.findings[0].field, "regulation.extensions[0].zone");
  EXPECT_THAT(judgement.findings[0].others, ElementsAre(ZoneCode("gele-1")));

  City nearly = city;
  nearly.versions[1].regulation.extensions.clear();
  nearly.versions.back().regulation.extensions = {{ZoneCode("rode-1"), {}, {}}};
  EXPECT_EQ(InWords(nearly.Examined()), "");
  nearly.versions[2].regulation.extensions = {{ZoneCode("gele-1"), {}, {}}};
  EXPECT_EQ(InWords(nearly.Examined()), "") << "the zone that is retired says nothing any more";
}

TEST(Examine, FindsSellingPointsThatStandTwice) {
  const auto point = [](const char* id) {
    return [id](City& city) { city.rules().selling_points[1].id = id; };
  };
  Expect(FindingSeverity::kError,
         {{FindingKind::kDuplicateSellingPoint,
           "regulation.selling_points[1].selling_point_id",
           "9000-200 stands in zone rode-2 too",
           {ZoneCode("rode-2")},
           point("9000-200"),
           point("9000-201")},
          {FindingKind::kDuplicateSellingPoint,
           "regulation.selling_points[1].selling_point_id",
           "stands in zone gele-1",
           {ZoneCode("gele-1"), ZoneCode("rode-2")},
           [&](City& city) {
             point("9000-200")(city);
             city.versions[2].regulation.selling_points = {{"9000-200", 0, 0}};
             city.versions.push_back(city.versions[1]);
           },
           // The zone that had it is no more when the draft takes force.
           [&](City& city) {
             point("9000-200")(city);
             city.versions[1].in_force.end = kStart;
             city.rules().extensions.clear();
           }},
          {FindingKind::kDuplicateSellingPoint,
           "regulation.selling_points[1].selling_point_id",
           "rode-2",
           {ZoneCode("rode-2")},
           point("9000-200"),
           [&](City& city) {
             point("9000-200")(city);
             city.retired = {ZoneCode("rode-2")};
             city.rules().extensions.clear();
           }}});
}

// Each of two drafts is told of the other; but a point may move from one zone to another.
TEST(Examine, LooksForSellingPointsAmongDraftsToo) {
  City city;
  city.drafts[1].regulation.selling_points = {{"9000-118", 0, 0}};
  const Judgement judgement = city.Examined();
  ASSERT_THAT(judgement.findings, SizeIs(2)) << InWords(judgement);
  EXPECT_EQ(judgement.findings[0].field, "regulation.selling_points[0].selling_point_id");
  EXPECT_THAT(judgement.findings[0].others, ElementsAre(ZoneCode("rode-1")));
  EXPECT_EQ(judgement.findings[1].field, "regulation.selling_points[1].selling_point_id");
  EXPECT_THAT(judgement.findings[1].others, ElementsAre(ZoneCode("groen-1")));
  city.rules().selling_points.pop_back();
  EXPECT_EQ(InWords(city.Examined()), "") << "although the version before has it";
}

TEST(Examine, FindsWhatDoesNotGoWithEarlierVersions) {
  Expect(FindingSeverity::kError,
         {{FindingKind::kUsageChanged,
           "usage",
           "must stay PAID_PARKING, not PERMIT_PARKING",
           {},
           [](City& city) {
             city.draft().usage = Usage::kPermitParking;
             city.rules().extensions.clear();
           },
           [](City& city) {
             city.versions.erase(city.versions.begin());
             city.draft().usage = Usage::kPermitParking;
             city.rules().extensions.clear();
           }},
          {FindingKind::kVersionOverlap,
           "in_force_start_time",
           "version 1 takes force at 2026-10-15 00:00 +00:00",
           {},
           [](City& city) { city.versions[0].in_force.start = kStart; },
           [](City& city) { city.versions[0].in_force.start = kStart - absl::Nanoseconds(1); }},
          {FindingKind::kVersionOverlap,
           "in_force_start_time",
           "version 5 takes force",
           {},
           [](City& city) {
             city.versions[0].in_force.end = Day(20);
             city.versions.insert(city.versions.begin(), Zone("rode-1", 5, Day(20)));
           },
           // Retired, and published again.
           [](City& city) { city.versions[0].in_force.end = Day(10); }}});
}

TEST(Examine, WarnsOfExtensionsFromAnotherUsage) {
  const auto from = [](const char* zone) {
    return [zone](City& city) { city.rules().extensions[0].from_zone = ZoneCode(zone); };
  };
  Expect(FindingSeverity::kWarning, {{FindingKind::kExtensionFromOtherUsage,
                                      "regulation.extensions[0].zone",
                                      "is a zone of TIME_LIMITED, and this one is of PAID_PARKING",
                                      {ZoneCode("blauw-1")},
                                      from("blauw-1"),
                                      from("gele-1")}});
}

TEST(Examine, WarnsOfTimetables) {
  Expect(FindingSeverity::kWarning, {{FindingKind::kUnusedLabel,
                                      "regulation.special_day_rules[0].special_day",
                                      "HOLIDAY",
                                      {},
                                      [](City& city) { city.days.clear(); },
                                      [](City&) {}},
                                     {FindingKind::kPeriodOver,
                                      "regulation.overlays[0].end_time",
                                      "2026-10-15 00:00 +00:00",
                                      {},
                                      [](City& city) {
                                        city.rules().overlays[0].period = {Day(10), Day(15)};
                                      },
                                      [](City& city) {
                                        city.rules().overlays[0].period = {Day(10), Day(16)};
                                      }}});
}

TEST(Examine, FindsEverythingOfEveryDraftAtOnce) {
  City city;
  city.draft().usage = Usage::kTimeLimited;
  city.rules().timetable.frames[0].max_stay.reset();
  city.rules().capacity_count = -1;
  city.rules().extensions[0].right_types = {RightTypeCode("a"), RightTypeCode("b")};
  city.drafts[1].regulation = {};
  city.drafts[1].regulation.extensions = {{ZoneCode("mauve-1"), {}, {}}};
  const Judgement judgement = city.Examined();
  std::vector<std::string> lines;
  for (const Finding& finding : judgement.findings) {
    lines.push_back(absl::StrCat(finding.zone.value(), " ", Name(finding.kind)));
  }
  EXPECT_THAT(
      lines,
      ElementsAre("groen-1 UNKNOWN_EXTENSION_ZONE", "groen-1 NO_FRAMES", "rode-1 INVALID_FIELD",
                  "rode-1 UNKNOWN_RIGHT_TYPE", "rode-1 UNKNOWN_RIGHT_TYPE", "rode-1 USAGE_CHANGED",
                  "rode-1 EXTENSION_FROM_OTHER_USAGE", "rode-1 EXTENSION_FROM_OTHER_USAGE",
                  "rode-1 TIME_LIMITED_WITHOUT_MAX_STAY"));
  EXPECT_EQ(judgement.error_count, 5U);
  EXPECT_EQ(judgement.warning_count, 4U);
}

}  // namespace
}  // namespace stadspoort::domain
