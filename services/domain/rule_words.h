#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "services/domain/interval.h"
#include "services/domain/local_time.h"
#include "services/domain/regulation.h"

// Rules in a few words of English, for back-offices: to be read, never to be parsed. Total: a rule
// that Validate refuses has words too, and what differs has other words. Empty where there is
// nothing to say.
namespace stadspoort::domain {

std::string InWords(const WeekdaySet& weekdays);                // "Mon-Sat", "Mon,Wed", "daily"
std::string InWords(const DailyHours& hours);                   // "09:00-19:00"
std::string InWords(const std::vector<WeeklyWindow>& windows);  // "Mon-Fri 09:00-12:00; Sat ..."
std::string InWords(const Season& season);                      // "06-01 to 09-30"
std::string InWords(absl::Duration duration);                   // "5 min", "1 h 30 min"
// "2026-07-17 00:00 +02:00", with seconds where they are not zero.
std::string InWords(absl::Time t, absl::TimeZone clock);
// "2026-07-17 00:00 +02:00 to 2026-07-27 00:00 +02:00"
std::string InWords(const Interval& period, absl::TimeZone clock);
std::string InWords(const RightKindSet& kinds);                // "PAID, RESIDENT"
std::string InWords(const std::vector<RightTypeCode>& types);  // "resident-1, resident-2"
std::string MoneyInWords(int64_t cents);                       // "EUR 0.50"
std::string InWords(const FarePart& part);  // "EUR 0.50 per 15 min for 1 h, at most EUR 2.00"
// "Mon-Sat 09:00-19:00; accepts PAID, resident-1; max stay 3 h; EUR 0.50 per 15 min"
std::string InWords(const TimeFrame& frame);
std::string InWords(SpecialDayMode mode);  // "REPLACE"

}  // namespace stadspoort::domain
