// A register that was in use before a migration, and what becomes of it.
#include "storage/postgres/migrations.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "storage/postgres/admin.h"
#include "storage/postgres/schema.h"
#include "tests/integration/database.h"

namespace stadspoort::testing {
namespace {

using Rows = std::vector<std::vector<std::string>>;

// As `stadspoortd migrate` of a release that knew the migrations up to `newest`.
void MigrateTo(const Database& database, int newest) {
  Session sql(database.superuser());
  // Another test's database may make the server's roles at the same moment.
  ASSERT_TRUE(Eventually(
      [&] { return sql.StateOf(std::string(postgres::admin::kBootstrap.text)).empty(); }));
  for (const postgres::Migration& migration : postgres::kMigrations) {
    if (migration.number > newest) break;
    sql.Run(absl::StrCat("BEGIN; SET LOCAL ROLE stadspoort_owner;\n", std::string(migration.text),
                         "\n; RESET ROLE; INSERT INTO stadspoort.schema_migration (number, slug) "
                         "VALUES (",
                         migration.number, ", '", std::string(migration.slug), "'); COMMIT"));
  }
}

// City, right types and a plate as they stood before there were contracts.
void FillCity(Session& sql, const std::string& city) {
  sql.Run(absl::StrCat(
      "INSERT INTO stadspoort.city (city, city_id, display_name, time_zone, languages, "
      "look_back_seconds, degraded_limit_seconds, end_in_the_past_limit_seconds, "
      "open_end_limit_seconds, confidence_threshold, plate_key_id, plate_key_fingerprint, version) "
      "VALUES ('",
      city,
      "', gen_random_uuid(), 'x', 'Europe/Brussels', '{nl}', 172800, 900, 3600, 86400, 0, 'k', "
      "decode(repeat('00', 16), 'hex'), 1)"));
  for (const char* type : {"paid", "resident", "exempt"}) {
    sql.Run(absl::StrCat(
        "INSERT INTO stadspoort.right_type (city, code, right_type_id, display_name, kind, "
        "backdate_form, version) VALUES ('",
        city, "', '", type, "', gen_random_uuid(), '', 'OTHER', 'NONE', 1)"));
  }
  sql.Run(absl::StrCat(
      "INSERT INTO stadspoort.plate VALUES ('", city,
      "', '00000000-0000-0000-0000-000000000001', '1ABC123', decode(repeat('00', 16), 'hex'), "
      "decode(repeat('00', 16), 'hex'), 'k', 1)"));
}

void Enrol(Session& sql, const std::string& city, const std::string& provider,
           const std::string& type, const std::string& start) {
  sql.Run(absl::StrCat(
      "INSERT INTO stadspoort.access_right (city, right_id, plate_id, provider, reference, "
      "request_digest, right_type, city_wide, zones, effective_start, effective_end, version, "
      "create_time) VALUES ('",
      city, "', gen_random_uuid(), '00000000-0000-0000-0000-000000000001', '", provider,
      "', gen_random_uuid(), decode(repeat('00', 32), 'hex'), '", type, "', true, '{}', '", start,
      "', '2030-01-01', 1, '2026-02-01 12:00+00')"));
}

const char kContracts[] =
    "SELECT city, provider, array_to_string(right_types, ','), array_to_string(zones, ','), "
    "in_force_start AT TIME ZONE 'UTC', in_force_end, code FROM stadspoort.contract "
    "ORDER BY city, provider, code";

TEST(MigrationsTest, WhoEnrolledBeforeContractsGoesOn) {
  const Database database("before_contracts", /*migrated=*/false);
  MigrateTo(database, 2);
  Session sql(database.superuser());
  FillCity(sql, "ghent");
  FillCity(sql, "bruges");
  Enrol(sql, "ghent", "parkeer app!", "resident", "2026-01-01 10:00+00");
  Enrol(sql, "ghent", "parkeer app!", "paid", "2026-03-01 10:00+00");
  Enrol(sql, "ghent", "parkeer app!", "paid", "2026-04-01 10:00+00");
  Enrol(sql, "ghent", "Meters", "paid", "2026-05-01 10:00+00");
  Enrol(sql, "bruges", "Meters", "exempt", "2026-05-01 10:00+00");
  // By hand: nothing wrote this table.
  sql.Run(
      "INSERT INTO stadspoort.contract (city, contract_id, provider, right_type, zones, "
      "in_force_start, in_force_end, version) VALUES ('ghent', "
      "'00000000-0000-0000-0000-00000000000a', 'desk', 'resident', '{a,b}', '2026-01-01 00:00+00', "
      "'2027-01-01 00:00+00', 3)");

  const absl::Status migrated =
      postgres::Migrate(database.superuser(), Deadline::After(absl::Minutes(2)), {});
  ASSERT_TRUE(migrated.ok()) << migrated;
  sql.Run("SET TimeZone = 'UTC'");
  EXPECT_EQ(sql.Rows(kContracts),
            (Rows{{"bruges", "Meters", "exempt,paid,resident", "", "2026-01-01 12:00:00",
                   "infinity", "before-contracts-1"},
                  {"ghent", "Meters", "exempt,paid,resident", "", "2026-01-01 12:00:00", "infinity",
                   "before-contracts-1"},
                  {"ghent", "desk", "resident", "a,b", "2026-01-01 00:00:00",
                   "2027-01-01 00:00:00+00", "c-00000000-0000-0000-0000-00000000000a"},
                  {"ghent", "parkeer app!", "exempt,paid,resident", "", "2025-12-01 10:00:00",
                   "infinity", "before-contracts-2"}}));
  const Rows journal = sql.Rows(
      "SELECT j.version, j.actor, j.state FROM stadspoort.journal j JOIN stadspoort.contract c ON "
      "c.city = j.city AND c.contract_id = j.subject WHERE j.kind = 'CONTRACT' AND "
      "c.provider = 'parkeer app!'");
  ASSERT_EQ(journal.size(), 1U);
  EXPECT_EQ(journal[0][0], "1");
  EXPECT_EQ(journal[0][1], "migration");
  const nlohmann::json state = nlohmann::json::parse(journal[0][2]);
  EXPECT_EQ(state["code"], "before-contracts-2");
  EXPECT_EQ(state["right_types"], nlohmann::json({"exempt", "paid", "resident"}));
  EXPECT_EQ(state["zones"], nlohmann::json::array());
  EXPECT_EQ(state["in_force_start"], "2025-12-01T10:00:00+00:00");
  EXPECT_EQ(state["in_force_end"], nullptr);
  EXPECT_EQ(sql.Run("SELECT count(*) FROM stadspoort.journal WHERE kind = 'CONTRACT'"), "3");
  EXPECT_EQ(sql.Run("SELECT count(*) FROM pg_class WHERE relnamespace = 'stadspoort'::regnamespace "
                    "AND relrowsecurity AND NOT relforcerowsecurity"),
            "0");
}

TEST(MigrationsTest, AnEmptyRegisterHasNoContracts) {
  const Database database("no_contracts");
  Session sql(database.superuser());
  EXPECT_EQ(sql.Run("SELECT count(*) FROM stadspoort.contract"), "0");
  EXPECT_EQ(sql.Run("SELECT count(*) FROM stadspoort.journal"), "0");
}

}  // namespace
}  // namespace stadspoort::testing
