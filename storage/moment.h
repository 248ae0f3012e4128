#pragma once

#include <chrono>
#include <ctime>

namespace stadspoort {

// The process's own clock for how old something is. It runs on while the machine is suspended, as
// std::chrono::steady_clock does not: what was put to sleep for an hour must not believe that it
// looked a moment ago. (Not while a hypervisor stops a guest that is not told: then nothing does.)
struct BootClock {
  // NOLINTBEGIN(readability-identifier-naming): what the standard asks of a clock
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<BootClock>;
  static constexpr bool is_steady = true;
  // NOLINTEND(readability-identifier-naming)

  static time_point now() noexcept {
    timespec time{};
    clock_gettime(CLOCK_BOOTTIME, &time);
    return time_point(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
  }
};

using Moment = BootClock::time_point;

}  // namespace stadspoort
