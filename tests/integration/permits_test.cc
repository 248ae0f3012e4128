// Permits from the request to the right that a scanner finds, and off the street again.
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "tests/integration/permit_office.h"

namespace stadspoort::testing {
namespace {

using permits::v1::Permit;
using permits::v1::PermitType;

class PermitsTest : public PermitTest {
 protected:
  // 25 euro a year, to be paid within 30 days.
  PermitType Paid() const {
    PermitType type = office().PlainType();
    type.mutable_price_steps(0)->set_price_cents(2500);
    type.mutable_payment_term()->set_seconds(30 * 24 * 3600);
    type.set_refunds(true);
    return type;
  }
};

TEST_F(PermitsTest, AnAutomaticOneIsInForceWhenTheAnswerArrives) {
  office().CreateType("resident", office().PlainType());
  EXPECT_EQ(office().Check("1ABC123"), "NOT_PERMITTED NO_RIGHT");
  const Permit permit = office().Apply("resident", "h1", {"1-ABC-123"});
  EXPECT_EQ(StateOf(permit), "ACTIVE");
  EXPECT_TRUE(permit.in_force());
  EXPECT_EQ(permit.plates(0).plate().number(), "1ABC123");
  EXPECT_TRUE(permit.plates(0).active());
  EXPECT_EQ(TimeOf(permit.start_time()), kStart + absl::Minutes(1));
  // To the end of 1 June of next year on the city's clock.
  EXPECT_EQ(absl::FormatTime(absl::RFC3339_sec, TimeOf(permit.end_time()), absl::UTCTimeZone()),
            "2027-05-31T22:00:00+00:00");
  EXPECT_EQ(office().Check("1ABC123"), "PERMITTED RIGHT");
  EXPECT_EQ(office().Check("1ABC123", "b"), "NOT_PERMITTED WRONG_ZONE");
  EXPECT_EQ(office().EventsOf(permit), "APPLIED ACTIVE");
}

TEST_F(PermitsTest, APaidOneIsInForceOncePaid) {
  office().CreateType("resident", Paid());
  const Permit permit = office().Apply("resident", "h1", {"1ABC123"});
  EXPECT_EQ(StateOf(permit), "AWAITING_PAYMENT");
  EXPECT_EQ(permit.amount_due_cents(), 2500);
  EXPECT_EQ(office().Check("1ABC123"), "NOT_PERMITTED NO_RIGHT");
  ExpectRefusal(office().Pay(permit, "p1", 2400).status, grpc::StatusCode::FAILED_PRECONDITION,
                "AMOUNT_NOT_DUE", {"amount_cents"}, "too little");
  const auto paid = office().Pay(permit, "p1", 2500);
  ASSERT_TRUE(paid.ok()) << paid.status.error_message();
  EXPECT_EQ(StateOf(paid.response.permit()), "ACTIVE");
  EXPECT_EQ(office().Check("1ABC123"), "PERMITTED RIGHT");
  for (int i = 0; i < 10; ++i) {
    const auto again = office().Pay(permit, "p1", 2500);
    EXPECT_TRUE(again.ok()) << again.status.error_message();
    EXPECT_EQ(again.response.permit().etag(), paid.response.permit().etag());
  }
  ExpectRefusal(office().Pay(permit, "p1", 9).status, grpc::StatusCode::ALREADY_EXISTS,
                "PAYMENT_CONFLICT", {"payment_reference"}, "another amount");
  ExpectRefusal(office().Pay(permit, "p2", 2500).status, grpc::StatusCode::FAILED_PRECONDITION,
                "PERMIT_MOVE_NOT_ALLOWED", {}, "paid twice");
  EXPECT_EQ(office().EventsOf(permit), "APPLIED AWAITING_PAYMENT, PAID ACTIVE");

  MoveTo(absl::Hours(1));
  const auto withdrawn = office().Withdraw(permit);
  ASSERT_TRUE(withdrawn.ok()) << withdrawn.status.error_message();
  EXPECT_EQ(withdrawn.response.refund_due_cents(), 2493);  // 2500 * 364 / 365
  EXPECT_EQ(office().Check("1ABC123"), "NOT_PERMITTED EXPIRED");
  ExpectRefusal(office().Pay(permit, "p3", 2500).status, grpc::StatusCode::FAILED_PRECONDITION,
                "PERMIT_MOVE_NOT_ALLOWED", {}, "payment for a withdrawn permit");
}

TEST_F(PermitsTest, APlateThatIsSwappedIsCoveredToTheInstantAndTheNextFromIt) {
  office().CreateType("resident", office().PlainType());
  const Permit permit = office().Apply("resident", "h1", {"1ABC123"});
  MoveTo(absl::Hours(2));
  const auto swapped = office().Swap(permit, "1ABC123", "2XYZ789");
  ASSERT_TRUE(swapped.ok()) << swapped.status.error_message();
  const absl::Time at = kStart + absl::Hours(2);
  const absl::Duration tick = absl::Microseconds(1);
  EXPECT_EQ(office().Check("1ABC123", "a", at - tick), "PERMITTED RIGHT");
  EXPECT_EQ(office().Check("1ABC123", "a", at), "NOT_PERMITTED EXPIRED");
  EXPECT_EQ(office().Check("2XYZ789", "a", at), "PERMITTED RIGHT");
  EXPECT_EQ(office().Check("2XYZ789", "a", at - tick), "NOT_PERMITTED NOT_STARTED");
  ExpectRefusal(office().Swap(permit, "1ABC123", "3AAA111").status,
                grpc::StatusCode::FAILED_PRECONDITION, "PLATE_NOT_ON_PERMIT", {}, "not on it");
  MoveTo(absl::Hours(3));
  EXPECT_TRUE(office().Swap(permit, "2XYZ789", "1ABC123").ok());
  MoveTo(absl::Hours(4));
  EXPECT_TRUE(office().Swap(permit, "1ABC123", "3AAA111").ok());
  MoveTo(absl::Hours(5));
  ExpectRefusal(office().Swap(permit, "3AAA111", "4AAA111").status,
                grpc::StatusCode::FAILED_PRECONDITION, "TOO_MANY_SWAPS", {}, "the fourth");
}

TEST_F(PermitsTest, AGarageCarStandsInAndTheOwnOneComesBackByItself) {
  office().CreateType("resident", office().PlainType());
  const Permit permit = office().Apply("resident", "h1", {"1ABC123"});
  permits::v1::ChangePlatesRequest request = office().Plates(permit);
  request.mutable_stand_in()->mutable_replaced()->set_number("1ABC123");
  request.mutable_stand_in()->mutable_temporary()->set_number("2GAR456");
  const absl::Time from = kStart + absl::Hours(24);
  const absl::Time until = kStart + absl::Hours(72);
  *request.mutable_change_time() = StampOf(from);
  *request.mutable_stand_in()->mutable_until_time() = StampOf(until);
  const auto planned = office().Change(request);
  ASSERT_TRUE(planned.ok()) << planned.status.error_message();
  EXPECT_EQ(TimeOf(planned.response.permit().next_change().time()), from);
  EXPECT_EQ(planned.response.permit().next_change().plates(0).plate().number(), "2GAR456");
  EXPECT_EQ(TimeOf(planned.response.permit().plates(0).end_time()), from);
  MoveTo(absl::Hours(25));
  EXPECT_EQ(office().Check("1ABC123"), "NOT_PERMITTED EXPIRED");
  EXPECT_EQ(office().Check("2GAR456"), "PERMITTED RIGHT");
  AwaitEvents(permit, "APPLIED ACTIVE, PLATES_CHANGED ACTIVE, PLATES_CHANGED_AS_PLANNED ACTIVE");
  MoveTo(absl::Hours(72));
  EXPECT_EQ(office().Check("1ABC123"), "PERMITTED RIGHT");
  EXPECT_EQ(office().Check("2GAR456"), "NOT_PERMITTED EXPIRED");
  AwaitEvents(permit,
              "APPLIED ACTIVE, PLATES_CHANGED ACTIVE, PLATES_CHANGED_AS_PLANNED ACTIVE, "
              "PLATES_CHANGED_AS_PLANNED ACTIVE");
}

TEST_F(PermitsTest, OfNPlatesMAreActive) {
  PermitType type = office().PlainType();
  type.set_plates_max(3);
  office().CreateType("fleet", type);
  const Permit permit = office().Apply("fleet", "h1", {"1ABC123", "2ABC123"});
  EXPECT_EQ(office().Check("1ABC123"), "PERMITTED RIGHT");
  EXPECT_EQ(office().Check("2ABC123"), "NOT_PERMITTED PLATE_NOT_ACTIVE");
  permits::v1::ChangePlatesRequest activate = office().Plates(permit);
  activate.mutable_activate()->mutable_plate()->set_number("2ABC123");
  ExpectRefusal(office().Change(activate).status, grpc::StatusCode::FAILED_PRECONDITION,
                "TOO_MANY_PLATES", {}, "two active");
  activate.mutable_activate()->mutable_instead_of()->set_number("1ABC123");
  MoveTo(absl::Hours(1));
  EXPECT_TRUE(office().Change(activate).ok());
  // It has a right that has ended and one that rests; the first is the more telling.
  EXPECT_EQ(office().Check("1ABC123"), "NOT_PERMITTED EXPIRED");
  EXPECT_EQ(office().Check("2ABC123"), "PERMITTED RIGHT");
}

TEST_F(PermitsTest, SuspendedResumedRevoked) {
  office().CreateType("resident", office().PlainType());
  const Permit permit = office().Apply("resident", "h1", {"1ABC123"});
  MoveTo(absl::Hours(1));
  ASSERT_TRUE(office().Suspend(permit).ok());
  EXPECT_EQ(office().Check("1ABC123"), "NOT_PERMITTED SUSPENDED");
  MoveTo(absl::Hours(2));
  ASSERT_TRUE(office().Resume(permit).ok());
  EXPECT_EQ(office().Check("1ABC123"), "PERMITTED RIGHT");
  EXPECT_EQ(office().Check("1ABC123", "a", kStart + absl::Minutes(90)), "NOT_PERMITTED SUSPENDED");
  MoveTo(absl::Hours(3));
  ASSERT_TRUE(office().Revoke(permit).ok());
  EXPECT_EQ(office().Check("1ABC123"), "NOT_PERMITTED REVOKED");
  ExpectRefusal(office().Resume(permit).status, grpc::StatusCode::FAILED_PRECONDITION,
                "PERMIT_MOVE_NOT_ALLOWED", {}, "revoked");
  EXPECT_EQ(office().EventsOf(permit),
            "APPLIED ACTIVE, SUSPENDED SUSPENDED, RESUMED ACTIVE, REVOKED REVOKED");
}

TEST_F(PermitsTest, EvidenceReviewAndPlaces) {
  PermitType type = office().PlainType();
  type.add_evidence_kinds("lease");
  type.set_reviewed(true);
  type.set_waiting_list(true);
  type.mutable_offer_term()->set_seconds(14 * 24 * 3600);
  type.mutable_areas(0)->set_place_count(1);
  office().CreateType("resident", type);
  const Permit first = office().Apply("resident", "h1", {"1ABC123"});
  EXPECT_EQ(StateOf(first), "EVIDENCE_NEEDED");
  EXPECT_THAT(first.missing_evidence_kinds(), ::testing::ElementsAre("lease"));
  EXPECT_EQ(StateOf(office().Give(first, "lease").response.permit()), "IN_REVIEW");
  EXPECT_EQ(StateOf(office().AskFor(first, {"lease"}).response.permit()), "EVIDENCE_NEEDED");
  EXPECT_EQ(StateOf(office().Give(first, "lease").response.permit()), "IN_REVIEW");
  EXPECT_EQ(StateOf(office().Approve(first).response.permit()), "ACTIVE");
  std::vector<Permit> others;
  for (const char* holder : {"h2", "h3"}) {
    others.push_back(office().Apply("resident", holder, {absl::StrCat("1", holder)}));
    ASSERT_TRUE(office().Give(others.back(), "lease").ok());
    const auto approved = office().Approve(others.back());
    EXPECT_EQ(StateOf(approved.response.permit()), "WAITLISTED");
    EXPECT_EQ(approved.response.permit().queue_position(), static_cast<int64_t>(others.size()));
  }
  MoveTo(absl::Hours(1));
  ASSERT_TRUE(office().Withdraw(first).ok());
  AwaitEvents(others[0],
              "APPLIED EVIDENCE_NEEDED, EVIDENCE_GIVEN IN_REVIEW, APPROVED WAITLISTED, "
              "OFFERED OFFERED");
  EXPECT_EQ(office().Get(others[1]).queue_position(), 1);
  // The offer lapses and passes on.
  MoveTo(absl::Hours(24 * 15));
  AwaitEvents(others[0],
              "APPLIED EVIDENCE_NEEDED, EVIDENCE_GIVEN IN_REVIEW, APPROVED WAITLISTED, "
              "OFFERED OFFERED, OFFER_LAPSED OFFER_LAPSED");
  AwaitEvents(others[1],
              "APPLIED EVIDENCE_NEEDED, EVIDENCE_GIVEN IN_REVIEW, APPROVED WAITLISTED, "
              "OFFERED OFFERED");
  EXPECT_EQ(StateOf(office().Accept(others[1]).response.permit()), "ACTIVE");
  EXPECT_EQ(office().Check("1H3"), "PERMITTED RIGHT");
}

TEST_F(PermitsTest, RenewedPaidLateAndExpired) {
  office().CreateType("resident", Paid());
  const Permit permit = office().Apply("resident", "h1", {"1ABC123"});
  ASSERT_TRUE(office().Pay(permit, "p1", 2500).ok());
  ExpectRefusal(office().Renew(permit).status, grpc::StatusCode::FAILED_PRECONDITION,
                "OUTSIDE_RENEWAL_WINDOW", {}, "too early");
  const absl::Time end = TimeOf(office().Get(permit).end_time());
  MoveTo(end - kStart - absl::Hours(24));
  const auto renewed = office().Renew(permit);
  ASSERT_TRUE(renewed.ok()) << renewed.status.error_message();
  EXPECT_EQ(renewed.response.permit().amount_due_cents(), 2500);
  MoveTo(end - kStart + absl::Hours(24));
  // Whether or not the job has run, it is overdue and its rights hold.
  EXPECT_EQ(StateOf(office().Get(permit)), "PAYMENT_OVERDUE");
  EXPECT_EQ(office().Check("1ABC123"), "PERMITTED RIGHT");
  ASSERT_TRUE(office().Pay(permit, "p2", 2500).ok());
  EXPECT_EQ(StateOf(office().Get(permit)), "ACTIVE");
  const absl::Time second = TimeOf(office().Get(permit).end_time());
  EXPECT_EQ(second, absl::FromCivil(absl::CivilHour(2028, 5, 31, 22), absl::UTCTimeZone()));
  MoveTo(second - kStart - absl::Microseconds(1));
  EXPECT_EQ(office().Check("1ABC123"), "PERMITTED RIGHT");
  MoveTo(second - kStart);
  EXPECT_EQ(office().Check("1ABC123"), "NOT_PERMITTED EXPIRED");
  EXPECT_EQ(StateOf(office().Get(permit)), "EXPIRED");
  AwaitEvents(permit,
              "APPLIED AWAITING_PAYMENT, PAID ACTIVE, RENEWAL_OPENS ACTIVE, RENEWAL_ASKED ACTIVE, "
              "PAYMENT_OVERDUE PAYMENT_OVERDUE, PAID ACTIVE, RENEWAL_OPENS ACTIVE, "
              "EXPIRED EXPIRED");
}

TEST_F(PermitsTest, MovingHouse) {
  PermitType type = office().PlainType();
  type.mutable_areas(1)->set_place_count(1);
  office().CreateType("resident", type);
  const Permit permit = office().Apply("resident", "h1", {"1ABC123"});
  MoveTo(absl::Hours(1));
  const auto moved = office().Move(permit, "Zuidpark 3", "b");
  ASSERT_TRUE(moved.ok()) << moved.status.error_message();
  EXPECT_EQ(office().Check("1ABC123", "a"), "NOT_PERMITTED EXPIRED");
  EXPECT_EQ(office().Check("1ABC123", "b"), "PERMITTED RIGHT");
  EXPECT_EQ(office().Check("1ABC123", "a", kStart + absl::Minutes(59)), "PERMITTED RIGHT");
  const Permit other = office().Apply("resident", "h2", {"2ABC123"});
  ExpectRefusal(office().Move(other, "", "b").status, grpc::StatusCode::FAILED_PRECONDITION,
                "NO_PLACE_LEFT", {}, "full");
  ASSERT_TRUE(office().Withdraw(permit).ok());
  EXPECT_TRUE(office().Move(other, "", "b").ok());
  EXPECT_EQ(Count("permit_area", "area = 'b' AND held = 1"), "1");
  EXPECT_EQ(Count("permit_area", "area = 'a' AND held = 0"), "1");
}

TEST_F(PermitsTest, TheHistoryTellsWhatWasKnown) {
  office().CreateType("resident", office().PlainType());
  const Permit permit = office().Apply("resident", "h1", {"1ABC123"});
  const absl::Time before = kStart + absl::Minutes(30);
  MoveTo(absl::Hours(1));
  ASSERT_TRUE(office().Swap(permit, "1ABC123", "2XYZ789").ok());
  const auto then = office().Events(permit, before);
  ASSERT_TRUE(then.ok()) << then.status.error_message();
  EXPECT_EQ(office().EventsOf(permit, before), "APPLIED ACTIVE");
  EXPECT_EQ(then.response.permit().plates(0).plate().number(), "1ABC123");
  EXPECT_EQ(office().Events(permit).response.permit().plates(0).plate().number(), "2XYZ789");
  EXPECT_EQ(office().EventsOf(permit, kStart), "PERMIT_NOT_FOUND");
}

TEST_F(PermitsTest, AnObjectionIsAnsweredWithWhatWasKnownOfThePlate) {
  office().CreateType("resident", office().PlainType());
  ASSERT_NE(desk().Enrol(EnrolRequest(desk().city(), "app-1", "1ABC123")).name(), "");
  MoveTo(absl::Hours(1));
  const Permit permit = office().Apply("resident", "h1", {"1ABC123"});
  MoveTo(absl::Hours(2));
  ASSERT_TRUE(office().Revoke(permit).ok());
  const auto history = [&](std::optional<absl::Time> known_at, const std::string& purpose) {
    rights::v1::ListPlateHistoryRequest request;
    request.set_parent(office().Parent());
    request.mutable_plate()->set_number("1-ABC-123");
    request.set_purpose(purpose);
    if (known_at) *request.mutable_known_at_time() = StampOf(*known_at);
    Answered<rights::v1::ListPlateHistoryResponse> answered;
    answered.status = Call(*daemon_->rights, &rights::v1::RightsService::Stub::ListPlateHistory,
                           Clerk(), request, answered.response);
    return answered;
  };
  EXPECT_EQ(FieldsOf(history(std::nullopt, "").status), std::vector<std::string>{"purpose"});
  const auto all = history(std::nullopt, "objection 2026/118");
  ASSERT_TRUE(all.ok()) << all.status.error_message();
  ASSERT_EQ(all.response.changes_size(), 3);
  EXPECT_EQ(all.response.changes(0).verb(), "ENROL");
  EXPECT_EQ(all.response.changes(0).rights(0).provider(), "app");
  EXPECT_EQ(all.response.changes(1).verb(), "PERMIT_APPLIED");
  EXPECT_EQ(all.response.changes(1).permit(), permit.name());
  EXPECT_FALSE(all.response.changes(1).rights(0).has_revoke_time());
  EXPECT_EQ(all.response.changes(2).verb(), "PERMIT_REVOKED");
  EXPECT_EQ(all.response.changes(2).reason(), "as the rules say");
  EXPECT_EQ(TimeOf(all.response.changes(2).rights(0).revoke_time()), kStart + absl::Hours(2));
  EXPECT_EQ(history(kStart + absl::Minutes(90), "again").response.changes_size(), 2);
  EXPECT_EQ(Count("plate_lookup"), "2");
}

TEST_F(PermitsTest, OneHolderSeesNothingOfAnother) {
  office().CreateType("resident", office().PlainType());
  const Permit permit = office().Apply("resident", "h1", {"1ABC123"});
  Permit stolen = permit;
  stolen.set_holder("h2");
  for (const grpc::Status& status :
       {office().Withdraw(stolen).status, office().Swap(stolen, "1ABC123", "2ABC123").status,
        office().Renew(stolen).status, office().Move(stolen, "", "b").status}) {
    ExpectRefusal(status, grpc::StatusCode::NOT_FOUND, "PERMIT_NOT_FOUND", {}, "another's");
  }
  permits::v1::GetPermitRequest get;
  get.set_name(permit.name());
  EXPECT_EQ(ReasonOf(office().Ask(&Office::Stub::GetPermit, get, Holder("h2")).status),
            "PERMIT_NOT_FOUND");
  EXPECT_TRUE(office().Ask(&Office::Stub::GetPermit, get, Holder("h1")).ok());
  EXPECT_EQ(ReasonOf(office().Ask(&Office::Stub::GetPermit, get, Portal()).status),
            "PERMIT_NOT_FOUND")
      << "a portal says for whom it acts";
  EXPECT_EQ(office().List("h1").response.permits_size(), 1);
  EXPECT_EQ(office().List("h2").response.permits_size(), 0);
  EXPECT_EQ(office().List("", Holder("h1")).response.permits_size(), 1);
  EXPECT_EQ(FieldsOf(office().List("h2", Holder("h1")).status), std::vector<std::string>{"holder"});
}

TEST_F(PermitsTest, TheSameRequestTenTimesIsDoneOnce) {
  office().CreateType("resident", office().PlainType());
  permits::v1::ApplyForPermitRequest request = office().Application("resident", "h1", {"1ABC123"});
  request.set_request_id("r1");
  const auto applied = office().Apply(request);
  ASSERT_TRUE(applied.ok());
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(office().Apply(request).response.permit().name(), applied.response.permit().name());
  }
  EXPECT_EQ(Count("permit"), "1");
  request.mutable_permit()->mutable_plates(0)->mutable_plate()->set_number("2ABC123");
  EXPECT_EQ(ReasonOf(office().Apply(request).status), "REQUEST_ID_CONFLICT");
  permits::v1::ChangePlatesRequest swap =
      office().ToSwap(applied.response.permit(), "1ABC123", "2XYZ789");
  swap.set_request_id("r2");
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(office().Change(swap).ok());
  EXPECT_EQ(office().EventsOf(applied.response.permit()), "APPLIED ACTIVE, PLATES_CHANGED ACTIVE");
}

TEST_F(PermitsTest, ARequestThatDidNothingIsNotDoneLaterEither) {
  office().CreateType("resident", office().PlainType());
  const Permit permit = office().Apply("resident", "h1", {"1ABC123"});
  permits::v1::MovePermitRequest stay;
  stay.set_name(permit.name());
  stay.set_holder("h1");
  stay.set_address(permit.address());
  stay.set_area("a");
  stay.set_request_id("r1");
  ASSERT_TRUE(office().Ask(&Office::Stub::MovePermit, stay, Portal()).ok());
  ASSERT_TRUE(office().Move(permit, "Zuidpark 3", "b").ok());
  // As after an unknown outcome.
  const auto again = office().Ask(&Office::Stub::MovePermit, stay, Portal());
  ASSERT_TRUE(again.ok()) << again.status.error_message();
  EXPECT_EQ(again.response.permit().area(), "b");
  EXPECT_EQ(office().EventsOf(permit), "APPLIED ACTIVE, MOVED ACTIVE");
}

TEST_F(PermitsTest, WhoWaitsIsToldItsPlaceWhateverItAsks) {
  PermitType type = office().PlainType();
  type.mutable_areas(0)->set_place_count(1);
  type.set_waiting_list(true);
  type.mutable_offer_term()->set_seconds(24 * 3600);
  office().CreateType("resident", type);
  office().Apply("resident", "h1", {"1ABC123"});
  const Permit waits = office().Apply("resident", "h2", {"2ABC123"});
  EXPECT_EQ(waits.queue_position(), 1);
  permits::v1::ChangePlatesRequest nothing = office().Plates(waits);
  nothing.mutable_activate()->mutable_plate()->set_number("2ABC123");
  EXPECT_EQ(office().Change(nothing).response.permit().queue_position(), 1);
  permits::v1::ChangePlatesRequest judged = office().ToSwap(waits, "2ABC123", "3ABC123");
  judged.set_validate_only(true);
  EXPECT_EQ(office().Change(judged).response.permit().queue_position(), 1);
}

TEST_F(PermitsTest, ValidateOnlyTellsWhatIsMissingAndWhatItCosts) {
  PermitType type = Paid();
  type.add_evidence_kinds("lease");
  office().CreateType("resident", type);
  permits::v1::ApplyForPermitRequest request = office().Application("resident", "h1", {"1ABC123"});
  request.set_validate_only(true);
  const auto judged = office().Apply(request);
  ASSERT_TRUE(judged.ok()) << judged.status.error_message();
  EXPECT_EQ(judged.response.price_cents(), 2500);
  EXPECT_THAT(judged.response.permit().missing_evidence_kinds(), ::testing::ElementsAre("lease"));
  EXPECT_EQ(judged.response.permit().name(), "");
  EXPECT_EQ(Count("permit"), "0");
  EXPECT_EQ(Count("plate"), "0");
}

TEST_F(PermitsTest, TheRegistersOwnRightsAreChangedByThePermitOnly) {
  office().CreateType("resident", office().PlainType());
  office().Apply("resident", "h1", {"1ABC123"});
  rights::v1::ListRightsRequest list;
  list.set_parent(office().Parent());
  rights::v1::ListRightsResponse listed;
  ASSERT_TRUE(
      Call(*daemon_->rights, &rights::v1::RightsService::Stub::ListRights, Clerk(), list, listed)
          .ok());
  ASSERT_EQ(listed.rights_size(), 1);
  rights::v1::RevokeRightRequest revoke;
  revoke.set_name(listed.rights(0).name());
  revoke.set_reason("x");
  rights::v1::RevokeRightResponse revoked;
  const grpc::Status status = Call(*daemon_->rights, &rights::v1::RightsService::Stub::RevokeRight,
                                   Clerk(), revoke, revoked);
  ExpectRefusal(status, grpc::StatusCode::FAILED_PRECONDITION, "RIGHT_OF_PERMIT", {}, "revoke");
  EXPECT_EQ(office().Check("1ABC123"), "PERMITTED RIGHT");
}

TEST_F(PermitsTest, TypesHaveVersionsAndRunningPermitsKeepTheirs) {
  PermitType type = office().CreateType("resident", office().PlainType());
  EXPECT_EQ(type.version(), 1);
  const Permit permit = office().Apply("resident", "h1", {"1ABC123"});
  type.mutable_areas(0)->clear_zones();
  type.mutable_areas(0)->add_zones(office().Parent() + "/zones/b");
  const auto updated = office().UpdateType(type);
  ASSERT_TRUE(updated.ok()) << updated.status.error_message();
  EXPECT_EQ(updated.response.permit_type().version(), 2);
  EXPECT_EQ(ReasonOf(office().UpdateType(type).status), "STALE_ETAG");
  MoveTo(absl::Hours(1));
  ASSERT_TRUE(office().Swap(permit, "1ABC123", "2ABC123").ok());
  EXPECT_EQ(office().Check("2ABC123", "a"), "PERMITTED RIGHT") << "it keeps its version";
  office().Apply("resident", "h2", {"3ABC123"});
  EXPECT_EQ(office().Check("3ABC123", "b"), "PERMITTED RIGHT");
  PermitType without = updated.response.permit_type();
  without.mutable_areas()->DeleteSubrange(0, 1);
  EXPECT_EQ(ReasonOf(office().UpdateType(without).status), "AREA_IN_USE");
}

TEST_F(PermitsTest, EventsAreFollowedFromACursor) {
  office().CreateType("resident", office().PlainType());
  const Permit permit = office().Apply("resident", "h1", {"1ABC123"});
  permits::v1::FollowPermitEventsRequest request;
  request.set_parent(office().Parent());
  *request.mutable_start_time() = StampOf(kStart);
  const auto follow = [&](int count) {
    grpc::ClientContext context;
    Introduce(Portal(), context);
    const auto stream = daemon_->permits->FollowPermitEvents(&context, request);
    std::vector<std::string> kinds;
    permits::v1::FollowPermitEventsResponse response;
    while (static_cast<int>(kinds.size()) < count && stream->Read(&response)) {
      kinds.push_back(permits::v1::PermitEventKind_Name(response.event().kind()).substr(18));
      EXPECT_EQ(response.event().holder(), "h1");
      request.set_cursor(response.cursor());
      request.clear_start_time();
    }
    context.TryCancel();
    const grpc::Status ended = stream->Finish();
    EXPECT_EQ(ended.error_code(), grpc::StatusCode::CANCELLED) << ended.error_message();
    return kinds;
  };
  EXPECT_THAT(follow(1), ::testing::ElementsAre("APPLIED"));
  ASSERT_TRUE(office().Suspend(permit).ok());
  ASSERT_TRUE(office().Resume(permit).ok());
  EXPECT_THAT(follow(2), ::testing::ElementsAre("SUSPENDED", "RESUMED"));
  request.set_cursor("1.1.another-epoch");
  grpc::ClientContext context;
  Introduce(Portal(), context);
  permits::v1::FollowPermitEventsResponse response;
  const auto stream = daemon_->permits->FollowPermitEvents(&context, request);
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_EQ(ReasonOf(stream->Finish()), "CURSOR_LOST");
}

}  // namespace
}  // namespace stadspoort::testing
