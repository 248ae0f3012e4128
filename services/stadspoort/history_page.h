#pragma once

#include <string>

#include "absl/time/time.h"
#include "google/protobuf/repeated_field.h"
#include "stadspoort/zones/v1/zones.pb.h"

// What became of zones, as a person reads it.
namespace stadspoort::client {

std::string VersionTable(const google::protobuf::RepeatedPtrField<zones::v1::Zone>& versions,
                         absl::TimeZone clock, bool colour);

// A table, and where the next question goes on.
std::string ChangesPage(const zones::v1::ListZoneChangesResponse& changes, absl::TimeZone clock,
                        bool colour);

}  // namespace stadspoort::client
