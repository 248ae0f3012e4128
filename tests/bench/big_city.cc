#include "tests/bench/big_city.h"

#include <cmath>
#include <cstdint>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace stadspoort::testing {
namespace {

constexpr double kCellLatitude = 0.0010;   // 111 m
constexpr double kCellLongitude = 0.0016;  // 112 m at 51 degrees
constexpr double kWinding = 0.08;          // of a cell

int Columns(const BigCity& city) {
  return static_cast<int>(std::ceil(std::sqrt(static_cast<double>(city.zones))));
}

// In [-1, 1], the same for the same border and place on it.
double Noise(uint64_t border, uint64_t place) {
  uint64_t x = border * 0x9e3779b97f4a7c15 + place * 0xbf58476d1ce4e5b9 + 1;
  for (int i = 0; i < 2; ++i) x = (x ^ (x >> 29)) * 0x94d049bb133111eb;
  return static_cast<double>(x >> 11) / static_cast<double>(uint64_t{1} << 52) - 1;
}

// The border that begins at the cell's corner (column, row) and goes east or north, `steps` places
// on it; its far end belongs to the next.
struct Border {
  int column;
  int row;
  bool east;
};
domain::GeoPoint PlaceOn(const BigCity& city, const Border& border, int place, int steps) {
  const double along = static_cast<double>(place) / steps;
  const auto name = static_cast<uint64_t>((border.row * 1'000 + border.column) * 2) + border.east;
  const double aside =
      place == 0 ? 0
                 : kWinding * Noise(name, static_cast<uint64_t>(place)) * std::sin(M_PI * along);
  const double column = border.column + (border.east ? along : aside);
  const double row = border.row + (border.east ? aside : along);
  return {city.south_west.latitude + row * kCellLatitude,
          city.south_west.longitude + column * kCellLongitude};
}

// Counter-clockwise from the south-western corner.
domain::GeoRing RingOf(const BigCity& city, int zone) {
  const int column = zone % Columns(city);
  const int row = zone / Columns(city);
  const int steps = city.vertices_each / 4;
  domain::GeoRing ring;
  for (int i = 0; i < steps; ++i) ring.push_back(PlaceOn(city, {column, row, true}, i, steps));
  for (int i = 0; i < steps; ++i) {
    ring.push_back(PlaceOn(city, {column + 1, row, false}, i, steps));
  }
  ring.push_back(PlaceOn(city, {column + 1, row + 1, true}, 0, steps));
  for (int i = steps - 1; i > 0; --i) {
    ring.push_back(PlaceOn(city, {column, row + 1, true}, i, steps));
  }
  ring.push_back(PlaceOn(city, {column, row + 1, false}, 0, steps));
  for (int i = steps - 1; i > 0; --i) {
    ring.push_back(PlaceOn(city, {column, row, false}, i, steps));
  }
  return ring;
}

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

}  // namespace

std::string BigZoneCode(int zone) { return absl::StrFormat("bz-%05d", zone); }

domain::GeoPoint InsideBigZone(const BigCity& city, int zone) {
  const int row = zone / Columns(city);
  const int column = zone % Columns(city);
  return {city.south_west.latitude + (row + 0.5) * kCellLatitude,
          city.south_west.longitude + (column + 0.5) * kCellLongitude};
}

std::string BigZoneFeature(const BigCity& city, int zone, int edition) {
  std::vector<std::string> points;
  const domain::GeoRing ring = RingOf(city, zone);
  const auto add = [&](const domain::GeoPoint& point) {
    points.push_back(absl::StrFormat("[%.7f,%.7f]", point.longitude, point.latitude));
  };
  for (const domain::GeoPoint& point : ring) add(point);
  add(ring.front());
  return absl::StrFormat(
      R"({"type":"Feature","properties":{"code":"%1$s","name":"Zone %1$s, edition %2$d",)"
      R"("usage":"PAID_PARKING","regulation":%3$s},)"
      R"("geometry":{"type":"Polygon","coordinates":[[%4$s]]}})",
      BigZoneCode(zone), edition, RegulationOf(edition), absl::StrJoin(points, ","));
}

std::string BigCityGeoJson(const BigCity& city, int first, int end, int edition) {
  std::string features;
  for (int zone = first; zone < end; ++zone) {
    absl::StrAppend(&features, zone == first ? "" : ",", BigZoneFeature(city, zone, edition));
  }
  return absl::StrCat(R"({"type":"FeatureCollection","features":[)", features, "]}");
}

}  // namespace stadspoort::testing
