#include "services/domain/permit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/domain/refusal.h"

namespace stadspoort::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

absl::TimeZone Brussels() {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone("Europe/Brussels", &zone));
  return zone;
}
absl::Time Local(int year, int month, int day, int hour = 0, int minute = 0) {
  return absl::FromCivil(absl::CivilMinute(year, month, day, hour, minute), Brussels());
}
PermitMoment When(absl::Time t) { return {t, Brussels()}; }

PlateId Plate(char name) {
  UuidBytes bytes{};
  bytes.back() = static_cast<uint8_t>(name);
  return PlateId(bytes);
}

constexpr PermitTerm kYear = {PermitTerm::Unit::kMonths, 12};
constexpr PermitTerm kTwoYears = {PermitTerm::Unit::kMonths, 24};

// Ghent: two per address, the first one free for two years, the second 250 euro a year.
PermitType Resident() {
  PermitType type;
  type.code = PermitTypeCode("bewoner");
  type.display_name = "Bewonersvergunning";
  type.right_type = RightTypeCode("resident");
  type.areas = {{PermitAreaCode("noord"), "Noord", {ZoneCode("noord-1")}, 10},
                {PermitAreaCode("zuid"), "Zuid", {ZoneCode("zuid-1")}, 0}};
  type.counted_by = CountedBy::kAddress;
  type.price_steps = {{1, 0, kTwoYears}, {2, 25'000, kYear}};
  type.max_per_address = 2;
  type.plates = {1, 1, 3, absl::Hours(24 * 28)};
  type.waiting_list = true;
  type.offer_term = absl::Hours(24 * 14);
  type.payment_term = absl::Hours(24 * 30);
  type.overdue_term = absl::Hours(24 * 21);
  type.renewal_window_days = 60;
  type.refunds = true;
  return type;
}

const absl::Time kAsked = Local(2026, 3, 2, 10);

Permit Asked(const std::string& area = "noord") {
  Permit permit;
  permit.type = PermitTypeCode("bewoner");
  permit.type_version = 1;
  permit.holder = "h-1";
  permit.address = "Korenmarkt 1";
  permit.areas = {{kAsked, PermitAreaCode(area), 1}};
  permit.plates = PlateBook({{kAsked, {{Plate('A'), Country(), true}}}});
  return permit;
}

// The states that time moves it through.
std::vector<PermitState> MoveByTime(const PermitMoment& moment, Permit& permit) {
  std::vector<PermitState> through;
  CatchUp(Resident(), moment, permit, [&](const PermitHappening& happening) {
    if (happening.kind == EventOfMove(happening.state)) through.push_back(happening.state);
  });
  return through;
}

std::vector<PermitHappening> Told(const PermitType& type, absl::Time now, Permit& permit) {
  std::vector<PermitHappening> told;
  CatchUp(type, When(now), permit, [&](const PermitHappening& one) { told.push_back(one); });
  return told;
}

constexpr PermitCounts kFirst = {0, 0, 10, false};
constexpr PermitCounts kSecond = {1, 1, 10, false, 1, 1};
constexpr PermitCounts kNoPlace = {0, 0, 0, false};
constexpr PermitCounts kAnyNumber = {0, 0, std::nullopt, true};

std::string ReasonOf(const absl::Status& status) {
  const auto details = DetailsOf(status);
  return details ? std::string(Name(details->reason)) : std::string(status.ToString());
}

Permit Applied(const PermitType& type, const PermitCounts& counts, absl::Time now = kAsked) {
  const auto permit = Apply(Asked(), type, counts, When(now));
  EXPECT_TRUE(permit.ok()) << permit.status();
  return permit.value_or(Permit());
}

TEST(PermitTest, TheValidTypeIsValidAndFaultsAreNamed) {
  EXPECT_TRUE(Validate(Resident()).ok()) << Validate(Resident());
  const auto field = [](auto change) {
    PermitType type = Resident();
    change(type);
    const auto details = DetailsOf(Validate(type));
    return details ? details->violations.front().field : "none";
  };
  EXPECT_EQ(field([](PermitType& t) { t.display_name.clear(); }), "display_name");
  EXPECT_EQ(field([](PermitType& t) { t.areas.clear(); }), "areas");
  EXPECT_EQ(field([](PermitType& t) { t.areas[1].code = t.areas[0].code; }), "areas[1].code");
  EXPECT_EQ(field([](PermitType& t) { t.areas[0].display_name.clear(); }), "areas[0].display_name");
  EXPECT_EQ(field([](PermitType& t) { t.areas[0].places = -1; }), "areas[0].place_count");
  EXPECT_EQ(field([](PermitType& t) { t.areas[0].zones.push_back(t.areas[0].zones[0]); }),
            "areas[0].zones");
  EXPECT_EQ(field([](PermitType& t) { t.price_steps.clear(); }), "price_steps");
  EXPECT_EQ(field([](PermitType& t) { t.price_steps[0].from_ordinal = 2; }),
            "price_steps[0].from_ordinal");
  EXPECT_EQ(field([](PermitType& t) { t.price_steps[1].from_ordinal = 1; }),
            "price_steps[1].from_ordinal");
  EXPECT_EQ(field([](PermitType& t) { t.price_steps[1].price_cents = -1; }),
            "price_steps[1].price_cents");
  EXPECT_EQ(field([](PermitType& t) { t.price_steps[1].term.count = 0; }), "price_steps[1].term");
  EXPECT_EQ(field([](PermitType& t) { t.max_per_holder = -1; }), "max_per_holder");
  EXPECT_EQ(field([](PermitType& t) { t.max_per_address = -1; }), "max_per_address");
  EXPECT_EQ(field([](PermitType& t) { t.plates.plates_max = 0; }), "plates_max");
  EXPECT_EQ(field([](PermitType& t) { t.plates.active_max = 2; }), "active_plates_max");
  EXPECT_EQ(field([](PermitType& t) { t.plates.swaps_a_day_max = -1; }), "swaps_a_day_max");
  EXPECT_EQ(field([](PermitType& t) { t.plates.temporary_max = -absl::Hours(1); }),
            "temporary_plate_max_duration");
  EXPECT_EQ(field([](PermitType& t) { t.evidence = {"lease", "lease"}; }), "evidence_kinds[1]");
  EXPECT_EQ(field([](PermitType& t) { t.offer_term = absl::ZeroDuration(); }), "offer_term");
  EXPECT_EQ(field([](PermitType& t) { t.payment_term = absl::ZeroDuration(); }), "payment_term");
  EXPECT_EQ(field([](PermitType& t) { t.overdue_term = -absl::Hours(1); }), "overdue_term");
  EXPECT_EQ(field([](PermitType& t) { t.renewal_window_days = -1; }), "renewal_window_days");
}

TEST(PermitTest, TheFirstOfAnAddressIsActiveAtOnceAndFree) {
  const Permit permit = Applied(Resident(), kFirst);
  EXPECT_EQ(permit.state, PermitState::kActive);
  EXPECT_EQ(permit.price_cents, 0);
  EXPECT_EQ(permit.start, kAsked);
  EXPECT_EQ(permit.rights_end, Local(2028, 3, 2));
  const std::vector<PermitRight> rights = RightsOf(permit);
  ASSERT_EQ(rights.size(), 1U);
  EXPECT_EQ(rights[0].segment.during, (Interval{kAsked, Local(2028, 3, 2)}));
  EXPECT_EQ(rights[0].area, PermitAreaCode("noord"));
}

TEST(PermitTest, TheSecondOneIsPaidFirst) {
  const PermitType type = Resident();
  Permit permit = Applied(type, kSecond);
  EXPECT_EQ(permit.state, PermitState::kAwaitingPayment);
  EXPECT_EQ(permit.price_cents, 25'000);
  EXPECT_THAT(RightsOf(permit), IsEmpty());
  EXPECT_EQ(ReasonOf(Pay(24'999, When(Local(2026, 3, 9)), permit)), "AMOUNT_NOT_DUE");
  ASSERT_TRUE(Pay(25'000, When(Local(2026, 3, 9, 15)), permit).ok());
  EXPECT_EQ(permit.state, PermitState::kActive);
  // The term is as long as if it had been paid at once.
  EXPECT_EQ(permit.rights_end, Local(2027, 3, 9));
  EXPECT_EQ(RightsOf(permit)[0].segment.during,
            (Interval{Local(2026, 3, 9, 15), Local(2027, 3, 9)}));
  EXPECT_EQ(ReasonOf(Pay(25'000, When(Local(2026, 3, 9, 16)), permit)), "PERMIT_MOVE_NOT_ALLOWED");
}

TEST(PermitTest, ItMayBeginLater) {
  Permit asked = Asked();
  asked.requested_start = Local(2026, 4, 1);
  const auto permit = Apply(asked, Resident(), kFirst, When(kAsked));
  ASSERT_TRUE(permit.ok());
  EXPECT_EQ(permit->state, PermitState::kActive);
  EXPECT_EQ(RightsOf(*permit)[0].segment.during, (Interval{Local(2026, 4, 1), Local(2028, 4, 1)}));
  asked.requested_start = kAsked - absl::Seconds(1);
  EXPECT_EQ(ReasonOf(Apply(asked, Resident(), kFirst, When(kAsked)).status()), "INVALID_FIELD");
}

TEST(PermitTest, UnpaidItLapsesHoweverLateTheJobIs) {
  Permit permit = Applied(Resident(), kSecond);
  const absl::Time lapses = kAsked + absl::Hours(24 * 30);
  EXPECT_EQ(NextMoveByTime(permit, Brussels()), (DueMove{lapses, PermitState::kPaymentLapsed}));
  // Nobody need have moved it: what came too late came too late.
  EXPECT_EQ(ReasonOf(Pay(25'000, When(lapses), permit)), "PERMIT_MOVE_NOT_ALLOWED");
  EXPECT_THAT(MoveByTime(When(lapses - absl::Microseconds(1)), permit), IsEmpty());
  EXPECT_THAT(MoveByTime(When(lapses + absl::Hours(999)), permit),
              ElementsAre(PermitState::kPaymentLapsed));
  EXPECT_THAT(RightsOf(permit), IsEmpty());
  EXPECT_EQ(NextMoveByTime(permit, Brussels()), std::nullopt);
}

TEST(PermitTest, LimitsOfTheHolderAndTheAddress) {
  EXPECT_EQ(ReasonOf(Apply(Asked(), Resident(), {2, 2, 10, false}, When(kAsked)).status()),
            "PERMIT_LIMIT_REACHED");
  PermitType type = Resident();
  type.max_per_holder = 1;
  EXPECT_EQ(ReasonOf(Apply(Asked(), type, kSecond, When(kAsked)).status()), "PERMIT_LIMIT_REACHED");
  Permit nowhere = Asked();
  nowhere.address.clear();
  EXPECT_EQ(ReasonOf(Apply(nowhere, type, kFirst, When(kAsked)).status()), "INVALID_FIELD");
  EXPECT_EQ(ReasonOf(Apply(Asked("oost"), type, kFirst, When(kAsked)).status()), "INVALID_FIELD");
}

TEST(PermitTest, AFullAreaHasAQueue) {
  PermitType type = Resident();
  Permit permit = Applied(type, kNoPlace);
  EXPECT_EQ(permit.state, PermitState::kWaitlisted);
  // Whoever waits comes first.
  EXPECT_EQ(Applied(type, {0, 0, 1, true}).state, PermitState::kWaitlisted);
  EXPECT_EQ(ReasonOf(AcceptOffer(type, kFirst, When(kAsked), permit)), "PERMIT_MOVE_NOT_ALLOWED");
  const absl::Time offered = Local(2026, 6, 1, 9);
  ASSERT_TRUE(Offer(type, When(offered), permit).ok());
  const absl::Time lapses = offered + type.offer_term;
  EXPECT_EQ(NextMoveByTime(permit, Brussels()), (DueMove{lapses, PermitState::kOfferLapsed}));
  Permit lapsed = permit;
  EXPECT_EQ(ReasonOf(AcceptOffer(type, kFirst, When(lapses), lapsed)), "PERMIT_MOVE_NOT_ALLOWED");
  EXPECT_THAT(MoveByTime(When(lapses), lapsed), ElementsAre(PermitState::kOfferLapsed));
  ASSERT_TRUE(AcceptOffer(type, kFirst, When(Local(2026, 6, 2)), permit).ok());
  EXPECT_EQ(permit.state, PermitState::kActive);
  EXPECT_EQ(permit.rights_end, Local(2028, 6, 2));

  type.waiting_list = false;
  EXPECT_EQ(ReasonOf(Apply(Asked(), type, kNoPlace, When(kAsked)).status()), "NO_PLACE_LEFT");
  // An area without bound is never full.
  EXPECT_EQ(Apply(Asked("zuid"), type, kAnyNumber, When(kAsked))->state, PermitState::kActive);
}

TEST(PermitTest, EvidenceIsGivenAskedForAgainAndReviewed) {
  PermitType type = Resident();
  type.evidence = {"lease", "insurance"};
  type.reviewed = true;
  Permit permit = Applied(type, kFirst);
  EXPECT_EQ(permit.state, PermitState::kEvidenceNeeded);
  EXPECT_THAT(MissingEvidence(permit, type), ElementsAre("lease", "insurance"));
  EXPECT_EQ(ReasonOf(AddEvidence("passport", type, kFirst, When(kAsked), permit)), "INVALID_FIELD");
  ASSERT_TRUE(AddEvidence("insurance", type, kFirst, When(kAsked), permit).ok());
  EXPECT_EQ(permit.state, PermitState::kEvidenceNeeded);
  EXPECT_EQ(ReasonOf(Approve(type, kFirst, When(kAsked), permit)), "PERMIT_MOVE_NOT_ALLOWED");
  ASSERT_TRUE(AddEvidence("lease", type, kFirst, When(kAsked), permit).ok());
  EXPECT_EQ(permit.state, PermitState::kInReview);
  ASSERT_TRUE(AskEvidence({"lease"}, permit).ok());
  EXPECT_EQ(permit.state, PermitState::kEvidenceNeeded);
  ASSERT_TRUE(AddEvidence("lease", type, kFirst, When(kAsked), permit).ok());
  Permit refused = permit;
  ASSERT_TRUE(Refuse(refused).ok());
  EXPECT_TRUE(IsFinal(refused.state));
  EXPECT_THAT(RightsOf(refused), IsEmpty());
  // The queue is looked at when it is decided.
  Permit waits = permit;
  ASSERT_TRUE(Approve(type, kNoPlace, When(kAsked), waits).ok());
  EXPECT_EQ(waits.state, PermitState::kWaitlisted);
  ASSERT_TRUE(Approve(type, kFirst, When(Local(2026, 3, 20)), permit).ok());
  EXPECT_EQ(permit.state, PermitState::kActive);
  EXPECT_EQ(permit.rights_end, Local(2028, 3, 20));
}

TEST(PermitTest, EvidenceAloneDecidesWhereNobodyReviews) {
  PermitType type = Resident();
  type.evidence = {"lease"};
  Permit permit = Applied(type, kFirst);
  EXPECT_EQ(permit.state, PermitState::kEvidenceNeeded);
  // Refused as it would have been at once; what was given is not taken.
  EXPECT_EQ(ReasonOf(AddEvidence("lease", type, {2, 2, 10, false}, When(kAsked), permit)),
            "PERMIT_LIMIT_REACHED");
  EXPECT_THAT(permit.evidence, IsEmpty());
  ASSERT_TRUE(AddEvidence("lease", type, kFirst, When(kAsked), permit).ok());
  EXPECT_EQ(permit.state, PermitState::kActive);
}

TEST(PermitTest, RenewalIsPaidBeforeOrAfterTheOldEnd) {
  const PermitType type = Resident();
  Permit permit = Applied(type, kSecond);
  ASSERT_TRUE(Pay(25'000, When(kAsked), permit).ok());
  const absl::Time end = Local(2027, 3, 2);
  EXPECT_EQ(ReasonOf(Renew(type, 2, kSecond, When(Local(2026, 12, 31)), permit)),
            "OUTSIDE_RENEWAL_WINDOW");
  ASSERT_TRUE(Renew(type, 2, kSecond, When(Local(2027, 1, 1)), permit).ok());
  EXPECT_EQ(ReasonOf(Renew(type, 2, kSecond, When(Local(2027, 1, 2)), permit)),
            "OUTSIDE_RENEWAL_WINDOW");
  EXPECT_EQ(permit.state, PermitState::kActive);
  EXPECT_EQ(permit.rights_end, end + type.overdue_term);

  Permit in_time = permit;
  ASSERT_TRUE(Pay(25'000, When(Local(2027, 2, 1)), in_time).ok());
  EXPECT_EQ(in_time.state, PermitState::kActive);
  EXPECT_EQ(in_time.rights_end, Local(2028, 3, 2));
  EXPECT_EQ(in_time.type_version, 2);
  const std::vector<PermitRight> rights = RightsOf(in_time);
  ASSERT_EQ(rights.size(), 2U) << "the zones of each term are those of its own version";
  EXPECT_EQ(rights[0].type_version, 1);
  EXPECT_EQ(rights[0].segment.during, (Interval{kAsked, end}));
  EXPECT_EQ(rights[1].type_version, 2);
  EXPECT_EQ(rights[1].segment.during, (Interval{end, Local(2028, 3, 2)}));

  EXPECT_EQ(NextMoveByTime(permit, Brussels()), (DueMove{end, PermitState::kPaymentOverdue}));
  Permit late = permit;
  EXPECT_THAT(MoveByTime(When(end), late), ElementsAre(PermitState::kPaymentOverdue));
  EXPECT_TRUE(RightsOf(late)[0].segment.during.Contains(end + absl::Hours(24)));
  ASSERT_TRUE(Pay(25'000, When(end + absl::Hours(24)), late).ok());
  EXPECT_EQ(late.state, PermitState::kActive);
  EXPECT_EQ(late.rights_end, Local(2028, 3, 2));

  // A job that was away for months does both.
  EXPECT_THAT(MoveByTime(When(Local(2027, 9, 1)), permit),
              ElementsAre(PermitState::kPaymentOverdue, PermitState::kExpired));
  EXPECT_EQ(ReasonOf(Pay(25'000, When(Local(2027, 9, 1)), permit)), "PERMIT_MOVE_NOT_ALLOWED");
}

TEST(PermitTest, AFreeRenewalGoesOnAtOnce) {
  const PermitType type = Resident();
  Permit permit = Applied(type, kFirst);
  ASSERT_TRUE(Renew(type, 1, kFirst, When(Local(2028, 3, 1)), permit).ok());
  EXPECT_EQ(permit.rights_end, Local(2030, 3, 2));
  EXPECT_EQ(permit.renewal, std::nullopt);
}

TEST(PermitTest, SuspensionEndsAndBeginsAtTheInstant) {
  Permit permit = Applied(Resident(), kFirst);
  ASSERT_TRUE(Suspend(When(Local(2026, 5, 1)), permit).ok());
  EXPECT_EQ(ReasonOf(Suspend(When(Local(2026, 5, 2)), permit)), "PERMIT_MOVE_NOT_ALLOWED");
  ASSERT_TRUE(Resume(When(Local(2026, 6, 1)), permit).ok());
  EXPECT_EQ(ReasonOf(Resume(When(Local(2026, 6, 1)), permit)), "PERMIT_MOVE_NOT_ALLOWED");
  EXPECT_THAT(RightsOf(permit)[0].suspensions,
              ElementsAre(Interval{Local(2026, 5, 1), Local(2026, 6, 1)}));
  ASSERT_TRUE(Suspend(When(Local(2026, 7, 1)), permit).ok());
  EXPECT_THAT(MoveByTime(When(permit.rights_end), permit), ElementsAre(PermitState::kExpired));
}

TEST(PermitTest, ResumedAfterItsTermAndNotPaidItIsOverdueAtOnce) {
  const PermitType type = Resident();
  Permit permit = Applied(type, kSecond);
  ASSERT_TRUE(Pay(25'000, When(kAsked), permit).ok());
  ASSERT_TRUE(Renew(type, 2, kSecond, When(Local(2027, 2, 20)), permit).ok());
  ASSERT_TRUE(Suspend(When(Local(2027, 2, 21)), permit).ok());
  const absl::Time now = permit.schedule.EndIn(Brussels()) + absl::Hours(1);
  EXPECT_THAT(MoveByTime(When(now), permit), ElementsAre());
  ASSERT_TRUE(Resume(When(now), permit).ok());
  EXPECT_EQ(permit.state, PermitState::kPaymentOverdue);
  EXPECT_THAT(MoveByTime(When(now), permit), ElementsAre());
}

// Ghent's first permit stays the first when a second is asked for: limits count all, prices those
// before.
TEST(PermitTest, HowManyThItIsTellsThePriceOfARenewal) {
  const PermitType type = Resident();
  Permit first = Applied(type, kFirst);
  ASSERT_EQ(first.state, PermitState::kActive);
  const PermitCounts with_a_later_one = {1, 1, 10, false, 0, 0};
  const absl::Time opens = absl::FromCivil(first.schedule.end_day() - 1, Brussels());
  ASSERT_TRUE(Renew(type, 2, with_a_later_one, When(opens), first).ok());
  EXPECT_EQ(first.price_cents, 0);
  EXPECT_FALSE(first.renewal);
}

TEST(PermitTest, WhatIsLeftIsGivenBackWhenItIsWithdrawn) {
  const PermitType type = Resident();
  Permit permit = Applied(type, kSecond);
  ASSERT_TRUE(Pay(25'000, When(kAsked), permit).ok());
  // 2 March 2026 to 2 March 2027; of 365 days 182 are left after 31 August.
  const absl::Time now = Local(2026, 8, 31, 12);
  EXPECT_EQ(Withdraw(type, When(now), permit).value_or(-1), 12'465);  // 25,000 * 182 / 365
  EXPECT_EQ(permit.state, PermitState::kWithdrawn);
  EXPECT_EQ(RightsOf(permit)[0].segment.during, (Interval{kAsked, now}));
  EXPECT_EQ(ReasonOf(Withdraw(type, When(now), permit).status()), "PERMIT_MOVE_NOT_ALLOWED");
  // Renewed in advance: the term under way and the one to come.
  Permit renewed = Applied(type, kSecond);
  ASSERT_TRUE(Pay(25'000, When(kAsked), renewed).ok());
  const absl::Time february = Local(2027, 2, 20, 12);
  ASSERT_TRUE(Renew(type, 2, kSecond, When(february), renewed).ok());
  ASSERT_TRUE(Pay(25'000, When(february), renewed).ok());
  // 9 of 365 days are left of the first, and the whole of the second.
  EXPECT_EQ(Withdraw(type, When(february), renewed).value_or(-1), 616 + 25'000);
  Permit unpaid = Applied(type, kSecond);
  EXPECT_EQ(Withdraw(type, When(now), unpaid).value_or(-1), 0);
  EXPECT_EQ(ReasonOf(Pay(25'000, When(now), unpaid)), "PERMIT_MOVE_NOT_ALLOWED");
}

TEST(PermitTest, ARevokedOneGivesNoGrace) {
  Permit permit = Applied(Resident(), kFirst);
  ASSERT_TRUE(Revoke(When(Local(2026, 5, 1)), permit).ok());
  EXPECT_EQ(RightsOf(permit)[0].revoke_time, Local(2026, 5, 1));
  EXPECT_EQ(NextMoveByTime(permit, Brussels()), std::nullopt);
}

TEST(PermitTest, MovingHouseTakesThePermitAlong) {
  const PermitType type = Resident();
  Permit permit = Applied(type, kFirst);
  const absl::Time moved = Local(2026, 5, 1, 8);
  ASSERT_TRUE(
      MoveHouse("Zuidpark 3", PermitAreaCode("zuid"), type, 3, kAnyNumber, When(moved), permit)
          .ok());
  const std::vector<PermitRight> rights = RightsOf(permit);
  ASSERT_EQ(rights.size(), 2U);
  EXPECT_EQ(rights[0].area, PermitAreaCode("noord"));
  EXPECT_EQ(rights[0].segment.during, (Interval{kAsked, moved}));
  EXPECT_EQ(rights[1].area, PermitAreaCode("zuid"));
  EXPECT_EQ(rights[1].type_version, 3);
  EXPECT_EQ(rights[1].segment.during, (Interval{moved, Local(2028, 3, 2)}));
  const Permit before = permit;
  EXPECT_EQ(ReasonOf(MoveHouse("Korenmarkt 2", PermitAreaCode("noord"), type, 3, kNoPlace,
                               When(moved + absl::Hours(1)), permit)),
            "NO_PLACE_LEFT");
  EXPECT_EQ(ReasonOf(MoveHouse("Korenmarkt 2", PermitAreaCode("noord"), type, 3, {2, 2, 5, false},
                               When(moved + absl::Hours(1)), permit)),
            "PERMIT_LIMIT_REACHED");
  EXPECT_EQ(permit, before);
}

TEST(PermitTest, WhoMovesToANewAreaBeforeTheRenewalIsPaidStaysThere) {
  PermitType type = Resident();
  Permit permit = Applied(type, kSecond);
  ASSERT_TRUE(Pay(25'000, When(kAsked), permit).ok());
  const absl::Time now = Local(2027, 2, 1, 12);
  ASSERT_TRUE(Renew(type, 2, kSecond, When(now), permit).ok());
  // Not known to the version by which it is renewed.
  type.areas.push_back({PermitAreaCode("west"), "West", {ZoneCode("west-1")}, 0});
  ASSERT_TRUE(MoveHouse("Westkaai 1", PermitAreaCode("west"), type, 3, kAnyNumber,
                        When(now + absl::Hours(1)), permit)
                  .ok());
  ASSERT_TRUE(Pay(25'000, When(now + absl::Hours(2)), permit).ok());
  EXPECT_EQ(permit.type_version, 2);
  const std::vector<PermitRight> rights = RightsOf(permit);
  ASSERT_EQ(rights.size(), 2U);
  EXPECT_EQ(rights[1].area, PermitAreaCode("west"));
  EXPECT_EQ(rights[1].type_version, 3);
  EXPECT_EQ(rights[1].segment.during, (Interval{now + absl::Hours(1), Local(2028, 3, 2)}));
}

TEST(PermitTest, RemindersAndPlannedChangesAreToldOnceInOrder) {
  using Kind = PermitEventKind;
  PermitType type = Resident();
  type.reminder_days = 14;
  Permit permit = Applied(type, kFirst);  // to 2 March 2028
  EXPECT_EQ(NextHappening(permit, type, Brussels()),
            (PermitHappening{Local(2028, 1, 2), Kind::kRenewalOpens, PermitState::kActive}));
  const absl::Time garage = Local(2026, 5, 1, 8);
  ASSERT_TRUE(permit.plates
                  .StandIn(Plate('A'), {Plate('B'), Country(), true}, garage + absl::Hours(48),
                           type.plates, {kAsked, garage, Brussels()})
                  .ok());
  EXPECT_THAT(
      Told(type, garage, permit),
      ElementsAre(PermitHappening{garage, Kind::kPlatesChangedAsPlanned, PermitState::kActive}));
  EXPECT_THAT(Told(type, garage, permit), IsEmpty());
  // A job that was away for years tells all of it.
  EXPECT_THAT(
      Told(type, Local(2030, 1, 1), permit),
      ElementsAre(PermitHappening{garage + absl::Hours(48), Kind::kPlatesChangedAsPlanned,
                                  PermitState::kActive},
                  PermitHappening{Local(2028, 1, 2), Kind::kRenewalOpens, PermitState::kActive},
                  PermitHappening{Local(2028, 2, 17), Kind::kReminder, PermitState::kActive},
                  PermitHappening{Local(2028, 3, 2), Kind::kExpired, PermitState::kExpired}));
  EXPECT_EQ(NextHappening(permit, type, Brussels()), std::nullopt);

  // By the city's clock: 14 days before a moment after the hour that is skipped.
  Permit unpaid = Applied(type, kSecond);
  EXPECT_EQ(
      NextHappening(unpaid, type, Brussels()),
      (PermitHappening{Local(2026, 3, 18, 11), Kind::kReminder, PermitState::kAwaitingPayment}));
  EXPECT_EQ(*unpaid.answer_by, Local(2026, 4, 1, 11));
}

TEST(PermitTest, SeveralThingsOfOneInstantAreEachToldOnce) {
  using Kind = PermitEventKind;
  PermitType type = Resident();
  const absl::Time opens = Local(2028, 1, 2);
  type.reminder_days = type.renewal_window_days;
  Permit permit = Applied(type, kFirst);
  ASSERT_TRUE(
      permit.plates
          .Swap(Plate('A'), {Plate('B'), Country(), true}, type.plates, {kAsked, opens, Brussels()})
          .ok());
  const auto told = [&](Kind kind) { return PermitHappening{opens, kind, PermitState::kActive}; };
  EXPECT_THAT(Told(type, opens - absl::Microseconds(1), permit), IsEmpty());
  EXPECT_THAT(Told(type, opens, permit),
              ElementsAre(told(Kind::kRenewalOpens), told(Kind::kReminder),
                          told(Kind::kPlatesChangedAsPlanned)));
  EXPECT_THAT(Told(type, opens, permit), IsEmpty());
  EXPECT_EQ(NextHappening(permit, type, Brussels())->kind, Kind::kExpired);
}

// Any verbs in any order: the state moves by the table only, a refusal changes nothing, what held
// in the past holds on, and a plate is covered exactly while the state says so.
TEST(PermitTest, AnyVerbsKeepThePermitInOrder) {
  std::mt19937 random(11);
  const auto any = [&](int below) {
    return static_cast<int>(random() % static_cast<unsigned>(below));
  };
  int refused = 0;
  std::map<int, int> done;  // by verb
  for (int round = 0; round < 1000; ++round) {
    PermitType type = Resident();
    type.reviewed = any(2) == 0;
    if (any(2) == 0) type.evidence = {"lease"};
    const auto counts = [&] {
      const int of_holder = any(2);
      const int of_address = any(2);
      return PermitCounts{of_holder,   of_address,         any(3),
                          any(4) == 0, any(of_holder + 1), any(of_address + 1)};
    };
    absl::Time now = kAsked;
    auto applied = Apply(Asked(), type, counts(), When(now));
    if (!applied.ok()) continue;
    Permit permit = *std::move(applied);
    for (int step = 0; step < 25; ++step) {
      now += absl::Hours(any(24 * 60));
      const PermitState late = permit.state;
      MoveByTime(When(now), permit);
      const Permit before = permit;
      absl::Status status;
      const int verb = any(14);
      switch (verb) {
        case 0:
          status = AddEvidence("lease", type, counts(), When(now), permit);
          break;
        case 1:
          status = Approve(type, counts(), When(now), permit);
          break;
        case 2:
          status = Offer(type, When(now), permit);
          break;
        case 3:
          status = AcceptOffer(type, counts(), When(now), permit);
          break;
        case 4:
        case 5:
          status = Pay(any(2) == 0 ? 25'000 : 0, When(now), permit);
          break;
        case 6:
          status = Suspend(When(now), permit);
          break;
        case 7:
        case 8:
          status = Resume(When(now), permit);
          break;
        case 9:
        case 10:
          status = Renew(type, 2, counts(), When(now), permit);
          break;
        case 11:
          status = MoveHouse("B", PermitAreaCode(any(2) == 0 ? "noord" : "zuid"), type, 1, counts(),
                             When(now), permit);
          break;
        case 12:
          status = any(6) == 0 ? Revoke(When(now), permit)
                               : permit.plates.Swap(Plate('A'), {Plate('B'), Country(), true},
                                                    type.plates, {now, now, Brussels()});
          break;
        default:
          status = any(6) == 0 ? Withdraw(type, When(now), permit).status()
                               : AskEvidence({"lease"}, permit);
      }
      if (!status.ok()) {
        ++refused;
        ASSERT_EQ(permit, before) << status;
      } else {
        ++done[verb];
      }
      const auto covered = [](const Permit& of, absl::Time t) {
        int plates = 0;
        for (const PermitRight& right : RightsOf(of)) {
          const bool suspended =
              std::any_of(right.suspensions.begin(), right.suspensions.end(),
                          [&](const Interval& interval) { return interval.Contains(t); });
          const bool revoked = right.revoke_time && *right.revoke_time <= t;
          if (right.segment.during.Contains(t) && !suspended && !revoked) ++plates;
        }
        return plates;
      };
      const bool holds = RightsHold(permit.state) && permit.start && *permit.start <= now;
      ASSERT_EQ(covered(permit, now), holds ? 1 : 0)
          << Name(late) << " " << Name(before.state) << " " << Name(permit.state);
      for (int day = 1; day < 200; day += 9) {
        const absl::Time past = now - absl::Hours(24 * day);
        ASSERT_EQ(covered(permit, past), covered(before, past)) << "the past";
      }
      const auto due = NextMoveByTime(permit, Brussels());
      if (due) {
        ASSERT_TRUE(MayMove(permit.state, due->to));
      }
    }
  }
  EXPECT_EQ(done.size(), 14U) << "every verb was granted";
  EXPECT_GT(refused, 3000);
}

}  // namespace
}  // namespace stadspoort::domain
