#pragma once

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/domain/ids.h"
#include "services/domain/regulation.h"

// The phrases of a zone's regulation: frames, grace, rules (README.md).
namespace stadspoort::scenarios {

// What a city's own table lets its zones speak of.
struct Vocabulary {
  absl::TimeZone zone;
  absl::flat_hash_set<domain::RightTypeCode> right_types;
  absl::flat_hash_set<domain::SpecialDayLabel> labels;
};

// "day Mon-Sat 09:00-19:00 accepts PAID; ..." or "none".
absl::StatusOr<domain::Timetable> ParseFrames(absl::string_view text, const Vocabulary& vocabulary);

// "before 5 min, after 10 min"
absl::Status ReadGrace(absl::string_view text, domain::Regulation& regulation);

// "HOLIDAY replaces; closed ... .. ...; ..."
absl::Status ReadRules(absl::string_view text, const Vocabulary& vocabulary,
                       domain::Regulation& regulation);

}  // namespace stadspoort::scenarios
