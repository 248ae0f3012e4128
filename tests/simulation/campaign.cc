#include "tests/simulation/campaign.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

namespace stadspoort::simulation {
namespace {

constexpr size_t kBrokenMax = 5;
constexpr uint64_t kBatch = 64;

}  // namespace

Campaign RunSeeds(uint64_t first, uint64_t count, const Options& options) {
  Campaign campaign;
  std::mutex mutex;
  std::atomic<uint64_t> next = 0;
  const auto work = [&] {
    for (uint64_t begin = next.fetch_add(kBatch); begin < count; begin = next.fetch_add(kBatch)) {
      Campaign batch;
      for (uint64_t i = begin; i < std::min(begin + kBatch, count); ++i) {
        RunResult result = Run(first + i, options);
        batch.tally.Add(result.tally);
        if (result.broken != Oracle::Rule::kNone) {
          batch.broken.push_back(std::move(result));
          continue;
        }
        batch.fewest_steps = std::min(batch.fewest_steps, result.tally.steps);
        batch.fewest_strikes = std::min(batch.fewest_strikes, result.tally.strikes);
      }
      const std::lock_guard lock(mutex);
      campaign.tally.Add(batch.tally);
      campaign.fewest_steps = std::min(campaign.fewest_steps, batch.fewest_steps);
      campaign.fewest_strikes = std::min(campaign.fewest_strikes, batch.fewest_strikes);
      for (RunResult& result : batch.broken) campaign.broken.push_back(std::move(result));
      if (campaign.broken.size() >= kBrokenMax) next = count;
    }
  };
  std::thread second(work);
  work();
  second.join();
  std::sort(campaign.broken.begin(), campaign.broken.end(),
            [](const RunResult& a, const RunResult& b) { return a.seed < b.seed; });
  return campaign;
}

std::optional<RunResult> FindBroken(uint64_t count, const Options& options,
                                    const std::vector<Oracle::Rule>& rules) {
  for (uint64_t seed = 1; seed <= count; ++seed) {
    RunResult result = Run(seed, options);
    if (std::find(rules.begin(), rules.end(), result.broken) != rules.end()) return result;
  }
  return std::nullopt;
}

}  // namespace stadspoort::simulation
