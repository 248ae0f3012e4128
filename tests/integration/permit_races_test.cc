// Many ask at once, through two daemons: of places, limits, payments and decisions none is given
// twice.
#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/integration/at_once.h"
#include "tests/integration/permit_office.h"

namespace stadspoort::testing {
namespace {

using permits::v1::Permit;
using permits::v1::PermitType;
using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;
using ::testing::UnorderedElementsAreArray;

using Counted = std::map<std::string, int>;

constexpr size_t kRounds = 20;
constexpr size_t kApplicants = 64;
constexpr size_t kPlaces = 10;
constexpr size_t kCallers = 16;

class PermitRacesTest : public PermitTest {
 protected:
  static void SetUpTestSuite() {
    PermitTest::SetUpTestSuite();
    second_ = database_->Start().release();
  }
  static void TearDownTestSuite() {
    delete second_;
    PermitTest::TearDownTestSuite();
  }
  void SetUp() override {
    PermitTest::SetUp();
    there_.emplace(*second_, desk().city());
  }
  // Every other caller comes through the other daemon.
  const Office& OfficeOf(size_t caller) const { return caller % 2 == 0 ? office() : *there_; }

  // "ACTIVE", or why not.
  template <typename Response>
  static std::string OutcomeOf(const Answered<Response>& answered) {
    return answered.ok() ? StateOf(answered.response.permit()) : ReasonOf(answered.status);
  }
  template <typename Response>
  static Counted OutcomesOf(const std::vector<Answered<Response>>& all) {
    Counted outcomes;
    for (const Answered<Response>& answered : all) ++outcomes[OutcomeOf(answered)];
    return outcomes;
  }

  PermitType TenPlaces() const {
    PermitType type = office().PlainType();
    type.mutable_areas(0)->set_place_count(kPlaces);
    return type;
  }
  PermitType ForTenEuro() const {
    PermitType type = office().PlainType();
    type.mutable_price_steps(0)->set_price_cents(1000);
    type.mutable_payment_term()->set_seconds(24 * 3600);
    return type;
  }
  // Each a person with a car; both are told by the round and a number.
  static std::string PlateOf(size_t round, size_t i) { return absl::StrCat("R", round, "X", i); }
  auto AllApply(size_t round, const std::string& type) const {
    return AtOnce(kApplicants, [&](size_t i) {
      return OfficeOf(i).Apply(
          OfficeOf(i).Application(type, absl::StrCat("h", i), {PlateOf(round, i)}));
    });
  }
  std::string Held(const std::string& type) {
    return sql_->Value(absl::StrCat("SELECT held FROM stadspoort.permit_area WHERE city = '",
                                    desk().city(), "' AND permit_type = '", type,
                                    "' AND area = 'a'"));
  }

  static Daemon* second_;

