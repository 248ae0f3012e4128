#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "services/domain/ids.h"
#include "services/domain/limits.h"
#include "services/domain/permit_set.h"

namespace stadspoort::domain {

// What a city sets for itself. Bounds and defaults: limits.h.
struct CitySettings {
  std::string display_name;
  std::vector<std::string> languages = {"nl"};
  absl::Duration look_back = limits::kLookBackDefault;  // how far back EXPIRED and REVOKED are told
  absl::Duration degraded_limit = limits::kDegradedDefault;
  absl::Duration end_in_the_past_limit = limits::kEndInThePastDefault;
  absl::Duration open_end_limit = limits::kOpenEndDefault;
  int confidence_threshold = 0;  // 0-100; readings below it are reviewed
  // Not set by itself: by switching permit sets. By set, then by time.
  std::vector<LiveSet> live_sets = {};

  friend bool operator==(const CitySettings&, const CitySettings&) = default;
};

}  // namespace stadspoort::domain
