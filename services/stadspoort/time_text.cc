#include "services/stadspoort/time_text.h"

#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace stadspoort::client {
namespace {

// How much of `text`, from `at`, reads like `pattern`, in which 'd' stands for a digit.
bool Reads(absl::string_view text, size_t at, absl::string_view pattern) {
  if (text.size() < at + pattern.size()) return false;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const char c = text[at + i];
    if (pattern[i] == 'd' ? !absl::ascii_isdigit(static_cast<unsigned char>(c)) : c != pattern[i]) {
      return false;
    }
  }
  return true;
}

// The parts of a moment, as far as `text` has their shape.
struct Shape {
  bool date_and_time = false;
  bool zone = false;
  std::string with_seconds;  // the same moment in the full form of RFC 3339
};

Shape ShapeOf(absl::string_view text) {
  constexpr absl::string_view kMinutes = "dddd-dd-ddTdd:dd";
  Shape shape;
  if (!Reads(text, 0, kMinutes)) return shape;
  size_t at = kMinutes.size();
  shape.with_seconds = std::string(text.substr(0, at));
  if (Reads(text, at, ":dd")) {
    size_t end = at + 3;
    if (Reads(text, end, ".d")) {
      end += 2;
      while (Reads(text, end, "d")) ++end;
    }
    absl::StrAppend(&shape.with_seconds, text.substr(at, end - at));
    at = end;
  } else {
    absl::StrAppend(&shape.with_seconds, ":00");
  }
  const absl::string_view rest = text.substr(at);
  shape.zone =
      rest == "Z" || (rest.size() == 6 && (Reads(rest, 0, "+dd:dd") || Reads(rest, 0, "-dd:dd")));
  shape.date_and_time = shape.zone || rest.empty();
  absl::StrAppend(&shape.with_seconds, rest);
  return shape;
}

}  // namespace

absl::StatusOr<std::optional<absl::Time>> ParseTime(absl::string_view text,
                                                    absl::string_view option) {
  if (text == "now") return std::optional<absl::Time>();
  const Shape shape = ShapeOf(text);
  if (shape.date_and_time && !shape.zone) {
    return absl::InvalidArgumentError(absl::StrCat(
        option, " \"", text, "\" does not say in which time zone; write ", text, "+01:00, ", text,
        "+02:00 (Belgium in winter, in summer) or ", text, "Z (UTC)"));
  }
  absl::Time time;
  std::string why;
  // Year 0 cannot travel: timestamps begin with year 1.
  if (!shape.date_and_time || text.substr(0, 4) == "0000" ||
      !absl::ParseTime(absl::RFC3339_full, shape.with_seconds, &time, &why)) {
    return absl::InvalidArgumentError(absl::StrCat(
        option, " \"", text,
        "\" is not a moment; write 2026-03-02T10:00:00+01:00, 2026-03-02T09:00Z or now"));
  }
  return std::optional(time);
}

absl::StatusOr<absl::Duration> ParseDeadline(absl::string_view text) {
  absl::Duration deadline;
  if (!absl::ParseDuration(text, &deadline) || deadline <= absl::ZeroDuration() ||
      deadline == absl::InfiniteDuration()) {
    return absl::InvalidArgumentError(
        absl::StrCat("--deadline \"", text, "\" is not a time to wait; write 10s, 500ms or 1m30s"));
  }
  return deadline;
}

std::string TimeText(absl::Time time, absl::TimeZone clock) {
  const bool whole_minute = clock.At(time).cs.second() == 0;
  const std::string text =
      absl::FormatTime(whole_minute ? "%Y-%m-%d %H:%M" : "%Y-%m-%d %H:%M:%S", time, clock);
  return absl::StrCat(
      text, clock == absl::UTCTimeZone() ? " UTC" : absl::FormatTime(" %Ez", time, clock));
}

std::string TimeText(const google::protobuf::Timestamp& time, absl::TimeZone clock) {
  return TimeText(FromTimestamp(time), clock);
}

std::string DurationText(absl::Duration duration) {
  if (duration < absl::ZeroDuration()) return absl::StrCat("-", DurationText(-duration));
  std::vector<std::string> parts;
  const auto take = [&](absl::Duration unit, absl::string_view one, absl::string_view many) {
    const int64_t count = absl::IDivDuration(duration, unit, &duration);
    if (count > 0) parts.push_back(absl::StrCat(count, " ", count == 1 ? one : many));
  };
  take(absl::Hours(24), "day", "days");
  take(absl::Hours(1), "h", "h");
  take(absl::Minutes(1), "min", "min");
  take(absl::Seconds(1), "s", "s");
  return parts.empty() ? "0 min" : absl::StrJoin(parts, " ");
}

std::string DurationText(const google::protobuf::Duration& duration) {
  return DurationText(absl::Seconds(duration.seconds()) + absl::Nanoseconds(duration.nanos()));
}

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  const int64_t seconds = absl::ToUnixSeconds(time);
  google::protobuf::Timestamp timestamp;
  timestamp.set_seconds(seconds);
  timestamp.set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
  return timestamp;
}

absl::Time FromTimestamp(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

}  // namespace stadspoort::client
