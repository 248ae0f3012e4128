#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/repeated_field.h"
#include "stadspoort/common/v1/schedule.pb.h"

// Recurring windows as people write them: "Mon-Fri 09:00-12:00".
namespace stadspoort::client {

// Days: names or their first three letters, single, ranged or listed ("Mon-Fri", "Sat,Sun",
// "Fri-Mon"), or "daily". Hours: "HH:MM-HH:MM", over midnight when the second is not later; "24:00"
// ends a day. INVALID_ARGUMENT with what would be accepted.
absl::StatusOr<common::v1::Window> ParseWindow(absl::string_view text);

// The same form again, so that it can be copied into a command.
std::string WindowText(const common::v1::Window& window);
// "Mon-Fri", "Mon,Wed", "daily"; days this program does not know are shown by their number.
std::string WeekdaysText(const google::protobuf::RepeatedField<int>& weekdays);

}  // namespace stadspoort::client
