#include "services/stadspoort/check_answer.h"

#include <vector>

#include "gtest/gtest.h"

namespace stadspoort::client {
namespace {

using checks::v1::CheckAnswer;

CheckAnswer Answer(int decision, int reason) {
  CheckAnswer answer;
  answer.set_decision(static_cast<checks::v1::Decision>(decision));
  answer.set_reason(static_cast<checks::v1::DecisionReason>(reason));
  return answer;
}

const CheckAnswer kPermitted =
    Answer(checks::v1::DECISION_PERMITTED, checks::v1::DECISION_REASON_RIGHT);
const CheckAnswer kNotRequired =
    Answer(checks::v1::DECISION_NOT_REQUIRED, checks::v1::DECISION_REASON_NO_FRAME);
const CheckAnswer kNoRight =
    Answer(checks::v1::DECISION_NOT_PERMITTED, checks::v1::DECISION_REASON_NO_RIGHT);
const CheckAnswer kBorder = Answer(checks::v1::DECISION_REVIEW, checks::v1::DECISION_REASON_BORDER);
const CheckAnswer kStale = Answer(checks::v1::DECISION_UNKNOWN, checks::v1::DECISION_REASON_STALE);

ExitCode CodeFor(const std::vector<CheckAnswer>& answers) {
  return ExitCodeOf({answers.begin(), answers.end()});
}

TEST(CheckAnswerTest, ReadsEveryReasonWithItsDecision) {
  for (int reason = 1; reason <= domain::kDecisionReasonCount; ++reason) {
    const domain::Decision expected =
        domain::DecisionOf(static_cast<domain::DecisionReason>(reason));
    EXPECT_EQ(DecisionRead(Answer(static_cast<int>(expected), reason)), expected);
  }
}

TEST(CheckAnswerTest, WhateverIsNotUnderstoodIsUnknown) {
  EXPECT_EQ(DecisionRead(CheckAnswer()), domain::Decision::kUnknown);
  EXPECT_EQ(DecisionRead(Answer(9, 77)), domain::Decision::kUnknown);
  EXPECT_EQ(DecisionRead(Answer(9, checks::v1::DECISION_REASON_RIGHT)), domain::Decision::kUnknown);
  EXPECT_EQ(DecisionRead(Answer(checks::v1::DECISION_PERMITTED, 77)), domain::Decision::kUnknown);
  EXPECT_EQ(DecisionRead(Answer(checks::v1::DECISION_PERMITTED, 0)), domain::Decision::kUnknown);
  EXPECT_EQ(DecisionRead(Answer(checks::v1::DECISION_NOT_PERMITTED, 24)),
            domain::Decision::kUnknown);
  EXPECT_EQ(DecisionRead(Answer(checks::v1::DECISION_PERMITTED, -1)), domain::Decision::kUnknown);
}

TEST(CheckAnswerTest, ADecisionThatContradictsItsReasonIsUnknown) {
  EXPECT_EQ(
      DecisionRead(Answer(checks::v1::DECISION_PERMITTED, checks::v1::DECISION_REASON_NO_RIGHT)),
      domain::Decision::kUnknown);
  EXPECT_EQ(
      DecisionRead(Answer(checks::v1::DECISION_NOT_PERMITTED, checks::v1::DECISION_REASON_RIGHT)),
      domain::Decision::kUnknown);
}

TEST(CheckAnswerTest, ScriptsNeverReadUnknownAsYesOrNo) {
  EXPECT_EQ(CodeFor({kPermitted, kNotRequired}), 0);
  EXPECT_EQ(CodeFor({kPermitted, kNoRight}), 10);
  EXPECT_EQ(CodeFor({kPermitted, kBorder}), 11);
  EXPECT_EQ(CodeFor({kBorder, kNoRight}), 10);
  EXPECT_EQ(CodeFor({kNoRight, kStale, kPermitted}), 12);
  EXPECT_EQ(CodeFor({kBorder, kStale}), 12);
  EXPECT_EQ(CodeFor({kPermitted, Answer(9, 77)}), 12);
  EXPECT_EQ(CodeFor({}), 12);
}

TEST(CheckAnswerTest, PrefersTheRegistersWords) {
  CheckAnswer answer = kNoRight;
  EXPECT_EQ(ReasonWords(answer, "nl"), "Geen recht bekend voor deze nummerplaat");
  answer.set_reason_text("Geen recht gevonden");
  EXPECT_EQ(ReasonWords(answer, "nl"), "Geen recht gevonden");
  CheckAnswer expired =
      Answer(checks::v1::DECISION_NOT_PERMITTED, checks::v1::DECISION_REASON_EXPIRED);
  expired.set_expired_minutes_ago(12);
  EXPECT_EQ(ReasonWords(expired, "nl"), "Recht verlopen, 12 minuten geleden");
}

TEST(CheckAnswerTest, WordsOfAnAnswerThatMayNotBeReadAreNotShown) {
  CheckAnswer answer = Answer(checks::v1::DECISION_PERMITTED, 77);
  answer.set_reason_text("All is well");
  EXPECT_EQ(ReasonWords(answer, "fr"), "Inconnu (3/77)");
}

TEST(CheckAnswerTest, ProgramsGetDecisionsAsTheyMayBeRead) {
  checks::v1::BatchCheckPlatesResponse response;
  *response.add_answers() = kPermitted;
  *response.add_answers() = Answer(checks::v1::DECISION_PERMITTED, 77);
  checks::v1::CheckAnswer& border = *response.add_answers();
  border = kBorder;
  border.add_zone_candidates()->set_decision(static_cast<checks::v1::Decision>(9));
  ReadDecisions(response);
  EXPECT_EQ(response.answers(0).decision(), checks::v1::DECISION_PERMITTED);
  EXPECT_EQ(response.answers(1).decision(), checks::v1::DECISION_UNKNOWN);
  EXPECT_EQ(response.answers(2).decision(), checks::v1::DECISION_REVIEW);
  EXPECT_EQ(response.answers(2).zone_candidates(0).decision(), checks::v1::DECISION_UNKNOWN);
}

}  // namespace
}  // namespace stadspoort::client
