// What time does to permits takes effect at its own moment and is told once, whether or not the
// register was there.
#include <gmock/gmock.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/integration/permit_clock.h"

namespace stadspoort::testing {
namespace {

using permits::v1::Permit;
using permits::v1::PermitType;

constexpr int64_t kDay = 24 * 3600;

class PermitTimeTest : public CityClockTest {
 protected:
  // 10 euro a month, renewed from 20 days before its end; reminded of 5 days before an end.
  PermitType Monthly() const {
    PermitType type = office().PlainType();
    type.mutable_price_steps(0)->set_price_cents(1000);
    type.mutable_price_steps(0)->mutable_term()->set_months(1);
    type.mutable_payment_term()->set_seconds(14 * kDay);
    type.mutable_overdue_term()->set_seconds(3 * kDay);
    type.set_renewal_window_days(20);
    type.set_reminder_days(5);
    return type;
  }
  Permit ApplyAndPay() const {
    const Permit permit = office().Apply("monthly", "h1", {"1ABC123"});
    const auto paid = office().Pay(permit, "first", 1000);
    EXPECT_TRUE(paid.ok()) << paid.status.error_message();
    return permit;
  }
  // What time did is told by the register, as known when it was back.
  void ExpectRecorded(const Permit& permit, int index, const std::string& when) const {
    const auto event = office().Events(permit).response.events(index);
    EXPECT_EQ(event.actor(), "register");
    EXPECT_EQ(LocalText(TimeOf(event.recorded_time())), when);
  }
  void ExpectTooLate(const grpc::Status& status) const {
    ExpectRefusal(status, grpc::StatusCode::FAILED_PRECONDITION, "PERMIT_MOVE_NOT_ALLOWED", {},
                  "too late");
  }
};

TEST_F(PermitTimeTest, WhatIsNotPaidLapses) {
  Begin("2026-06-01 10:00");
  office().CreateType("monthly", Monthly());
  const Permit permit = office().Apply("monthly", "h1", {"1ABC123"});
  EXPECT_EQ(LocalText(TimeOf(permit.answer_by_time())), "2026-06-15 10:00");
  const std::vector<std::string> told = {"2026-06-01 10:00 APPLIED AWAITING_PAYMENT",
                                         "2026-06-10 10:00 REMINDER AWAITING_PAYMENT",
                                         "2026-06-15 10:00 PAYMENT_LAPSED PAYMENT_LAPSED"};
  MoveToWhileDown("2026-06-20 08:00");
  ExpectTold(permit, told);
  ExpectRecorded(permit, 1, "2026-06-20 08:00");
  ExpectRecorded(permit, 2, "2026-06-20 08:00");
  ExpectTooLate(office().Pay(permit, "p1", 1000).status);
  EXPECT_EQ(office().Check("1ABC123"), "NOT_PERMITTED NO_RIGHT");
  EXPECT_EQ(Count("permit_area", "held = 0"), "2");
  MoveToWhileDown("2026-07-20 08:00");
  ExpectTold(permit, told);
}

// To the last microsecond; from the instant itself on it is too late, whether or not the lapse was
// told.
TEST_F(PermitTimeTest, PaidAtTheLastMoment) {
  Begin("2026-06-01 10:00");
  office().CreateType("monthly", Monthly());
  const Permit in_time = office().Apply("monthly", "h1", {"1ABC123"});
  const Permit too_late = office().Apply("monthly", "h2", {"2ABC123"});
  MoveToWhileDown("2026-06-15 09:59:59.999999");
  EXPECT_TRUE(office().Pay(in_time, "p1", 1000).ok());
  MoveToWhileDown("2026-06-15 10:00");
  ExpectTooLate(office().Pay(too_late, "p2", 1000).status);
  EXPECT_EQ(office().Check("1ABC123"), "PERMITTED RIGHT");
  EXPECT_EQ(office().Check("2ABC123"), "NOT_PERMITTED NO_RIGHT");
  EXPECT_EQ(EndOf(in_time), "2026-07-15 00:00") << "a term is as long, however late it is paid";
}

TEST_F(PermitTimeTest, AnOfferLapsesAndPassesOn) {
  Begin("2026-06-01 10:00");
  PermitType type = office().PlainType();
  type.mutable_areas(0)->set_place_count(1);
  type.set_waiting_list(true);
  type.mutable_offer_term()->set_seconds(7 * kDay);
  type.set_reminder_days(2);
  office().CreateType("resident", type);
  const Permit first = office().Apply("resident", "h1", {"1ABC123"});
  const Permit second = office().Apply("resident", "h2", {"2ABC123"});
  const Permit third = office().Apply("resident", "h3", {"3ABC123"});
  MoveTo("2026-06-01 11:00");
  ASSERT_TRUE(office().Withdraw(first).ok());
  AwaitWork();
  MoveToWhileDown("2026-06-10 09:00");
  ExpectTold(second,
             {"2026-06-01 10:00 APPLIED WAITLISTED", "2026-06-01 11:00 OFFERED OFFERED",
              "2026-06-06 11:00 REMINDER OFFERED", "2026-06-08 11:00 OFFER_LAPSED OFFER_LAPSED"});
  // It has its seven days from when it is told of it.
  ExpectTold(third, {"2026-06-01 10:00 APPLIED WAITLISTED", "2026-06-10 09:00 OFFERED OFFERED"});
  EXPECT_EQ(LocalText(TimeOf(office().Get(third).answer_by_time())), "2026-06-17 09:00");
  ExpectTooLate(office().Accept(second).status);
  EXPECT_TRUE(office().Accept(third).ok());
  EXPECT_EQ(office().Check("2ABC123"), "NOT_PERMITTED NO_RIGHT");
  EXPECT_EQ(office().Check("3ABC123"), "PERMITTED RIGHT");
}

TEST_F(PermitTimeTest, ATermFromItsReminderToTheEndOfItsOverdueTerm) {
  Begin("2026-06-15 10:00");
  office().CreateType("monthly", Monthly());
  const Permit permit = ApplyAndPay();
  std::vector<std::string> told = {"2026-06-15 10:00 APPLIED AWAITING_PAYMENT",
                                   "2026-06-15 10:00 PAID ACTIVE"};
  MoveToWhileDown("2026-07-11 09:00");
  told.insert(told.end(),
              {"2026-06-25 00:00 RENEWAL_OPENS ACTIVE", "2026-07-10 00:00 REMINDER ACTIVE"});
  ExpectTold(permit, told);
  ASSERT_TRUE(office().Renew(permit).ok());
  told.push_back("2026-07-11 09:00 RENEWAL_ASKED ACTIVE");
  MoveToWhileDown("2026-07-16 09:00");
  told.push_back("2026-07-15 00:00 PAYMENT_OVERDUE PAYMENT_OVERDUE");
  ExpectTold(permit, told);
  ExpectRecorded(permit, 5, "2026-07-16 09:00");
  EXPECT_EQ(office().Check("1ABC123"), "PERMITTED RIGHT") << "nobody is fined for a late payment";
  MoveToWhileDown("2026-07-18 00:00");
  told.push_back("2026-07-18 00:00 EXPIRED EXPIRED");
  ExpectTold(permit, told);
  EXPECT_EQ(office().Check("1ABC123"), "NOT_PERMITTED EXPIRED");
  EXPECT_EQ(office().Check("1ABC123", "a", Local("2026-07-17 23:59:59.999999")), "PERMITTED RIGHT");
  ExpectTooLate(office().Pay(permit, "second", 1000).status);
}

TEST_F(PermitTimeTest, AllOfATermInOneOutage) {
  Begin("2026-06-15 10:00");
  office().CreateType("monthly", Monthly());
  const Permit permit = ApplyAndPay();
  const std::vector<std::string> told = {
      "2026-06-15 10:00 APPLIED AWAITING_PAYMENT", "2026-06-15 10:00 PAID ACTIVE",
      "2026-06-25 00:00 RENEWAL_OPENS ACTIVE", "2026-07-10 00:00 REMINDER ACTIVE",
      "2026-07-15 00:00 EXPIRED EXPIRED"};
  MoveToWhileDown("2027-01-01 12:00");
  ExpectTold(permit, told);
  MoveToWhileDown("2027-01-01 13:00");
  ExpectTold(permit, told);
  EXPECT_EQ(Count("due_work"), "0");
}

// Two things at one instant are two.
TEST_F(PermitTimeTest, AReminderOnTheDayOnWhichItMayBeRenewed) {
  Begin("2026-06-15 10:00");
  PermitType type = Monthly();
  type.set_reminder_days(type.renewal_window_days());
  office().CreateType("monthly", type);
  const Permit permit = ApplyAndPay();
  permits::v1::ChangePlatesRequest swap =
      office().ToSwap(permit, "1ABC123", "2ABC123", Local("2026-06-25 00:00"));
  ASSERT_TRUE(office().Change(swap).ok());
  MoveToWhileDown("2026-06-25 00:00");
  AwaitWork();
  EXPECT_THAT(Told(permit),
              ::testing::UnorderedElementsAre(
                  "2026-06-15 10:00 APPLIED AWAITING_PAYMENT", "2026-06-15 10:00 PAID ACTIVE",
                  "2026-06-25 00:00 PLATES_CHANGED ACTIVE",
                  "2026-06-25 00:00 PLATES_CHANGED_AS_PLANNED ACTIVE",
                  "2026-06-25 00:00 RENEWAL_OPENS ACTIVE", "2026-06-25 00:00 REMINDER ACTIVE"));
}

TEST_F(PermitTimeTest, AGarageCarComesAndGoesWhileNobodyLooks) {
  Begin("2026-06-01 10:00");
  office().CreateType("resident", office().PlainType());
  const Permit permit = office().Apply("resident", "h1", {"1ABC123"});
  permits::v1::ChangePlatesRequest request = office().Plates(permit);
  request.mutable_stand_in()->mutable_replaced()->set_number("1ABC123");
  request.mutable_stand_in()->mutable_temporary()->set_number("2GAR456");
  *request.mutable_change_time() = StampOf(Local("2026-06-03 08:00"));
  *request.mutable_stand_in()->mutable_until_time() = StampOf(Local("2026-06-05 18:00"));
  ASSERT_TRUE(office().Change(request).ok());
  std::vector<std::string> told = {"2026-06-01 10:00 APPLIED ACTIVE",
                                   "2026-06-03 08:00 PLATES_CHANGED ACTIVE",
                                   "2026-06-03 08:00 PLATES_CHANGED_AS_PLANNED ACTIVE"};
  MoveToWhileDown("2026-06-04 12:00");
  EXPECT_EQ(office().Check("2GAR456"), "PERMITTED RIGHT");
  EXPECT_EQ(office().Check("1ABC123"), "NOT_PERMITTED EXPIRED");
  EXPECT_EQ(LocalText(TimeOf(office().Get(permit).next_change().time())), "2026-06-05 18:00");
  ExpectTold(permit, told);
  MoveToWhileDown("2026-06-06 09:00");
  EXPECT_EQ(office().Check("2GAR456", "a", Local("2026-06-05 17:59:59.999999")), "PERMITTED RIGHT");
  EXPECT_EQ(office().Check("2GAR456"), "NOT_PERMITTED EXPIRED");
  EXPECT_EQ(office().Check("1ABC123", "a", Local("2026-06-05 18:00")), "PERMITTED RIGHT");
  told.push_back("2026-06-05 18:00 PLATES_CHANGED_AS_PLANNED ACTIVE");
  ExpectTold(permit, told);
}

// Asked for the autumn, and over before it began.
TEST_F(PermitTimeTest, OverBeforeItBegan) {
  Begin("2026-06-01 10:00");
  office().CreateType("resident", office().PlainType());
  std::vector<Permit> permits;
  for (const char* plate : {"1ABC123", "2ABC123", "3ABC123"}) {
    permits::v1::ApplyForPermitRequest request = office().Application("resident", "h1", {plate});
    *request.mutable_permit()->mutable_requested_start_time() = StampOf(Local("2026-06-10 10:00"));
    permits.push_back(office().Apply(request).response.permit());
    EXPECT_EQ(StateOf(permits.back()), "ACTIVE");
    EXPECT_FALSE(permits.back().in_force());
    EXPECT_EQ(office().Check(plate), "NOT_PERMITTED NOT_STARTED");
  }
  MoveTo("2026-06-02 10:00");
  ASSERT_TRUE(office().Withdraw(permits[0]).ok());
  ASSERT_TRUE(office().Revoke(permits[1]).ok());
  EXPECT_EQ(EndOf(permits[0]), "2026-06-10 10:00") << "as it begins";
  EXPECT_EQ(EndOf(permits[1]), "2026-06-10 10:00");
  MoveToWhileDown("2026-06-10 10:00");
  EXPECT_EQ(office().Check("1ABC123"), "NOT_PERMITTED NO_RIGHT");
  EXPECT_EQ(office().Check("2ABC123"), "NOT_PERMITTED REVOKED");
  EXPECT_EQ(office().Check("3ABC123"), "PERMITTED RIGHT");
  EXPECT_TRUE(office().Get(permits[2]).in_force());
}

// Until somebody waits for a lock in this database; that is the worker.
void AwaitWaiting(Sql& sql) {
  for (int i = 0; i < 3000; ++i) {
    if (sql.Value("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
                  "wait_event_type = 'Lock'") != "0") {
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  ADD_FAILURE() << "nobody works";
}

TEST_F(PermitTimeTest, KilledInTheMiddleOfItsWork) {
  Begin("2026-06-15 10:00");
  office().CreateType("monthly", Monthly());
  const Permit permit = ApplyAndPay();
  Sql locker(database_->superuser());
  locker.Value("BEGIN");
  locker.Value("LOCK TABLE stadspoort.permit_event IN SHARE MODE");
  MoveTo("2026-07-15 00:00");
  AwaitWaiting(*sql_);
  Restart([&] { locker.Value("COMMIT"); });
  MoveToWhileDown("2026-07-15 00:01");
  ExpectTold(permit, {"2026-06-15 10:00 APPLIED AWAITING_PAYMENT", "2026-06-15 10:00 PAID ACTIVE",
                      "2026-06-25 00:00 RENEWAL_OPENS ACTIVE", "2026-07-10 00:00 REMINDER ACTIVE",
                      "2026-07-15 00:00 EXPIRED EXPIRED"});
}

// No job ends a right: where nobody does the work of permits, scanners find the same.
TEST_F(PermitTimeTest, RightsEndByThemselves) {
  Begin("2026-06-15 10:00");
  office().CreateType("monthly", Monthly());
  const Permit permit = ApplyAndPay();
  permits::v1::ChangePlatesRequest request = office().Plates(permit);
  request.mutable_stand_in()->mutable_replaced()->set_number("1ABC123");
  request.mutable_stand_in()->mutable_temporary()->set_number("2GAR456");
  *request.mutable_stand_in()->mutable_until_time() = StampOf(Local("2026-06-16 18:00"));
  ASSERT_TRUE(office().Change(request).ok());
  AwaitWork();
  const std::string before = Count("permit_event");
  Place place = database_->place();
  place.roles = {"cities", "zones", "rights", "checks", "projector"};
  Restart([&] {
    Daemon scanners_only(place);
    const Office there(scanners_only, desk().city());
    EXPECT_EQ(there.Check("2GAR456"), "PERMITTED RIGHT");
    MoveTo("2026-06-16 18:00");
    EXPECT_EQ(there.Check("2GAR456"), "NOT_PERMITTED EXPIRED");
    EXPECT_EQ(there.Check("1ABC123"), "PERMITTED RIGHT");
    MoveTo("2026-07-14 23:59:59.999999");
    EXPECT_EQ(there.Check("1ABC123"), "PERMITTED RIGHT");
    MoveTo("2026-07-15 00:00");
    EXPECT_EQ(there.Check("1ABC123"), "NOT_PERMITTED EXPIRED");
    EXPECT_EQ(Count("permit", "state = 'ACTIVE'"), "1");
    EXPECT_EQ(Count("permit_event"), before) << "somebody did the work";
  });
  MoveToWhileDown("2026-07-15 00:00");
  EXPECT_EQ(StateOf(office().Get(permit)), "EXPIRED");
}

}  // namespace
}  // namespace stadspoort::testing
