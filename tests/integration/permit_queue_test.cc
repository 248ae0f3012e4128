// Who waits for a place while places are being offered.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "services/permits/due_worker.h"
#include "tests/integration/database.h"
#include "tests/integration/permit_sender.h"

namespace stadspoort::testing {
namespace {

class PermitQueueTest : public ::testing::Test {
 protected:
  PermitQueueTest() : database_("permit_queue"), superuser_(database_.superuser()) {}

  void SetUp() override {
    database_.MakeCity(kModelCity);
    sender_.emplace(database_, types_, "portal");
    domain::PermitType type;
    type.code = domain::PermitTypeCode("resident");
    type.display_name = "Resident";
    type.right_type = domain::RightTypeCode("paid");
    type.areas = {{domain::PermitAreaCode("a"), "A", {domain::ZoneCode("a")}, 2}};
    type.price_steps = {{1, 0, {domain::PermitTerm::Unit::kMonths, 12}}};
    type.waiting_list = true;
    type.offer_term = absl::Hours(24);
    const absl::Status created = sender_->CreateType(type);
    ASSERT_TRUE(created.ok()) << created;
  }

  PermitAction Application(const std::string& holder) {
    PermitAction action;
    action.verb = PermitVerb::kApply;
    action.type = "resident";
    action.holder = holder;
    action.area = "a";
    action.plates = {"1ABC" + holder};
    return action;
  }
  // Its id.
  domain::PermitId Apply(const std::string& holder) {
    const auto applied = sender_->Send(Application(holder));
    EXPECT_TRUE(applied.ok()) << applied.status();
    return applied.ok() ? applied->shown.stored.permit.id : domain::PermitId();
  }
  void Withdraw(const std::string& holder, const domain::PermitId& permit) {
    PermitAction action;
    action.verb = PermitVerb::kWithdraw;
    action.holder = holder;
    action.permit = permit;
    const auto withdrawn = sender_->Send(action);
    EXPECT_TRUE(withdrawn.ok()) << withdrawn.status();
  }
  std::string StateOf(const std::string& holder) {
    return superuser_.Run(
        absl::StrCat("SELECT state FROM stadspoort.permit WHERE holder = '", holder, "'"));
  }
  // Until so many wait for a lock.
  bool Wait(int count) {
    return Eventually([&] {
      return superuser_.Run(
                 "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                 "AND wait_event_type = 'Lock'") == std::to_string(count);
    });
  }

  Database database_;
  Session superuser_;
  postgres::PermitTypeReader types_;
  std::optional<PermitSender> sender_;
};

// Two places came free and one waits: another begins to wait behind it, because it comes first,
// after the worker has looked who waits and before it knows how many places there are.
TEST_F(PermitQueueTest, WhoeverBeginsToWaitWhilePlacesAreOfferedIsOfferedOneToo) {
  const domain::PermitId first = Apply("1");
  const domain::PermitId second = Apply("2");
  Apply("3");
  EXPECT_EQ(StateOf("3"), "WAITLISTED");
  Withdraw("1", first);
  Withdraw("2", second);

  Session holds(database_.superuser());
  holds.Run("BEGIN; SELECT held FROM stadspoort.permit_area FOR UPDATE");
  std::thread late([this] { Apply("4"); });
  EXPECT_TRUE(Wait(1));
  const permits::DueWorker worker(database_.pool("permits"), types_, {});
  EXPECT_TRUE(Wait(2));
  holds.Run("COMMIT");
  late.join();
  EXPECT_TRUE(Eventually([&] { return StateOf("3") == "OFFERED"; })) << StateOf("3");
  EXPECT_TRUE(Eventually([&] { return StateOf("4") == "OFFERED"; })) << StateOf("4");
  EXPECT_TRUE(Eventually([&] {
    return superuser_.Run("SELECT count(*) FROM stadspoort.due_work WHERE kind = 'OFFER'") == "0";
  }));
}

}  // namespace
}  // namespace stadspoort::testing
