#pragma once

#include <string>

#include "google/protobuf/repeated_field.h"
#include "stadspoort/zones/v1/regulation.pb.h"

// A time frame in a person's words.
namespace stadspoort::client {

// "Mon-Sat", or the label of a special day.
std::string FrameDaysText(const zones::v1::TimeFrame& frame);
// "09:00-19:00"
std::string FrameHoursText(const zones::v1::TimeFrame& frame);
// "05-01 to 09-30"; "all year".
std::string FrameSeasonText(const zones::v1::TimeFrame& frame);
// "paid, resident, right type buren"; "only exempt".
std::string FrameAcceptedText(const zones::v1::TimeFrame& frame);

// "€1.50 per hour, at most €7.50"; several parts in order: "first 1 h: €0.50 per 30 min; then:
// €2.00 per hour". Empty without parts.
std::string FareText(const google::protobuf::RepeatedPtrField<zones::v1::FarePart>& parts);

// Everything that a frame asks: "Accepted: paid, resident. Longest stay: 5 h. Fare: €1.50 per
// hour."
std::string FrameRulesText(const zones::v1::TimeFrame& frame);

}  // namespace stadspoort::client
