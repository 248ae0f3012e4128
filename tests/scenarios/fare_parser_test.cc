// The reading of fares: phrases, rows, and sums that are wrong in themselves.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/scenarios/fare_judge.h"
#include "tests/scenarios/fare_wording.h"
#include "tests/scenarios/scenario.h"

namespace stadspoort::scenarios {
namespace {

using domain::FarePart;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

std::vector<FarePart> Parsed(absl::string_view text) {
  const absl::StatusOr<std::vector<FarePart>> parts = ParseFare(text);
  EXPECT_TRUE(parts.ok()) << parts.status().message();
  return parts.value_or(std::vector<FarePart>());
}

TEST(FarePhrases, ArePartsInTheirOrder) {
  EXPECT_THAT(Parsed("50 ct per 15 min"),
              ElementsAre(FarePart{std::nullopt, 50, absl::Minutes(15), 0}));
  EXPECT_THAT(Parsed("50 ct per 15 min for 1 h then 80 ct per 15 min cap 10.00 EUR"),
              ElementsAre(FarePart{absl::Hours(1), 50, absl::Minutes(15), 0},
                          FarePart{std::nullopt, 80, absl::Minutes(15), 1000}));
  EXPECT_THAT(Parsed("4.00 EUR a day"), ElementsAre(FarePart{std::nullopt, 400, {}, 0}));
  EXPECT_THAT(
      Parsed("free for 30 min then 7.50 EUR for 1 h 30 min cap 50 ct then free"),
      ElementsAre(FarePart{absl::Minutes(30), 0, {}, 0}, FarePart{absl::Minutes(90), 750, {}, 50},
                  FarePart{std::nullopt, 0, {}, 0}));
  EXPECT_THAT(Parsed("1.05 EUR per 1h for 2h cap 2.00 EUR"),
              ElementsAre(FarePart{absl::Hours(2), 105, absl::Hours(1), 200}));
}

TEST(FarePhrases, ThatAreNoneAreRefused) {
  for (const char* text : {"",
                           "50 ct",
                           "50",
                           "0.50 per 15 min",
                           "50 EUR a day",
                           "4.0 EUR a day",
                           "4.5 ct a day",
                           "-50 ct a day",
                           "50 ct per",
                           "50 ct per hour",
                           "50 ct for 1 h per 15 min",
                           "50 ct per 15 min cap",
                           "50 ct per 15 min cap 0 ct",
                           "50 ct per 15 min cap 3",
                           "4.00 EUR a day for 3 h",
                           "4.00 EUR a day per 1 h",
                           "free per 15 min",
                           "50 ct per 15 min then",
                           "50 ct per 15 min, 80 ct per 15 min",
                           "4.00 EUR a week"}) {
    EXPECT_THAT(std::string(ParseFare(text).status().message()), HasSubstr("not understood"))
        << text;
  }
}

TEST(Amounts, AreEurosWithTwoDecimals) {
  EXPECT_EQ(*ParseAmount("3.60"), 360);
  EXPECT_EQ(*ParseAmount("0.05"), 5);
  EXPECT_EQ(*ParseAmount("1200.00"), 120000);
  EXPECT_EQ(AmountText(5), "0.05");
  EXPECT_EQ(AmountText(120000), "1200.00");
  for (const char* text : {"", "3", "3.6", "3.600", "3,60", "-3.60", ".60", "3.", "3.60 EUR"}) {
    EXPECT_FALSE(ParseAmount(text).ok()) << text;
  }
}

TEST(Sums, AddUp) {
  EXPECT_EQ(*AddUp("none"), 0);
  EXPECT_EQ(*AddUp("2026-03-02 dag 09:00-10:20: 4 x 0.50 + 2 x 0.80 = 3.60"), 360);
  EXPECT_EQ(*AddUp("a: 12 x 1.00 cap 10.00 = 10.00; b: 4.00; c: free + 0.80 = 0.80; d: free"),
            1480);
  EXPECT_EQ(*AddUp("a: 2 x 1.00 cap 10.00 + 0.50 = 2.50"), 250);
}

TEST(Sums, ThatAreWrongInThemselvesAreRefused) {
  const auto fault = [](absl::string_view text) {
    return std::string(AddUp(text).status().message());
  };
  EXPECT_EQ(fault("a: 4 x 0.50 + 2 x 0.80 = 3.70"), "4 x 0.50 + 2 x 0.80 makes 3.60, not 3.70");
  EXPECT_EQ(fault("a: 4.00; b: 12 x 1.00 cap 10.00 = 12.00"),
            "12 x 1.00 cap 10.00 makes 10.00, not 12.00");
  for (const char* text :
       {"", "4.00", "a: ", "a: 4 x 0.50", "a: 0.50 + 0.80", "a: 4 x 0.5 = 2.00", "a: 4.00 = 4",
        "a: -4 x 0.50 = 2.00", "a: 4 x 2 x 0.50 = 4.00", "a: 2.00 = 2.00 = 2.00",
        "a: 4.00 cap 3.00 cap 2.00 = 2.00", "a: cheap", "a: b: 4.00", "a: 4.00;", "nothing"}) {
    EXPECT_THAT(fault(text), HasSubstr("not understood")) << text;
  }
}

constexpr absl::string_view kZones =
    "## Zones\n\n| zone | usage | frames |\n|---|---|---|\n"
    "| noord | PAID_PARKING | dag Mon-Sat 09:00-19:00 accepts PAID fare 50 ct per 15 min for 1 h "
    "then 80 ct per 15 min max stay 3 h |\n"
    "| zuid | PAID_PARKING | dag Mon-Sat 09:00-19:00 fare 4.00 EUR a day accepts PAID |\n\n";
constexpr absl::string_view kFares =
    "## Fares\n\n| zone | from | until | amount | arithmetic | remarks | why |\n"
    "|---|---|---|---|---|---|---|\n";

// The row of the one quote is line 12.
std::string WithQuote(absl::string_view row) { return absl::StrCat(kZones, kFares, row, "\n"); }

TEST(FareRows, AskAndExpect) {
  const absl::StatusOr<ScenarioFile> file = ParseScenario(
      "draft.md",
      WithQuote("| noord or zuid | 2026-03-02 09:00 | 12:01 | 8.70 | in noord: 2026-03-02  dag "
                "09:00-12:01: 4 x 0.50 + 9 x 0.80 = 9.20; x: free | | because |"));
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.status().message(), "draft.md:12: arithmetic: adds up to 9.20, not 8.70");

