#pragma once

#include "absl/status/statusor.h"
#include "services/cities/city_commands.h"
#include "stadspoort/cities/v1/cities.pb.h"

namespace stadspoort::cities {

// Reading gives INVALID_ARGUMENT with every faulty field.
absl::StatusOr<CreateAsked> ReadCreate(const v1::CreateCityRequest& request);
absl::StatusOr<UpdateAsked> ReadUpdate(const v1::UpdateCityRequest& request);
absl::StatusOr<CalendarAsked> ReadCalendar(const v1::UpdateCalendarRequest& request);
absl::StatusOr<RightTypeAsked> ReadRightType(const v1::CreateRightTypeRequest& request);

v1::City WriteCity(const domain::CityCode& city, const postgres::StoredCity& stored);
v1::Calendar WriteCalendar(const domain::CityCode& city, const CalendarKept& calendar);
v1::RightType WriteRightType(const domain::CityCode& city, const domain::RightType& type);

}  // namespace stadspoort::cities
