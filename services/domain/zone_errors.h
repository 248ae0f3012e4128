#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "services/domain/ids.h"
#include "services/domain/refusal.h"

// Refusals that concern zones, named by failure.
namespace stadspoort::domain {

inline absl::Status ZoneNotFound(const ZoneCode& zone, absl::string_view field) {
  return Refusal(absl::StatusCode::kNotFound, ErrorReason::kZoneNotFound,
                 absl::StrCat("the city has no zone ", zone.value()),
                 {{std::string(field), "must name a zone of the city"}});
}

}  // namespace stadspoort::domain
