// The domain's closed lists are those of the contract: same numbers, same names, none missing on
// either side.

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>

#include "absl/strings/strip.h"
#include "google/protobuf/descriptor.h"
#include "services/domain/decision.h"
#include "services/domain/finding.h"
#include "services/domain/permit_event.h"
#include "services/domain/permit_state.h"
#include "services/domain/refusal.h"
#include "services/domain/regulation.h"
#include "services/domain/right_terms.h"
#include "services/domain/right_type.h"
#include "stadspoort/checks/v1/checks.pb.h"
#include "stadspoort/common/v1/error_reason.pb.h"
#include "stadspoort/common/v1/kinds.pb.h"
#include "stadspoort/permits/v1/permits.pb.h"
#include "stadspoort/rights/v1/rights.pb.h"
#include "stadspoort/zones/v1/publishing.pb.h"
#include "stadspoort/zones/v1/regulation.pb.h"

namespace stadspoort {
namespace {

using Names = std::map<int, std::string>;

// Without the prefix that each value has, and without UNSPECIFIED, which is 0 in every enum and in
// no list of the domain.
Names OfContract(const google::protobuf::EnumDescriptor* descriptor, const std::string& prefix) {
  Names names;
  for (int i = 0; i < descriptor->value_count(); ++i) {
    const google::protobuf::EnumValueDescriptor* value = descriptor->value(i);
    absl::string_view name = value->name();
    EXPECT_TRUE(absl::ConsumePrefix(&name, prefix)) << value->name();
    names[value->number()] = std::string(name);
  }
  EXPECT_EQ(names[0], "UNSPECIFIED") << descriptor->full_name();
  names.erase(0);
  return names;
}

// Of a list that counts from 1 to `count`; each name leads back to its value.
template <typename Enum, typename FromName>
Names OfDomain(int count, FromName from_name) {
  Names names;
  for (int number = 1; number <= count; ++number) {
    const auto value = static_cast<Enum>(number);
    names[number] = std::string(domain::Name(value));
    EXPECT_EQ(from_name(names[number]), std::optional(value)) << names[number];
  }
  return names;
}

TEST(Enums, ErrorReason) {
  Names names;
  for (int number = 0; number < 256; ++number) {
    const absl::string_view name = domain::Name(static_cast<domain::ErrorReason>(number));
    if (!name.empty()) names[number] = std::string(name);
  }
  EXPECT_EQ(names, OfContract(common::v1::ErrorReason_descriptor(), "ERROR_REASON_"));
}

TEST(Enums, Usage) {
  EXPECT_EQ(OfDomain<domain::Usage>(domain::kUsageCount, domain::UsageFromName),
            OfContract(common::v1::Usage_descriptor(), "USAGE_"));
}

TEST(Enums, RightKind) {
  EXPECT_EQ(OfDomain<domain::RightKind>(domain::kRightKindCount, domain::RightKindFromName),
            OfContract(common::v1::RightKind_descriptor(), "RIGHT_KIND_"));
}

TEST(Enums, Decision) {
  EXPECT_EQ(OfDomain<domain::Decision>(static_cast<int>(domain::Decision::kNotPermitted),
                                       domain::DecisionFromName),
            OfContract(checks::v1::Decision_descriptor(), "DECISION_"));
}

TEST(Enums, DecisionReason) {
  EXPECT_EQ(OfDomain<domain::DecisionReason>(domain::kDecisionReasonCount,
                                             domain::DecisionReasonFromName),
            OfContract(checks::v1::DecisionReason_descriptor(), "DECISION_REASON_"));
}

TEST(Enums, PermitState) {
  EXPECT_EQ(OfDomain<domain::PermitState>(domain::kPermitStateCount, domain::PermitStateFromName),
            OfContract(permits::v1::PermitState_descriptor(), "PERMIT_STATE_"));
}

TEST(Enums, PermitEventKind) {
  EXPECT_EQ(OfDomain<domain::PermitEventKind>(domain::kPermitEventKindCount,
                                              domain::PermitEventKindFromName),
            OfContract(permits::v1::PermitEventKind_descriptor(), "PERMIT_EVENT_KIND_"));
}

// These two have no names of their own in the domain.

// A value that is added to the domain's list is missing in this switch, which does not compile
// then.
const char* NameOf(domain::RemarkCode remark) {
  switch (remark) {
    case domain::RemarkCode::kStartClipped:
      return "START_CLIPPED";
    case domain::RemarkCode::kSafetyEnd:
      return "SAFETY_END";
    case domain::RemarkCode::kSameRequest:
      return "SAME_REQUEST";
    case domain::RemarkCode::kAlreadyEnded:
      return "ALREADY_ENDED";
    case domain::RemarkCode::kPendingEndApplied:
      return "PENDING_END_APPLIED";
    case domain::RemarkCode::kNeverHolds:
      return "NEVER_HOLDS";
    case domain::RemarkCode::kNothingRequired:
      return "NOTHING_REQUIRED";
    case domain::RemarkCode::kMaxStayExceeded:
      return "MAX_STAY_EXCEEDED";
    case domain::RemarkCode::kZoneNotInForce:
      return "ZONE_NOT_IN_FORCE";
    case domain::RemarkCode::kNotPaidByTime:
      return "NOT_PAID_BY_TIME";
  }
  return "";
}

const char* NameOf(domain::SpecialDayMode mode) {
  switch (mode) {
    case domain::SpecialDayMode::kReplace:
      return "REPLACE";
    case domain::SpecialDayMode::kAnd:
      return "AND";
  }
  return "";
}

template <typename Enum>
Names OfSwitch() {
  Names names;
  for (int number = 0; number < 256; ++number) {
    const std::string name = NameOf(static_cast<Enum>(number));
    if (!name.empty()) names[number] = name;
  }
  return names;
}

TEST(Enums, FindingKind) {
  Names names;
  for (int number = 0; number < 256; ++number) {
    const absl::string_view name = Name(static_cast<domain::FindingKind>(number));
    if (!name.empty()) names[number] = std::string(name);
  }
  EXPECT_EQ(names, OfContract(zones::v1::FindingKind_descriptor(), "FINDING_KIND_"));
}

TEST(Enums, RemarkCode) {
  EXPECT_EQ(OfSwitch<domain::RemarkCode>(),
            OfContract(rights::v1::RemarkCode_descriptor(), "REMARK_CODE_"));
}

TEST(Enums, SpecialDayMode) {
  EXPECT_EQ(OfSwitch<domain::SpecialDayMode>(),
            OfContract(zones::v1::SpecialDayMode_descriptor(), "SPECIAL_DAY_MODE_"));
}

}  // namespace
}  // namespace stadspoort
