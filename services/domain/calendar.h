#pragma once

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/domain/ids.h"

namespace stadspoort::domain {

// A city calendar entry that overrides or joins the weekday, as each regulation says.
struct SpecialDay {
  absl::CivilDay date;
  SpecialDayLabel label;
  std::string display_name;

  friend bool operator==(const SpecialDay&, const SpecialDay&) = default;
};

// A city's clock and special days. Immutable once made; safe to read from any thread.
class CityCalendar {
 public:
  CityCalendar() = default;
  CityCalendar(absl::TimeZone zone, const std::vector<SpecialDay>& days);

  absl::TimeZone zone() const { return zone_; }
  // Labels of the date; none on an ordinary day.
  const std::vector<SpecialDayLabel>& LabelsOf(absl::CivilDay date) const;

  friend bool operator==(const CityCalendar&, const CityCalendar&) = default;

 private:
  absl::TimeZone zone_ = absl::UTCTimeZone();
  absl::flat_hash_map<absl::CivilDay, std::vector<SpecialDayLabel>> labels_;
};

}  // namespace stadspoort::domain
