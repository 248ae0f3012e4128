#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "stadspoort/checks/v1/checks.pb.h"

namespace stadspoort::client {

// What was typed behind `stadspoort check`. Empty: not given.
struct CheckArguments {
  std::vector<std::string> plates;
  std::string city;
  std::vector<std::string> zones;
  std::string position;
  std::string usage;
  std::string at = "now";
  bool strong = false;
  std::optional<int> confidence;
  bool why = false;
};

// Everything of the question but its items: city, place, time, options. INVALID_ARGUMENT with what
// would be accepted.
absl::StatusOr<checks::v1::BatchCheckPlatesRequest> CheckQuestion(const CheckArguments& arguments,
                                                                  absl::string_view language);

// "LAT,LON" or "LAT,LON,ACCURACY", in degrees and metres. Without an accuracy 10 m is taken, what
// phones reckon with: a position without any doubt does not exist, and near a border the doubt
// decides between a fine and a second look.
absl::StatusOr<checks::v1::Position> ParsePosition(absl::string_view text);

}  // namespace stadspoort::client
