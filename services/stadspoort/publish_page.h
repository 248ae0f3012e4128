#pragma once

#include <string>

#include "absl/time/time.h"
#include "stadspoort/zones/v1/zones.pb.h"

// What was published, retired or withdrawn, or would be (`dry_run`), as a person reads it.
namespace stadspoort::client {

std::string PublishPage(const zones::v1::PublishZonesResponse& response, bool dry_run,
                        absl::TimeZone clock, bool colour);
std::string RetirePage(const zones::v1::RetireZoneResponse& response, bool dry_run,
                       absl::TimeZone clock, bool colour);
std::string WithdrawPage(const zones::v1::WithdrawZoneVersionResponse& response, bool dry_run,
                         absl::TimeZone clock, bool colour);

}  // namespace stadspoort::client
