#pragma once

#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/domain/zone.h"
#include "tests/scenarios/markdown.h"
#include "tests/scenarios/scenario.h"

// The five kinds of section of a group, each read from its tables (README.md). Each needs those
// before it. InvalidArgument with file and line.
namespace stadspoort::scenarios {

absl::Status ReadCity(absl::string_view file_name, const Section& section, City& city);
absl::Status ReadZones(absl::string_view file_name, const Section& section, const City& city,
                       std::vector<domain::ZoneVersion>& zones);
absl::Status ReadRights(absl::string_view file_name, const Section& section, Group& group);
absl::Status ReadChecks(absl::string_view file_name, const Section& section, Group& group);
absl::Status ReadFares(absl::string_view file_name, const Section& section, Group& group);

// A city of which nothing is stated.
City DefaultCity();

}  // namespace stadspoort::scenarios
