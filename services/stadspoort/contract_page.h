#pragma once

#include <string>

#include "absl/time/time.h"
#include "google/protobuf/repeated_field.h"
#include "stadspoort/cities/v1/cities.pb.h"

// Contracts as a person reads them.
namespace stadspoort::client {

std::string ContractPage(const cities::v1::Contract& contract, absl::TimeZone clock);

std::string ContractTable(const google::protobuf::RepeatedPtrField<cities::v1::Contract>& contracts,
                          absl::TimeZone clock, bool colour);

}  // namespace stadspoort::client
