#pragma once

#include <string>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "google/protobuf/repeated_field.h"
#include "stadspoort/zones/v1/publishing.pb.h"

namespace stadspoort::client {

inline constexpr int kDrawnDays = 7;

// A week of a zone, drawn within 80 columns: a row a day from `first_day`, the hours of the city's
// wall clock across, a mark a half hour (timetable_legend.h), and the legend. Where something
// changes off the half hour, a mark a quarter, mornings above afternoons. A mark shows what is
// required in any part of its time. The hour that does not occur in spring is blank; the one that
// occurs twice in autumn stands there twice, blank on the other days; both are told below.
std::string TimetableDrawing(
    const google::protobuf::RepeatedPtrField<zones::v1::TimetableEntry>& entries,
    absl::CivilDay first_day, absl::TimeZone clock, bool colour);

}  // namespace stadspoort::client
