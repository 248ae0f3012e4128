// Locating against brute force: in metres on a plane around the position, edge by edge.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <numbers>
#include <random>
#include <utility>
#include <vector>

#include "services/domain/area_index.h"
#include "tests/bench/synthetic_city.h"
#include "tests/unit/domain/drawing.h"

namespace stadspoort::domain {
namespace {

using Areas = std::vector<uint32_t>;

class Plane {
 public:
  Plane(const std::vector<GeoArea>& areas, const GeoPoint& center) {
    const double shrink = std::cos(center.latitude * std::numbers::pi / 180);
    for (const GeoArea& area : areas) {
      edges_.emplace_back();
      const auto add = [&](const GeoRing& ring) {
        for (size_t i = 0; i < ring.size(); ++i) {
          const GeoPoint& a = ring[i];
          const GeoPoint& b = ring[(i + 1) % ring.size()];
          const auto on_plane = [&](const GeoPoint& p) {
            return Square{(p.longitude - center.longitude) * kMetersPerDegree * shrink,
                          (p.latitude - center.latitude) * kMetersPerDegree};
          };
          edges_.back().emplace_back(on_plane(a), on_plane(b));
        }
      };
      for (const GeoPolygon& polygon : area) {
        add(polygon.outer);
        for (const GeoRing& hole : polygon.holes) add(hole);
      }
    }
  }

  bool Contains(size_t area, const Square& p) const {
    bool inside = false;
    for (const auto& [a, b] : edges_[area]) {
      if ((a.y > p.y) != (b.y > p.y) && p.x < a.x + (p.y - a.y) * (b.x - a.x) / (b.y - a.y)) {
        inside = !inside;
      }
    }
    return inside;
  }

  // From the centre to the nearest border.
  double Distance(size_t area) const {
    double nearest = std::numeric_limits<double>::infinity();
    for (const auto& [a, b] : edges_[area]) {
      const double dx = b.x - a.x;
      const double dy = b.y - a.y;
      const double t = std::clamp(-(a.x * dx + a.y * dy) / (dx * dx + dy * dy), 0.0, 1.0);
      nearest = std::min(nearest, std::hypot(a.x + t * dx, a.y + t * dy));
    }
    return nearest;
  }

  // The part of the circle outside all of these areas, from points spread evenly over it.
  double OutsidePart(double radius, const Areas& areas) const {
    constexpr int kPoints = 600;
    int outside = 0;
    for (int i = 0; i < kPoints; ++i) {
      const double r = radius * std::sqrt((i + 0.5) / kPoints);
      const double angle = i * std::numbers::pi * (3 - std::sqrt(5.0));
      const Square p{r * std::cos(angle), r * std::sin(angle)};
      if (std::none_of(areas.begin(), areas.end(),
                       [&](uint32_t area) { return Contains(area, p); })) {
        ++outside;
      }
    }
    return static_cast<double>(outside) / kPoints;
  }

