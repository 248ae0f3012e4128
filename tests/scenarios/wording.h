#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/domain/ids.h"
#include "services/domain/local_time.h"

// The phrases of which cells are made: lists, moments, durations, windows, codes (README.md). Every
// function refuses with InvalidArgument what it does not understand in full, and says what would be
// accepted.
namespace stadspoort::scenarios {

absl::Status NotUnderstood(absl::string_view text, absl::string_view accepted);

// "a; b" -> {"a", "b"}: cut at every delimiter outside double quotes, trimmed. An empty text has no
// parts; an empty part is refused.
absl::StatusOr<std::vector<std::string>> SplitList(absl::string_view text,
                                                   absl::string_view delimiter);
// "\"a b\"" -> "a b"; other texts stay as they are.
std::string Unquoted(absl::string_view text);

// The words of a phrase, one after the other.
class Words {
 public:
  explicit Words(absl::string_view text);

  bool AtEnd() const { return next_ == words_.size(); }
  // The next word; empty at the end.
  std::string Take();
  // Takes the words given, separated by spaces, if they come next.
  bool Accept(absl::string_view words);
  // Takes what comes before the first of `stops`, or all; joined with single spaces.
  std::string TakeUntil(const std::vector<absl::string_view>& stops);
  std::string TakeRest() { return TakeUntil({}); }

 private:
  std::vector<std::string> words_;
  size_t next_ = 0;
};

absl::StatusOr<int> ParseWholeNumber(absl::string_view text);
// "48 h", "1h 30 min", "90 s"
absl::StatusOr<absl::Duration> ParseDuration(absl::string_view text);

struct Moment {
  absl::Time time;
  absl::CivilDay day;  // as written: "24:00" belongs to the day that it ends
};
// Scenarios play after this day begins; before it only their cities and first zones are made.
absl::CivilDay FirstDay();
// "2026-03-02 10:00", "2026-10-25 02:30 first"; a time alone, "10:00", only when `day` is given.
absl::StatusOr<Moment> ParseMoment(absl::string_view text, absl::TimeZone zone,
                                   std::optional<absl::CivilDay> day);
// "2026-05-01"
absl::StatusOr<absl::CivilDay> ParseDay(absl::string_view text);

// "Mon-Fri", "Sat,Sun", "daily"
absl::StatusOr<domain::WeekdaySet> ParseDays(absl::string_view text);
// "09:00-19:00"
absl::StatusOr<domain::DailyHours> ParseHours(absl::string_view text);
// "Mon-Fri 18:00-24:00 and Sun 00:00-24:00"
absl::StatusOr<std::vector<domain::WeeklyWindow>> ParseWindows(absl::string_view text);

// "zone-a, zone-b" with delimiter ","; at least one, none twice.
absl::StatusOr<std::vector<domain::ZoneCode>> ParseZoneCodes(absl::string_view text,
                                                             absl::string_view delimiter);
// "car-share"; whether a city has such a type is another question.
absl::StatusOr<domain::RightTypeCode> ParseRightTypeCode(absl::string_view text);

}  // namespace stadspoort::scenarios