 private:
  std::optional<Office> there_;
};
Daemon* PermitRacesTest::second_ = nullptr;

TEST_F(PermitRacesTest, SixtyFourAskForTenPlaces) {
  for (size_t round = 0; round < kRounds; ++round) {
    const std::string code = absl::StrCat("type-", round);
    office().CreateType(code, TenPlaces());
    const auto all = AllApply(round, code);
    EXPECT_THAT(OutcomesOf(all),
                ElementsAre(Pair("ACTIVE", kPlaces), Pair("NO_PLACE_LEFT", kApplicants - kPlaces)));
    EXPECT_EQ(Held(code), "10");
    EXPECT_EQ(Count("permit", "permit_type = '" + code + "'"), "10") << "a refusal leaves nothing";
    if (round > 0) continue;
    for (size_t i = 0; i < kApplicants; ++i) {
      EXPECT_EQ(office().Check(PlateOf(round, i)),
                all[i].ok() ? "PERMITTED RIGHT" : "NOT_PERMITTED NO_RIGHT");
    }
  }
}

TEST_F(PermitRacesTest, WhoFindsNoPlaceWaitsInAPlaceOfTheQueueOfItsOwn) {
  std::vector<int64_t> positions;
  for (int64_t i = 1; i <= 54; ++i) positions.push_back(i);
  for (size_t round = 0; round < kRounds; ++round) {
    const std::string code = absl::StrCat("type-", round);
    PermitType type = TenPlaces();
    type.set_waiting_list(true);
    type.mutable_offer_term()->set_seconds(24 * 3600);
    office().CreateType(code, type);
    const auto all = AllApply(round, code);
    EXPECT_THAT(OutcomesOf(all),
                ElementsAre(Pair("ACTIVE", kPlaces), Pair("WAITLISTED", kApplicants - kPlaces)));
    EXPECT_EQ(Held(code), "10");
    std::vector<int64_t> answered;
    std::vector<int64_t> now;
    for (const auto& one : all) {
      const Permit& permit = one.response.permit();
      if (StateOf(permit) != "WAITLISTED") continue;
      answered.push_back(permit.queue_position());
      if (round == 0) now.push_back(office().Get(permit).queue_position());
    }
    EXPECT_THAT(answered, UnorderedElementsAreArray(positions));
    if (round == 0) {
      EXPECT_EQ(now, answered);
    }
  }
}

TEST_F(PermitRacesTest, LimitsOfAHolderAndOfAnAddressHold) {
  for (size_t round = 0; round < kRounds; ++round) {
    const std::string code = absl::StrCat("type-", round);
    PermitType type = office().PlainType();
    type.set_max_per_holder(2);
    type.set_max_per_address(3);
    office().CreateType(code, type);
    const auto one_holder = AtOnce(kCallers, [&](size_t i) {
      auto request = OfficeOf(i).Application(code, "h1", {PlateOf(round, i)});
      request.mutable_permit()->set_address(absl::StrCat("Kouter ", i));
      return OfficeOf(i).Apply(request);
    });
    EXPECT_THAT(OutcomesOf(one_holder),
                ElementsAre(Pair("ACTIVE", 2), Pair("PERMIT_LIMIT_REACHED", kCallers - 2)));
    const auto one_address = AtOnce(kCallers, [&](size_t i) {
      auto request = OfficeOf(i).Application(code, absl::StrCat("g", i), {PlateOf(round, i)});
      request.mutable_permit()->set_address("Zuidpark 3");
      return OfficeOf(i).Apply(request);
    });
    EXPECT_THAT(OutcomesOf(one_address),
                ElementsAre(Pair("ACTIVE", 3), Pair("PERMIT_LIMIT_REACHED", kCallers - 3)));
  }
}

TEST_F(PermitRacesTest, SixteenMoveIntoOneHouseForTwo) {
  PermitType type = office().PlainType();
  type.set_max_per_address(2);
  type.mutable_areas(1)->set_place_count(5);
  office().CreateType("resident", type);
  std::vector<Permit> permits;
  for (size_t i = 0; i < kCallers; ++i) {
    auto request = office().Application("resident", absl::StrCat("h", i), {PlateOf(0, i)});
    request.mutable_permit()->set_address(absl::StrCat("Kouter ", i));
    permits.push_back(office().Apply(request).response.permit());
  }
  const auto together =
      AtOnce(kCallers, [&](size_t i) { return OfficeOf(i).Move(permits[i], "Zuidpark 3", "a"); });
  EXPECT_THAT(OutcomesOf(together),
              ElementsAre(Pair("ACTIVE", 2), Pair("PERMIT_LIMIT_REACHED", kCallers - 2)));
  const auto to_b = AtOnce(kCallers, [&](size_t i) {
    return OfficeOf(i).Move(permits[i], absl::StrCat("Brug ", i), "b");
  });
  EXPECT_THAT(OutcomesOf(to_b), ElementsAre(Pair("ACTIVE", 5), Pair("NO_PLACE_LEFT", 11)));
  EXPECT_EQ(Held("resident"), "11");
}

TEST_F(PermitRacesTest, OnePaymentConfirmedByManyIsOnePayment) {
  office().CreateType("resident", ForTenEuro());
  for (size_t round = 0; round < kRounds; ++round) {
    const Permit permit = office().Apply("resident", "h1", {PlateOf(round, 0)});
    const std::string reference = absl::StrCat("p-", round);
    const auto all =
        AtOnce(kCallers, [&](size_t i) { return OfficeOf(i).Pay(permit, reference, 1000); });
    EXPECT_THAT(OutcomesOf(all), ElementsAre(Pair("ACTIVE", kCallers)));
    EXPECT_EQ(office().EventsOf(permit), "APPLIED AWAITING_PAYMENT, PAID ACTIVE");
  }
}

TEST_F(PermitRacesTest, OfManyPaymentsForOnePermitOneIsTaken) {
  office().CreateType("resident", ForTenEuro());
  for (size_t round = 0; round < kRounds; ++round) {
    const Permit permit = office().Apply("resident", "h1", {PlateOf(round, 0)});
    const auto all = AtOnce(kCallers, [&](size_t i) {
      return OfficeOf(i).Pay(permit, absl::StrCat("p-", round, "-", i), 1000);
    });
    EXPECT_THAT(OutcomesOf(all),
                ElementsAre(Pair("ACTIVE", 1), Pair("PERMIT_MOVE_NOT_ALLOWED", kCallers - 1)));
    EXPECT_EQ(office().EventsOf(permit), "APPLIED AWAITING_PAYMENT, PAID ACTIVE");
  }
  EXPECT_EQ(Count("permit_payment"), absl::StrCat(kRounds));
}

TEST_F(PermitRacesTest, OnePaymentForManyPermitsPaysOne) {
  office().CreateType("resident", ForTenEuro());
  for (size_t round = 0; round < kRounds; ++round) {
    std::vector<Permit> permits;
    for (size_t i = 0; i < kCallers; ++i) {
      permits.push_back(office().Apply("resident", absl::StrCat("h", i), {PlateOf(round, i)}));
    }
    const std::string reference = absl::StrCat("p-", round);
    const auto all =
        AtOnce(kCallers, [&](size_t i) { return OfficeOf(i).Pay(permits[i], reference, 1000); });
    EXPECT_THAT(OutcomesOf(all),
                ElementsAre(Pair("ACTIVE", 1), Pair("PAYMENT_CONFLICT", kCallers - 1)));
  }
}

TEST_F(PermitRacesTest, OneRequestSentByManyIsDoneOnce) {
  office().CreateType("resident", office().PlainType());
  for (size_t round = 0; round < kRounds; ++round) {
    auto request = office().Application("resident", absl::StrCat("h", round), {PlateOf(round, 0)});
    request.set_request_id(absl::StrCat("apply-", round));
    const auto all = AtOnce(kCallers, [&](size_t i) { return OfficeOf(i).Apply(request); });
    EXPECT_THAT(OutcomesOf(all), ElementsAre(Pair("ACTIVE", kCallers)));
    const Permit& permit = all.front().response.permit();
    for (const auto& one : all) EXPECT_EQ(one.response.permit().name(), permit.name());
    EXPECT_EQ(Count("permit", absl::StrCat("holder = 'h", round, "'")), "1");

    auto swap = office().ToSwap(permit, PlateOf(round, 0), PlateOf(round, 1));
    swap.set_request_id(absl::StrCat("swap-", round));
    const auto swaps = AtOnce(kCallers, [&](size_t i) { return OfficeOf(i).Change(swap); });
    EXPECT_THAT(OutcomesOf(swaps), ElementsAre(Pair("ACTIVE", kCallers)));
    EXPECT_EQ(office().EventsOf(permit), "APPLIED ACTIVE, PLATES_CHANGED ACTIVE");
  }
}

// A request id is the caller's own, whatever it is sent for.
TEST_F(PermitRacesTest, OneRequestIdForManyPermitsIsGoodForOne) {
  office().CreateType("resident", office().PlainType());
  for (size_t round = 0; round < kRounds; ++round) {
    std::vector<Permit> permits;
    for (size_t i = 0; i < kCallers; ++i) {
      permits.push_back(office().Apply("resident", absl::StrCat("h", i), {PlateOf(round, i)}));
    }
    const auto all = AtOnce(kCallers, [&](size_t i) {
      auto request = OfficeOf(i).ToSwap(permits[i], PlateOf(round, i), PlateOf(round, 99));
      request.set_request_id(absl::StrCat("swap-", round));
      return OfficeOf(i).Change(request);
    });
    EXPECT_THAT(OutcomesOf(all),
                ElementsAre(Pair("ACTIVE", 1), Pair("REQUEST_ID_CONFLICT", kCallers - 1)));
  }
}

TEST_F(PermitRacesTest, OfManyDecisionsOneIsMade) {
  PermitType type = office().PlainType();
  type.set_reviewed(true);
  office().CreateType("reviewed", type);
  for (size_t round = 0; round < kRounds; ++round) {
    const Permit permit = office().Apply("reviewed", "h1", {PlateOf(round, 0)});
    const auto all = AtOnce(kCallers, [&](size_t i) {
      return i % 4 < 2 ? OutcomeOf(OfficeOf(i).Approve(permit))
                       : OutcomeOf(OfficeOf(i).Refuse(permit));
    });
    Counted outcomes;
    for (const std::string& outcome : all) ++outcomes[outcome];
    const std::string state = StateOf(office().Get(permit));
    EXPECT_THAT(outcomes, UnorderedElementsAre(Pair(state, 1),
                                               Pair("PERMIT_MOVE_NOT_ALLOWED", kCallers - 1)));
    EXPECT_EQ(office().EventsOf(permit), state == "ACTIVE" ? "APPLIED IN_REVIEW, APPROVED ACTIVE"
                                                           : "APPLIED IN_REVIEW, REFUSED REFUSED");
  }
}

// Whoever gives it back while it is decided on: what was approved may still be given back, what was
// refused may not.
TEST_F(PermitRacesTest, ApprovedRefusedAndWithdrawnAtOnce) {
  PermitType type = office().PlainType();
  type.set_reviewed(true);
  office().CreateType("reviewed", type);
  for (size_t round = 0; round < kRounds; ++round) {
    const Permit permit = office().Apply("reviewed", "h1", {PlateOf(round, 0)});
    const auto all = AtOnce(3, [&](size_t i) {
      if (i == 0) return OutcomeOf(OfficeOf(round).Approve(permit));
      if (i == 1) return OutcomeOf(OfficeOf(round + 1).Refuse(permit));
      return OutcomeOf(OfficeOf(round).Withdraw(permit));
    });
    const std::string no = "PERMIT_MOVE_NOT_ALLOWED";
    const std::map<std::vector<std::string>, std::string> possible = {
        {{"ACTIVE", no, "WITHDRAWN"}, "APPLIED IN_REVIEW, APPROVED ACTIVE, WITHDRAWN WITHDRAWN"},
        {{no, "REFUSED", no}, "APPLIED IN_REVIEW, REFUSED REFUSED"},
        {{no, no, "WITHDRAWN"}, "APPLIED IN_REVIEW, WITHDRAWN WITHDRAWN"}};
    const auto found = possible.find(all);
    ASSERT_TRUE(found != possible.end()) << ::testing::PrintToString(all);
    EXPECT_EQ(office().EventsOf(permit), found->second);
    EXPECT_NE(office().Check(PlateOf(round, 0)), "PERMITTED RIGHT");
  }
}

// Each grant is judged by one version of the type; of no version more is given than it has.
TEST_F(PermitRacesTest, PlacesAreTakenAwayWhileTheyAreAskedFor) {
  for (size_t round = 0; round < kRounds; ++round) {
    const std::string code = absl::StrCat("type-", round);
    PermitType type = TenPlaces();
    type.mutable_areas(0)->set_place_count(40);
    type = office().CreateType(code, type);
    const auto all = AtOnce(kApplicants + 1, [&](size_t i) {
      if (i < kApplicants) {
        return OutcomeOf(OfficeOf(i).Apply(
            OfficeOf(i).Application(code, absl::StrCat("h", i), {PlateOf(round, i)})));
      }
      for (const int places : {30, 20, 10}) {
        type.mutable_areas(0)->set_place_count(places);
        const auto updated = OfficeOf(i).UpdateType(type);
        EXPECT_TRUE(updated.ok()) << updated.status.error_message();
        type = updated.response.permit_type();
      }
      return std::string("UPDATED");
    });
    const auto active = std::count(all.begin(), all.end(), "ACTIVE");
    EXPECT_EQ(active + std::count(all.begin(), all.end(), "NO_PLACE_LEFT"), kApplicants);
    EXPECT_GE(active, 10);
    EXPECT_LE(active, 40);
    EXPECT_EQ(Held(code), absl::StrCat(active));
    // In the order in which they were granted: version 1 has 40 places, version 4 has 10.
    EXPECT_EQ(sql_->Value(absl::StrCat(
                  "SELECT count(*) FROM (SELECT row_number() OVER (ORDER BY e.event_number) AS n, "
                  "(e.document->>'type_version')::int AS version FROM stadspoort.permit_event e "
                  "JOIN stadspoort.permit p USING (city, permit_id) WHERE city = '",
                  desk().city(), "' AND permit_type = '", code,
                  "') granted WHERE n > 50 - 10 * version")),
              "0");
  }
}

}  // namespace
}  // namespace stadspoort::testing
