// Permits by the city's calendar: the nights on which the clock changes, months that differ in
// length, 29 February and the turn of the year.
#include <gmock/gmock.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/integration/permit_clock.h"

namespace stadspoort::testing {
namespace {

using permits::v1::Permit;
using permits::v1::PermitType;

constexpr int64_t kDay = 24 * 3600;

class PermitCalendarTest : public CityClockTest {
 protected:
  PermitType OfDays(int days) const {
    PermitType type = office().PlainType();
    type.mutable_price_steps(0)->mutable_term()->set_days(days);
    return type;
  }
  PermitType OfMonths(int months) const {
    PermitType type = office().PlainType();
    type.mutable_price_steps(0)->mutable_term()->set_months(months);
    return type;
  }
  PermitType Paid(int reminder_days) const {
    PermitType type = office().PlainType();
    type.mutable_price_steps(0)->set_price_cents(1000);
    type.mutable_payment_term()->set_seconds(14 * kDay);
    type.set_reminder_days(reminder_days);
    return type;
  }
  // Renews it then.
  void RenewAt(const Permit& permit, const std::string& then) {
    MoveTo(then);
    const auto renewed = office().Renew(permit);
    EXPECT_TRUE(renewed.ok()) << renewed.status.error_message();
  }
  // "OK", or why not.
  std::string SwapAt(const Permit& permit, const std::string& then, const std::string& leaving,
                     const std::string& coming) {
    MoveTo(then);
    const auto swapped = office().Swap(permit, leaving, coming);
    return swapped.ok() ? "OK" : ReasonOf(swapped.status);
  }
  // The last day is a whole one, and then it is over.
  void ExpectLastDay(const Permit& permit, const std::string& plate, const std::string& day,
                     const std::string& next) {
    EXPECT_EQ(EndOf(permit), next + " 00:00");
    MoveTo(day + " 23:59:59.999999");
    EXPECT_EQ(office().Check(plate), "PERMITTED RIGHT");
    EXPECT_TRUE(office().Get(permit).in_force());
    MoveToWhileDown(next + " 00:00");
    EXPECT_EQ(office().Check(plate), "NOT_PERMITTED EXPIRED");
    AwaitWork();
    EXPECT_EQ(Told(permit).back(), next + " 00:00 EXPIRED EXPIRED");
  }
};

// Summer time begins at 2026-03-29 02:00: that day has 23 hours.
TEST_F(PermitCalendarTest, ATermThatEndsOnTheNightInSpring) {
  Begin("2026-03-01 10:00");
  office().CreateType("days-28", OfDays(28));
  office().CreateType("days-29", OfDays(29));
  const Permit before = office().Apply("days-28", "h1", {"1ABC123"});
  const Permit with_it = office().Apply("days-29", "h2", {"2ABC123"});
  ExpectLastDay(before, "1ABC123", "2026-03-28", "2026-03-29");
  MoveTo("2026-03-29 03:00");
  EXPECT_EQ(office().Check("2ABC123"), "PERMITTED RIGHT");
  ExpectLastDay(with_it, "2ABC123", "2026-03-29", "2026-03-30");
  EXPECT_EQ(TimeOf(with_it.end_time()) - TimeOf(before.end_time()), absl::Hours(23));
}

// It ends at 2026-10-25 03:00: that day has 25 hours.
TEST_F(PermitCalendarTest, ATermThatEndsOnTheNightInAutumn) {
  Begin("2026-10-01 10:00");
  office().CreateType("days-24", OfDays(24));
  office().CreateType("days-25", OfDays(25));
  const Permit before = office().Apply("days-24", "h1", {"1ABC123"});
  const Permit with_it = office().Apply("days-25", "h2", {"2ABC123"});
  ExpectLastDay(before, "1ABC123", "2026-10-24", "2026-10-25");
  ExpectLastDay(with_it, "2ABC123", "2026-10-25", "2026-10-26");
  EXPECT_EQ(TimeOf(with_it.end_time()) - TimeOf(before.end_time()), absl::Hours(25));
}

// Fourteen days to pay are as many hours in every season; reminders go by the clock on the wall.
TEST_F(PermitCalendarTest, FourteenDaysToPayAcrossTheNightInSpring) {
  Begin("2026-03-20 10:00");
  office().CreateType("paid", Paid(7));
  const Permit permit = office().Apply("paid", "h1", {"1ABC123"});
  MoveToWhileDown("2026-04-03 10:59:59.999999");
  EXPECT_EQ(StateOf(office().Get(permit)), "AWAITING_PAYMENT");
  MoveToWhileDown("2026-04-04 09:00");
  ExpectTold(permit, {"2026-03-20 10:00 APPLIED AWAITING_PAYMENT",
                      "2026-03-27 11:00 REMINDER AWAITING_PAYMENT",
                      "2026-04-03 11:00 PAYMENT_LAPSED PAYMENT_LAPSED"});
}

TEST_F(PermitCalendarTest, FourteenDaysToPayAcrossTheNightInAutumn) {
  Begin("2026-10-20 10:00");
  office().CreateType("paid", Paid(10));
  const Permit permit = office().Apply("paid", "h1", {"1ABC123"});
  MoveToWhileDown("2026-11-04 09:00");
  ExpectTold(permit, {"2026-10-20 10:00 APPLIED AWAITING_PAYMENT",
                      "2026-10-24 09:00 REMINDER AWAITING_PAYMENT",
                      "2026-11-03 09:00 PAYMENT_LAPSED PAYMENT_LAPSED"});
}

TEST_F(PermitCalendarTest, SwapsAreCountedByTheDayOfTheCity) {
  for (const auto& [eve, day, next] : {std::tuple("2026-03-28", "2026-03-29", "2026-03-30"),
                                       std::tuple("2026-10-24", "2026-10-25", "2026-10-26")}) {
    Begin(absl::StrCat(eve, " 10:00"));
    PermitType type = office().PlainType();
    type.set_swaps_a_day_max(1);
    office().CreateType("resident", type);
    const Permit permit = office().Apply("resident", "h1", {"CAR1"});
    const std::string first = absl::StrCat(day, " 00:00");
    const std::string last = absl::StrCat(day, " 23:59:59.999999");
    EXPECT_EQ(SwapAt(permit, absl::StrCat(eve, " 23:59:59.999999"), "CAR1", "CAR2"), "OK");
    EXPECT_EQ(SwapAt(permit, first, "CAR2", "CAR3"), "OK") << "a new day";
    EXPECT_EQ(SwapAt(permit, last, "CAR3", "CAR4"), "TOO_MANY_SWAPS") << "the same day";
    EXPECT_EQ(SwapAt(permit, absl::StrCat(next, " 00:00"), "CAR3", "CAR4"), "OK");
    EXPECT_EQ(office().Check("CAR4"), "PERMITTED RIGHT");
    EXPECT_EQ(office().Check("CAR3", "a", Local(last)), "PERMITTED RIGHT");
    clock_.reset();
  }
}

TEST_F(PermitCalendarTest, AGarageCarForTheNightInSpring) {
  Begin("2026-03-28 10:00");
  office().CreateType("resident", office().PlainType());
  const Permit permit = office().Apply("resident", "h1", {"1ABC123"});
  permits::v1::ChangePlatesRequest request = office().Plates(permit);
  request.mutable_stand_in()->mutable_replaced()->set_number("1ABC123");
  request.mutable_stand_in()->mutable_temporary()->set_number("2GAR456");
  *request.mutable_change_time() = StampOf(Local("2026-03-28 22:00"));
  *request.mutable_stand_in()->mutable_until_time() = StampOf(Local("2026-03-29 04:00"));
  ASSERT_TRUE(office().Change(request).ok());
  MoveToWhileDown("2026-03-29 03:59:59.999999");
  EXPECT_EQ(office().Check("2GAR456"), "PERMITTED RIGHT");
  EXPECT_EQ(office().Check("1ABC123"), "NOT_PERMITTED EXPIRED");
  MoveToWhileDown("2026-03-29 04:00");
  EXPECT_EQ(office().Check("2GAR456"), "NOT_PERMITTED EXPIRED");
  EXPECT_EQ(office().Check("1ABC123"), "PERMITTED RIGHT");
  ExpectTold(permit, {"2026-03-28 10:00 APPLIED ACTIVE", "2026-03-28 22:00 PLATES_CHANGED ACTIVE",
                      "2026-03-28 22:00 PLATES_CHANGED_AS_PLANNED ACTIVE",
                      "2026-03-29 04:00 PLATES_CHANGED_AS_PLANNED ACTIVE"});
}

// From half past two until half past two: the hour that there is twice.
TEST_F(PermitCalendarTest, AGarageCarForTheHourThatIsThereTwice) {
  const absl::Time from =
      absl::FromCivil(absl::CivilMinute(2026, 10, 25, 0, 30), absl::UTCTimeZone());
  const absl::Time until = from + absl::Hours(1);
  ASSERT_EQ(LocalText(from), LocalText(until));
  Begin("2026-10-24 10:00");
  office().CreateType("resident", office().PlainType());
  const Permit permit = office().Apply("resident", "h1", {"1ABC123"});
  permits::v1::ChangePlatesRequest request = office().Plates(permit);
  request.mutable_stand_in()->mutable_replaced()->set_number("1ABC123");
  request.mutable_stand_in()->mutable_temporary()->set_number("2GAR456");
  *request.mutable_change_time() = StampOf(from);
  *request.mutable_stand_in()->mutable_until_time() = StampOf(until);
  ASSERT_TRUE(office().Change(request).ok());
  MoveToWhileDown("2026-10-25 04:00");
  const absl::Duration tick = absl::Microseconds(1);
  for (const auto& [at, garage] : {std::pair(from - tick, false), std::pair(from, true),
                                   std::pair(until - tick, true), std::pair(until, false)}) {
    EXPECT_EQ(office().Check("2GAR456", "a", at) == "PERMITTED RIGHT", garage) << at;
    EXPECT_EQ(office().Check("1ABC123", "a", at) == "PERMITTED RIGHT", !garage) << at;
  }
}

// To be renewed from that day on: from midnight, a day of 23 hours or not.
TEST_F(PermitCalendarTest, TheRenewalWindowOpensOnTheNightInSpring) {
  Begin("2026-03-18 10:00");
  PermitType type = OfMonths(1);
  type.set_renewal_window_days(20);
  office().CreateType("monthly", type);
  const Permit permit = office().Apply("monthly", "h1", {"1ABC123"});
  EXPECT_EQ(permit.renewable_from_date(), "2026-03-29");
  MoveToWhileDown("2026-03-28 23:59:59.999999");
  EXPECT_EQ(ReasonOf(office().Renew(permit).status), "OUTSIDE_RENEWAL_WINDOW");
  MoveToWhileDown("2026-03-29 00:00");
  EXPECT_TRUE(office().Renew(permit).ok());
  EXPECT_EQ(EndOf(permit), "2026-05-18 00:00");
  ExpectTold(permit, {"2026-03-18 10:00 APPLIED ACTIVE", "2026-03-29 00:00 RENEWAL_OPENS ACTIVE",
                      "2026-03-29 00:00 RENEWAL_ASKED ACTIVE"});
}

// From 31 January one month lasts to 1 March, for no month is cut short; two to 31 March, for ends
// do not drift; and so on.
TEST_F(PermitCalendarTest, MonthsFrom31January) {
  Begin("2026-01-31 09:00");
  office().CreateType("monthly", OfMonths(1));
  const Permit permit = office().Apply("monthly", "h1", {"1ABC123"});
  EXPECT_EQ(EndOf(permit), "2026-03-01 00:00");
  RenewAt(permit, "2026-02-20 09:00");
  EXPECT_EQ(EndOf(permit), "2026-03-31 00:00");
  RenewAt(permit, "2026-03-20 09:00");
  EXPECT_EQ(EndOf(permit), "2026-05-01 00:00");
  RenewAt(permit, "2026-04-20 09:00");
  EXPECT_EQ(EndOf(permit), "2026-05-31 00:00");
  ExpectLastDay(permit, "1ABC123", "2026-05-30", "2026-05-31");
}

TEST_F(PermitCalendarTest, YearsFrom29February) {
  Begin("2028-02-29 09:00");
  office().CreateType("yearly", OfMonths(12));
  const Permit permit = office().Apply("yearly", "h1", {"1ABC123"});
  EXPECT_EQ(EndOf(permit), "2029-03-01 00:00");
  RenewAt(permit, "2029-02-20 09:00");
  EXPECT_EQ(EndOf(permit), "2030-03-01 00:00");
  RenewAt(permit, "2030-02-20 09:00");
  RenewAt(permit, "2031-02-20 09:00");
  EXPECT_EQ(EndOf(permit), "2032-02-29 00:00");
  ExpectLastDay(permit, "1ABC123", "2032-02-28", "2032-02-29");
}

// A twelfth for each month that is left, the present one included.
TEST_F(PermitCalendarTest, ACalendarYearForItsPart) {
  Begin("2026-10-31 23:30");
  PermitType type = Paid(0);
  type.mutable_price_steps(0)->set_price_cents(12'000);
  type.mutable_price_steps(0)->mutable_term()->set_calendar_year(true);
  office().CreateType("year", type);
  const auto price = [&](const char* start) {
    permits::v1::ApplyForPermitRequest request = office().Application("year", "h1", {"1ABC123"});
    request.set_validate_only(true);
    if (*start != '\0') {
      *request.mutable_permit()->mutable_requested_start_time() = StampOf(Local(start));
    }
    const auto answered = office().Apply(request);
    EXPECT_TRUE(answered.ok()) << answered.status.error_message();
    return answered.response.price_cents();
  };
  EXPECT_EQ(price(""), 3000) << "October, November, December; in UTC and here";
  EXPECT_EQ(price("2026-11-01 00:00"), 2000) << "still October in UTC";
  EXPECT_EQ(price("2026-12-31 23:59"), 1000);
  EXPECT_EQ(price("2027-01-01 00:00"), 12'000);
  const Permit permit = office().Apply("year", "h1", {"1ABC123"});
  ASSERT_TRUE(office().Pay(permit, "p1", 3000).ok());
  EXPECT_EQ(EndOf(permit), "2027-01-01 00:00");
  RenewAt(permit, "2026-12-01 09:00");
  EXPECT_EQ(office().Get(permit).amount_due_cents(), 12'000);
  ASSERT_TRUE(office().Pay(permit, "p2", 12'000).ok());
  EXPECT_EQ(EndOf(permit), "2028-01-01 00:00");
  MoveToWhileDown("2027-01-01 00:00");
  EXPECT_EQ(office().Check("1ABC123"), "PERMITTED RIGHT");
}

}  // namespace
}  // namespace stadspoort::testing