  const absl::StatusOr<ScenarioFile> right = ParseScenario(
      "draft.md", WithQuote("| noord or zuid | 2026-03-02 09:00 | 12:01 | 9.20 | in noord: "
                            "2026-03-02  dag 09:00-12:01: 4 x 0.50 + 9 x 0.80 = 9.20 | "
                            "MAX_STAY_EXCEEDED | because |"));
  ASSERT_TRUE(right.ok()) << right.status().message();
  ASSERT_THAT(right->groups, SizeIs(1));
  const Group& group = right->groups[0];
  EXPECT_EQ(group.zones[0].regulation.timetable.frames[0].max_stay, absl::Hours(3));
  ASSERT_THAT(group.fares, SizeIs(1));
  const Quote& quote = group.fares[0];
  EXPECT_EQ(quote.line, 12);
  EXPECT_EQ(quote.zones,
            (std::vector<domain::ZoneCode>{domain::ZoneCode("noord"), domain::ZoneCode("zuid")}));
  EXPECT_EQ(quote.term.end - quote.term.start, absl::Minutes(181));
  EXPECT_EQ(quote.expected.amount_cents, 920);
  EXPECT_EQ(quote.expected.arithmetic,
            "in noord: 2026-03-02 dag 09:00-12:01: 4 x 0.50 + 9 x 0.80 = 9.20");
  EXPECT_THAT(quote.expected.remarks, ElementsAre(domain::FareRemark::kMaxStayExceeded));
  EXPECT_EQ(quote.why, "because");
  const absl::StatusOr<FareAnswer> answer = AnswerByRules(group, quote);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(Difference(quote.expected, *answer), "");
}

TEST(FareRows, DifferencesAreSaidForPeople) {
  EXPECT_EQ(
      Difference({360, "a: 3.60", {}}, {370, "a: 3.70", {domain::FareRemark::kNothingRequired}}),
      "amount: expected 3.60, got 3.70; arithmetic: expected a: 3.60, got a: 3.70; remarks: "
      "expected none, got NOTHING_REQUIRED");
}

TEST(FareRows, ThatAreNotUnderstoodAreNamedWithTheirLine) {
  const auto fault = [](absl::string_view row) {
    const std::string message(ParseScenario("draft.md", WithQuote(row)).status().message());
    EXPECT_THAT(message, StartsWith("draft.md:12: ")) << row;
    return message;
  };
  const std::string term = "| noord | 2026-03-02 09:00 | 09:15 ";
  const std::string sum = "| 2026-03-02 dag 09:00-09:15: 0.50 ";
  EXPECT_THAT(fault("| west | 2026-03-02 09:00 | 09:15 | 0.50 " + sum + "| | |"),
              HasSubstr("zone: \"west\""));
  EXPECT_THAT(fault("| | 2026-03-02 09:00 | 09:15 | 0.50 " + sum + "| | |"), HasSubstr("zone: "));
  EXPECT_THAT(fault("| noord | 09:00 | 09:15 | 0.50 " + sum + "| | |"), HasSubstr("from: "));
  EXPECT_THAT(fault("| noord | 2026-03-02 09:00 | 08:59 | 0.50 " + sum + "| | |"),
              HasSubstr("until: \"08:59\""));
  EXPECT_THAT(fault(term + "| 50 " + sum + "| | |"), HasSubstr("amount: \"50\""));
  EXPECT_THAT(fault(term + "| 0.60 " + sum + "| | |"), HasSubstr("adds up to 0.50, not 0.60"));
  EXPECT_THAT(fault(term + "| 0.50 | | | |"), HasSubstr("arithmetic: "));
  EXPECT_THAT(fault(term + "| 0.50 " + sum + "| CHEAP | |"), HasSubstr("remarks: \"CHEAP\""));
  EXPECT_THAT(fault(term + "| 0.50 " + sum + "| NOTHING_REQUIRED, NOTHING_REQUIRED | |"),
              HasSubstr("each once"));
  EXPECT_THAT(fault("| noord or zuid | 2026-03-02 09:00 | 09:15 | 0.50 " + sum + "| | |"),
              HasSubstr("the dearest zone"));
}

TEST(FareRows, FramesSayTheirFareOnceAndAsTheRegisterAcceptsIt) {
  const auto fault = [](absl::string_view fare) {
    const std::string text = absl::StrReplaceAll(WithQuote(""), {{"4.00 EUR a day", fare}});
    return std::string(ParseScenario("draft.md", text).status().message());
  };
  EXPECT_THAT(fault("4.00 EUR a day fare free"), HasSubstr("each part of a frame once"));
  EXPECT_THAT(fault("cheap"), HasSubstr("draft.md:6: frames: \"cheap"));
  EXPECT_THAT(fault("4.00 EUR a day then free"), HasSubstr("only the last part"));
  EXPECT_THAT(fault("50 ct per 90 s"), HasSubstr("whole minutes"));
  EXPECT_THAT(fault("20000.00 EUR a day"), HasSubstr("too much"));
}

TEST(FareGroups, NeedNoChecks) {
  const std::string quote =
      "| zuid | 2026-03-02 09:00 | 10:00 | 4.00 | 2026-03-02 dag "
      "09:00-10:00: 4.00 | | |\n\n";
  const std::string checks =
      "## Checks\n\n| plate | place | at | decision | reason |\n|---|---|---|---|---|\n"
      "| 1-ABC-123 | zuid | 2026-03-02 10:00 | NOT_PERMITTED | NO_RIGHT |\n\n";
  const absl::StatusOr<ScenarioFile> file = ParseScenario(
      "draft.md",
      absl::StrCat(kZones, kFares, quote, checks, kFares, quote, kZones, kFares, quote));
  ASSERT_TRUE(file.ok()) << file.status().message();
  ASSERT_THAT(file->groups, SizeIs(2));
  EXPECT_THAT(file->groups[0].fares, SizeIs(2));
  EXPECT_THAT(file->groups[0].checks, SizeIs(1));
  EXPECT_THAT(file->groups[1].fares, SizeIs(1));
  EXPECT_THAT(file->groups[1].checks, IsEmpty());
  EXPECT_THAT(
      std::string(ParseScenario("draft.md", absl::StrCat(kZones, kFares)).status().message()),
      HasSubstr("this group asks nothing"));
}

}  // namespace
}  // namespace stadspoort::scenarios
