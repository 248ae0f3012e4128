// Every field of every request about a permit out of its bounds: refused by its path, and nothing
// is stored.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/integration/spoiled.h"

namespace stadspoort::testing {
namespace {

using permits::v1::ApplyForPermitRequest;
using permits::v1::Permit;
using permits::v1::PermitType;
using Stub = Office::Stub;

constexpr auto kNotFound = grpc::StatusCode::NOT_FOUND;

class BadPermitsTest : public PermitTest {
 protected:
  void SetUp() override {
    PermitTest::SetUp();
    PermitType type = office().PlainType();
    type.set_plates_max(3);
    office().CreateType("plain", type);
    type.mutable_price_steps(0)->set_price_cents(1000);
    type.mutable_payment_term()->set_seconds(24 * 3600);
    office().CreateType("paid", type);
    type.set_max_per_address(5);
    type.add_evidence_kinds("lease");
    type.add_evidence_kinds("passport");
    type.set_reviewed(true);
    office().CreateType("strict", type);
  }
  // Of the type strict.
  Permit Strict(const std::vector<std::string>& evidence) const {
    ApplyForPermitRequest request = office().Application("strict", "h1", {"1ABC123"});
    request.mutable_permit()->set_address("Kouter 1");
    for (const std::string& kind : evidence) request.mutable_permit()->add_evidence_kinds(kind);
    const auto applied = office().Apply(request);
    EXPECT_TRUE(applied.ok()) << applied.status.error_message();
    return applied.response.permit();
  }
  std::string Stored() { return PermitsStored(*sql_, desk().city()); }

