#pragma once

#include <string>

#include "tests/bench/synthetic_city.h"

// The synthetic city as a file that an import takes.
namespace stadspoort::bench {

std::string ZoneCodeOf(int zone);
// A FeatureCollection of the zones [first, end), in which PAID, RESIDENT and DISABLED are accepted,
// by rules of a usual length. Another `edition` has other names and other rules, so that importing
// it publishes a version of each.
std::string CityFile(const SyntheticCity& city, int first, int end, int edition);

}  // namespace stadspoort::bench
