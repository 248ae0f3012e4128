#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "stadspoort/cities/v1/cities.pb.h"

namespace stadspoort::client {

// A city as a person's page: settings, right types, special days in the order of their dates.
std::string CityPage(const cities::v1::City& city,
                     const std::vector<cities::v1::RightType>& right_types,
                     const cities::v1::Calendar& calendar, absl::TimeZone clock, bool colour);

// "up to 2 h back", "from the beginning of the day", "not at all".
std::string BackdateText(const cities::v1::BackdateRule& rule);

}  // namespace stadspoort::client
