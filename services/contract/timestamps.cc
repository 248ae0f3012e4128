#include "services/contract/timestamps.h"

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "services/domain/refusal.h"

namespace stadspoort::contract {
namespace {

constexpr int kFirstYear = 2000;
constexpr int kEndYear = 2200;

}  // namespace

absl::StatusOr<absl::Time> ToTime(const google::protobuf::Timestamp& timestamp,
                                  absl::string_view field) {
  const absl::Time first = absl::FromCivil(absl::CivilYear(kFirstYear), absl::UTCTimeZone());
  const absl::Time end = absl::FromCivil(absl::CivilYear(kEndYear), absl::UTCTimeZone());
  if (timestamp.nanos() < 0 || timestamp.nanos() > 999'999'999) {
    return domain::InvalidField(field, "nanos must lie between 0 and 999,999,999");
  }
  const absl::Time time =
      absl::FromUnixSeconds(timestamp.seconds()) + absl::Microseconds(timestamp.nanos() / 1000);
  if (time < first || time >= end) {
    return domain::InvalidField(
        field, absl::StrCat("must lie in the years ", kFirstYear, " to ", kEndYear - 1));
  }
  return time;
}

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  google::protobuf::Timestamp timestamp;
  const int64_t seconds = absl::ToUnixSeconds(time);
  timestamp.set_seconds(seconds);
  timestamp.set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
  return timestamp;
}

absl::StatusOr<absl::Duration> ToDuration(const google::protobuf::Duration& duration,
                                          absl::string_view field, absl::Duration min,
                                          absl::Duration max) {
  const absl::Duration value =
      absl::Seconds(duration.seconds()) + absl::Nanoseconds(duration.nanos());
  if (value < min || value > max) {
    return domain::InvalidField(field, absl::StrCat("must lie between ", absl::FormatDuration(min),
                                                    " and ", absl::FormatDuration(max)));
  }
  return value;
}

google::protobuf::Duration ToProtoDuration(absl::Duration duration) {
  google::protobuf::Duration proto;
  const int64_t seconds = absl::ToInt64Seconds(duration);
  proto.set_seconds(seconds);
  proto.set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(duration - absl::Seconds(seconds))));
  return proto;
}

}  // namespace stadspoort::contract
