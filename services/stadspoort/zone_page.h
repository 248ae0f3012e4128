#pragma once

#include <string>

#include "absl/time/time.h"
#include "google/protobuf/repeated_field.h"
#include "services/stadspoort/table.h"
#include "stadspoort/zones/v1/zones.pb.h"

// Zones as a person reads them.
namespace stadspoort::client {

// Fields "Outline", "Grace" and, where the city counts them, "Places".
void AddOutlineAndGrace(FieldList& fields, int area_count, int vertex_count,
                        const zones::v1::Regulation& rules);

// Hours, special days, periods, and what holds with other zones; begins with an empty line.
std::string RegulationText(const zones::v1::Regulation& rules, absl::TimeZone clock, bool colour);

std::string ZonePage(const zones::v1::Zone& zone, absl::TimeZone clock, bool colour);

std::string ZoneTable(const google::protobuf::RepeatedPtrField<zones::v1::Zone>& zones,
                      absl::TimeZone clock, bool colour);

}  // namespace stadspoort::client
