// What a permit's state does not allow is refused by name and changes nothing; and no refusal tells
// anything of somebody else.
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/integration/permit_clock.h"
#include "tests/integration/spoiled.h"

namespace stadspoort::testing {
namespace {

using permits::v1::ApplyForPermitRequest;
using permits::v1::ChangePlatesRequest;
using permits::v1::Permit;
using permits::v1::PermitType;

constexpr int64_t kDay = 24 * 3600;

class PermitMovesTest : public CityClockTest {
 protected:
  using Verb = std::function<grpc::Status(const Permit&)>;

  std::string Stored() { return PermitsStored(*sql_, desk().city()); }

  // Every verb, as it would be asked where it is allowed.
  std::map<std::string, Verb> Verbs() {
    return {
        {"give", [&](const Permit& p) { return office().Give(p, "lease").status; }},
        {"ask", [&](const Permit& p) { return office().AskFor(p, {"lease"}).status; }},
        {"approve", [&](const Permit& p) { return office().Approve(p).status; }},
        {"refuse", [&](const Permit& p) { return office().Refuse(p).status; }},
        {"accept", [&](const Permit& p) { return office().Accept(p).status; }},
        {"pay", [&](const Permit& p) { return office().Pay(p, "never", 1000).status; }},
        {"suspend", [&](const Permit& p) { return office().Suspend(p).status; }},
        {"resume", [&](const Permit& p) { return office().Resume(p).status; }},
        {"renew", [&](const Permit& p) { return office().Renew(p).status; }},
        {"move", [&](const Permit& p) { return office().Move(p, "Zuidpark 3", "b").status; }},
        {"withdraw", [&](const Permit& p) { return office().Withdraw(p).status; }},
        {"revoke", [&](const Permit& p) { return office().Revoke(p).status; }},
        {"plates", [&](const Permit& p) { return office().Swap(p, "1ABC123", "2ABC123").status; }},
    };
  }
  // It is in that state, and everything but these is refused.
  void ExpectOnly(const Permit& permit, const std::string& state,
                  const std::set<std::string>& allowed) {
    AwaitWork();
    EXPECT_EQ(StateOf(office().Get(permit)), state);
    const std::string before = Stored();
    for (const auto& [name, verb] : Verbs()) {
      if (allowed.contains(name)) continue;
      ExpectRefusal(verb(permit), grpc::StatusCode::FAILED_PRECONDITION, "PERMIT_MOVE_NOT_ALLOWED",
                    {}, absl::StrCat(name, " of ", state));
    }
    EXPECT_EQ(Stored(), before) << state;
  }
  // Evidence, review, ten euro a year; one place in the area a.
  void CreateStrictType() {
    PermitType type = office().PlainType();
    type.add_evidence_kinds("lease");
    type.set_reviewed(true);
    type.mutable_price_steps(0)->set_price_cents(1000);
    type.mutable_payment_term()->set_seconds(7 * kDay);
    type.mutable_areas(0)->set_place_count(1);
    type.set_waiting_list(true);
    type.mutable_offer_term()->set_seconds(7 * kDay);
    office().CreateType("strict", type);
  }
  Permit InReview(const std::string& area = "b") {
    const Permit permit = office().Apply("strict", "h1", {"1ABC123"}, area);
    EXPECT_TRUE(office().Give(permit, "lease").ok());
    return permit;
  }
  Permit Approved(const std::string& area = "b") {
    const Permit permit = InReview(area);
    EXPECT_TRUE(office().Approve(permit).ok());
    return permit;
  }
  Permit Active() {
    const Permit permit = Approved();
    EXPECT_TRUE(office().Pay(permit, absl::StrCat("p", ++payments_), 1000).ok());
    return permit;
  }

