#include "services/domain/finding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/domain/limits.h"

namespace stadspoort::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

TEST(Finding, EachKindHasItsName) {
  std::set<std::string> names;
  for (int value = 0; value < 256; ++value) {
    const auto kind = static_cast<FindingKind>(value);
    if (Name(kind).empty()) continue;
    names.insert(std::string(Name(kind)));
  }
  EXPECT_THAT(names, SizeIs(22));
  EXPECT_EQ(Name(FindingKind::kTimeLimitedWithoutMaxStay), "TIME_LIMITED_WITHOUT_MAX_STAY");
  EXPECT_EQ(Name(FindingSeverity::kError), "ERROR");
  EXPECT_EQ(Name(FindingSeverity::kWarning), "WARNING");
}

std::string Line(const Finding& finding) {
  return absl::StrCat(finding.zone.value(), " ", Name(finding.severity), " ", finding.field);
}

std::vector<std::string> Lines(const Judgement& judgement) {
  std::vector<std::string> lines;
  for (const Finding& finding : judgement.findings) lines.push_back(Line(finding));
  return lines;
}

TEST(Judged, StandsInTheOrderOfZonesSeveritiesAndFields) {
  std::vector<Finding> found;
  ZoneFindings yellow(ZoneCode("gele-1"), found);
  ZoneFindings red(ZoneCode("rode-1"), found);
  red.AddWarning(FindingKind::kNoFrames, "regulation.frames", "is empty");
  yellow.AddWarning(FindingKind::kUnusedLabel, "a", "unused");
  yellow.AddWarning(FindingKind::kNeverHolds, "a", "never holds");
  yellow.AddError(FindingKind::kUsageChanged, "usage", "must stay", {ZoneCode("rode-1")});
  yellow.AddError(FindingKind::kInvalidField, "display_name", "is empty");
  yellow.AddWarning(FindingKind::kUnusedLabel, "a", "unused");
  std::mt19937_64 shuffle(1);
  for (int round = 0; round < 50; ++round) {
    std::shuffle(found.begin(), found.end(), shuffle);
    const Judgement judgement = Judged(found);
    EXPECT_THAT(Lines(judgement),
                ElementsAre("gele-1 ERROR display_name", "gele-1 ERROR usage", "gele-1 WARNING a",
                            "gele-1 WARNING a", "rode-1 WARNING regulation.frames"));
    EXPECT_EQ(judgement.findings[2].kind, FindingKind::kNeverHolds);
    EXPECT_THAT(judgement.findings[1].others, ElementsAre(ZoneCode("rode-1")));
    EXPECT_EQ(judgement.error_count, 2U);
    EXPECT_EQ(judgement.warning_count, 3U) << "what is found twice is one finding";
  }
}

TEST(Judged, CountsWhatItDoesNotList) {
  std::vector<Finding> found;
  ZoneFindings warned(ZoneCode("a"), found);
  ZoneFindings wrong(ZoneCode("b"), found);
  for (size_t i = 0; i < limits::kFindingsMax; ++i) {
    warned.AddWarning(FindingKind::kNeverHolds, absl::StrCat("frames[", i, "]"), "never holds");
  }
  EXPECT_THAT(Judged(found).findings, SizeIs(limits::kFindingsMax));
  wrong.AddError(FindingKind::kInvalidField, "display_name", "is empty");
  const Judgement judgement = Judged(found);
  EXPECT_THAT(judgement.findings, SizeIs(limits::kFindingsMax));
  EXPECT_EQ(judgement.warning_count, limits::kFindingsMax);
  EXPECT_EQ(judgement.error_count, 1U) << "although it is not listed";
  EXPECT_EQ(Judged({}).error_count + Judged({}).warning_count, 0U);
}

}  // namespace
}  // namespace stadspoort::domain
