#pragma once

#include <chrono>

#include "absl/time/time.h"

namespace stadspoort {

// The moment until which a caller waits, on the monotonic clock: a step of the wall clock neither
// shortens nor stretches it. A value; thread-safe as such.
class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  // From now. Negative is already passed; anything over a year is a year, so that no arithmetic
  // on it can overflow.
  static Deadline After(absl::Duration patience);

  // Zero once passed.
  absl::Duration Remaining() const;
  bool Passed() const { return Clock::now() >= at_; }
  Clock::time_point at() const { return at_; }

  friend Deadline Earlier(Deadline a, Deadline b) { return a.at_ < b.at_ ? a : b; }

 private:
  explicit Deadline(Clock::time_point at) : at_(at) {}

  Clock::time_point at_;
};

}  // namespace stadspoort
