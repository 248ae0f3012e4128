#pragma once

#include <chrono>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/domain/city_errors.h"
#include "services/domain/ids.h"
#include "services/platform/caller.h"

namespace stadspoort::platform {

// One admitted call. A value; lives as long as its handler runs.
struct Call {
  std::string id;  // for the log and the answer's header
  Caller caller;
  absl::Time received;  // this process's clock; for ids only, rules use the register's clock
  std::chrono::steady_clock::time_point deadline;

  // Zero once passed.
  absl::Duration Remaining() const {
    const auto left = deadline - std::chrono::steady_clock::now();
    return std::max(absl::FromChrono(left), absl::ZeroDuration());
  }
  // NOT_FOUND unless the caller may see the city.
  absl::Status Admits(const domain::CityCode& city) const {
    return caller.MaySee(city) ? absl::OkStatus() : domain::CityNotFound();
  }
};

}  // namespace stadspoort::platform
