#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "stadspoort/permits/v1/permits.pb.h"

// Reads bewoner.json: a PermitType in protobuf's JSON mapping, as `permit type show --json` has it
// under "permitType". Its name may be left out, or must be `name`; right type and zones may be bare
// codes. Version, etag and time of creation are only read: they are the register's. The text is
// that of `file`; INVALID_ARGUMENT with file and place of the first fault.
namespace stadspoort::client {

absl::StatusOr<permits::v1::CreatePermitTypeRequest> ReadNewPermitType(absl::string_view text,
                                                                       const std::string& file,
                                                                       const std::string& name);
// The rules as a whole: what does not stand in the file is taken away.
absl::StatusOr<permits::v1::UpdatePermitTypeRequest> ReadPermitTypeUpdate(absl::string_view text,
                                                                          const std::string& file,
                                                                          const std::string& name);

}  // namespace stadspoort::client
