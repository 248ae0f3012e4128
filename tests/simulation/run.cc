#include "tests/simulation/run.h"

#include "tests/simulation/adversary.h"
#include "tests/simulation/projector_process.h"
#include "tests/simulation/replica_process.h"
#include "tests/simulation/settle.h"
#include "tests/simulation/world.h"

namespace stadspoort::simulation {

RunResult Run(uint64_t seed, const Options& options, std::ostream* trace) {
  World world(seed, options, trace);
  Adversary adversary(world);
  for (int step = 0; step < kSteps && !world.failed(); ++step) {
    adversary.Step(step);
    ++world.tally.steps;
  }
  if (!world.failed()) {
    adversary.Heal();
    Settling(world).Run();
  }
  world.tally.seeds = 1;
  return {seed, world.failure(), world.why(), world.tally};
}

}  // namespace stadspoort::simulation
