#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/stadspoort/call.h"
#include "stadspoort/zones/v1/zones.pb.h"

namespace CLI {
class App;
}  // namespace CLI

namespace stadspoort::client {

// What was typed behind `stadspoort zone import` and `zone draft import`.
struct ImportArguments {
  std::string city;
  std::string file;
  std::string rules;  // a file; empty: none
  std::string from = "now";
  bool as_drafts = false;
  bool replace = false;  // drafts that are there
  std::string since;     // the cursor of an export; empty: none
  bool dry_run = false;
};

// FILE, --city, --rules, --since and --dry-run.
void AddImportOptions(CLI::App& command, ImportArguments& arguments);

// INVALID_ARGUMENT with what would be accepted, or with file and place of the first fault.
absl::StatusOr<zones::v1::ImportZonesHeader> ImportHeader(const ImportArguments& arguments);

// The rules of a rules.json, {"rules": [ZoneRule...]}, added to the header. INVALID_ARGUMENT with
// file and place of the first fault.
absl::Status ReadRules(absl::string_view text, const std::string& file,
                       zones::v1::ImportZonesHeader& header);

// "feature 3 (gele-zone-1): geometry.coordinates[0][17]: ..."; "file: ..." for the file as a whole.
// Features count from 0.
std::string FaultText(const zones::v1::ImportFault& fault);

// "Zones: 1 created, 2 superseded, 15 unchanged; in force from ...", "Drafts: ...".
std::string ImportResultText(const zones::v1::ImportResult& result,
                             const zones::v1::ImportZonesHeader& header, absl::TimeZone clock);

// Sends the file, shows progress, prints warnings and the result, or every fault. Cancelled, so
// that nothing is stored, when the file cannot be read to its end.
ExitCode RunImport(const ImportArguments& arguments, const Session& session, const Output& output);

}  // namespace stadspoort::client
