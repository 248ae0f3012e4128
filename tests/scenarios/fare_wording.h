#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/domain/fare.h"
#include "services/domain/regulation.h"

// The phrases of fares: what a frame costs, amounts, and sums as people write them (README.md).
namespace stadspoort::scenarios {

// "50 ct per 15 min for 1 h then 80 ct per 15 min cap 10.00 EUR", "4.00 EUR a day"
absl::StatusOr<std::vector<domain::FarePart>> ParseFare(absl::string_view text);

// Euros: "3.60", in cents.
absl::StatusOr<int64_t> ParseAmount(absl::string_view text);
std::string AmountText(int64_t cents);

// The breakdown of a fare: "2026-03-02 dag 09:00-10:20: 4 x 0.50 + 2 x 0.80 = 3.60", a piece for
// each occurrence, joined by "; ". "none" when there is none.
std::string Arithmetic(const domain::Fare& fare, absl::TimeZone zone);

// What such a text comes to, in cents, reckoned from its numbers alone. Refuses a sum that is
// wrong in itself.
absl::StatusOr<int64_t> AddUp(absl::string_view arithmetic);

}  // namespace stadspoort::scenarios
