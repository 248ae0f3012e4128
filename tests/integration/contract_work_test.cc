// What an enrolment's look at its provider's contracts costs: work is judged, time is told.
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/domain/limits.h"
#include "tests/integration/database.h"

namespace stadspoort::testing {
namespace {

constexpr int kProviders = 500;
constexpr int kEnded = 50;  // of each provider
constexpr int64_t kBuffersMost = 20;

// Contracts of ten zones each with the provider, in force since `first` and until `end`.
std::string Insert(const std::string& provider, int contracts, const std::string& end) {
  return absl::StrFormat(
      "INSERT INTO stadspoort.contract (city, code, contract_id, display_name, provider, "
      "right_types, zones, in_force_start, in_force_end, request_digest, version) SELECT 'ghent', "
      "'%1$s-%3$.4s-' || n, gen_random_uuid(), '', '%1$s', '{paid}', ARRAY(SELECT 'zone-' || z "
      "FROM generate_series(10, 19) z), '2020-01-01', '%3$s', decode(repeat('00', 32), 'hex'), 1 "
      "FROM generate_series(1, %2$d) n;",
      provider, contracts, end);
}

// As a session of the service runs it (storage/postgres/plans.h).
class Work {
 public:
  explicit Work(const Database& database)
      : sql_(absl::StrCat(database.conninfo(), " user=stadspoort_rights options='",
                          "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off "
                          "-c plan_cache_mode=force_generic_plan -c stadspoort.city=ghent'")) {
    std::ifstream file(STADSPOORT_SOURCE_DIR "/storage/postgres/sql/provider_contracts.sql");
    sql_.Run("PREPARE contracts (text, text, bigint) AS " +
             std::string(std::istreambuf_iterator<char>(file), {}));
  }

  struct Cost {
    int64_t rows;
    int64_t pages;  // found in memory or not
    double milliseconds;
  };
  Cost Of(const std::string& provider) {
    const std::string execute = absl::StrFormat(
        "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE contracts('ghent', '%s', %d)", provider,
        absl::ToInt64Seconds(domain::limits::kBackdateMax));
    sql_.Run(execute);
    const nlohmann::json told = nlohmann::json::parse(sql_.Run(execute))[0];
    const nlohmann::json& plan = told["Plan"];
    return {plan["Actual Rows"].get<int64_t>(),
            plan["Shared Hit Blocks"].get<int64_t>() + plan["Shared Read Blocks"].get<int64_t>(),
            told["Execution Time"].get<double>()};
  }

 private:
  Session sql_;
};

TEST(ContractWorkTest, OnlyTheProvidersRunningContractsAreRead) {
  Database database("contract_work");
  database.MakeCity("ghent");
  Session sql(database.superuser());
  std::string inserts;
  for (int i = 0; i < kProviders; ++i) {
    const std::string provider = absl::StrCat("provider-", i);
    absl::StrAppend(&inserts, Insert(provider, 3, "infinity"),
                    Insert(provider, kEnded, "2021-01-01"));
  }
  const auto most = static_cast<int>(domain::limits::kProviderMaxContracts);
  sql.Run(absl::StrCat(inserts, Insert("largest", most, "infinity")));
  Work work(database);
  for (const bool analyzed : {false, true}) {
    if (analyzed) sql.Run("ANALYZE stadspoort.contract");
    for (const auto& [provider, rows] :
         {std::pair("nobody", 0), std::pair("provider-7", 3), std::pair("largest", most)}) {
      const Work::Cost cost = work.Of(provider);
      EXPECT_EQ(cost.rows, rows) << provider;
      EXPECT_LE(cost.pages, kBuffersMost) << provider;
      std::printf("%d contracts of %d: %d pages, %.3f ms\n", rows, kProviders * (3 + kEnded) + most,
                  static_cast<int>(cost.pages), cost.milliseconds);
    }
  }
}

}  // namespace
}  // namespace stadspoort::testing
