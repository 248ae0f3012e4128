#include "services/domain/area_overlap.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/bench/synthetic_city.h"
#include "tests/unit/domain/drawing.h"

namespace stadspoort::domain {
namespace {

// What borders that coincide may add up to.
constexpr double kNothing = 0.01;

double BoxMeters(double x0, double y0, double x1, double y1) {
  const GeoPoint low = OnMap(Square{x0, y0});
  const GeoPoint high = OnMap(Square{x1, y1});
  const auto radians = [](double degrees) { return degrees * std::numbers::pi / 180; };
  return 6371010.0 * 6371010.0 * radians(high.longitude - low.longitude) *
         (std::sin(radians(high.latitude)) - std::sin(radians(low.latitude)));
}

GeoArea Reversed(GeoArea area) {
  for (GeoPolygon& polygon : area) {
    std::reverse(polygon.outer.begin(), polygon.outer.end());
    for (GeoRing& hole : polygon.holes) std::reverse(hole.begin(), hole.end());
  }
  return area;
}

void ExpectNear(double value, double expected, const std::string& what) {
  EXPECT_NEAR(value, expected, kNothing + expected * 1e-9) << what;
}

TEST(SquareMetersTest, KnownAreas) {
  const std::pair<GeoArea, double> rows[] = {
      {{}, 0},
      {{Polygon(Box(0, 0, 1, 1))}, BoxMeters(0, 0, 1, 1)},
      {{Polygon(Box(0, 0, 100, 900))}, BoxMeters(0, 0, 100, 900)},
      {{Polygon({{0, 0}, {2, 0}, {2, 1}, {1, 1}, {1, 2}, {0, 2}})},
       BoxMeters(0, 0, 2, 1) + BoxMeters(0, 1, 1, 2)},
      {{Polygon(Box(0, 0, 9, 9), {Box(1, 1, 2, 2), Box(3, 3, 5, 5)})},
       BoxMeters(0, 0, 9, 9) - BoxMeters(1, 1, 2, 2) - BoxMeters(3, 3, 5, 5)},
      {{Polygon(Box(0, 0, 1, 1)), Polygon(Box(1, 0, 2, 1))}, BoxMeters(0, 0, 2, 1)},
      {{Polygon(Box(0, 0, 9, 9), {Box(2, 2, 7, 7)}), Polygon(Box(3, 3, 6, 6))},
       BoxMeters(0, 0, 9, 9) - BoxMeters(2, 2, 7, 7) + BoxMeters(3, 3, 6, 6)},
  };
  for (const auto& [area, expected] : rows) {
    ExpectNear(SquareMeters(area), expected, "as drawn");
    ExpectNear(SquareMeters(Reversed(area)), expected, "the other way round");
  }
}

TEST(SquareMetersTest, AThousandthOfASquareMetre) {
  const double side = 0.03 / kMetersPerDegree;  // 3 cm on the equator
  EXPECT_NEAR(SquareMeters({{{{0, 0}, {0, side}, {side, side}, {side, 0}}, {}}}), 0.0009, 1e-6);
}

TEST(OverlapTest, KnownOverlaps) {
  struct Row {
    const char* what;
    GeoArea a;
    GeoArea b;
    double expected;
  };
  const GeoArea box = {Polygon(Box(0, 0, 4, 4))};
  const GeoArea ring = {Polygon(Box(0, 0, 9, 9), {Box(2, 2, 7, 7)})};
  const Row rows[] = {
      {"apart", box, {Polygon(Box(5, 5, 6, 6))}, 0},
      {"side by side", box, {Polygon(Box(4, 0, 8, 4))}, 0},
      {"above one another", box, {Polygon(Box(0, 4, 4, 8))}, 0},
      {"along a part of an edge", box, {Polygon(Box(4, 1, 8, 9))}, 0},
      {"at a corner", box, {Polygon(Box(4, 4, 8, 8))}, 0},
      {"a corner in common", box, {Polygon(Box(3, 3, 8, 8))}, BoxMeters(3, 3, 4, 4)},
      {"across", box, {Polygon(Box(1, -5, 2, 9))}, BoxMeters(1, 0, 2, 4)},
      {"one in the other", box, {Polygon(Box(1, 1, 2, 2))}, BoxMeters(1, 1, 2, 2)},
      {"one in the other, at its border", box, {Polygon(Box(0, 1, 2, 4))}, BoxMeters(0, 1, 2, 4)},
      {"the same", box, box, BoxMeters(0, 0, 4, 4)},
      {"in a hole", ring, {Polygon(Box(3, 3, 6, 6))}, 0},
      {"filling a hole", ring, {Polygon(Box(2, 2, 7, 7))}, 0},
      {"a hole and its edge", ring, {Polygon(Box(1, 2, 7, 7))}, BoxMeters(1, 2, 2, 7)},
      {"rings", ring, ring, BoxMeters(0, 0, 9, 9) - BoxMeters(2, 2, 7, 7)},
      {"polygons of one area",
       {Polygon(Box(0, 0, 1, 9)), Polygon(Box(3, 0, 4, 9))},
       {Polygon(Box(-5, 2, 9, 3)), Polygon(Box(0.5, 5, 3.5, 6))},
       BoxMeters(0, 2, 1, 3) + BoxMeters(3, 2, 4, 3) + BoxMeters(0.5, 5, 1, 6) +
           BoxMeters(3, 5, 3.5, 6)},
  };
  for (const Row& row : rows) {
    ExpectNear(OverlapSquareMeters(row.a, row.b), row.expected, row.what);
    ExpectNear(OverlapSquareMeters(row.b, row.a), row.expected, row.what);
    ExpectNear(OverlapSquareMeters(Reversed(row.a), row.b), row.expected, row.what);
  }
}

// The border between neighbours, cut into more edges by one of them only.
TEST(OverlapTest, NeighboursHaveNothingInCommon) {
  const bench::SyntheticCity city(12, 25);
  std::mt19937 random(12);
  std::vector<GeoArea> areas;
  for (int zone = 0; zone < city.zone_count(); ++zone) {
    GeoArea area = city.AreaOf(zone);
    if (zone % 2 == 0) {
      GeoRing finer;
      for (size_t i = 0; i < area[0].outer.size(); ++i) {
        const GeoPoint& a = area[0].outer[i];
        const GeoPoint& b = area[0].outer[(i + 1) % area[0].outer.size()];
        const double t = std::uniform_real_distribution<double>(0.1, 0.9)(random);
        finer.push_back(a);
        finer.push_back({a.latitude + t * (b.latitude - a.latitude),
                         a.longitude + t * (b.longitude - a.longitude)});
      }
      area[0].outer = finer;
    }
    areas.push_back(std::move(area));
  }
  int pairs = 0;
  for (size_t i = 0; i < areas.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      pairs += MayOverlap(BoxOf(areas[i]), BoxOf(areas[j])) ? 1 : 0;
      ASSERT_LT(OverlapSquareMeters(areas[i], areas[j]), kNothing) << i << " and " << j;
    }
  }
  EXPECT_GT(pairs, 2 * 12 * 11);
}

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

// The zones of a city divide whatever lies within the city among them.
TEST(OverlapTest, TheWholeIsTheSumOfItsParts) {
  const bench::SyntheticCity city(12, 25);
  const GeoPoint middle = {51.0081, 3.6629};
  std::mt19937 random(7);
  for (int i = 0; i < 40; ++i) {
    GeoArea area = {{Star(random, middle, 3 + random() % 60, 100, 600), {}}};
    if (i % 2 == 0) area[0].holes.push_back(Star(random, middle, 3 + random() % 9, 20, 40));
    ASSERT_EQ(Faults(area), "");
    double sum = 0;
    for (int zone = 0; zone < city.zone_count(); ++zone) {
      sum += OverlapSquareMeters(area, city.AreaOf(zone));
    }
    EXPECT_NEAR(sum, SquareMeters(area), 2 * kNothing);
    EXPECT_NEAR(OverlapSquareMeters(area, area), SquareMeters(area), kNothing);
  }
}

// Where a parallel runs inside, as pairs of longitudes.
using Spans = std::vector<std::pair<double, double>>;
Spans Inside(const GeoArea& area, double latitude) {
  std::vector<double> crossings;
  const auto cross = [&](const GeoRing& ring) {
    for (size_t i = 0; i < ring.size(); ++i) {
      const GeoPoint& a = ring[i];
      const GeoPoint& b = ring[(i + 1) % ring.size()];
      if ((a.latitude > latitude) == (b.latitude > latitude)) continue;
      crossings.push_back(a.longitude + (latitude - a.latitude) * (b.longitude - a.longitude) /
                                            (b.latitude - a.latitude));
    }
  };
  for (const GeoPolygon& polygon : area) {
    cross(polygon.outer);
    for (const GeoRing& hole : polygon.holes) cross(hole);
  }
  std::sort(crossings.begin(), crossings.end());
  Spans spans;
  for (size_t i = 0; i + 1 < crossings.size(); i += 2) {
    spans.emplace_back(crossings[i], crossings[i + 1]);
  }
  return spans;
}

double OverlapAlongParallels(const GeoArea& a, const GeoArea& b) {
  constexpr int kParallels = 4000;
  const GeoBox box = BoxOf(a);
  const double step = (box.north - box.south) / kParallels;
  double sum = 0;
  for (int i = 0; i < kParallels; ++i) {
    const double latitude = box.south + (i + 0.5) * step;
    double degrees = 0;
    for (const auto& [from_a, to_a] : Inside(a, latitude)) {
      for (const auto& [from_b, to_b] : Inside(b, latitude)) {
        degrees += std::max(0.0, std::min(to_a, to_b) - std::max(from_a, from_b));
      }
    }
    sum += degrees * std::cos(latitude * std::numbers::pi / 180) * step;
  }
  return sum * kMetersPerDegree * kMetersPerDegree;
}

TEST(OverlapTest, AgainstManyParallels) {
  std::mt19937 random(99);
  std::uniform_real_distribution<double> offset(-300, 300);
  int overlapping = 0;
  for (int i = 0; i < 100; ++i) {
    GeoArea areas[2];
    for (GeoArea& area : areas) {
      const GeoPoint center = Moved(kOrigin, offset(random), offset(random));
      area.push_back({Star(random, center, 3 + random() % 30, 100, 300), {}});
      if (random() % 2 == 0) area[0].holes.push_back(Star(random, center, 5, 30, 60));
      ASSERT_EQ(Faults(area), "");
    }
    const double expected = OverlapAlongParallels(areas[0], areas[1]);
    overlapping += expected > 0 ? 1 : 0;
    ASSERT_NEAR(OverlapSquareMeters(areas[0], areas[1]), expected, 3 + expected * 0.001);
  }
  EXPECT_GT(overlapping, 50);
}

bool LiesIn(const GeoArea& area, const GeoPoint& point) {
  const Spans spans = Inside(area, point.latitude);
  return std::any_of(spans.begin(), spans.end(), [&](const auto& span) {
    return span.first < point.longitude && point.longitude < span.second;
  });
}

TEST(OverlapTest, APointOfEachPieceIsShown) {
  std::mt19937 random(100);
  std::uniform_real_distribution<double> offset(-300, 300);
  int in_both = 0;
  int beside = 0;
  for (int i = 0; i < 300; ++i) {
    GeoArea areas[2];
    for (GeoArea& area : areas) {
      const GeoPoint center = Moved(kOrigin, offset(random), offset(random));
      area.push_back({Star(random, center, 3 + random() % 30, 100, 300), {}});
      if (random() % 2 == 0) area[0].holes.push_back(Star(random, center, 5, 30, 60));
    }
    const auto& [a, b] = areas;
    const double common = OverlapSquareMeters(a, b);
    if (const auto point = PointInBoth(a, b); common > 1) {
      ASSERT_TRUE(point.has_value()) << i;
      EXPECT_TRUE(LiesIn(a, *point) && LiesIn(b, *point)) << i;
      ++in_both;
    }
    if (const auto point = PointBeside(a, b); SquareMeters(a) - common > 1) {
      ASSERT_TRUE(point.has_value()) << i;
      EXPECT_TRUE(LiesIn(a, *point) && !LiesIn(b, *point)) << i;
      ++beside;
    }
  }
  EXPECT_GT(in_both, 150);
  EXPECT_GT(beside, 250);
}

TEST(OverlapTest, NothingIsShownOfWhatIsNot) {
  const GeoArea left = {Polygon(Box(0, 0, 1, 1))};
  const GeoArea right = {Polygon(Box(1, 0, 2, 1))};
  EXPECT_EQ(PointInBoth(left, right), std::nullopt) << "they adjoin";
  EXPECT_EQ(PointBeside(left, left), std::nullopt);
  EXPECT_EQ(PointInBoth(left, {}), std::nullopt);
  EXPECT_EQ(PointBeside({}, left), std::nullopt);
  const auto middle = PointBeside(left, {});
  ASSERT_TRUE(middle.has_value());
  EXPECT_NEAR(middle->latitude, OnMap(Square{0.5, 0.5}).latitude, 1e-9);
  EXPECT_NEAR(middle->longitude, OnMap(Square{0.5, 0.5}).longitude, 1e-9);
  // The broader one of two.
  const GeoArea combs = {Polygon(Box(0, 2, 1, 3)), Polygon(Box(4, 2, 9, 3))};
  const auto point = PointInBoth(combs, {Polygon(Box(-1, 1, 9, 9))});
  ASSERT_TRUE(point.has_value());
  EXPECT_GT(point->longitude, OnMap(Square{4, 2}).longitude);
}

TEST(OverlapTest, MayOverlapOnlyWithMoreThanABorder) {
  const GeoBox box{0, 0, 2, 2};
  EXPECT_TRUE(MayOverlap(box, {1, 1, 3, 3}));
  EXPECT_TRUE(MayOverlap({1, 1, 3, 3}, box));
  EXPECT_TRUE(MayOverlap(box, {0.5, 0.5, 1, 1}));
  EXPECT_TRUE(MayOverlap(box, box));
  EXPECT_FALSE(MayOverlap(box, {2, 0, 3, 2}));
  EXPECT_FALSE(MayOverlap(box, {0, -1, 2, 0}));
  EXPECT_FALSE(MayOverlap(box, {5, 5, 6, 6}));
  EXPECT_FALSE(MayOverlap(box, GeoBox()));
}

}  // namespace
}  // namespace stadspoort::domain
