#include "tests/integration/database.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "services/cities/city_commands.h"
#include "services/rights/right_commands.h"
#include "services/zones/import_zones.h"
#include "storage/postgres/schema.h"

namespace stadspoort::testing {
namespace {

constexpr std::chrono::minutes kHangs(2);

// CODE, and its western and eastern border WEST and EAST.
const char kZone[] = R"({"type":"Feature","properties":{"code":"CODE","name":"Zone CODE",
  "usage":"PAID_PARKING","regulation":{"frames":[{"code":"day","weekdays":["WEEKDAY_MONDAY",
  "WEEKDAY_TUESDAY","WEEKDAY_WEDNESDAY","WEEKDAY_THURSDAY","WEEKDAY_FRIDAY","WEEKDAY_SATURDAY",
  "WEEKDAY_SUNDAY"],"fromLocalTime":"00:00","toLocalTime":"24:00","acceptedKinds":
  ["RIGHT_KIND_PAID"]}]}},"geometry":{"type":"Polygon","coordinates":[[[WEST,51.05],[EAST,51.05],
  [EAST,51.06],[WEST,51.06],[WEST,51.05]]]}})";

std::map<std::string, std::string> ServersEnv() {
  std::map<std::string, std::string> env;
  const char* servers = std::getenv("STADSPOORT_TEST_SERVERS");
  EXPECT_NE(servers, nullptr) << "run by ctest, or after tests/servers start";
  std::ifstream file(absl::StrCat(servers == nullptr ? "" : servers, "/env"));
  for (std::string line; std::getline(file, line);) {
    const size_t equals = line.find('=');
    env[line.substr(0, equals)] = line.substr(equals + 1);
  }
  return env;
}

using OwnedResult = std::unique_ptr<PGresult, void (*)(PGresult*)>;

OwnedResult Execute(PGconn* connection, const std::string& statements) {
  return {PQexec(connection, statements.c_str()), PQclear};
}

bool Good(const OwnedResult& result) {
  const ExecStatusType status = PQresultStatus(result.get());
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

}  // namespace

bool Eventually(absl::FunctionRef<bool()> condition) {
  const auto over = std::chrono::steady_clock::now() + kHangs;
  while (std::chrono::steady_clock::now() < over) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return false;
}

Session::Session(const std::string& conninfo) : connection_(PQconnectdb(conninfo.c_str())) {
  EXPECT_EQ(PQstatus(connection_.get()), CONNECTION_OK) << PQerrorMessage(connection_.get());
  Execute(connection_.get(), "SET client_min_messages = error");
}

std::string Session::Run(const std::string& statements) {
  const OwnedResult result = Execute(connection_.get(), statements);
  EXPECT_TRUE(Good(result)) << statements << "\n" << PQerrorMessage(connection_.get());
  return PQntuples(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0) : "";
}

std::vector<std::vector<std::string>> Session::Rows(const std::string& query) {
  const OwnedResult result = Execute(connection_.get(), query);
  EXPECT_TRUE(Good(result)) << query << "\n" << PQerrorMessage(connection_.get());
  std::vector<std::vector<std::string>> rows;
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    std::vector<std::string>& fields = rows.emplace_back();
    for (int column = 0; column < PQnfields(result.get()); ++column) {
      fields.emplace_back(PQgetvalue(result.get(), row, column));
    }
  }
  return rows;
}

std::string Session::StateOf(const std::string& statements) {
  const OwnedResult result = Execute(connection_.get(), statements);
  const char* state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
  return Good(result) || state == nullptr ? "" : state;
}

Database::Database(const std::string& name, bool migrated)
    : name_(absl::StrCat(name, "_", domain::UuidText(domain::NewUuid(absl::Now())))),
      keyring_(*domain::PlateKeyring::Parse(domain::PlateKeyring::NewLine("test-1"))) {
  std::map<std::string, std::string> env = ServersEnv();
  const std::string server =
      absl::StrCat("host=", env["POSTGRES_SOCKET"], " port=", env["POSTGRES_PORT"]);
  superuser_ = absl::StrCat(server, " user=", env["POSTGRES_USER"]);
  conninfo_ = absl::StrCat(server, " dbname=", name_);
  redis_.address = "unix:" + env["REDIS_SOCKET"];
  Session(superuser_ + " dbname=postgres").Run(absl::StrCat("CREATE DATABASE \"", name_, "\""));
  if (!migrated) return;
  const absl::Status status = postgres::Migrate(superuser(), Deadline::After(absl::Minutes(2)), {});
  EXPECT_TRUE(status.ok()) << status;
}

