#pragma once

#include <string>

#include "absl/time/time.h"
#include "google/protobuf/repeated_field.h"
#include "stadspoort/zones/v1/zones.pb.h"

// Zones as a person reads them.
namespace stadspoort::client {

std::string ZonePage(const zones::v1::Zone& zone, absl::TimeZone clock, bool colour);

std::string ZoneTable(const google::protobuf::RepeatedPtrField<zones::v1::Zone>& zones,
                      absl::TimeZone clock, bool colour);

// "€1.50 per hour, at most €7.50"; several parts in order: "first 1 h: €0.50 per 30 min; then:
// €2.00 per hour". Empty without parts.
std::string FareText(const google::protobuf::RepeatedPtrField<zones::v1::FarePart>& parts);

}  // namespace stadspoort::client
