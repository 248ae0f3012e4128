// Row-level security: a service sees the city its transaction names, whatever its query says.
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/integration/register.h"

namespace stadspoort::testing {
namespace {

constexpr const char* kTenantTables[] = {"city",
                                         "calendar",
                                         "special_day",
                                         "right_type",
                                         "zone",
                                         "zone_version",
                                         "contract",
                                         "plate",
                                         "access_right",
                                         "pending_end",
                                         "journal",
                                         "permit_type",
                                         "permit_type_version",
                                         "permit_area",
                                         "permit",
                                         "permit_payment",
                                         "permit_event",
                                         "due_work",
                                         "plate_lookup"};

class TenancyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    daemon_ = database_.Start();
    for (const char* city : {"ghent", "mechelen"}) {
      MakeCity(*daemon_, city);
      rights::v1::EnrolRightResponse response;
      const grpc::Status status =
          Call(*daemon_->rights, &rights::v1::RightsService::Stub::EnrolRight, Provider("app"),
               EnrolRequest(city, "r1", "1ABC123"), response);
      ASSERT_TRUE(status.ok()) << status.error_message();
    }
  }

  Register database_;
  std::unique_ptr<Daemon> daemon_;
};

// The query forgets the city altogether; the service role still sees one city only.
TEST_F(TenancyTest, AWrongQueryDoesNotSeeAnotherCity) {
  Sql sql(database_.conninfo_as("stadspoort_rights"));
  sql.Value("BEGIN");
  sql.Value("SELECT set_config('stadspoort.city', 'ghent', true)");
  EXPECT_EQ(sql.Value("SELECT count(*) FROM stadspoort.access_right"), "1");
  EXPECT_EQ(sql.Value("SELECT string_agg(DISTINCT city, ',') FROM stadspoort.plate"), "ghent");
  EXPECT_EQ(sql.Value("SELECT count(*) FROM stadspoort.zone WHERE city = 'mechelen'"), "0");
  EXPECT_EQ(sql.Value("UPDATE stadspoort.plate SET version = version + 1 RETURNING city"), "ghent");
  EXPECT_EQ(sql.Fails("INSERT INTO stadspoort.journal (kind, city, subject, version, state, actor) "
                      "VALUES ('PLATE', 'mechelen', gen_random_uuid(), 1, '{}', 'x')"),
            "42501");
  sql.Value("ROLLBACK");
}

TEST_F(TenancyTest, WithoutACityNothingIsSeen) {
  Sql sql(database_.conninfo_as("stadspoort_rights"));
  EXPECT_EQ(sql.Value("SELECT count(*) FROM stadspoort.access_right"), "0");
  EXPECT_EQ(sql.Value("SELECT count(*) FROM stadspoort.city"), "0");
}

TEST_F(TenancyTest, EveryTenantTableForcesRowLevelSecurity) {
  Sql sql(database_.superuser());
  for (const char* table : kTenantTables) {
    EXPECT_EQ(sql.Value(absl::StrCat("SELECT relrowsecurity AND relforcerowsecurity FROM pg_class "
                                     "WHERE oid = 'stadspoort.",
                                     table, "'::regclass")),
              "t")
        << table;
  }
  // No other table holds a city.
  EXPECT_EQ(sql.Value("SELECT count(*) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
                      "WHERE a.attname = 'city' AND c.relkind IN ('r', 'p') AND NOT "
                      "c.relispartition AND NOT c.relforcerowsecurity AND "
                      "c.relnamespace = 'stadspoort'::regnamespace"),
            "0");
  // City comes first in every key.
  EXPECT_EQ(
      sql.Value("SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid "
                "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0] "
                "WHERE i.indisprimary AND c.relnamespace = 'stadspoort'::regnamespace "
                "AND c.relname NOT IN ('schema_migration', 'projection') AND a.attname <> 'city'"),
      "0");
}

