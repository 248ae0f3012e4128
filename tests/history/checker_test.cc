// Histories of a few operations, each with its violation or without one.
#include "tests/history/checker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace stadspoort::history {
namespace {

using domain::Decision;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Moment Ms(int64_t milliseconds) { return absl::Seconds(100) + absl::Milliseconds(milliseconds); }

// Builds a history of one subject; moments are in milliseconds.
class Story {
 public:
  explicit Story(Decision when_open = Decision::kPermitted) : when_open_(when_open) {
    history_.subjects.push_back({"plate 1", 0});
  }

  Story& Wrote(WriteKind kind, int64_t begin, int64_t end, uint8_t part = 0,
               Outcome outcome = Outcome::kAcknowledged) {
    Write write;
    write.kind = kind;
    write.part = part;
    write.outcome = outcome;
    write.begin = Ms(begin);
    write.end = Ms(end);
    history_.writes.push_back(write);
    return *this;
  }
  Story& Refused(WriteKind kind, int64_t begin, int64_t end) {
    return Wrote(kind, begin, end, 0, Outcome::kRefused);
  }
  Story& Unknown(WriteKind kind, int64_t begin, int64_t end) {
    return Wrote(kind, begin, end, 0, Outcome::kUnknown);
  }
  Story& Told(int64_t version) {
    history_.writes.back().version = version;
    return *this;
  }

  Story& AfterCalledBack(int64_t versions) {
    history_.writes.back().called_back = versions;
    return *this;
  }

  Story& Saw(Decision decision, int64_t begin, int64_t end, uint16_t daemon = 1) {
    Check check;
    check.when_open = when_open_;
    check.decision = decision;
    check.daemon = daemon;
    check.begin = Ms(begin);
    check.end = Ms(end);
    history_.checks.push_back(check);
    return *this;
  }
  Story& Strong() {
    history_.checks.back().strong = true;
    return *this;
  }
  Story& Degraded() {
    history_.checks.back().degraded = true;
    return *this;
  }
  Story& Version(int64_t version) {
    history_.checks.back().version = version;
    return *this;
  }

  std::vector<Violation> Judged(const Bounds& bounds = {}) const {
    return FindViolations(history_, bounds);
  }
  std::vector<Rule> Broken(const Bounds& bounds = {}) const {
    std::vector<Rule> rules;
    for (const Violation& violation : Judged(bounds)) rules.push_back(violation.rule);
    return rules;
  }

