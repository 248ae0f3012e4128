#pragma once

#include <cstdint>

namespace stadspoort::testing {
class Daemon;
}  // namespace stadspoort::testing

namespace stadspoort::faults {

class Fleet;

// How a daemon says it fares (operations.v1.GetStatus), without the contract's headers. Counters
// begin at 0 when it starts.
struct Vitals {
  int64_t loads = 0;           // of its memory, that were started
  int64_t redis_failures = 0;  // looks
  int64_t rebuilds = 0;        // of Redis by its projector, that were started
  bool active = false;         // its projector, in this term:
  int64_t term = 0;
};

// Of a daemon that answers, ready or not.
Vitals VitalsOf(const testing::Daemon& daemon);
// Over all daemons of a fleet. It grows for as long as none of them is started anew.
int64_t Sum(const Fleet& fleet, int64_t Vitals::*counter);

}  // namespace stadspoort::faults