TEST_F(TenancyTest, ServicesHaveOnlyTheirGrants) {
  Sql cities(database_.conninfo_as("stadspoort_cities"));
  EXPECT_EQ(cities.Fails("UPDATE stadspoort.contract SET provider = 'rival'"), "42501");
  EXPECT_EQ(cities.Fails("UPDATE stadspoort.contract SET in_force_start = now()"), "42501");
  EXPECT_EQ(cities.Fails("DELETE FROM stadspoort.contract"), "42501");
  for (const char* service : {"zones", "checks", "ladder", "projector"}) {
    EXPECT_EQ(Sql(database_.conninfo_as(absl::StrCat("stadspoort_", service)))
                  .Fails("SELECT provider FROM stadspoort.contract"),
              "42501")
        << service << " has no use for contracts";
  }
  Sql checks(database_.conninfo_as("stadspoort_checks"));
  EXPECT_EQ(checks.Fails("UPDATE stadspoort.plate SET version = 9"), "42501");
  EXPECT_EQ(checks.Fails("SELECT * FROM stadspoort.journal"), "42501");
  EXPECT_EQ(checks.Fails("SELECT * FROM stadspoort.access_right"), "42501");
  Sql rights(database_.conninfo_as("stadspoort_rights"));
  EXPECT_EQ(rights.Fails("DELETE FROM stadspoort.access_right"), "42501");
  EXPECT_EQ(rights.Fails("UPDATE stadspoort.contract SET zones = '{}'"), "42501");
  EXPECT_EQ(rights.Fails("UPDATE stadspoort.journal SET version = 9"), "42501");
  EXPECT_EQ(
      rights.Fails("INSERT INTO stadspoort.journal (xid, kind, city, subject, version, state, "
                   "actor) VALUES ('1', 'PLATE', 'ghent', gen_random_uuid(), 1, '{}', 'x')"),
      "42501")
      << "nobody chooses the xid of a journal row";
  for (const char* reader : {"stadspoort_ladder", "stadspoort_projector"}) {
    Sql sql(database_.conninfo_as(reader));
    EXPECT_EQ(sql.Value("SELECT count(*) FROM stadspoort.access_right"), "2") << reader;
    EXPECT_EQ(sql.Fails("UPDATE stadspoort.plate SET version = 9"), "42501") << reader;
    EXPECT_EQ(sql.Fails("SELECT number FROM stadspoort.plate"), "42501")
        << reader << " has no use for the text of plates";
    EXPECT_EQ(sql.Fails("SELECT state FROM stadspoort.journal"), "42501") << reader;
    EXPECT_EQ(sql.Fails("UPDATE stadspoort.projection SET lease = now()"), "42501") << reader;
  }
  EXPECT_EQ(
      Sql(database_.conninfo_as("stadspoort_ladder")).Fails("DELETE FROM stadspoort.projection"),
      "42501");
}

TEST_F(TenancyTest, ACityOutsideTheCallersIsNotFoundInTheSameWords) {
  Who app = Provider("app");
  app.cities = "ghent";
  rights::v1::EnrolRightResponse response;
  const grpc::Status hidden = Call(*daemon_->rights, &rights::v1::RightsService::Stub::EnrolRight,
                                   app, EnrolRequest("mechelen", "r2", "1ABC123"), response);
  const grpc::Status missing =
      Call(*daemon_->rights, &rights::v1::RightsService::Stub::EnrolRight, Provider("app"),
           EnrolRequest("atlantis", "r2", "1ABC123"), response);
  EXPECT_EQ(hidden.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(hidden.error_code(), missing.error_code());
  EXPECT_EQ(hidden.error_message(), missing.error_message());
  EXPECT_EQ(hidden.error_details(), missing.error_details());
}

TEST_F(TenancyTest, TheSchemaItselfRefusesOverlaps) {
  Sql sql(database_.superuser());
  EXPECT_EQ(sql.Fails("INSERT INTO stadspoort.zone_version (city, code, zone_version, "
                      "in_force_start, display_name, regulation, geometry, vertex_count) "
                      "VALUES ('ghent', 'a', 2, now(), 'x', '{}', '[]', 3)"),
            "23P01");
}

TEST_F(TenancyTest, TheSchemaItselfKnowsWhatAContractIs) {
  Sql sql(database_.superuser());
  const auto contract = [](const std::string& code, const std::string& provider,
                           const std::string& right_types, const std::string& from) {
    return absl::StrCat(
        "INSERT INTO stadspoort.contract (city, code, contract_id, display_name, provider, "
        "right_types, in_force_start, in_force_end, request_digest, version) VALUES ('ghent', '",
        code, "', gen_random_uuid(), '', '", provider, "', '", right_types, "', '", from,
        "', '2027-01-01', decode(repeat('00', 32), 'hex'), 1)");
  };
  sql.Value(contract("one", "app", "{paid}", "2026-01-01"));
  EXPECT_EQ(sql.Fails(contract("one", "app", "{paid}", "2026-01-01")), "23505");
  EXPECT_EQ(sql.Fails(contract("One", "app", "{paid}", "2026-01-01")), "23514") << "code";
  EXPECT_EQ(sql.Fails(contract("two", "", "{paid}", "2026-01-01")), "23514") << "provider";
  EXPECT_EQ(sql.Fails(contract("two", "app", "{}", "2026-01-01")), "23514") << "right types";
  EXPECT_EQ(sql.Fails(contract("two", "app", "{paid}", "2027-01-01")), "23514") << "empty";
  sql.Value(contract("two", "app", "{paid}", "2026-12-31"));  // overlapping ones are united
}

}  // namespace
}  // namespace stadspoort::testing
