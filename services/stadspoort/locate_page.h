#pragma once

#include <string>

#include "absl/time/time.h"
#include "stadspoort/checks/v1/checks.pb.h"

namespace stadspoort::client {

// The zones of a place, those at whose border it lies marked, as a person reads them.
std::string LocatePage(const checks::v1::LocateZonesRequest& request,
                       const checks::v1::LocateZonesResponse& response, absl::TimeZone clock,
                       bool colour);

}  // namespace stadspoort::client
