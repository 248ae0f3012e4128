#pragma once

#include <cstdint>
#include <string>

#include "services/domain/ids.h"
#include "services/domain/interval.h"
#include "services/domain/outline.h"
#include "services/domain/regulation.h"

namespace stadspoort::domain {

// A zone as it is in force during one interval. At one instant exactly one version of a zone holds.
struct ZoneVersion {
  ZoneCode code;
  ZoneId id;
  Usage usage = Usage::kPaidParking;
  int64_t version = 0;
  Interval in_force;
  std::string display_name;
  Regulation regulation;
  Outline area;

  friend bool operator==(const ZoneVersion&, const ZoneVersion&) = default;
};

}  // namespace stadspoort::domain
