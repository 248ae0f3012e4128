#pragma once

#include <cstdint>
#include <ostream>
#include <string>

#include "tests/simulation/model.h"
#include "tests/simulation/oracle.h"
#include "tests/simulation/tally.h"

namespace stadspoort::simulation {

struct RunResult {
  uint64_t seed = 0;
  Oracle::Rule broken = Oracle::Rule::kNone;
  std::string why;
  Tally tally;
};

// One run: at least kSteps steps of trouble, then everything is put right, and it must be right
// again soon. The same seed and options give the same run.
inline constexpr int kSteps = 800;
RunResult Run(uint64_t seed, const Options& options, std::ostream* trace = nullptr);

}  // namespace stadspoort::simulation