 private:
  History history_;
  Decision when_open_;
};

using enum Decision;
using enum WriteKind;

TEST(CheckerTest, AnOrdinaryHistoryIsClean) {
  const Story story = Story()
                          .Saw(kNotPermitted, 0, 1)
                          .Wrote(kEnrol, 10, 20)
                          .Saw(kPermitted, 21, 22)
                          .Wrote(kEnrol, 30, 40, 1)
                          .Wrote(kEnd, 50, 60, 0)
                          .Saw(kPermitted, 61, 62)
                          .Wrote(kSuspend, 70, 80, 1)
                          .Saw(kNotPermitted, 81, 82)
                          .Wrote(kResume, 90, 100, 1)
                          .Saw(kPermitted, 101, 102)
                          .Wrote(kRevoke, 110, 120, 1)
                          .Saw(kNotPermitted, 121, 122);
  EXPECT_THAT(story.Judged(), IsEmpty());
}

// R1

TEST(CheckerTest, ANegativeAfterAnAcknowledgedEnrolment) {
  const Story story = Story().Wrote(kEnrol, 10, 20).Saw(kNotPermitted, 21, 22);
  ASSERT_THAT(story.Broken(), ElementsAre(Rule::kR1));
  const std::string text = story.Judged()[0].text;
  EXPECT_THAT(text, HasSubstr("plate 1: NOT_PERMITTED"));
  EXPECT_THAT(text, HasSubstr("asked from 100.021000 s to 100.022000 s"));
  EXPECT_THAT(text, HasSubstr("enrolment of part 0 sent from 100.010000 s to 100.020000 s"));
}

TEST(CheckerTest, AReviewAfterAnAcknowledgedEnrolment) {
  EXPECT_THAT(Story().Wrote(kEnrol, 10, 20).Saw(kReview, 21, 22).Broken(), ElementsAre(Rule::kR1));
}

TEST(CheckerTest, ANegativeAfterAnAcknowledgedResumption) {
  EXPECT_THAT(Story()
                  .Wrote(kEnrol, 10, 20)
                  .Wrote(kSuspend, 30, 40)
                  .Wrote(kResume, 50, 60)
                  .Saw(kNotPermitted, 61, 62)
                  .Broken(),
              ElementsAre(Rule::kR1));
}

TEST(CheckerTest, ANegativeRestingOnAnOldHoliday) {
  EXPECT_THAT(Story(kNotRequired).Wrote(kAddHoliday, 10, 20).Saw(kNotPermitted, 21, 22).Broken(),
              ElementsAre(Rule::kR1));
  EXPECT_THAT(
      Story(kNotRequired).Wrote(kPublishFreeRule, 10, 20).Saw(kNotPermitted, 21, 22).Broken(),
      ElementsAre(Rule::kR1));
}

TEST(CheckerTest, ALookAlikeIsReviewedOnlyWhileThePlateHasARight) {
  EXPECT_THAT(Story(kReview).Wrote(kEnrol, 10, 20).Saw(kReview, 21, 22).Broken(), IsEmpty());
  EXPECT_THAT(Story(kReview).Wrote(kEnrol, 10, 20).Saw(kNotPermitted, 21, 22).Broken(),
              ElementsAre(Rule::kR1));
  EXPECT_THAT(
      Story(kReview).Wrote(kEnrol, 10, 20).Wrote(kRevoke, 30, 40).Saw(kReview, 41, 42).Broken(),
      ElementsAre(Rule::kR1))
      << "a review is as exact as a negative";
}

TEST(CheckerTest, ANegativeOlderThanWhatAnotherAnswerShowed) {
  EXPECT_THAT(
      Story().Wrote(kEnrol, 10, 90).Saw(kPermitted, 20, 30).Saw(kNotPermitted, 31, 32, 2).Broken(),
      ElementsAre(Rule::kR1));
}

TEST(CheckerTest, ANegativeThatSaysAnOldVersion) {
  const Story story = Story()
                          .Wrote(kEnrol, 10, 20)
                          .Wrote(kEnd, 30, 40)
                          .Wrote(kEnrol, 50, 60, 1)
                          .Wrote(kEnd, 70, 80, 1)
                          .Saw(kNotPermitted, 81, 82)
                          .Version(2);
  EXPECT_THAT(story.Broken(), ElementsAre(Rule::kR1)) << "right by chance";
}

TEST(CheckerTest, ANegativeWithoutTheSystemOfRecord) {
  EXPECT_THAT(Story().Saw(kNotPermitted, 0, 1).Degraded().Broken(), ElementsAre(Rule::kR1));
}

// R2

TEST(CheckerTest, APositiveFromARefusedEnrolment) {
  EXPECT_THAT(Story().Refused(kEnrol, 10, 20).Saw(kPermitted, 15, 25).Broken(),
              ElementsAre(Rule::kR2));
}

TEST(CheckerTest, APositiveBeforeTheEnrolmentIsSent) {
  EXPECT_THAT(Story().Saw(kPermitted, 5, 9).Wrote(kEnrol, 10, 20).Broken(), ElementsAre(Rule::kR2));
}

TEST(CheckerTest, ANegativeFromARefusedRevocation) {
  EXPECT_THAT(
      Story().Wrote(kEnrol, 10, 20).Refused(kRevoke, 30, 40).Saw(kNotPermitted, 31, 45).Broken(),
      ElementsAre(Rule::kR1))
      << "the only state that would explain it is the one before the enrolment";
  EXPECT_THAT(Story()
                  .Wrote(kEnrol, 10, 20)
                  .Refused(kRevoke, 30, 40)
                  .Saw(kNotPermitted, 31, 45)
                  .Version(2)
                  .Broken(),
              ElementsAre(Rule::kR2));
}

TEST(CheckerTest, AVersionThatNobodyWrote) {
  EXPECT_THAT(Story().Wrote(kEnrol, 10, 20).Saw(kPermitted, 21, 22).Version(2).Broken(),
              ElementsAre(Rule::kR2));
  EXPECT_THAT(Story().Wrote(kEnrol, 10, 20).Told(7).Broken(), ElementsAre(Rule::kR2));
}

TEST(CheckerTest, ADecisionThatNoStateGives) {
  EXPECT_THAT(Story().Wrote(kEnrol, 10, 20).Saw(kNotRequired, 21, 22).Broken(),
              ElementsAre(Rule::kR2));
}

TEST(CheckerTest, ADecisionThatTheVersionReadCannotGive) {
  EXPECT_THAT(Story().Wrote(kEnrol, 10, 20).Saw(kPermitted, 15, 16).Version(0).Broken(),
              ElementsAre(Rule::kR2));
}

// R3

TEST(CheckerTest, StrongGoesBackBetweenDaemons) {
  EXPECT_THAT(Story()
                  .Wrote(kEnrol, 0, 5)
                  .Wrote(kRevoke, 10, 90)
                  .Saw(kNotPermitted, 20, 30, 1)
                  .Strong()
                  .Saw(kPermitted, 31, 32, 2)
                  .Strong()
                  .Broken(),
              ElementsAre(Rule::kR3));
  EXPECT_THAT(Story()
                  .Wrote(kEnrol, 10, 90)
                  .Saw(kPermitted, 20, 30, 1)
                  .Strong()
                  .Saw(kNotPermitted, 31, 32, 2)
                  .Strong()
                  .Broken(),
              ElementsAre(Rule::kR3));
}

TEST(CheckerTest, StrongGoesBackInVersions) {
  EXPECT_THAT(Story()
                  .Wrote(kEnrol, 0, 5)
                  .Wrote(kEnrol, 10, 90, 1)
                  .Saw(kPermitted, 20, 30, 1)
                  .Strong()
                  .Version(2)
                  .Saw(kPermitted, 31, 32, 2)
                  .Strong()
                  .Version(1)
                  .Broken(),
              ElementsAre(Rule::kR3));
}

TEST(CheckerTest, AStrongPositiveAfterAnAcknowledgedRevocation) {
  EXPECT_THAT(
      Story().Wrote(kEnrol, 0, 5).Wrote(kRevoke, 10, 20).Saw(kPermitted, 21, 22).Strong().Broken(),
      ElementsAre(Rule::kR3));
  EXPECT_THAT(Story().Wrote(kEnrol, 0, 5).Saw(kPermitted, 6, 7).Strong().Degraded().Broken(),
              ElementsAre(Rule::kR3))
      << "STRONG needs the system of record";
}

// R4

TEST(CheckerTest, APositiveTooLongAfterARevocation) {
  EXPECT_THAT(
      Story().Wrote(kEnrol, 0, 5).Wrote(kRevoke, 10, 20).Saw(kPermitted, 1520, 1521).Broken(),
      ElementsAre(Rule::kR4));
}

TEST(CheckerTest, NotRequiredTooLongAfterTheHoliday) {
  EXPECT_THAT(Story(kNotRequired)
                  .Wrote(kAddHoliday, 0, 5)
                  .Wrote(kRemoveHoliday, 10, 20)
                  .Saw(kNotRequired, 1021, 1022)
                  .Broken(),
              ElementsAre(Rule::kR4));
}

TEST(CheckerTest, APositiveTooLongAfterANegativeShowedTheRevocation) {
  EXPECT_THAT(Story()
                  .Wrote(kEnrol, 0, 5)
                  .Wrote(kRevoke, 10, 4000)
                  .Saw(kNotPermitted, 20, 30)
                  .Saw(kPermitted, 1031, 1032, 2)
                  .Broken(),
              ElementsAre(Rule::kR4));
}

TEST(CheckerTest, APositiveThatSaysAVersionTooOld) {
  EXPECT_THAT(Story()
                  .Wrote(kEnrol, 0, 5)
                  .Wrote(kEnrol, 10, 20, 1)
                  .Saw(kPermitted, 1021, 1022)
                  .Version(1)
                  .Broken(),
              ElementsAre(Rule::kR4));
}

TEST(CheckerTest, ADegradedPositiveOverTheLimit) {
  Bounds bounds;
  bounds.degraded_limit = absl::Seconds(3);
  const Story late =
      Story().Wrote(kEnrol, 0, 5).Wrote(kRevoke, 10, 20).Saw(kPermitted, 3021, 3022).Degraded();
  EXPECT_THAT(late.Broken(bounds), ElementsAre(Rule::kR4));
  EXPECT_THAT(late.Broken(), IsEmpty());
}

// What is legal, by a hair.

TEST(CheckerTest, DuringAWriteBothAreTrue) {
  for (const Decision decision : {kPermitted, kNotPermitted}) {
    EXPECT_THAT(Story().Wrote(kEnrol, 10, 20).Saw(decision, 12, 18).Broken(), IsEmpty());
    EXPECT_THAT(Story().Wrote(kEnrol, 10, 20).Saw(decision, 5, 10).Broken(), IsEmpty());
    EXPECT_THAT(Story().Wrote(kEnrol, 10, 20).Saw(decision, 20, 25).Broken(), IsEmpty());
    EXPECT_THAT(Story().Wrote(kEnrol, 10, 20).Saw(decision, 5, 25).Strong().Broken(), IsEmpty());
  }
}

TEST(CheckerTest, OverlappingAnswersMayDiffer) {
  EXPECT_THAT(Story()
                  .Wrote(kEnrol, 10, 90)
                  .Saw(kPermitted, 20, 30, 1)
                  .Strong()
                  .Saw(kNotPermitted, 30, 32, 2)
                  .Strong()
                  .Broken(),
              IsEmpty());
}

TEST(CheckerTest, StalenessExactlyAtTheBound) {
  EXPECT_THAT(
      Story().Wrote(kEnrol, 0, 5).Wrote(kRevoke, 10, 20).Saw(kPermitted, 1020, 1021).Broken(),
      IsEmpty());
}

TEST(CheckerTest, AnUnknownOutcomeMayHaveHappenedOrNot) {
  const auto enrolled = [] { return Story().Wrote(kEnrol, 0, 5); };
  EXPECT_THAT(enrolled().Unknown(kRevoke, 10, 20).Saw(kPermitted, 9000, 9001).Broken(), IsEmpty());
  EXPECT_THAT(enrolled().Unknown(kRevoke, 10, 20).Saw(kNotPermitted, 15, 16).Broken(), IsEmpty());
  EXPECT_THAT(enrolled()
                  .Unknown(kRevoke, 10, 20)
                  .Saw(kPermitted, 9000, 9001)
                  .Saw(kNotPermitted, 9002, 9003)
                  .Broken(),
              IsEmpty())
      << "it may happen late";
  EXPECT_EQ(enrolled()
                .Unknown(kRevoke, 10, 20)
                .Saw(kNotPermitted, 15, 16)
                .Saw(kPermitted, 9000, 9001)
                .Broken()
                .size(),
            1U)
      << "but not be undone";
}

TEST(CheckerTest, AnUnknownOutcomeIsDecidedByALaterVersion) {
  const auto story = [](int64_t version) {
    return Story()
        .Unknown(kEnrol, 10, 20)
        .Wrote(kEnrol, 30, 40, 1)
        .Told(version)
        .Wrote(kEnd, 50, 60, 1);
  };
  EXPECT_THAT(story(1).Saw(kNotPermitted, 61, 62).Broken(), IsEmpty());
  EXPECT_THAT(story(2).Saw(kPermitted, 61, 62).Broken(), IsEmpty());
  EXPECT_EQ(story(1).Saw(kPermitted, 2061, 2062).Broken().size(), 1U);
  EXPECT_EQ(story(2).Saw(kNotPermitted, 61, 62).Broken().size(), 1U);
}

TEST(CheckerTest, AnUnknownOutcomeBeforeItIsSent) {
  EXPECT_THAT(Story().Saw(kPermitted, 5, 9).Unknown(kEnrol, 10, 20).Broken(),
              ElementsAre(Rule::kR2));
}

TEST(CheckerTest, TheMomentJudgedMayLieBeforeAChangeThatWasRead) {
  EXPECT_THAT(Story().Wrote(kEnrol, 10, 20).Saw(kNotPermitted, 9, 15).Version(1).Broken(),
              IsEmpty());
  EXPECT_THAT(Story().Wrote(kEnrol, 10, 20).Saw(kNotPermitted, 21, 22).Version(1).Broken(),
              ElementsAre(Rule::kR1))
      << "but not when it was acknowledged before";
}

// Version 1 holds, 2 was called back before it did, 3 holds.
TEST(CheckerTest, AVersionThatWasCalledBackIsNeverShown) {
  const auto story = [] {
    return Story().Wrote(kEnrol, 10, 20).Wrote(kEnd, 30, 40).AfterCalledBack(1);
  };
  EXPECT_THAT(story().Saw(kPermitted, 25, 26).Version(1).Broken(), IsEmpty());
  EXPECT_THAT(story().Saw(kNotPermitted, 41, 42).Version(3).Broken(), IsEmpty());
  for (const Decision decision : {kPermitted, kNotPermitted}) {
    EXPECT_THAT(story().Saw(decision, 25, 26).Version(2).Broken(), ElementsAre(Rule::kR2));
    EXPECT_THAT(story().Saw(decision, 41, 42).Version(2).Broken(), ElementsAre(Rule::kR2));
  }
}

TEST(CheckerTest, UnknownIsAlwaysAllowed) {
  EXPECT_THAT(Story().Wrote(kEnrol, 10, 20).Saw(kUnknown, 21, 22).Strong().Broken(), IsEmpty());
}

TEST(CheckerTest, SubjectsAreJudgedApart) {
  History history;
  history.subjects = {{"plate 1", 0}, {"plate 2", 0}};
  history.writes.push_back({});
  history.writes.back().subject = 1;
  Check check;
  check.decision = kNotPermitted;
  check.begin = Ms(1);
  check.end = Ms(2);
  history.checks = {check, check};
  history.checks[1].subject = 1;
  const std::vector<Violation> violations = FindViolations(history);
  ASSERT_EQ(violations.size(), 1U);
  EXPECT_EQ(violations[0].subject, 1U);
}

}  // namespace
}  // namespace stadspoort::history
