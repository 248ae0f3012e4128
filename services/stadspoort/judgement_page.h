#pragma once

#include <string>

#include "absl/time/time.h"
#include "google/protobuf/repeated_field.h"
#include "stadspoort/zones/v1/publishing.pb.h"

// What the register finds in zones, as a person reads it.
namespace stadspoort::client {

// A block for each zone, in the order in which they came (the contract's: errors first); empty
// without findings.
std::string FindingsText(const google::protobuf::RepeatedPtrField<zones::v1::Finding>& findings,
                         bool colour);

// A table, and examples where the caller may see them; empty when no right is hurt.
std::string RightsHurtText(const google::protobuf::RepeatedPtrField<zones::v1::RightsHurt>& hurt,
                           absl::TimeZone clock, bool colour);

// "1 error, 2 warnings", "nothing to say".
std::string CountsText(const zones::v1::Judgement& judgement);

// Findings, counts, and rights hurt.
std::string JudgementText(const zones::v1::Judgement& judgement, absl::TimeZone clock, bool colour);

}  // namespace stadspoort::client