  // A verb of a clerk, that has nothing but a reason.
  template <typename Request, typename Response>
  void ExpectOfClerk(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                     const Permit& permit) {
    const Spoiled verb(office(), method, Of<Request>(permit), Clerk());
    const std::string before = Stored();
    ExpectOfAnyVerb(office(), verb);
    EXPECT_EQ(Stored(), before);
    verb.Good();
  }
};

TEST_F(BadPermitsTest, Applications) {
  ApplyForPermitRequest good = office().Application("strict", "h1", {"1ABC123", "2ABC123"});
  good.mutable_permit()->set_address("Kouter 1");
  const Spoiled apply(office(), &Stub::ApplyForPermit, good, Portal());
  const std::string before = Stored();
  const auto by = [&](const std::string& field, auto spoil,
                      const std::string& reason = "INVALID_FIELD") {
    apply.By(
        field.empty() ? "" : "permit." + field, [&](auto& r) { spoil(*r.mutable_permit()); },
        reason);
  };
  apply.By(
      "parent", [](auto& r) { r.clear_parent(); }, "INVALID_NAME");
  apply.By("request_id", [](auto& r) { r.set_request_id(std::string(101, 'x')); });
  apply.By("", [](auto& r) { r.set_request_id(WithZeroByte()); });
  by(
      "permit_type", [](Permit& p) { p.clear_permit_type(); }, "INVALID_NAME");
  by(
      "permit_type", [](Permit& p) { p.set_permit_type("cities/x/permitTypes/plain"); },
      "INVALID_NAME");
  apply.By(
      "permit.permit_type",
      [&](auto& r) { r.mutable_permit()->set_permit_type(office().Type("mauve")); },
      "PERMIT_TYPE_NOT_FOUND", kNotFound);
  by("holder", [](Permit& p) { p.clear_holder(); });
  by("holder", [](Permit& p) { p.set_holder(std::string(101, 'x')); });
  by("", [](Permit& p) { p.set_holder(WithZeroByte()); });
  by("address", [](Permit& p) { p.clear_address(); });
  by("address", [](Permit& p) { p.set_address(std::string(101, 'x')); });
  by("", [](Permit& p) { p.set_address(WithZeroByte()); });
  for (const std::string& area :
       {std::string(), std::string("A"), std::string(61, 'a'), std::string("c"), WithZeroByte()}) {
    by("area", [&](Permit& p) { p.set_area(area); });
  }
  by("evidence_kinds[1]", [](Permit& p) {
    p.add_evidence_kinds("lease");
    p.add_evidence_kinds("Lease");
  });
  by("evidence_kinds", [](Permit& p) {
    for (int i = 0; i < 21; ++i) p.add_evidence_kinds(absl::StrCat("k", i));
  });
  for (const absl::Time start : {kStart, kStart + absl::Hours(24 * 367),
                                 absl::FromCivil(absl::CivilYear(1999), absl::UTCTimeZone())}) {
    by("requested_start_time",
       [&](Permit& p) { *p.mutable_requested_start_time() = StampOf(start); });
  }
  by("requested_start_time", [](Permit& p) {
    *p.mutable_requested_start_time() = StampOf(kStart + absl::Hours(1));
    p.mutable_requested_start_time()->set_nanos(1'000'000'000);
  });
  apply.ByWhoIsOfAnotherCity();
  EXPECT_EQ(Stored(), before);
  EXPECT_EQ(apply.Good().permit().plates_size(), 2);
  // A holder asks for itself.
  EXPECT_EQ(FieldsOf(office().Apply(good, Holder("h2")).status),
            std::vector<std::string>{"permit.holder"});
}

TEST_F(BadPermitsTest, EvidenceAndDecisions) {
  const Permit needed = Strict({"lease"});
  const Spoiled give(
      office(), &Stub::GiveEvidence,
      [&] {
        auto request = Of<permits::v1::GiveEvidenceRequest>(needed);
        request.set_evidence_kind("passport");
        return request;
      }(),
      Portal());
  std::string before = Stored();
  ExpectOfAnyVerb(office(), give);
  // The last one is there already.
  for (const std::string& kind : {std::string(), std::string("Upper"), WithZeroByte(),
                                  std::string("mauve"), std::string("lease")}) {
    give.By("evidence_kind", [&](auto& r) { r.set_evidence_kind(kind); });
  }
  EXPECT_EQ(Stored(), before);
  const Permit in_review = give.Good().permit();

  auto asking = Of<permits::v1::AskEvidenceRequest>(in_review);
  asking.add_evidence_kinds("lease");
  const Spoiled ask(office(), &Stub::AskEvidence, asking, Clerk());
  before = Stored();
  ExpectOfAnyVerb(office(), ask);
  ask.By("evidence_kinds", [](auto& r) { r.clear_evidence_kinds(); });
  ask.By("evidence_kinds", [](auto& r) {
    for (int i = 0; i < 20; ++i) r.add_evidence_kinds("lease");
  });
  ask.By("evidence_kinds[1]", [](auto& r) { r.add_evidence_kinds("mauve"); });
  ask.By("evidence_kinds[1]", [](auto& r) { r.add_evidence_kinds(WithZeroByte()); });
  EXPECT_EQ(Stored(), before);
  ask.Good();

  ExpectOfClerk(&Stub::RefusePermit, Strict({"lease", "passport"}));
  ExpectOfClerk(&Stub::ApprovePermit, Strict({"lease", "passport"}));
  const Permit active = office().Apply("plain", "h2", {"2ABC123"});
  ExpectOfClerk(&Stub::SuspendPermit, active);
  ExpectOfClerk(&Stub::ResumePermit, active);
  ExpectOfClerk(&Stub::RevokePermit, active);
}

TEST_F(BadPermitsTest, PaymentsAndWhatAHolderDoes) {
  const Permit unpaid = office().Apply("paid", "h1", {"1ABC123"});
  auto paying = Of<permits::v1::ConfirmPaymentRequest>(unpaid);
  paying.set_payment_reference("p1");
  paying.set_amount_cents(1000);
  const Spoiled pay(office(), &Stub::ConfirmPayment, paying, Portal());
  std::string before = Stored();
  ExpectOfAnyVerb(office(), pay);
  pay.By("payment_reference", [](auto& r) { r.clear_payment_reference(); });
  pay.By("payment_reference", [](auto& r) { r.set_payment_reference(std::string(101, 'x')); });
  pay.By("", [](auto& r) { r.set_payment_reference(WithZeroByte()); });
  for (const int64_t amount : {int64_t{-1}, INT64_MIN}) {
    pay.By("amount_cents", [&](auto& r) { r.set_amount_cents(amount); });
  }
  for (const int64_t amount : {int64_t{0}, int64_t{999}, int64_t{1001}, INT64_MAX}) {
    pay.By(
        "amount_cents", [&](auto& r) { r.set_amount_cents(amount); }, "AMOUNT_NOT_DUE",
        grpc::StatusCode::FAILED_PRECONDITION);
  }
  EXPECT_EQ(Stored(), before);
  const Permit active = pay.Good().permit();

  auto moving = Of<permits::v1::MovePermitRequest>(active);
  moving.set_address("Zuidpark 3");
  moving.set_area("b");
  const Spoiled move(office(), &Stub::MovePermit, moving, Portal());
  before = Stored();
  ExpectOfAnyVerb(office(), move);
  move.By("address", [](auto& r) { r.set_address(std::string(101, 'x')); });
  move.By("", [](auto& r) { r.set_address(WithZeroByte()); });
  for (const std::string& area :
       {std::string(), std::string("A"), std::string("c"), WithZeroByte()}) {
    move.By("area", [&](auto& r) { r.set_area(area); });
  }
  EXPECT_EQ(Stored(), before);
  move.Good();

  MoveTo(TimeOf(active.end_time()) - kStart - absl::Hours(24));
  AwaitEvents(active, "APPLIED AWAITING_PAYMENT, PAID ACTIVE, MOVED ACTIVE, RENEWAL_OPENS ACTIVE");
  const Spoiled renew(office(), &Stub::RenewPermit, Of<permits::v1::RenewPermitRequest>(active),
                      Portal());
  const Spoiled withdraw(office(), &Stub::WithdrawPermit,
                         Of<permits::v1::WithdrawPermitRequest>(active), Portal());
  before = Stored();
  ExpectOfAnyVerb(office(), renew);
  ExpectOfAnyVerb(office(), withdraw);
  EXPECT_EQ(Stored(), before);
  renew.Good();
  withdraw.Good();
}

TEST_F(BadPermitsTest, OffersThatAreAccepted) {
  PermitType type = office().PlainType();
  type.mutable_areas(0)->set_place_count(1);
  type.set_waiting_list(true);
  type.mutable_offer_term()->set_seconds(24 * 3600);
  office().CreateType("list", type);
  const Permit first = office().Apply("list", "h1", {"1ABC123"});
  const Permit second = office().Apply("list", "h1", {"2ABC123"});
  ASSERT_TRUE(office().Withdraw(first).ok());
  AwaitEvents(second, "APPLIED WAITLISTED, OFFERED OFFERED");
  const Spoiled accept(office(), &Stub::AcceptOffer, Of<permits::v1::AcceptOfferRequest>(second),
                       Portal());
  const std::string before = Stored();
  ExpectOfAnyVerb(office(), accept);
  EXPECT_EQ(Stored(), before);
  accept.Good();
}

TEST_F(BadPermitsTest, Reads) {
  const Permit permit = office().Apply("plain", "h1", {"1ABC123"});
  const Spoiled get(office(), &Stub::GetPermit, Of<permits::v1::GetPermitRequest>(permit),
                    Portal());
  get.By(
      "name", [](auto& r) { r.clear_name(); }, "INVALID_NAME");
  get.By(
      "", [](auto& r) { r.set_holder(std::string(101, 'x')); }, "PERMIT_NOT_FOUND", kNotFound);
  get.ByWhoIsOfAnotherCity();
  get.Good();

  permits::v1::ListPermitsRequest all;
  all.set_parent(office().Parent());
  all.set_holder("h1");
  const Spoiled list(office(), &Stub::ListPermits, all, Portal());
  list.By(
      "parent", [](auto& r) { r.clear_parent(); }, "INVALID_NAME");
  list.By("holder", [](auto& r) { r.clear_holder(); });
  list.By("holder", [](auto& r) { r.set_holder(std::string(101, 'x')); });
  list.By("", [](auto& r) { r.set_holder(WithZeroByte()); });
  for (const int state : {0, 17, -1}) {
    list.By("states[1]", [&](auto& r) {
      r.add_states(permits::v1::PERMIT_STATE_ACTIVE);
      r.add_states(static_cast<permits::v1::PermitState>(state));
    });
  }
  list.By(
      "permit_type", [](auto& r) { r.set_permit_type("cities/x/permitTypes/plain"); },
      "INVALID_NAME");
  list.By(
      "plate.number", [](auto& r) { r.mutable_plate(); }, "INVALID_PLATE");
  for (const int size : {-1, 501}) {
    list.By("page_size", [&](auto& r) { r.set_page_size(size); });
  }
  list.By(
      "page_token", [](auto& r) { r.set_page_token("x"); }, "INVALID_PAGE_TOKEN");
  list.ByWhoIsOfAnotherCity();
  EXPECT_EQ(list.Good().permits_size(), 1);

  permits::v1::ListPermitEventsRequest of;
  of.set_permit(permit.name());
  const Spoiled events(office(), &Stub::ListPermitEvents, of, Clerk());
  events.By(
      "permit", [](auto& r) { r.clear_permit(); }, "INVALID_NAME");
  events.By("known_at_time", [](auto& r) { r.mutable_known_at_time()->set_seconds(1); });
  for (const int size : {-1, 501}) {
    events.By("page_size", [&](auto& r) { r.set_page_size(size); });
  }
  for (const char* token : {"x", "0", "-1", "99999999999999999999"}) {
    events.By(
        "page_token", [&](auto& r) { r.set_page_token(token); }, "INVALID_PAGE_TOKEN");
  }
  events.ByWhoIsOfAnotherCity();
  EXPECT_EQ(events.Good().events_size(), 1);
}

// A stream that cannot begin ends at once with the reason.
TEST_F(BadPermitsTest, Cursors) {
  const auto refused = [&](auto spoil) {
    permits::v1::FollowPermitEventsRequest request;
    request.set_parent(office().Parent());
    spoil(request);
    grpc::ClientContext context;
    Introduce(Portal(), context);
    permits::v1::FollowPermitEventsResponse response;
    const auto stream = daemon_->permits->FollowPermitEvents(&context, request);
    EXPECT_FALSE(stream->Read(&response)) << request.ShortDebugString();
    const grpc::Status status = stream->Finish();
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << status.error_message();
    return FieldsOf(status);
  };
  using Fields = std::vector<std::string>;
  EXPECT_EQ(refused([](auto& r) { r.clear_parent(); }), Fields{"parent"});
  for (const std::string& cursor :
       {std::string("x"), std::string("1.2"), std::string("1.2."), std::string("-1.2.x"),
        std::string("1.99999999999999999999.x"), WithZeroByte()}) {
    EXPECT_EQ(refused([&](auto& r) { r.set_cursor(cursor); }), Fields{"cursor"}) << cursor;
  }
  EXPECT_EQ(refused([](auto& r) {
              r.set_cursor("1.2.x");
              *r.mutable_start_time() = StampOf(kStart);
            }),
            Fields{"start_time"});
  EXPECT_EQ(refused([](auto& r) { r.mutable_start_time()->set_seconds(1); }), Fields{"start_time"});
}

}  // namespace
}  // namespace stadspoort::testing
