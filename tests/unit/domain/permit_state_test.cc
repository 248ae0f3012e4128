#include "services/domain/permit_state.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_split.h"

namespace stadspoort::domain {
namespace {

PermitState At(int value) { return static_cast<PermitState>(value); }

// As the table of domain.md, Permits, is written; WITHDRAWN is added to all that is not final.
constexpr char kTable[] = R"(SUBMITTED EVIDENCE_NEEDED,IN_REVIEW,APPROVED,WAITLISTED,REFUSED
EVIDENCE_NEEDED IN_REVIEW
IN_REVIEW EVIDENCE_NEEDED,APPROVED,WAITLISTED,REFUSED
WAITLISTED OFFERED
OFFERED APPROVED,OFFER_LAPSED
APPROVED AWAITING_PAYMENT,ACTIVE
AWAITING_PAYMENT ACTIVE,PAYMENT_LAPSED
ACTIVE SUSPENDED,PAYMENT_OVERDUE,EXPIRED,REVOKED
SUSPENDED ACTIVE,EXPIRED,REVOKED
PAYMENT_OVERDUE ACTIVE,EXPIRED,REVOKED)";

TEST(PermitStateTest, TheTableIsThatOfTheRules) {
  std::set<std::pair<std::string, std::string>> expected;
  for (const absl::string_view line : absl::StrSplit(kTable, '\n')) {
    const std::pair<std::string, std::string> parts = absl::StrSplit(line, ' ');
    expected.emplace(parts.first, "WITHDRAWN");
    for (const absl::string_view to : absl::StrSplit(parts.second, ',')) {
      expected.emplace(parts.first, std::string(to));
    }
  }
  std::set<std::pair<std::string, std::string>> found;
  for (int from = 1; from <= kPermitStateCount; ++from) {
    for (int to = 1; to <= kPermitStateCount; ++to) {
      if (MayMove(At(from), At(to))) {
        found.emplace(std::string(Name(At(from))), std::string(Name(At(to))));
      }
    }
  }
  EXPECT_EQ(found, expected);
}

TEST(PermitStateTest, WhatIsFinalHoldsNothing) {
  std::set<std::string> final;
  for (int i = 1; i <= kPermitStateCount; ++i) {
    if (!IsFinal(At(i))) continue;
    final.insert(std::string(Name(At(i))));
    EXPECT_FALSE(HoldsPlace(At(i)));
    EXPECT_FALSE(RightsHold(At(i)));
  }
  EXPECT_EQ(final, (std::set<std::string>{"REFUSED", "OFFER_LAPSED", "PAYMENT_LAPSED", "EXPIRED",
                                          "REVOKED", "WITHDRAWN"}));
}

TEST(PermitStateTest, RightsHoldWhileActiveAndWhileAPaymentIsOverdue) {
  for (int i = 1; i <= kPermitStateCount; ++i) {
    EXPECT_EQ(RightsHold(At(i)),
              At(i) == PermitState::kActive || At(i) == PermitState::kPaymentOverdue);
    EXPECT_LE(RightsHold(At(i)), HoldsPlace(At(i)));
  }
}

TEST(PermitStateTest, NamesLeadBack) {
  for (int i = 1; i <= kPermitStateCount; ++i) {
    EXPECT_EQ(PermitStateFromName(Name(At(i))), At(i));
  }
  EXPECT_EQ(PermitStateFromName("MAUVE"), std::nullopt);
  EXPECT_EQ(PermitStateFromName(""), std::nullopt);
}

TEST(PermitStateTest, AnIllegalMoveIsRefusedByName) {
  const absl::Status refused = IllegalMove(PermitState::kWaitlisted, PermitState::kActive);
  EXPECT_EQ(DetailsOf(refused)->reason, ErrorReason::kPermitMoveNotAllowed);
  EXPECT_EQ(refused.message(),
            "the permit is WAITLISTED and cannot become ACTIVE; what may follow is OFFERED, "
            "WITHDRAWN");
  EXPECT_EQ(IllegalMove(PermitState::kExpired, PermitState::kActive).message(),
            "the permit is EXPIRED and cannot become ACTIVE; that is final");
}

}  // namespace
}  // namespace stadspoort::domain
