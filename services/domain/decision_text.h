#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "services/domain/decision.h"

// Decisions and reasons in words, for officials and citizens alike, in the languages of the
// register: nl and fr in formal Belgian usage, de, en. UTF-8, no full stop at the end. Texts are
// for people; programs match on the enums. Pure functions, thread-safe.
namespace stadspoort::domain {

// True for "nl", "fr", "de" and "en", exactly so.
bool IsLanguage(absl::string_view language);

// "Niet toegestaan". An unknown language gives English.
std::string DecisionText(Decision decision, absl::string_view language);

// "Recht verlopen, 12 minuten geleden". `expired_minutes_ago`, in whole minutes rounded down,
// speaks with kExpired only; without it (or when negative) the text does not say how long ago. From
// two hours on the text counts in hours and minutes, from two days on in days and hours, always
// rounded down. An unknown language gives English.
std::string ReasonText(DecisionReason reason, absl::string_view language,
                       std::optional<int64_t> expired_minutes_ago);

}  // namespace stadspoort::domain
