// Every kind of subject that can change an answer is in the delta; and a delta that is none.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "services/cities/city_commands.h"
#include "services/cities/contract_commands.h"
#include "services/rights/right_commands.h"
#include "tests/integration/database.h"
#include "tests/integration/picture.h"

namespace stadspoort::testing {
namespace {

using postgres::RegisterAnswer;

class DeltaKindsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    database_.MakeCity("ghent");
    database_.MakeCity("bruges");
    reader_ = ConnectReader(database_);
  }

  // What changed while `change` ran.
  RegisterAnswer DeltaOf(const std::function<void()>& change) {
    postgres::RegisterQuery query;
    query.since = Read(*reader_, {}).header.snapshot;
    change();
    return Read(*reader_, query);
  }

  void ExpectRulesOfGhent(const char* what, const std::function<void()>& change) {
    const RegisterAnswer delta = DeltaOf(change);
    EXPECT_EQ(delta.changed_rules, std::vector{domain::CityCode("ghent")}) << what;
    EXPECT_TRUE(delta.changed.empty()) << what;
  }

  Database database_{"kinds"};
  std::unique_ptr<postgres::Connection> reader_;
};

TEST_F(DeltaKindsTest, NothingWhenNothingChanged) {
  const RegisterAnswer delta = DeltaOf([] {});
  EXPECT_TRUE(delta.changed.empty());
  EXPECT_TRUE(delta.changed_rules.empty());
  EXPECT_FALSE(delta.truncated);
}

TEST_F(DeltaKindsTest, EveryKindOfRules) {
  const domain::CityCode ghent("ghent");
  cities::CityCommands cities(database_.pool("cities"), database_.keyring());
  const platform::Call admin = CallAs(platform::Role::kCityAdmin);
  const platform::Call op = CallAs(platform::Role::kOperator);
  ExpectRulesOfGhent("zones", [&] { database_.ImportZones("ghent", {"c"}); });
  ExpectRulesOfGhent("calendar", [&] {
    cities::CalendarAsked calendar;
    calendar.city = ghent;
    calendar.days.push_back(
        {absl::CivilDay(2026, 12, 25), domain::SpecialDayLabel("HOLIDAY"), "Kerstmis"});
    EXPECT_TRUE(cities.UpdateCalendar(admin, calendar).ok());
  });
  ExpectRulesOfGhent("settings", [&] {
    cities::UpdateAsked update{ghent, "", {}, std::nullopt, {"confidence_threshold"}};
    update.settings.confidence_threshold = 50;
    const auto updated = cities.Update(op, update);
    EXPECT_TRUE(updated.ok()) << updated.status();
  });
  ExpectRulesOfGhent("right type", [&] {
    domain::RightType type;
    type.code = domain::RightTypeCode("resident");
    type.kind = domain::RightKind::kResident;
    EXPECT_TRUE(cities.CreateRightType(op, {ghent, type}).ok());
  });
  const RegisterAnswer created = DeltaOf([&] { database_.MakeCity("antwerp"); });
  EXPECT_EQ(created.changed_rules, std::vector{domain::CityCode("antwerp")});
}

// No check asks for contracts: followers and projector are told nothing, whichever way the
// journal's row became visible.
TEST_F(DeltaKindsTest, ContractsAreInTheJournalAndNotInTheDelta) {
  Session sql(database_.superuser());
  cities::ContractCommands contracts(database_.pool("cities"));
  const platform::Call admin = CallAs(platform::Role::kCityAdmin);
  cities::CreateContractAsked create = AppContract("ghent");
  create.contract.code = domain::ContractCode("another");
  const auto count = [&] {
    return sql.Run("SELECT count(*) FROM stadspoort.journal WHERE kind = 'CONTRACT'");
  };
  ASSERT_EQ(count(), "2") << "of the two cities";
  RegisterAnswer delta = DeltaOf([&] {
    ASSERT_TRUE(contracts.Create(admin, create).ok());
    cities::UpdateContractAsked update{create.city, "", create.contract, {"display_name"}};
    ASSERT_TRUE(contracts.Update(admin, update).ok());
  });
  EXPECT_TRUE(delta.changed.empty());
  EXPECT_TRUE(delta.changed_rules.empty());
  EXPECT_FALSE(delta.truncated);
  EXPECT_EQ(count(), "4");

  // Begun before the snapshot, committed after it.
  const std::string row =
      "INSERT INTO stadspoort.journal (kind, city, subject, version, state, actor) VALUES ('%s', "
      "'ghent', gen_random_uuid(), 1, '{}', 'test')";
  sql.Run("BEGIN; " + absl::StrReplaceAll(row, {{"%s", "CONTRACT"}}));
  delta = DeltaOf([&] { sql.Run("COMMIT"); });
  EXPECT_TRUE(delta.changed_rules.empty());
  EXPECT_EQ(count(), "5");
  // Among others they hide nothing.
  sql.Run("BEGIN; " + absl::StrReplaceAll(row, {{"%s", "CONTRACT"}}) + "; " +
          absl::StrReplaceAll(row, {{"%s", "ZONE"}}));
  delta = DeltaOf([&] {
    sql.Run("COMMIT");
    database_.Enrol("ghent", "1ABC123");
    create.contract.code = domain::ContractCode("one-more");
    ASSERT_TRUE(contracts.Create(admin, create).ok());
  });
  EXPECT_EQ(delta.changed.size(), 1U);
  EXPECT_EQ(delta.changed_rules, std::vector{create.city});
}

