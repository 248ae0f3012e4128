#pragma once

#include <string>

#include "absl/time/time.h"
#include "stadspoort/permits/v1/permits.pb.h"

// What happened to permits, as a person reads it.
namespace stadspoort::client {

// The events as a table, and the permit as the register knew it then.
std::string PermitHistoryPage(const permits::v1::ListPermitEventsRequest& request,
                              const permits::v1::ListPermitEventsResponse& history,
                              absl::TimeZone clock, bool colour);

// One event that was followed, in one line.
std::string PermitEventLine(const permits::v1::PermitEvent& event, absl::TimeZone clock);

}  // namespace stadspoort::client
