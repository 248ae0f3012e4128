#include "tests/simulation/tally.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace stadspoort::simulation {
namespace {

constexpr std::array<const char*, kStrikes> kNames = {
    "replica paused",      "replica crashed",       "index lost an entry", "projector paused",
    "projector crashed",   "two projectors",        "PostgreSQL paused",   "PostgreSQL crashed",
    "standby promoted",    "synchronous waits cut", "stale route",         "session killed",
    "idle transaction",    "state in another file", "standby cut off",     "Redis lost all",
    "Redis lost a suffix", "Redis lost a key",      "Redis from old dump", "Redis away",
    "message lost",        "message delayed",       "apply duplicated",    "time jumped",
};

}  // namespace

const char* Name(Strike strike) { return kNames[static_cast<size_t>(strike)]; }

void Tally::Add(const Tally& other) {
  seeds += other.seeds;
  steps += other.steps;
  strikes += other.strikes;
  writes += other.writes;
  epochs += other.epochs;
  rebuilds += other.rebuilds;
  loads += other.loads;
  beside += other.beside;
  for (size_t i = 0; i < by_strike.size(); ++i) by_strike[i] += other.by_strike[i];
  for (size_t i = 0; i < checks.size(); ++i) {
    for (size_t j = 0; j < checks[i].size(); ++j) checks[i][j] += other.checks[i][j];
  }
}

std::string Tally::Text() const {
  std::string text = absl::StrFormat(
      "seeds %d, steps %d, faults %d, writes acknowledged %d, epochs opened %d, rebuilds %d, loads "
      "%d, read beside %d\n",
      seeds, steps, strikes, writes, epochs, rebuilds, loads, beside);
  for (size_t i = 0; i < by_strike.size(); ++i) {
    absl::StrAppendFormat(&text, "  %-22s %9d\n", kNames[i], by_strike[i]);
  }
  absl::StrAppendFormat(&text, "  %-14s %10s %10s %10s %10s\n", "checks", "memory", "Redis",
                        "PostgreSQL", "none");
  constexpr std::array kDecisions = {"PERMITTED", "NOT_PERMITTED", "UNKNOWN"};
  for (size_t i = 0; i < checks.size(); ++i) {
    absl::StrAppendFormat(&text, "  %-14s %10d %10d %10d %10d\n", kDecisions[i], checks[i][0],
                          checks[i][1], checks[i][2], checks[i][3]);
  }
  return text;
}

}  // namespace stadspoort::simulation
