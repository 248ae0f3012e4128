#include "tests/bench/city_file.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace stadspoort::bench {
namespace {

const char kWorkdays[] =
    R"("weekdays":["WEEKDAY_MONDAY","WEEKDAY_TUESDAY","WEEKDAY_WEDNESDAY","WEEKDAY_THURSDAY",)"
    R"("WEEKDAY_FRIDAY","WEEKDAY_SATURDAY"])";
const char kAccepted[] =
    R"("acceptedKinds":["RIGHT_KIND_PAID","RIGHT_KIND_RESIDENT","RIGHT_KIND_DISABLED"])";

std::string RegulationOf(int edition) {
  return absl::StrFormat(
      R"({"frames":[{"code":"day",%1$s,"fromLocalTime":"09:00","toLocalTime":"19:00",%2$s},)"
      R"({"code":"evening",%1$s,"fromLocalTime":"19:00","toLocalTime":"23:%3$02d",%2$s}],)"
      R"("graceAfter":"%4$ds"})",
      kWorkdays, kAccepted, edition % 60, 60 * (edition % 30));
}

std::string FeatureOf(const SyntheticCity& city, int zone, int edition) {
  std::vector<std::string> points;
  const auto add = [&](const domain::GeoPoint& point) {
    points.push_back(absl::StrFormat("[%.7f,%.7f]", point.longitude, point.latitude));
  };
  const domain::GeoArea area = city.AreaOf(zone);
  const domain::GeoRing& ring = area.front().outer;
  for (const domain::GeoPoint& point : ring) add(point);
  add(ring.front());
  return absl::StrFormat(
      R"({"type":"Feature","properties":{"code":"%1$s","name":"Zone %1$s, edition %2$d",)"
      R"("usage":"PAID_PARKING","regulation":%3$s},)"
      R"("geometry":{"type":"Polygon","coordinates":[[%4$s]]}})",
      ZoneCodeOf(zone), edition, RegulationOf(edition), absl::StrJoin(points, ","));
}

}  // namespace

// No zone's name begins another's.
std::string ZoneCodeOf(int zone) { return absl::StrFormat("bz-%05d", zone); }

std::string CityFile(const SyntheticCity& city, int first, int end, int edition) {
  std::string features;
  for (int zone = first; zone < end; ++zone) {
    absl::StrAppend(&features, zone == first ? "" : ",", FeatureOf(city, zone, edition));
  }
  return absl::StrCat(R"({"type":"FeatureCollection","features":[)", features, "]}");
}

}  // namespace stadspoort::bench
