#include "services/domain/decision.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

namespace stadspoort::domain {
namespace {

DecisionReason Reason(int value) { return static_cast<DecisionReason>(value); }

TEST(Decision, EachReasonBelongsToTheDecisionOfItsRule) {
  const std::map<Decision, std::set<DecisionReason>> expected = {
      {Decision::kUnknown,
       {DecisionReason::kStale, DecisionReason::kBackendUnavailable, DecisionReason::kOverloaded,
        DecisionReason::kInvalidItem, DecisionReason::kCheckTimeInFuture}},
      {Decision::kNotRequired,
       {DecisionReason::kNoFrame, DecisionReason::kClosedPeriod, DecisionReason::kTimeLimited}},
      {Decision::kPermitted, {DecisionReason::kRight, DecisionReason::kGrace}},
      {Decision::kReview,
       {DecisionReason::kBorder, DecisionReason::kCountryMismatch, DecisionReason::kNearMiss,
        DecisionReason::kLowConfidence}},
      {Decision::kNotPermitted,
       {DecisionReason::kSuspended, DecisionReason::kRevoked, DecisionReason::kExpired,
        DecisionReason::kNotStarted, DecisionReason::kOutsideWindow,
        DecisionReason::kPlateNotActive, DecisionReason::kTypeNotAccepted,
        DecisionReason::kWrongZone, DecisionReason::kNoRight}}};
  size_t count = 0;
  for (const auto& [decision, reasons] : expected) {
    for (const DecisionReason reason : reasons) {
      EXPECT_EQ(DecisionOf(reason), decision) << Name(reason);
      ++count;
    }
  }
  EXPECT_EQ(count, static_cast<size_t>(kDecisionReasonCount));
}

TEST(Decision, NamesAreReadBack) {
  std::set<std::string> names;
  for (int value = 1; value <= kDecisionReasonCount; ++value) {
    const DecisionReason reason = Reason(value);
    EXPECT_EQ(DecisionReasonFromName(Name(reason)), reason) << value;
    names.insert(std::string(Name(reason)));
  }
  EXPECT_EQ(names.size(), static_cast<size_t>(kDecisionReasonCount));
  for (int value = 1; value <= static_cast<int>(Decision::kNotPermitted); ++value) {
    const auto decision = static_cast<Decision>(value);
    EXPECT_EQ(DecisionFromName(Name(decision)), decision) << value;
  }
}

TEST(Decision, NamesAreTheWordsOfTheContract) {
  EXPECT_EQ(Name(Decision::kNotPermitted), "NOT_PERMITTED");
  EXPECT_EQ(Name(Decision::kNotRequired), "NOT_REQUIRED");
  EXPECT_EQ(Name(DecisionReason::kNoRight), "NO_RIGHT");
  EXPECT_EQ(Name(DecisionReason::kCheckTimeInFuture), "CHECK_TIME_IN_FUTURE");
  EXPECT_EQ(Name(DecisionReason::kPlateNotActive), "PLATE_NOT_ACTIVE");
}

TEST(Decision, OtherNamesAreNotRead) {
  for (const char* name :
       {"", "UNSPECIFIED", "no_right", "NO_RIGHT ", "DECISION_REASON_NO_RIGHT"}) {
    EXPECT_EQ(DecisionReasonFromName(name), std::nullopt) << name;
  }
  for (const char* name : {"", "UNSPECIFIED", "permitted", "PERMIT", "NO_RIGHT"}) {
    EXPECT_EQ(DecisionFromName(name), std::nullopt) << name;
  }
}

}  // namespace
}  // namespace stadspoort::domain