 private:
  int payments_ = 0;
};

TEST_F(PermitMovesTest, BeforeAPermitIsGranted) {
  Begin("2026-06-01 10:00");
  CreateStrictType();
  const Permit needed = office().Apply("strict", "h1", {"1ABC123"}, "b");
  ExpectOnly(needed, "EVIDENCE_NEEDED", {"give", "withdraw", "plates"});
  ASSERT_TRUE(office().Withdraw(needed).ok());
  ExpectOnly(needed, "WITHDRAWN", {});

  const Permit in_review = InReview();
  ExpectOnly(in_review, "IN_REVIEW", {"ask", "approve", "refuse", "withdraw", "plates"});
  ASSERT_TRUE(office().Refuse(in_review).ok());
  ExpectOnly(in_review, "REFUSED", {});

  const Permit unpaid = Approved("a");  // it holds the only place
  ExpectOnly(unpaid, "AWAITING_PAYMENT", {"pay", "withdraw", "plates"});
  const Permit waiting = Approved("a");
  ExpectOnly(waiting, "WAITLISTED", {"withdraw", "plates"});
  MoveTo("2026-06-08 10:00");
  ExpectOnly(unpaid, "PAYMENT_LAPSED", {});
  ExpectOnly(waiting, "OFFERED", {"accept", "withdraw", "plates"});
  MoveTo("2026-06-15 10:00");
  ExpectOnly(waiting, "OFFER_LAPSED", {});
}

TEST_F(PermitMovesTest, OnceAPermitIsGranted) {
  Begin("2026-06-01 10:00");
  CreateStrictType();
  const Permit permit = Active();
  const std::set<std::string> of_active = {"suspend",  "renew",  "move",
                                           "withdraw", "revoke", "plates"};
  ExpectOnly(permit, "ACTIVE", of_active);
  ASSERT_TRUE(office().Suspend(permit).ok());
  ExpectOnly(permit, "SUSPENDED", {"resume", "move", "withdraw", "revoke", "plates"});
  ASSERT_TRUE(office().Resume(permit).ok());
  ExpectOnly(permit, "ACTIVE", of_active);
  const Permit revoked = Active();
  ASSERT_TRUE(office().Revoke(revoked).ok());
  ExpectOnly(revoked, "REVOKED", {});
  const Permit withdrawn = Active();
  ASSERT_TRUE(office().Withdraw(withdrawn).ok());
  ExpectOnly(withdrawn, "WITHDRAWN", {});

  MoveTo("2027-05-31 10:00");
  ASSERT_TRUE(office().Renew(permit).ok());
  MoveTo("2027-06-01 00:00");
  ExpectOnly(permit, "PAYMENT_OVERDUE", {"pay", "move", "withdraw", "revoke", "plates"});
  MoveTo("2027-06-22 00:00");
  ExpectOnly(permit, "EXPIRED", {});
}

// The same id is the same request, down to the country of a plate; for anything else it is refused.
TEST_F(PermitMovesTest, ARequestIdIsForOneRequest) {
  Begin("2026-06-01 10:00");
  PermitType type = office().PlainType();
  type.set_plates_max(3);
  office().CreateType("resident", type);
  office().CreateType("other", type);
  ApplyForPermitRequest request = office().Application("resident", "h1", {"1ABC123", "2ABC123"});
  request.set_request_id("r1");
  const auto applied = office().Apply(request);
  ASSERT_TRUE(applied.ok()) << applied.status.error_message();
  const Permit& permit = applied.response.permit();
  ChangePlatesRequest change = office().Plates(permit);
  change.mutable_add()->mutable_plate()->set_number("3ABC123");
  change.set_request_id("r2");
  ASSERT_TRUE(office().Change(change).ok());

  const std::string before = Stored();
  const auto conflict = [](const grpc::Status& status, const std::string& name) {
    ExpectRefusal(status, grpc::StatusCode::ALREADY_EXISTS, "REQUEST_ID_CONFLICT", {"request_id"},
                  name);
  };
  const std::map<std::string, std::function<void(Permit&)>> others = {
      {"type", [&](Permit& p) { p.set_permit_type(office().Type("other")); }},
      {"holder", [](Permit& p) { p.set_holder("h2"); }},
      {"address", [](Permit& p) { p.set_address("Kouter 1"); }},
      {"area", [](Permit& p) { p.set_area("b"); }},
      {"plate", [](Permit& p) { p.mutable_plates(0)->mutable_plate()->set_number("X"); }},
      {"country", [](Permit& p) { p.mutable_plates(0)->mutable_plate()->set_country("NL"); }},
      {"order", [](Permit& p) { p.mutable_plates()->SwapElements(0, 1); }},
      {"fewer", [](Permit& p) { p.mutable_plates()->RemoveLast(); }},
      {"evidence", [](Permit& p) { p.add_evidence_kinds("lease"); }},
      {"start",
       [](Permit& p) { *p.mutable_requested_start_time() = StampOf(Local("2026-06-02 10:00")); }},
  };
  for (const auto& [name, spoil] : others) {
    ApplyForPermitRequest other = request;
    spoil(*other.mutable_permit());
    conflict(office().Apply(other).status, name);
  }
  ChangePlatesRequest other = change;
  other.mutable_add()->mutable_plate()->set_country("B");
  conflict(office().Change(other).status, "country of a change");
  other = change;
  *other.mutable_change_time() = StampOf(Local("2026-06-02 10:00"));
  conflict(office().Change(other).status, "time of a change");
  other = change;
  other.mutable_remove()->mutable_plate()->set_number("3ABC123");
  conflict(office().Change(other).status, "another change");
  other = change;
  other.set_request_id("r1");
  conflict(office().Change(other).status, "a change by the id of an application");
  EXPECT_EQ(Stored(), before);
  EXPECT_TRUE(office().Apply(request).ok());
  EXPECT_TRUE(office().Change(change).ok());
}

// Plates that others have on their permits, that a provider enrolled, that are suspended, and one
// that nobody has ever seen: whoever names them is answered the same, to the letter.
TEST_F(PermitMovesTest, AConflictOnAPlateDoesNotTellWhose) {
  Begin("2026-06-01 10:00");
  PermitType type = office().PlainType();
  type.set_plates_max(2);
  type.set_max_per_holder(1);
  type.set_swaps_a_day_max(100);
  office().CreateType("resident", type);
  office().Apply("resident", "other-1", {"TAKEN01"});
  const Permit suspended = office().Apply("resident", "other-2", {"PAUSED1"});
  ASSERT_TRUE(office().Suspend(suspended).ok());
  desk().Enrol(EnrolRequest(desk().city(), "app-1", "STREET1"));
  const Permit mine = office().Apply("resident", "me", {"1ABC123", "2ABC123"});

  const auto told = [](const grpc::Status& status, const std::string& response,
                       const std::string& plate) {
    return absl::StrReplaceAll(
        absl::StrCat(status.error_code(), status.error_message(), status.error_details(), response),
        {{plate, "PLATE"}});
  };
  const std::map<std::string, std::function<std::string(const std::string&)>> asked = {
      {"one more than fits",
       [&](const std::string& plate) {
         ChangePlatesRequest request = office().Plates(mine);
         request.mutable_add()->mutable_plate()->set_number(plate);
         return told(office().Change(request).status, "", plate);
       }},
      {"remove what is not there",
       [&](const std::string& plate) {
         ChangePlatesRequest request = office().Plates(mine);
         request.mutable_remove()->mutable_plate()->set_number(plate);
         return told(office().Change(request).status, "", plate);
       }},
      {"swap what is not there",
       [&](const std::string& plate) {
         return told(office().Swap(mine, plate, "3ABC123").status, "", plate);
       }},
      {"swap to it",
       [&](const std::string& plate) {
         ChangePlatesRequest request = office().ToSwap(mine, "1ABC123", plate);
         request.set_validate_only(true);
         const auto answered = office().Change(request);
         EXPECT_TRUE(answered.ok()) << answered.status.error_message();
         return told(answered.status, answered.response.DebugString(), plate);
       }},
      {"ask for one more permit",
       [&](const std::string& plate) {
         const auto answered = office().Apply(office().Application("resident", "me", {plate}));
         EXPECT_EQ(ReasonOf(answered.status), "PERMIT_LIMIT_REACHED");
         return told(answered.status, "", plate);
       }},
      {"ask for a permit",
       [&](const std::string& plate) {
         ApplyForPermitRequest request = office().Application("resident", "somebody", {plate});
         request.set_validate_only(true);
         const auto answered = office().Apply(request);
         EXPECT_TRUE(answered.ok()) << answered.status.error_message();
         return told(answered.status, answered.response.DebugString(), plate);
       }},
      {"list one's own with it",
       [&](const std::string& plate) {
         permits::v1::ListPermitsRequest request;
         request.set_parent(office().Parent());
         request.set_holder("me");
         request.mutable_plate()->set_number(plate);
         const auto answered = office().Ask(&Office::Stub::ListPermits, request, Portal());
         return told(answered.status, answered.response.DebugString(), plate);
       }},
  };
  for (const auto& [name, ask] : asked) {
    const std::string unknown = ask("NOBODY1");
    for (const char* plate : {"TAKEN01", "PAUSED1", "STREET1"}) {
      EXPECT_EQ(ask(plate), unknown) << name << ": " << plate;
    }
  }
  // A permit of somebody else is answered as one that is not there.
  Permit stolen = suspended;
  stolen.set_holder("me");
  Permit nobodys = stolen;
  nobodys.set_name(
      absl::StrCat(office().Parent(), "/permits/00000000-0000-7000-8000-000000000000"));
  for (const auto& [name, verb] : Verbs()) {
    if (name == "ask" || name == "approve" || name == "refuse" || name == "suspend" ||
        name == "resume" || name == "revoke") {
      continue;  // a clerk sees all
    }
    EXPECT_EQ(told(verb(stolen), "", "-"), told(verb(nobodys), "", "-")) << name;
  }
  EXPECT_EQ(StateOf(office().Get(suspended)), "SUSPENDED");
}

}  // namespace
}  // namespace stadspoort::testing
