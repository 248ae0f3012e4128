#pragma once

#include <istream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "stadspoort/common/v1/plate.pb.h"

namespace stadspoort::client {

// "1-ABC-123/B": what stands behind the last slash is the country, whatever it is; the register
// judges both. A bare number leaves the country unknown. INVALID_ARGUMENT when the text is not
// UTF-8, which could not travel.
absl::StatusOr<common::v1::Plate> ParsePlate(absl::string_view text);

// The same with the country also given apart; INVALID_ARGUMENT when it is given twice.
absl::StatusOr<common::v1::Plate> ParsePlate(absl::string_view text, absl::string_view country);

// The plates of a command line. "-" stands for the lines of `input`, one plate a line; empty lines
// are passed over. INVALID_ARGUMENT when no plate is left.
absl::StatusOr<std::vector<common::v1::Plate>> ReadPlates(const std::vector<std::string>& arguments,
                                                          std::istream& input);

// "1ABC123/B"
std::string PlateText(const common::v1::Plate& plate);

}  // namespace stadspoort::client
