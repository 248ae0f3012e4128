#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "stadspoort/zones/v1/zones.pb.h"

// What holds in a zone, as a person reads it. `request` is the question that was answered; times
// are on the clock that the answer names.
namespace stadspoort::client {

// "What holds on 1 May at 20:30?" in a few sentences, from the first entry.
std::string PreviewSentences(const zones::v1::PreviewZoneRequest& request,
                             const zones::v1::PreviewZoneResponse& response);

// The week from `first_day`, drawn (timetable_drawing.h), under a heading.
std::string PreviewWeek(const zones::v1::PreviewZoneRequest& request,
                        const zones::v1::PreviewZoneResponse& response, absl::CivilDay first_day,
                        bool colour);

// The clock that the answer names; UTC when this machine does not know it.
absl::TimeZone ClockOf(const zones::v1::PreviewZoneResponse& response);

}  // namespace stadspoort::client
