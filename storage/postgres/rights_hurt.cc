#include "storage/postgres/rights_hurt.h"

#include <algorithm>
#include <string>

#include "services/domain/limits.h"
#include "storage/postgres/sql.h"

namespace stadspoort::postgres {

// rights_hurt.sql names it.
static_assert(domain::limits::kHurtSample == 10);

Command SelectRightsHurt(const domain::CityCode& city, absl::Span<const HurtAsked> asked) {
  std::vector<std::string> places;
  std::vector<std::string> zones;
  std::vector<std::string> types;
  std::vector<absl::Time> first;
  std::vector<absl::Time> last;
  for (const HurtAsked& one : asked) {
    places.push_back(one.place.value());
    zones.push_back(one.zone.value());
    types.push_back(one.type.value());
    first.push_back(one.refused.start);
    last.push_back(one.refused.end);
  }
  return {sql::kRightsHurt, Params()
                                .Text(city.value())
                                .TextArray(places)
                                .TextArray(zones)
                                .TextArray(types)
                                .TimeArray(first)
                                .TimeArray(last)
                                .Time(*std::min_element(first.begin(), first.end()))};
}

absl::StatusOr<std::vector<HurtCounted>> RightsHurtOf(const Result& result) {
  return result.Rows([](Row& row) {
    HurtCounted hurt{domain::ZoneCode(row.Text("place")),
                     domain::RightTypeCode(row.Text("right_type")),
                     row.Int("right_count"),
                     row.Time("first_refused"),
                     {}};
    for (const auto& id : row.UuidArray("sample")) hurt.sample.emplace_back(id);
    return hurt;
  });
}

}  // namespace stadspoort::postgres
