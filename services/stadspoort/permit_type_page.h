#pragma once

#include <string>

#include "absl/time/time.h"
#include "google/protobuf/repeated_field.h"
#include "stadspoort/permits/v1/permit_types.pb.h"

// Types of permits as a person reads them.
namespace stadspoort::client {

// The rules in words, and the areas as a table.
std::string PermitTypePage(const permits::v1::PermitType& type, absl::TimeZone clock, bool colour);

// "permit 1: free, for 24 months", one line a step.
std::string PriceStepsText(const google::protobuf::RepeatedPtrField<permits::v1::PriceStep>& steps);

std::string PermitTypeTable(
    const google::protobuf::RepeatedPtrField<permits::v1::PermitType>& types, bool colour);

}  // namespace stadspoort::client
