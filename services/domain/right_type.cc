#include "services/domain/right_type.h"

#include <array>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"

namespace stadspoort::domain {
namespace {

constexpr std::array<absl::string_view, kRightKindCount> kNames = {
    "PAID",    "RESIDENT", "VISITOR",  "BUSINESS", "CARE",   "DISABLED", "CAR_SHARE",
    "LOADING", "CHARGING", "DAY_PASS", "ACCESS",   "EXEMPT", "OTHER"};

}  // namespace

absl::string_view Name(RightKind kind) { return kNames[static_cast<size_t>(kind) - 1]; }

std::optional<RightKind> RightKindFromName(absl::string_view name) {
  for (size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<RightKind>(i + 1);
  }
  return std::nullopt;
}

absl::Time BackdateRule::EarliestStart(absl::Time recorded, absl::TimeZone zone) const {
  switch (form) {
    case Form::kNone:
      return recorded;
    case Form::kDuration:
      return recorded - at_most;
    case Form::kStartOfDay:
      return absl::FromCivil(absl::CivilDay(zone.At(recorded).cs), zone);
  }
  return recorded;
}

}  // namespace stadspoort::domain
