#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/domain/ids.h"
#include "services/domain/permit_type.h"
#include "stadspoort/permits/v1/permit_types.pb.h"

namespace stadspoort::contract {

// Reads and judges the rules of a type; its code is left to whoever names it. INVALID_ARGUMENT with
// the faulty fields, paths within PermitType. That zones and the right type exist is judged by the
// command.
absl::StatusOr<domain::PermitType> ReadPermitType(const permits::v1::PermitType& type,
                                                  const domain::CityCode& city);
// Without name, version, etag and times.
permits::v1::PermitType WritePermitType(const domain::PermitType& type,
                                        const domain::CityCode& city);

// The stored form: protobuf's JSON mapping of the message. Reading it back gives INTERNAL when it
// cannot be read: it was written by us.
std::string PermitTypeJson(const domain::PermitType& type, const domain::CityCode& city);
absl::StatusOr<domain::PermitType> ReadStoredPermitType(absl::string_view json,
                                                        const domain::CityCode& city,
                                                        const domain::PermitTypeCode& code);

}  // namespace stadspoort::contract
