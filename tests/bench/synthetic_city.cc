#include "tests/bench/synthetic_city.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include "absl/strings/str_cat.h"

namespace stadspoort::bench {
namespace {

// Ghent's.
constexpr domain::GeoPoint kSouthWest{51.0, 3.65};
constexpr double kZoneLatitudeDegrees = 0.00135;   // 150 m
constexpr double kZoneLongitudeDegrees = 0.00215;  // 150 m
// Of a zone's width: borders stay apart from each other.
constexpr double kCornerShift = 0.15;
constexpr double kBorderSwing = 0.05;

// Spread evenly over [0, 1).
double Chance(uint32_t seed) {
  uint32_t x = seed * 2654435769U + 1;
  x ^= x >> 16;
  x *= 0x85EBCA6BU;
  x ^= x >> 13;
  x *= 0xC2B2AE35U;
  x ^= x >> 16;
  return static_cast<double>(x) / 4294967296.0;
}
double Shift(uint32_t seed) { return 2 * Chance(seed) - 1; }

uint32_t SeedOf(int row, int column, uint32_t what) {
  return (static_cast<uint32_t>(row) * 1000U + static_cast<uint32_t>(column)) * 8U + what;
}

domain::Regulation UsualRegulation(int zone, const domain::GeoPoint& meter) {
  domain::Regulation regulation;
  for (const auto& [code, from, to] :
       {std::tuple("day", 9 * 60, 19 * 60), {"night", 19 * 60, 23 * 60}}) {
    domain::TimeFrame frame;
    frame.code = code;
    for (int day = 0; day < 6; ++day) frame.weekdays.Add(static_cast<absl::Weekday>(day));
    frame.hours = {domain::MinuteOfDay(from), domain::MinuteOfDay(to)};
    frame.accepted_types = {domain::RightTypeCode("paid"), domain::RightTypeCode("resident")};
    frame.max_stay = absl::Hours(3);
    frame.fare_parts = {{absl::Hours(1), 150, absl::Minutes(30), 0},
                        {{}, 200, absl::Hours(1), 750}};
    regulation.timetable.frames.push_back(frame);
  }
  regulation.grace_before = absl::Minutes(5);
  regulation.grace_after = absl::Minutes(10);
  for (int i = 0; i < 2; ++i) {
    regulation.selling_points.push_back(
        {absl::StrCat("meter-", zone, "-", i), meter.latitude, meter.longitude});
  }
  return regulation;
}

}  // namespace

SyntheticCity::SyntheticCity(int side, int vertices_a_border)
    : side_(side), vertices_a_border_(vertices_a_border) {}

domain::GeoPoint SyntheticCity::Corner(int row, int column) const {
  return {kSouthWest.latitude +
              kZoneLatitudeDegrees * (row + kCornerShift * Shift(SeedOf(row, column, 0))),
          kSouthWest.longitude +
              kZoneLongitudeDegrees * (column + kCornerShift * Shift(SeedOf(row, column, 1)))};
}

// From a corner to the next one eastward or northward, or back from there; without the end.
void SyntheticCity::AppendBorder(int row, int column, bool eastward, bool reversed,
                                 domain::GeoRing& ring) const {
  const domain::GeoPoint from = Corner(row, column);
  const domain::GeoPoint to = eastward ? Corner(row, column + 1) : Corner(row + 1, column);
  const double swing = kBorderSwing * Shift(SeedOf(row, column, eastward ? 2 : 3));
  const double waves = 1 + std::floor(3 * Chance(SeedOf(row, column, eastward ? 4 : 5)));
  for (int i = 0; i < vertices_a_border_; ++i) {
    const int step = reversed ? vertices_a_border_ - i : i;
    const double t = static_cast<double>(step) / vertices_a_border_;
    const double aside = step == 0 || step == vertices_a_border_
                             ? 0
                             : swing * std::sin(waves * std::numbers::pi * t);
    ring.push_back({from.latitude + t * (to.latitude - from.latitude) +
                        (eastward ? aside * kZoneLatitudeDegrees : 0),
                    from.longitude + t * (to.longitude - from.longitude) +
                        (eastward ? 0 : aside * kZoneLongitudeDegrees)});
  }
}

domain::GeoArea SyntheticCity::AreaOf(int zone) const {
  const int row = zone / side_;
  const int column = zone % side_;
  domain::GeoRing ring;
  AppendBorder(row, column, /*eastward=*/true, /*reversed=*/false, ring);
  AppendBorder(row, column + 1, /*eastward=*/false, /*reversed=*/false, ring);
  AppendBorder(row + 1, column, /*eastward=*/true, /*reversed=*/true, ring);
  AppendBorder(row, column, /*eastward=*/false, /*reversed=*/true, ring);
  return {{std::move(ring), {}}};
}

domain::ZoneVersion SyntheticCity::ZoneOf(int zone) const {
  domain::ZoneVersion version;
  version.code = domain::ZoneCode(absl::StrCat("zone-", zone));
  version.version = 1;
  version.display_name = absl::StrCat("Zone ", zone, " of the synthetic city");
  domain::GeoArea area = AreaOf(zone);
  version.regulation = UsualRegulation(zone, area.front().outer.front());
  version.area = std::move(area);
  return version;
}

domain::CityRules::Parts SyntheticCity::Parts() const {
  domain::CityRules::Parts parts;
  for (int zone = 0; zone < zone_count(); ++zone) parts.zones.emplace_back(ZoneOf(zone));
  return parts;
}

domain::GeoPoint SyntheticCity::Somewhere(uint32_t chance) const {
  return {kSouthWest.latitude + side_ * kZoneLatitudeDegrees * Chance(2 * chance),
          kSouthWest.longitude + side_ * kZoneLongitudeDegrees * Chance(2 * chance + 1)};
}

}  // namespace stadspoort::bench
