#include "services/domain/calendar.h"

namespace stadspoort::domain {

CityCalendar::CityCalendar(absl::TimeZone zone, const std::vector<SpecialDay>& days) : zone_(zone) {
  for (const SpecialDay& day : days) labels_[day.date].push_back(day.label);
}

const std::vector<SpecialDayLabel>& CityCalendar::LabelsOf(absl::CivilDay date) const {
  static const auto* const kNone = new std::vector<SpecialDayLabel>();
  const auto it = labels_.find(date);
  return it == labels_.end() ? *kNone : it->second;
}

}  // namespace stadspoort::domain
