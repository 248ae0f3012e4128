#pragma once

#include <string>

#include "absl/time/time.h"
#include "google/protobuf/repeated_field.h"
#include "services/stadspoort/table.h"
#include "stadspoort/permits/v1/permits.pb.h"

// Permits as a person reads them.
namespace stadspoort::client {

// State, what is in force until when, what comes next, what is due, and the plates as a table.
std::string PermitPage(const permits::v1::Permit& permit, absl::TimeZone clock, bool colour);

std::string PermitTable(const google::protobuf::RepeatedPtrField<permits::v1::Permit>& permits,
                        absl::TimeZone clock, bool colour);

Tone ToneOf(permits::v1::PermitState state);

}  // namespace stadspoort::client
