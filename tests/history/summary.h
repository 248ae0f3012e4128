#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "absl/time/time.h"
#include "tests/history/history.h"

namespace stadspoort::history {

// A history in figures.
struct Summary {
  int64_t checks = 0;
  int64_t strong = 0;
  int64_t degraded = 0;
  // At most kClose apart from a write to the same subject that may have changed it.
  int64_t close_to_a_write = 0;
  std::map<domain::Decision, int64_t> by_decision;
  std::map<Rung, int64_t> by_rung;
  // PERMITTED and NOT_REQUIRED, but STRONG ones, which only the system of record answers.
  std::map<Rung, int64_t> positives_by_rung;
  std::map<domain::DecisionReason, int64_t> unknown_by_reason;
  int64_t failed_check_calls = 0;
  int64_t writes = 0;  // acknowledged
  int64_t unknown_writes = 0;
  absl::Duration took;

  double Share(int64_t count) const {
    return checks == 0 ? 0 : static_cast<double>(count) / static_cast<double>(checks);
  }
  int64_t Of(domain::Decision decision) const;
  // Of those.
  double PositivesShareOf(Rung rung) const;
};

inline constexpr absl::Duration kClose = absl::Milliseconds(5);

Summary Summarise(const History& history);
// Several lines.
std::string Describe(const Summary& summary);

}  // namespace stadspoort::history
