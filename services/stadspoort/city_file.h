#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "stadspoort/cities/v1/cities.pb.h"

namespace stadspoort::client {

// Everything `city create` sends, in the order in which it is sent.
struct CityPlan {
  cities::v1::CreateCityRequest city;
  std::vector<cities::v1::CreateRightTypeRequest> right_types;
  // Absent: the file has no calendar.
  std::optional<cities::v1::UpdateCalendarRequest> calendar;
  std::vector<cities::v1::CreateContractRequest> contracts;
};

// Reads city.json: {"city": City, "right_types": [RightType...], "calendar": Calendar,
// "contracts": [Contract...]} in protobuf's JSON mapping, each key optional. Names may be left out,
// or must be those of `city_name`; a right type's and a contract's name may be its bare code, since
// its code stands nowhere else. The whole file is read before anything is sent; INVALID_ARGUMENT
// with file and place of the first fault.
absl::StatusOr<CityPlan> ReadCityFile(absl::string_view text, const std::string& file,
                                      const std::string& city_name);

// What `city update` sends: the settings that stand under "city" in the file, the others left out
// of the mask; a setting that is null is taken away. Time zone and name are no settings: they are
// fixed for life, and only read. INVALID_ARGUMENT with file and place of the first fault; also when
// no setting stands there.
absl::StatusOr<cities::v1::UpdateCityRequest> ReadCityUpdate(absl::string_view text,
                                                             const std::string& file,
                                                             const std::string& city_name);

// What `city calendar set` sends: what stands under "calendar" in the file. INVALID_ARGUMENT also
// when nothing does.
absl::StatusOr<cities::v1::UpdateCalendarRequest> ReadCalendarFile(absl::string_view text,
                                                                   const std::string& file,
                                                                   const std::string& city_name);

}  // namespace stadspoort::client
