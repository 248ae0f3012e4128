#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "services/domain/ids.h"
#include "services/domain/refusal.h"

// Refusals that concern cities, named by failure.
namespace stadspoort::domain {

// Also for a city that the caller may not know of: the same words.
inline absl::Status CityNotFound() {
  return Refusal(absl::StatusCode::kNotFound, ErrorReason::kCityNotFound,
                 "there is no such city, or you may not see it");
}

inline absl::Status CityExists() {
  return Refusal(absl::StatusCode::kAlreadyExists, ErrorReason::kCityExists,
                 "a city with this id exists already; choose another city_id");
}

inline absl::Status RightTypeExists() {
  return Refusal(absl::StatusCode::kAlreadyExists, ErrorReason::kRightTypeExists,
                 "the city has a right type with this code already; choose another right_type_id");
}

// `present` is the etag that would be accepted: only for callers who may read the thing itself.
inline absl::Status StaleEtag(absl::string_view field, absl::string_view present) {
  return Refusal(
      absl::StatusCode::kAborted, ErrorReason::kStaleEtag,
      absl::StrCat("it was changed since you read it and has the etag ", present,
                   " now; read it again and repeat your change"),
      {{std::string(field), absl::StrCat("is not the present etag, which is ", present)}});
}

inline absl::Status CalendarInThePast(absl::CivilDay day) {
  return Refusal(
      absl::StatusCode::kFailedPrecondition, ErrorReason::kCalendarInThePast,
      absl::StrCat("what ", absl::FormatCivilTime(day),
                   " was has passed and stays: a car may have been judged by it"),
      {{"calendar.special_days", "must leave the days before today as the calendar has them"}});
}

// A daemon whose key gives other pseudonyms would find no plate at all: it must neither answer nor
// write.
inline absl::Status PlateKeyMismatch() {
  return Refusal(
      absl::StatusCode::kFailedPrecondition, ErrorReason::kPlateKeyMismatch,
      "this daemon does not hold the city's plate key; the operator must restore the key file");
}

}  // namespace stadspoort::domain
