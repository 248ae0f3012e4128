#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "stadspoort/zones/v1/zones.pb.h"

namespace stadspoort::client {

// A path of ZoneDifference.field in words: what it belongs to, and which field of it.
struct FieldWords {
  std::string group;  // "frame dag", "overlay Wegenwerken", "name"
  std::string field;  // "to", "frame markt, fare"; empty: the group as a whole
};
FieldWords WordsOfField(absl::string_view path);

// What differs, grouped by what it belongs to, with - before and + after; then the rights hurt.
std::string DiffPage(absl::string_view zone_name, const zones::v1::DiffZoneResponse& response,
                     absl::TimeZone clock, bool colour);

}  // namespace stadspoort::client
