#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/repeated_field.h"
#include "stadspoort/zones/v1/zones.pb.h"

// Drafts of zones as a person reads them.
namespace stadspoort::client {

// "gele-zone-1" of "cities/ghent/zones/gele-zone-1/draft".
std::string ZoneCodeOfDraft(absl::string_view draft_name);

std::string DraftPage(const zones::v1::ZoneDraft& draft, absl::TimeZone clock, bool colour);

std::string DraftTable(const google::protobuf::RepeatedPtrField<zones::v1::ZoneDraft>& drafts,
                       absl::TimeZone clock, bool colour);

}  // namespace stadspoort::client