Database::~Database() {
  pools_.clear();
  Session(superuser_ + " dbname=postgres")
      .Run(absl::StrCat("DROP DATABASE \"", name_, "\" WITH (FORCE)"));
}

postgres::Pool& Database::pool(const std::string& service) {
  std::unique_ptr<postgres::Pool>& pool = pools_[service];
  if (pool == nullptr) {
    postgres::PoolOptions options;
    options.connection.conninfo = absl::StrCat(conninfo_, " user=stadspoort_", service);
    options.size = 16;
    pool = std::make_unique<postgres::Pool>(options, postgres::LogFunction());
  }
  return *pool;
}

void Database::MakeCity(const std::string& city) {
  cities::CityCommands cities(pool("cities"), *keyring_);
  cities::CreateAsked create{domain::CityCode(city), "Europe/Brussels", {}, std::nullopt};
  create.settings.display_name = city;
  const auto created = cities.Create(CallAs(platform::Role::kOperator), create);
  ASSERT_TRUE(created.ok()) << created.status();
  domain::RightType paid;
  paid.code = domain::RightTypeCode("paid");
  paid.kind = domain::RightKind::kPaid;
  const absl::Status typed =
      cities.CreateRightType(CallAs(platform::Role::kOperator), {create.city, paid});
  ASSERT_TRUE(typed.ok()) << typed;
  const auto contracted = cities::ContractCommands(pool("cities"))
                              .Create(CallAs(platform::Role::kCityAdmin), AppContract(city));
  ASSERT_TRUE(contracted.ok()) << contracted.status();
  ImportZones(city, {"a", "b"});
}

void Database::ImportZones(const std::string& city, const std::vector<std::string>& codes) {
  std::vector<std::string> features;
  for (const std::string& code : codes) {
    const double west = 3.70 + 0.01 * static_cast<double>(features.size());
    features.push_back(absl::StrReplaceAll(
        kZone,
        {{"CODE", code}, {"WEST", absl::StrCat(west)}, {"EAST", absl::StrCat(west + 0.01)}}));
  }
  zones::ImportAsked asked;
  asked.city = domain::CityCode(city);
  asked.geojson = absl::StrCat(R"({"type":"FeatureCollection","features":[)",
                               absl::StrJoin(features, ","), "]}");
  const auto imported =
      zones::ImportZones(pool("zones"))
          .Run(CallAs(platform::Role::kCityAdmin), asked, [](zones::ImportPhase, int, int) {});
  ASSERT_TRUE(imported.ok()) << imported.status();
  ASSERT_TRUE(imported->faults.empty()) << imported->faults[0].description;
}

domain::RightId Database::Enrol(const std::string& city, const std::string& number,
                                const std::string& zone) {
  rights::EnrolAsked enrol;
  enrol.city = domain::CityCode(city);
  enrol.reference = number;
  enrol.plate = *domain::PlateNumber::Normalise(number);
  enrol.type = domain::RightTypeCode("paid");
  enrol.zones = {domain::ZoneCode(zone)};
  enrol.term.end = absl::Now() + absl::Hours(24 * 365);
  const auto granted = rights::RightCommands(pool("rights"), *keyring_)
                           .Enrol(CallAs(platform::Role::kProvider, "app"), enrol);
  EXPECT_TRUE(granted.ok()) << granted.status();
  return granted.ok() ? granted->right.right.id : domain::RightId();
}

cities::CreateContractAsked AppContract(const std::string& city) {
  cities::CreateContractAsked asked;
  asked.city = domain::CityCode(city);
  asked.contract.code = domain::ContractCode("app");
  asked.contract.provider = "app";
  asked.contract.right_types = {domain::RightTypeCode("paid")};
  asked.contract.in_force.start = absl::FromCivil(absl::CivilYear(2001), absl::UTCTimeZone());
  return asked;
}

platform::Call CallAs(platform::Role role, const std::string& provider) {
  platform::Call call;
  call.caller.subject = "tester";
  call.caller.roles.Add(role);
  call.caller.provider = provider;
  call.caller.every_city = true;
  call.received = absl::Now();
  call.deadline = std::chrono::steady_clock::now() + kHangs;
  return call;
}

}  // namespace stadspoort::testing
