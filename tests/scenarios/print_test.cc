#include "tests/scenarios/print.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "services/contract/timestamps.h"

namespace stadspoort::scenarios {
namespace {

Check Asked(int line, std::string plate, std::string place) {
  Check check;
  check.line = line;
  check.plate = std::move(plate);
  check.place = std::move(place);
  check.at_text = "2026-03-02 10:30";
  return check;
}

PlayedCheck Played(const Check& check, std::string difference) {
  PlayedCheck played;
  played.check = &check;
  played.zone = absl::FixedTimeZone(3600);
  played.difference = std::move(difference);
  checks::v1::CheckAnswer& answer = played.answer;
  answer.set_decision(checks::v1::DECISION_PERMITTED);
  answer.set_reason(checks::v1::DECISION_REASON_RIGHT);
  answer.set_reason_text("Recht");
  answer.set_rung(checks::v1::RUNG_POSTGRES);
  *answer.mutable_as_of() = contract::ToTimestamp(absl::FromUnixSeconds(1772443800));
  return played;
}

TEST(Print, AlignsByCharactersNotBytes) {
  EXPECT_EQ(Aligned({{"a", "b"}, {"51.05 ±10 m", "c"}, {"xx", ""}}),
            "a            b\n51.05 ±10 m  c\nxx\n");
}

TEST(Print, DemoTableEndsEachRowWithATickOrWhatWasExpected) {
  const Check first = Asked(41, "1-ABC-123", "noord");
  const Check second = Asked(42, "", "noord or zuid");
  const PlayedFile file{
      "demo.md", {Played(first, ""), Played(second, "expected UNKNOWN INVALID_ITEM")}, {}, 2};
  const std::vector<std::string> lines = absl::StrSplit(DemoTable(file, "en"), '\n');
  ASSERT_EQ(lines.size(), 6U);
  EXPECT_EQ(lines[0],
            "plate      place          time              decision   reason  as of                "
            "rung");
  EXPECT_EQ(lines[1],
            "---------  -------------  ----------------  ---------  ------  -------------------  "
            "--------");
  EXPECT_EQ(lines[2],
            "1-ABC-123  noord          2026-03-02 10:30  Permitted  Recht   2026-03-02 10:30:00  "
            "postgres  ✓");
  EXPECT_EQ(lines[3],
            "\"\"         noord or zuid  2026-03-02 10:30  Permitted  Recht   2026-03-02 10:30:00  "
            "postgres  ✗ expected UNKNOWN INVALID_ITEM");
  EXPECT_EQ(lines[4], "2 for Decide only, not played");
}

TEST(Print, SummariesCount) {
  const Check check = Asked(41, "1-ABC-123", "noord");
  const PlayedFile good{"good.md", {Played(check, ""), Played(check, "")}, {}, 0};
  const PlayedFile bad{"bad.md", {Played(check, ""), Played(check, "expected A, got B")}, {}, 3};
  EXPECT_TRUE(AllAsExpected(good));
  EXPECT_FALSE(AllAsExpected(bad));
  EXPECT_EQ(FileSummary(good), "good.md: 2 checks, all as expected\n");
  EXPECT_EQ(FileSummary(bad),
            "bad.md:41: expected A, got B\n"
            "bad.md: 1 of 2 checks not as expected; 3 for Decide only, not played\n");
  EXPECT_EQ(DemoSummary({good}), "demo: 2 checks, all as expected\n");
  EXPECT_EQ(DemoSummary({good, bad}), "demo: 1 of 4 checks not as expected\n");
}

}  // namespace
}  // namespace stadspoort::scenarios
