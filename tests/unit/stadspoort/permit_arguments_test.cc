#include "services/stadspoort/permit_arguments.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace stadspoort::client {
namespace {

using permits::v1::ApprovePermitRequest;
using permits::v1::RenewPermitRequest;
using permits::v1::WithdrawPermitRequest;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr char kUuid[] = "018f3c1e-7b2a-7c3d-9e4f-0123456789ab";
constexpr char kName[] = "cities/ghent/permits/018f3c1e-7b2a-7c3d-9e4f-0123456789ab";

PermitArguments Application() {
  PermitArguments arguments;
  arguments.city = "ghent";
  arguments.type = "bewoner";
  arguments.area = "geel";
  arguments.holder = "h-17";
  arguments.plates = {"1-ABC-123/B", "2,DEF"};
  return arguments;
}

PermitArguments Named() {
  PermitArguments arguments;
  arguments.name = kUuid;
  arguments.city = "ghent";
  return arguments;
}

template <typename Request>
std::string FaultOf(const absl::StatusOr<Request>& request) {
  EXPECT_FALSE(request.ok());
  EXPECT_EQ(request.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(request.status().message());
}

TEST(PermitArgumentsTest, Applies) {
  PermitArguments arguments = Application();
  arguments.address = "veldstraat-1";
  arguments.evidence_kinds = {"identity", "lease"};
  arguments.from = "2026-05-01T00:00+02:00";
  arguments.set = "residents-2027";
  arguments.request_id = "form-17";
  const auto request = ApplyRequest(arguments);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->parent(), "cities/ghent");
  EXPECT_EQ(request->request_id(), "form-17");
  EXPECT_FALSE(request->validate_only());
  const permits::v1::Permit& permit = request->permit();
  EXPECT_EQ(permit.permit_type(), "cities/ghent/permitTypes/bewoner");
  EXPECT_EQ(permit.permit_set(), "cities/ghent/permitSets/residents-2027");
  EXPECT_EQ(permit.area(), "geel");
  EXPECT_EQ(permit.holder(), "h-17");
  EXPECT_EQ(permit.address(), "veldstraat-1");
  EXPECT_THAT(permit.evidence_kinds(), ElementsAre("identity", "lease"));
  EXPECT_EQ(permit.requested_start_time().seconds(), 1777586400);
  ASSERT_EQ(permit.plates_size(), 2);
  EXPECT_EQ(permit.plates(0).plate().number(), "1-ABC-123");
  EXPECT_EQ(permit.plates(0).plate().country(), "B");
  EXPECT_EQ(permit.plates(1).plate().number(), "2,DEF");
}

TEST(PermitArgumentsTest, AsksForNoMoreThanWasTyped) {
  PermitArguments arguments = Application();
  arguments.from = "now";
  const auto request = ApplyRequest(arguments);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_FALSE(request->permit().has_requested_start_time()) << "the register's clock";
  EXPECT_EQ(request->permit().permit_set(), "");
  EXPECT_EQ(request->request_id().size(), 36u) << "a random one";
}

TEST(PermitArgumentsTest, WhatIsJudgedOnlyHasNoIdOfItsOwn) {
  PermitArguments arguments = Application();
  arguments.dry_run = true;
  const auto request = ApplyRequest(arguments);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_TRUE(request->validate_only());
  EXPECT_EQ(request->request_id(), "");
  arguments = Named();
  arguments.dry_run = true;
  EXPECT_TRUE(VerbRequest<RenewPermitRequest>(arguments)->validate_only());
  EXPECT_EQ(VerbRequest<WithdrawPermitRequest>(arguments)->request_id(), "");
}

TEST(PermitArgumentsTest, NamesWhatIsWrongInAnApplication) {
  PermitArguments arguments = Application();
  arguments.type = "Bewoner";
  EXPECT_THAT(FaultOf(ApplyRequest(arguments)), HasSubstr("not a permit type"));
  arguments = Application();
  arguments.set = "cities/antwerp/permitSets/a";
  EXPECT_THAT(FaultOf(ApplyRequest(arguments)), HasSubstr("not of cities/ghent"));
  arguments = Application();
  arguments.from = "2026-05-01T00:00";
  EXPECT_THAT(FaultOf(ApplyRequest(arguments)), HasSubstr("--from"));
  arguments = Application();
  arguments.city = "Gent!";
  EXPECT_THAT(FaultOf(ApplyRequest(arguments)), HasSubstr("not a city"));
}

TEST(PermitArgumentsTest, AFaultTellsNoPlateAndNoHolder) {
  PermitArguments arguments = Application();
  arguments.plates = {"1-ABC-123/B", "\xff"};
  EXPECT_THAT(FaultOf(ApplyRequest(arguments)), Not(HasSubstr("ABC")));
  arguments.type = "Bewoner";
  EXPECT_THAT(FaultOf(ApplyRequest(arguments)), Not(HasSubstr("h-17")));
}

TEST(PermitArgumentsTest, AVerbSaysWhatItsRequestHas) {
  PermitArguments arguments = Named();
  arguments.holder = "h-17";
  arguments.reason = "as the rules say";
  const auto approve = VerbRequest<ApprovePermitRequest>(arguments);
  ASSERT_TRUE(approve.ok()) << approve.status();
  EXPECT_EQ(approve->name(), kName);
  EXPECT_EQ(approve->reason(), "as the rules say");
  EXPECT_EQ(approve->request_id().size(), 36u);
  const auto renew = VerbRequest<RenewPermitRequest>(arguments);
  ASSERT_TRUE(renew.ok()) << renew.status();
  EXPECT_EQ(renew->holder(), "h-17");
  arguments.city.clear();
  EXPECT_THAT(FaultOf(VerbRequest<RenewPermitRequest>(arguments)), HasSubstr("--city"));
  arguments.name = "cities/ghent/rights/" + std::string(kUuid);
  EXPECT_THAT(FaultOf(VerbRequest<RenewPermitRequest>(arguments)), HasSubstr("name of a permit"));
}

TEST(PermitArgumentsTest, EvidenceIsGivenOneByOneAndAskedForTogether) {
  PermitArguments arguments = Named();
  arguments.evidence_kinds = {"identity"};
  EXPECT_EQ(EvidenceRequest(arguments)->evidence_kind(), "identity");
  arguments.evidence_kinds = {"identity", "lease"};
  EXPECT_THAT(FaultOf(EvidenceRequest(arguments)), HasSubstr("--kind once"));
  arguments.reason = "unreadable";
  const auto asked = AskEvidenceRequest(arguments);
  ASSERT_TRUE(asked.ok()) << asked.status();
  EXPECT_THAT(asked->evidence_kinds(), ElementsAre("identity", "lease"));
  EXPECT_EQ(asked->reason(), "unreadable");
}

TEST(PermitArgumentsTest, AnAmountIsExactToTheCent) {
  PermitArguments arguments = Named();
  arguments.reference = "bank-1";
  const struct {
    const char* text;
    int64_t cents;
  } right[] = {{"12.50", 1250}, {"12", 1200},          {"0.05", 5},
               {"0", 0},        {"10000.00", 1000000}, {"90071992547409.93", 9007199254740993}};
  for (const auto& row : right) {
    arguments.amount = row.text;
    const auto request = PaymentRequest(arguments);
    ASSERT_TRUE(request.ok()) << row.text;
    EXPECT_EQ(request->amount_cents(), row.cents) << row.text;
    EXPECT_EQ(request->payment_reference(), "bank-1");
  }
  for (const char* text : {"", "12.5", "12,50", "12.505", "-12.50", "+12.50", " 12.50", "€12.50",
                           ".50", "12.", "1e3", "12.-5", "99999999999999999999"}) {
    arguments.amount = text;
    EXPECT_THAT(FaultOf(PaymentRequest(arguments)), HasSubstr("write 12.50")) << text;
  }
}

TEST(PermitArgumentsTest, Moves) {
  PermitArguments arguments = Named();
  arguments.area = "rood";
  arguments.address = "korenmarkt-3";
  arguments.dry_run = true;
  const auto request = MoveRequest(arguments);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->name(), kName);
  EXPECT_EQ(request->area(), "rood");
  EXPECT_EQ(request->address(), "korenmarkt-3");
  EXPECT_TRUE(request->validate_only());
}

}  // namespace
}  // namespace stadspoort::client
