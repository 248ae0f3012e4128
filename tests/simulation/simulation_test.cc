// All rules: nothing is ever broken. `simulation_test --seed N --trace` shows one run step by step.

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string_view>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "tests/simulation/campaign.h"

namespace stadspoort::simulation {
namespace {

// Under a sanitizer a seed takes some fifty times as long.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr uint64_t kSeeds = 2'000;
#else
constexpr uint64_t kSeeds = 100'000;
#endif

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* const text = std::getenv(name);
  uint64_t value = 0;
  return text != nullptr && absl::SimpleAtoi(text, &value) ? value : otherwise;
}

std::string HowToSee(const RunResult& result) {
  return absl::StrCat("seed ", result.seed, ": ", result.why,
                      "\n  to see it: simulation_test --seed ", result.seed, " --trace\n");
}

TEST(SimulationTest, NoInterleavingBreaksThePromise) {
  const uint64_t first = FromEnvironment("STADSPOORT_SIMULATION_FIRST_SEED", 1);
  const uint64_t seeds = FromEnvironment("STADSPOORT_SIMULATION_SEEDS", kSeeds);
  const Campaign campaign = RunSeeds(first, seeds, Options());
  std::cout << campaign.tally.Text();
  for (const RunResult& result : campaign.broken) ADD_FAILURE() << HowToSee(result);
  EXPECT_GE(campaign.fewest_steps, 500U);
  EXPECT_GE(campaign.fewest_strikes, 3U);
}

TEST(SimulationTest, SeedGivesTheSameRun) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    std::ostringstream first;
    std::ostringstream second;
    simulation::Run(seed, Options(), &first);
    simulation::Run(seed, Options(), &second);
    EXPECT_FALSE(first.str().empty());
    EXPECT_EQ(first.str(), second.str());
  }
}

int ShowSeed(uint64_t seed, bool trace) {
  const RunResult result = Run(seed, Options(), trace ? &std::cout : nullptr);
  std::cout << result.tally.Text();
  if (result.broken == Oracle::Rule::kNone) return 0;
  std::cout << HowToSee(result);
  return 1;
}

}  // namespace
}  // namespace stadspoort::simulation

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  bool trace = false;
  uint64_t seed = 0;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--trace") trace = true;
    if (argument == "--seed" && i + 1 < argc && !absl::SimpleAtoi(argv[++i], &seed)) return 2;
  }
  if (seed != 0) return stadspoort::simulation::ShowSeed(seed, trace);
  return RUN_ALL_TESTS();
}
