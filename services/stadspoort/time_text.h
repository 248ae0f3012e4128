#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"

// Instants as people type and read them.
namespace stadspoort::client {

// A moment on the command line: RFC 3339 with its zone ("2026-03-02T10:00:00+01:00", "...Z"; the
// seconds may be left out), or "now", which is nullopt: the register's own clock decides. A moment
// without a zone is refused, never guessed at: INVALID_ARGUMENT with what would be accepted.
// `option` names the option in that text.
absl::StatusOr<std::optional<absl::Time>> ParseTime(absl::string_view text,
                                                    absl::string_view option);

// "10s", "1m30s", "500ms"; more than zero.
absl::StatusOr<absl::Duration> ParseDeadline(absl::string_view text);

// "2026-03-02 10:00 +01:00", with seconds when they are not zero; "UTC" instead of the offset on
// that clock.
std::string TimeText(absl::Time time, absl::TimeZone clock);
std::string TimeText(const google::protobuf::Timestamp& time, absl::TimeZone clock);

// "2 days", "1 h 30 min", "0 min". Rounded down to whole seconds.
std::string DurationText(absl::Duration duration);
std::string DurationText(const google::protobuf::Duration& duration);

google::protobuf::Timestamp ToTimestamp(absl::Time time);
absl::Time FromTimestamp(const google::protobuf::Timestamp& time);

}  // namespace stadspoort::client
