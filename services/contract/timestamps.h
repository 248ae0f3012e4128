#pragma once

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"

// Instants and lengths of time. The register keeps microseconds; finer input is rounded down.
namespace stadspoort::contract {

// INVALID_ARGUMENT for `field` outside the years 2000 to 2199: outside it lies a typing error, not
// a right.
absl::StatusOr<absl::Time> ToTime(const google::protobuf::Timestamp& timestamp,
                                  absl::string_view field);
// InfiniteFuture and InfinitePast have no timestamp; callers leave the field out.
google::protobuf::Timestamp ToTimestamp(absl::Time time);

// INVALID_ARGUMENT for `field` when not between `min` and `max`, both included.
absl::StatusOr<absl::Duration> ToDuration(const google::protobuf::Duration& duration,
                                          absl::string_view field, absl::Duration min,
                                          absl::Duration max);
google::protobuf::Duration ToProtoDuration(absl::Duration duration);

}  // namespace stadspoort::contract
