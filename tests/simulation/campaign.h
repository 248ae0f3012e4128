#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "tests/simulation/run.h"

namespace stadspoort::simulation {

struct Campaign {
  Tally tally;
  // Of any run that broke nothing.
  uint64_t fewest_steps = std::numeric_limits<uint64_t>::max();
  uint64_t fewest_strikes = std::numeric_limits<uint64_t>::max();
  std::vector<RunResult> broken;  // by seed, the first few
};

// Runs the seeds [first, first + count) on two threads.
Campaign RunSeeds(uint64_t first, uint64_t count, const Options& options);

// The first seed that breaks one of `rules`, of at most `count`.
std::optional<RunResult> FindBroken(uint64_t count, const Options& options,
                                    const std::vector<Oracle::Rule>& rules);

}  // namespace stadspoort::simulation