 private:
  std::vector<std::vector<std::pair<Square, Square>>> edges_;
};

// What was compared, and what lay too near a threshold to compare.
struct Tally {
  int candidates = 0;
  int candidates_ignored = 0;
  int ambiguous = 0;
  int outside = 0;
  int inside_whole = 0;
  int parts_ignored = 0;
};

constexpr double kBorderTolerance = 0.1;

void Compare(const std::vector<GeoArea>& areas, const AreaIndex& index, const Position& position,
             Tally& tally) {
  const Plane plane(areas, position.point);
  const Located located = index.Locate(position);
  const double radius = position.accuracy_meters + kBorderTolerance;
  Areas expected;
  std::vector<bool> border;
  bool too_near = false;
  bool whole = false;
  for (uint32_t area = 0; area < areas.size(); ++area) {
    const double distance = plane.Distance(area);
    const bool inside = plane.Contains(area, {0, 0});
    if (std::abs(distance - radius) < 0.001) too_near = true;
    if (!inside && distance > radius) continue;
    expected.push_back(area);
    border.push_back(distance <= radius);
    if (distance > radius) whole = true;
  }
  if (too_near) {
    ++tally.candidates_ignored;
    return;
  }
  ++tally.candidates;
  tally.ambiguous += expected.size() > 1 ? 1 : 0;
  ASSERT_EQ(located.areas, expected)
      << position.point.latitude << " " << position.point.longitude << " " << radius;
  ASSERT_EQ(located.border, border);
  ASSERT_FALSE(whole && located.outside_possible);
  ASSERT_TRUE(!expected.empty() || located.outside_possible);
  if (whole || expected.empty()) return;

  const double outside = plane.OutsidePart(radius, expected);
  if (outside > 0.025) {
    ++tally.outside;
    ASSERT_TRUE(located.outside_possible) << outside << " at " << position.point.latitude << " "
                                          << position.point.longitude << " " << radius;
  } else if (outside < 0.0005) {
    ++tally.inside_whole;
    ASSERT_FALSE(located.outside_possible) << outside << " at " << position.point.latitude << " "
                                           << position.point.longitude << " " << radius;
  } else {
    ++tally.parts_ignored;
  }
}

// A ring around `center` with `vertices` at random distances, in metres.
GeoRing Star(std::mt19937& random, const GeoPoint& center, size_t vertices, double nearest,
             double farthest) {
  std::uniform_real_distribution<double> distance(nearest, farthest);
  GeoRing ring;
  for (size_t i = 0; i < vertices; ++i) {
    const double angle =
        2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(vertices);
    const double r = distance(random);
    ring.push_back(Moved(center, r * std::cos(angle), r * std::sin(angle)));
  }
  return ring;
}

// A star cut into three areas that meet in its centre.
void AddSectors(std::mt19937& random, const GeoPoint& center, std::vector<GeoArea>& areas) {
  const GeoRing star = Star(random, center, 9, 100, 300);
  for (size_t first = 0; first < 9; first += 3) {
    GeoRing sector = {center};
    for (size_t i = first; i <= first + 3; ++i) sector.push_back(star[i % 9]);
    areas.push_back({{sector, {}}});
  }
}

// One area, half of the time with a hole, and half of these with a second polygon in it.
void AddStar(std::mt19937& random, const GeoPoint& center, std::vector<GeoArea>& areas) {
  GeoArea& area = areas.emplace_back();
  area.push_back({Star(random, center, 3 + random() % 20, 150, 300), {}});
  if (random() % 2 == 0) return;
  area[0].holes.push_back(Star(random, center, 4 + random() % 8, 40, 70));
  if (random() % 2 == 0) area.push_back({Star(random, center, 3 + random() % 5, 5, 20), {}});
}

// Areas that adjoin, overlap and leave gaps.
std::vector<GeoArea> RandomAreas(std::mt19937& random, const GeoPoint& origin) {
  std::uniform_real_distribution<double> offset(-250, 250);
  std::vector<GeoArea> areas;
  const size_t count = 1 + random() % 3;
  for (size_t i = 0; i < count; ++i) {
    const GeoPoint center = Moved(origin, offset(random), offset(random));
    if (random() % 2 == 0) {
      AddSectors(random, center, areas);
    } else {
      AddStar(random, center, areas);
    }
  }
  return areas;
}

double RandomAccuracy(std::mt19937& random) {
  if (random() % 4 == 0) return 0;
  return std::uniform_real_distribution<double>(0, 50)(random);
}

// Somewhere on a border, or a vertex itself.
GeoPoint RandomBorderPoint(std::mt19937& random, const std::vector<GeoArea>& areas) {
  const GeoArea& area = areas[random() % areas.size()];
  const GeoPolygon& polygon = area[random() % area.size()];
  const size_t r = random() % (polygon.holes.size() + 1);
  const GeoRing& ring = r == 0 ? polygon.outer : polygon.holes[r - 1];
  const size_t i = random() % ring.size();
  const GeoPoint& a = ring[i];
  const GeoPoint& b = ring[(i + 1) % ring.size()];
  const double t = random() % 3 == 0 ? 0 : std::uniform_real_distribution<double>(0, 1)(random);
  return {a.latitude + t * (b.latitude - a.latitude),
          a.longitude + t * (b.longitude - a.longitude)};
}

TEST(LocateAgainstBruteForceTest, RandomAreasWithHoles) {
  std::mt19937 random(20261025);
  std::uniform_real_distribution<double> around(-600, 600);
  std::uniform_real_distribution<double> near(-60, 60);
  Tally tally;
  for (int i = 0; i < 300; ++i) {
    static constexpr GeoPoint kPlaces[] = {{51.05, 3.72}, {0, 0},         {-33.9, 151.2},
                                           {69.6, 18.9},  {21.3, -157.8}, {-0.2, -78.5}};
    const GeoPoint& origin = kPlaces[random() % std::size(kPlaces)];
    const std::vector<GeoArea> areas = RandomAreas(random, origin);
    for (const GeoArea& area : areas) ASSERT_EQ(Faults(area), "");
    const AreaIndex index({areas.begin(), areas.end()});
    for (int j = 0; j < 10; ++j) {
      const GeoPoint border = RandomBorderPoint(random, areas);
      for (const GeoPoint& point : {Moved(origin, around(random), around(random)), border,
                                    Moved(border, near(random), near(random))}) {
        Compare(areas, index, {point, RandomAccuracy(random)}, tally);
        if (HasFatalFailure()) return;
      }
    }
  }
  EXPECT_EQ(tally.candidates + tally.candidates_ignored, 9000);
  EXPECT_LT(tally.candidates_ignored, 9);
  EXPECT_GT(tally.ambiguous, 2000);
  EXPECT_GT(tally.outside, 2000);
  EXPECT_GT(tally.inside_whole, 500);
  EXPECT_LT(tally.parts_ignored, 200);
}

// Boxes that touch each other in the middle of edges, and at vertices.
void AddBricks(std::mt19937& random, const GeoPoint& corner, std::vector<GeoArea>& areas) {
  const double size = std::uniform_real_distribution<double>(15, 60)(random);
  for (int column = 0; column < 4; ++column) {
    for (int row = 0; row < 4; ++row) {
      const double south = size * (row + (column % 2 == 0 ? 0 : 0.5));
      const GeoPoint low = Moved(corner, 0, south);
      const GeoPoint high = Moved(corner, 0, south + size);
      const double west = Moved(corner, size * column, 0).longitude;
      const double east = Moved(corner, size * (column + 1), 0).longitude;
      areas.push_back({{{{low.latitude, west},
                         {low.latitude, east},
                         {high.latitude, east},
                         {high.latitude, west}},
                        {}}});
    }
  }
}

// An outline twice, and others within it.
void AddNest(std::mt19937& random, const GeoPoint& center, std::vector<GeoArea>& areas) {
  const GeoArea outer = {{Star(random, center, 5 + random() % 30, 200, 400), {}}};
  areas.push_back(outer);
  areas.push_back(outer);
  areas.push_back({{Star(random, center, 4 + random() % 9, 60, 120), {}}});
  areas.push_back({{Star(random, center, 4 + random() % 9, 10, 50), {}}});
}

TEST(LocateAgainstBruteForceTest, ManyAreasOverlappingNestedAndTouching) {
  std::mt19937 random(71);
  std::uniform_real_distribution<double> offset(-500, 500);
  std::uniform_real_distribution<double> near(-60, 60);
  Tally tally;
  for (int i = 0; i < 60; ++i) {
    std::vector<GeoArea> areas;
    for (int j = 0; j < 12; ++j) {
      const GeoPoint center = Moved(kOrigin, offset(random), offset(random));
      switch (random() % 4) {
        case 0:
          AddBricks(random, center, areas);
          break;
        case 1:
          AddNest(random, center, areas);
          break;
        case 2:
          AddSectors(random, center, areas);
          break;
        default:
          AddStar(random, center, areas);
      }
    }
    for (const GeoArea& area : areas) ASSERT_EQ(Faults(area), "");
    const AreaIndex index({areas.begin(), areas.end()});
    for (int j = 0; j < 30; ++j) {
      const GeoPoint border = RandomBorderPoint(random, areas);
      for (const GeoPoint& point : {Moved(kOrigin, offset(random), offset(random)), border,
                                    Moved(border, near(random), near(random))}) {
        Compare(areas, index, {point, RandomAccuracy(random)}, tally);
        if (HasFatalFailure()) return;
      }
    }
  }
  EXPECT_EQ(tally.candidates + tally.candidates_ignored, 5400);
  EXPECT_LT(tally.candidates_ignored, 20);
  EXPECT_GT(tally.ambiguous, 4000);
  EXPECT_GT(tally.outside, 500);
  EXPECT_GT(tally.inside_whole, 300);
}

TEST(LocateAgainstBruteForceTest, ACityOfZonesSideBySide) {
  const bench::SyntheticCity city(20, 6);
  std::vector<GeoArea> areas;
  for (int zone = 0; zone < city.zone_count(); ++zone) areas.push_back(city.AreaOf(zone));
  for (const GeoArea& area : areas) ASSERT_EQ(Faults(area), "");
  const AreaIndex index({areas.begin(), areas.end()});
  std::mt19937 random(20);
  Tally tally;
  for (int i = 0; i < 1500; ++i) {
    const GeoPoint somewhere = city.Somewhere(static_cast<uint32_t>(i));
    for (const GeoPoint& point : {somewhere, RandomBorderPoint(random, areas)}) {
      Compare(areas, index, {point, RandomAccuracy(random)}, tally);
      if (HasFatalFailure()) return;
    }
  }
  EXPECT_EQ(tally.candidates + tally.candidates_ignored, 3000);
  EXPECT_LT(tally.candidates_ignored, 20);
  EXPECT_GT(tally.ambiguous, 1500);
  EXPECT_GT(tally.inside_whole, 1000);
}

GeoRing ReadRing(const nlohmann::json& coordinates) {
  GeoRing ring;
  for (const nlohmann::json& pair : coordinates) {
    ring.push_back({pair.at(1).get<double>(), pair.at(0).get<double>()});
  }
  ring.pop_back();  // GeoJSON closes its rings
  return ring;
}

GeoPolygon ReadPolygon(const nlohmann::json& rings) {
  GeoPolygon polygon{ReadRing(rings.at(0)), {}};
  for (size_t i = 1; i < rings.size(); ++i) polygon.holes.push_back(ReadRing(rings.at(i)));
  return polygon;
}

std::vector<GeoArea> GhentZones() {
  std::ifstream file(STADSPOORT_SOURCE_DIR "/tests/scenarios/ghent/tariff-zones-2017.geojson");
  const nlohmann::json collection = nlohmann::json::parse(file, nullptr, false);
  std::vector<GeoArea> areas;
  if (collection.is_discarded()) return areas;
  for (const nlohmann::json& feature : collection.at("features")) {
    const nlohmann::json& geometry = feature.at("geometry");
    const nlohmann::json& coordinates = geometry.at("coordinates");
    GeoArea& area = areas.emplace_back();
    if (geometry.at("type") == "Polygon") {
      area.push_back(ReadPolygon(coordinates));
    } else {
      for (const nlohmann::json& polygon : coordinates) area.push_back(ReadPolygon(polygon));
    }
  }
  return areas;
}

TEST(LocateAgainstBruteForceTest, GhentsTariffZones) {
  const std::vector<GeoArea> areas = GhentZones();
  ASSERT_EQ(areas.size(), 18U);
  for (const GeoArea& area : areas) EXPECT_EQ(Faults(area), "");
  const AreaIndex index({areas.begin(), areas.end()});
  std::mt19937 random(18);
  std::uniform_real_distribution<double> latitude(51.02, 51.09);
  std::uniform_real_distribution<double> longitude(3.68, 3.77);
  std::uniform_real_distribution<double> near(-60, 60);
  Tally tally;
  for (int i = 0; i < 700; ++i) {
    const GeoPoint border = RandomBorderPoint(random, areas);
    for (const GeoPoint& point : {GeoPoint{latitude(random), longitude(random)}, border,
                                  Moved(border, near(random), near(random))}) {
      Compare(areas, index, {point, RandomAccuracy(random)}, tally);
      if (HasFatalFailure()) return;
    }
  }
  EXPECT_EQ(tally.candidates + tally.candidates_ignored, 2100);
  EXPECT_LT(tally.candidates_ignored, 3);
  EXPECT_GT(tally.ambiguous, 300);
  EXPECT_GT(tally.outside, 400);
  EXPECT_GT(tally.inside_whole, 300);
  EXPECT_LT(tally.parts_ignored, 60);
}

}  // namespace
}  // namespace stadspoort::domain
