#pragma once

#include <string>

#include "services/stadspoort/call.h"

namespace stadspoort::client {

// What was typed behind `stadspoort zone export`.
struct ExportArguments {
  std::string city;
  std::string at = "now";
  std::string out;  // a file; empty: standard output
};

// Writes the bytes that the register sends, all of them or none: half a file of zones could be
// mistaken for a whole one. With --json and a file, {"file", "byteCount", "cursor"}; without a file
// the zones themselves are the one JSON object.
ExitCode ExportZones(const ExportArguments& arguments, const Session& session,
                     const Output& output);

}  // namespace stadspoort::client
