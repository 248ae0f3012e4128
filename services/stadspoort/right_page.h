#pragma once

#include <string>

#include "absl/time/time.h"
#include "google/protobuf/repeated_field.h"
#include "stadspoort/rights/v1/rights.pb.h"

// Rights as a person reads them.
namespace stadspoort::client {

std::string RightPage(const rights::v1::Right& right, absl::TimeZone clock);

// "Remarks" and a line for each; empty without any.
std::string RemarksText(const google::protobuf::RepeatedPtrField<rights::v1::Remark>& remarks);

std::string PendingEndText(const rights::v1::PendingEnd& pending, absl::TimeZone clock);

std::string RightTable(const google::protobuf::RepeatedPtrField<rights::v1::Right>& rights,
                       absl::TimeZone clock, bool colour);

}  // namespace stadspoort::client
