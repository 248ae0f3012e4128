#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "tests/history/history.h"

// Does a history keep the promise? A pure function; nothing is sampled, every check is judged.
//
//   R1  no NOT_PERMITTED or REVIEW is older than the newest version that was acknowledged, or shown
//       by another answer, before the check began; none is given without the system of record
//   R2  nothing rests on a write that was refused, or not yet sent
//   R3  under STRONG no answer is older than what was acknowledged or shown before it began,
//       whichever daemon showed it
//   R4  what PERMITTED or NOT_REQUIRED rests on was still the present state at some moment from
//       `max_staleness` before the check began to its end; `degraded_limit` when the answer says
//       that it is degraded
//
// UNKNOWN is always allowed. No violation is reported that any legal course of events explains,
// where a write takes effect at one moment between its begin and its end, and one of unknown
// outcome at some moment or never.
namespace stadspoort::history {

struct Bounds {
  absl::Duration max_staleness = absl::Seconds(1);
  absl::Duration degraded_limit = absl::Minutes(15);
};

enum class Rule : uint8_t { kR1 = 1, kR2, kR3, kR4 };

struct Violation {
  Rule rule = Rule::kR1;
  uint32_t subject = 0;
  std::string text;  // a sentence with both operations and their moments
};

// Per subject in the order of the checks' beginnings. Of a subject with writes of unknown outcome
// the course of events with the fewest violations is reported.
std::vector<Violation> FindViolations(const History& history, const Bounds& bounds = {});

}  // namespace stadspoort::history
