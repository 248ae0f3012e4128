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
      Tally tally;
      std::vector<RunResult> broken;
      for (uint64_t i = begin; i < std::min(begin + kBatch, count); ++i) {
        RunResult result = Run(first + i, options);
        tally.Add(result.tally);
        if (result.broken != Oracle::Rule::kNone) broken.push_back(std::move(result));
      }
      const std::lock_guard lock(mutex);
      campaign.tally.Add(tally);
      for (RunResult& result : broken) campaign.broken.push_back(std::move(result));
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
