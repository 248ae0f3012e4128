#pragma once

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/domain/place.h"

// The phrases for positions and outlines (README.md), latitude first.
namespace stadspoort::scenarios {

// "51.0505,3.7210 ±10 m"; without an accuracy 0 m. Ranges are not judged: a scenario may ask about
// a position that there cannot be.
absl::StatusOr<domain::Position> ParsePosition(absl::string_view text);

// "box 51.0500,3.7200 51.0510,3.7220; minus box ..."; judged by domain::Validate. Of an empty text:
// nothing.
absl::StatusOr<domain::GeoArea> ParseOutline(absl::string_view text);

// A box of some 100 m that is the `index`th zone's own, far from every other place that is named.
domain::GeoArea OwnBox(int index);

}  // namespace stadspoort::scenarios