TEST_F(DeltaKindsTest, EveryVerbOfARightAndEverythingThatReadsAlike) {
  const domain::CityCode ghent("ghent");
  rights::RightCommands rights(database_.pool("rights"), database_.keyring());
  domain::RightId right;
  RegisterAnswer delta = DeltaOf([&] { right = database_.Enrol("ghent", "1ABC123"); });
  ASSERT_EQ(delta.changed.size(), 1U);
  EXPECT_EQ(delta.changed[0].plates.size(), 1U);
  EXPECT_EQ(delta.changed[0].key.city, ghent);
  EXPECT_TRUE(delta.changed_rules.empty());
  EXPECT_EQ(delta.look_back[ghent], domain::CitySettings().look_back);
  // I for 1: one group, told whole.
  delta = DeltaOf([&] { database_.Enrol("ghent", "IABC123", "b"); });
  ASSERT_EQ(delta.changed.size(), 1U);
  EXPECT_EQ(delta.changed[0].plates.size(), 2U);

  rights::ChangeAsked change;
  change.city = ghent;
  change.right = right;
  change.reason = "test";
  const platform::Call clerk = CallAs(platform::Role::kClerk);
  int64_t version = delta.changed[0].version();
  const auto changes_once = [&](const char* verb, const absl::Status& status) {
    EXPECT_TRUE(status.ok()) << verb << status;
    return ++version;
  };
  const std::vector<std::pair<const char*, std::function<absl::Status()>>> verbs = {
      {"suspend", [&] { return rights.Suspend(clerk, change).status(); }},
      {"resume", [&] { return rights.Resume(clerk, change).status(); }},
      {"amend",
       [&] {
         rights::ChangeAsked amend = change;
         amend.changes.requested_end = absl::Now() + absl::Hours(5);
         return rights.Amend(CallAs(platform::Role::kProvider, "app"), amend).status();
       }},
      {"revoke", [&] { return rights.Revoke(clerk, change).status(); }},
  };
  for (const auto& [verb, run] : verbs) {
    delta = DeltaOf([&, verb = verb, run = run] { changes_once(verb, run()); });
    ASSERT_EQ(delta.changed.size(), 1U) << verb;
    EXPECT_EQ(delta.changed[0].version(), version) << verb;
  }
}

// `plates` new plates of Ghent with their journal rows, in one transaction.
std::string ManyPlates(int64_t first, int64_t plates) {
  return absl::StrFormat(
      "WITH made AS (INSERT INTO stadspoort.plate SELECT 'ghent', gen_random_uuid(), 'M' || i,"
      " decode(md5('M' || i), 'hex'), decode(md5('M' || i), 'hex'), 'test-1', 1"
      " FROM generate_series(%d, %d) i RETURNING plate_id)"
      "INSERT INTO stadspoort.journal (kind, city, subject, version, state, actor)"
      " SELECT 'PLATE', 'ghent', plate_id, 1, '{}', 'test' FROM made",
      first, first + plates - 1);
}

TEST_F(DeltaKindsTest, MoreThanADeltaHoldsIsSaidAndNotCutOff) {
  Session sql(database_.superuser());
  const int64_t most = postgres::kDeltaMaxSubjects;
  const RegisterAnswer whole = DeltaOf([&] { sql.Run(ManyPlates(1, most)); });
  EXPECT_FALSE(whole.truncated);
  EXPECT_EQ(whole.changed.size(), static_cast<size_t>(most));
  const RegisterAnswer over = DeltaOf([&] { sql.Run(ManyPlates(most + 1, most + 1)); });
  EXPECT_TRUE(over.truncated);
  EXPECT_TRUE(over.changed.empty());
  EXPECT_TRUE(over.changed_rules.empty());
  // The next one, from its snapshot, is small again.
  postgres::RegisterQuery query;
  query.since = over.header.snapshot;
  sql.Run(ManyPlates(2 * most + 2, 1));
  const RegisterAnswer next = Read(*reader_, query);
  EXPECT_FALSE(next.truncated);
  EXPECT_EQ(next.changed.size(), 1U);
}

// However few the subjects: the rows alone would take too long.
TEST_F(DeltaKindsTest, MoreRowsThanADeltaReadsIsSaidAndNotCutOff) {
  Session sql(database_.superuser());
  const RegisterAnswer over = DeltaOf([&] {
    sql.Run(absl::StrFormat(
        "INSERT INTO stadspoort.journal (kind, city, subject, version, state, actor)"
        " SELECT 'PLATE', 'ghent', '00000000-0000-0000-0000-000000000001', i, '{}', 'test'"
        " FROM generate_series(1, %d) i",
        postgres::kDeltaMaxSubjects * postgres::kDeltaMaxRowsEach + 1));
  });
  EXPECT_TRUE(over.truncated);
  EXPECT_TRUE(over.changed.empty());
}

// A disk that was put back: ids up to the snapshot are going to be handed out again.
TEST_F(DeltaKindsTest, ASnapshotThatIsAheadOfTheServerIsSaid) {
  database_.Enrol("ghent", "1ABC123");
  const std::string present = Read(*reader_, {}).header.snapshot;
  const auto next = std::stoll(present.substr(present.find(':') + 1));
  // Others on the same server use ids up meanwhile.
  for (const int64_t ahead : {0, 100'000, 1'000'000}) {
    postgres::RegisterQuery query;
    query.since = absl::StrFormat("%d:%d:", next + ahead, next + ahead);
    EXPECT_EQ(Read(*reader_, query).truncated, ahead > 0) << ahead;
  }
}

}  // namespace
}  // namespace stadspoort::testing
