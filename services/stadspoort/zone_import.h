#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/stadspoort/call.h"
#include "stadspoort/zones/v1/zones.pb.h"

namespace stadspoort::client {

// The rules of a rules.json, {"rules": [ZoneRule...]}, added to the header. INVALID_ARGUMENT with
// file and place of the first fault.
absl::Status ReadRules(absl::string_view text, const std::string& file,
                       zones::v1::ImportZonesHeader& header);

// "feature 3 (gele-zone-1): geometry.coordinates[0][17]: ..."; "file: ..." for the file as a whole.
// Features count from 0.
std::string FaultText(const zones::v1::ImportFault& fault);

// Sends the GeoJSON file at `path` under `header`, shows progress, prints the result or every
// fault. Cancelled, so that nothing is stored, when the file cannot be read to its end.
ExitCode ImportZones(const zones::v1::ImportZonesHeader& header, const std::string& path,
                     const Session& session, const Output& output);

}  // namespace stadspoort::client
