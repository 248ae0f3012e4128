#include "services/domain/area_index.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "tests/unit/domain/drawing.h"

namespace stadspoort::domain {
namespace {

AreaIndex Index(const std::vector<GeoArea>& areas) {
  return AreaIndex({areas.begin(), areas.end()});
}

using Areas = std::vector<uint32_t>;

void ExpectAt(const AreaIndex& index, const Position& position, const Areas& areas, bool outside,
              absl::string_view what) {
  const Located located = index.Locate(position);
  EXPECT_EQ(located.areas, areas) << what;
  EXPECT_EQ(located.outside_possible, outside) << what;
}

TEST(LocateTest, WithoutAreasThePositionIsOutside) {
  ExpectAt(Index({}), {kOrigin, 10}, {}, true, "no area at all");
  ExpectAt(Index({{}}), {kOrigin, 10}, {}, true, "an area of nothing");
}

// A square of about 700 by 1,112 metres.
TEST(LocateTest, OneBorder) {
  const AreaIndex index = Index({{Polygon(Box(0, 0, 1, 1))}});
  const GeoPoint border = OnMap({0, 0.5});  // the west side
  ExpectAt(index, {Moved(border, 100, 0), 0}, {0}, false, "well inside");
  ExpectAt(index, {Moved(border, 100, 0), 99}, {0}, false, "the circle just fits");
  ExpectAt(index, {Moved(border, 100, 0), 150}, {0}, true, "the circle reaches outside");
  ExpectAt(index, {Moved(border, 9.5, 0), 10}, {0}, false, "a sliver of 0.9 % reaches outside");
  ExpectAt(index, {Moved(border, 8.5, 0), 10}, {0}, true, "3.7 % reach outside");
  ExpectAt(index, {Moved(border, -100, 0), 0}, {}, true, "well outside");
  ExpectAt(index, {Moved(border, -100, 0), 99}, {}, true, "the circle ends before the border");
  ExpectAt(index, {Moved(border, -100, 0), 101}, {0}, true, "the circle reaches inside");
  ExpectAt(index, {border, 0}, {0}, true, "on the border");
  ExpectAt(index, {Moved(border, 0.05, 0), 0}, {0}, true, "within its precision, inside");
  ExpectAt(index, {Moved(border, -0.05, 0), 0}, {0}, true, "within its precision, outside");
  ExpectAt(index, {Moved(border, 0.11, 0), 0}, {0}, false, "beyond its precision, inside");
  ExpectAt(index, {Moved(border, -0.11, 0), 0}, {}, true, "beyond its precision, outside");
  ExpectAt(index, {OnMap({0, 0}), 0}, {0}, true, "on a corner");
}

TEST(LocateTest, BothSidesOfASharedBorderAndNothingElse) {
  const AreaIndex index = Index({{Polygon(Box(0, 0, 1, 1))}, {Polygon(Box(1, 0, 2, 1))}});
  const GeoPoint border = OnMap({1, 0.5});
  ExpectAt(index, {border, 0}, {0, 1}, false, "on it");
  ExpectAt(index, {Moved(border, -3, 0), 2}, {0}, false, "west of it");
  ExpectAt(index, {Moved(border, -3, 0), 10}, {0, 1}, false, "west of it, less sure");
  ExpectAt(index, {Moved(border, 3, 0), 2}, {1}, false, "east of it");
  ExpectAt(index, {Moved(border, 3, 0), 10}, {0, 1}, false, "east of it, less sure");
  ExpectAt(index, {OnMap({1, 0}), 10}, {0, 1}, true, "where it meets the outside");
}

TEST(LocateTest, ATriplePointHasThreeCandidates) {
  const AreaIndex index = Index({{Polygon(Box(0, 0, 1, 1))},
                                 {Polygon(Box(1, 0, 2, 1))},
                                 {Polygon({{0, 1}, {1, 1}, {2, 1}, {2, 2}, {0, 2}})}});
  const GeoPoint triple = OnMap({1, 1});
  ExpectAt(index, {triple, 0}, {0, 1, 2}, false, "on it");
  ExpectAt(index, {triple, 50}, {0, 1, 2}, false, "on it, unsure");
  ExpectAt(index, {Moved(triple, -20, -20), 25}, {0, 1, 2}, false, "near it");
  ExpectAt(index, {Moved(triple, -20, -2), 5}, {0, 2}, false, "near one of its borders");
  ExpectAt(index, {Moved(triple, -2, -20), 5}, {0, 1}, false, "near another");
}

TEST(LocateTest, AGapBetweenAreasIsOutside) {
  // 2 cm wide, and 5 m wide.
  for (const auto& [gap, outside] : {std::pair(0.02, false), std::pair(5.0, true)}) {
    GeoPolygon east = Polygon(Box(1, 0, 2, 1));
    for (GeoPoint& p : east.outer) p = Moved(p, gap, 0);
    const AreaIndex index = Index({{Polygon(Box(0, 0, 1, 1))}, {east}});
    ExpectAt(index, {Moved(OnMap({1, 0.5}), gap / 2, 0), 10}, {0, 1}, outside, "in the gap");
  }
}

TEST(LocateTest, AHoleIsOutsideAndWhatFillsItIsNot) {
  const GeoArea ring = {Polygon(Box(0, 0, 3, 3), {Box(1, 1, 2, 2)})};
  const GeoArea island = {Polygon(Box(1, 1, 2, 2))};
  const GeoPoint border = OnMap({1, 1.5});
  const AreaIndex alone = Index({ring});
  ExpectAt(alone, {OnMap({1.5, 1.5}), 0}, {}, true, "in the hole");
  ExpectAt(alone, {OnMap({0.5, 1.5}), 0}, {0}, false, "beside it");
  ExpectAt(alone, {border, 0}, {0}, true, "on its border");
  const AreaIndex filled = Index({ring, island});
  ExpectAt(filled, {OnMap({1.5, 1.5}), 0}, {1}, false, "on the island");
  ExpectAt(filled, {border, 0}, {0, 1}, false, "on its border");
  ExpectAt(filled, {OnMap({1, 1}), 20}, {0, 1}, false, "on its corner");
}

TEST(LocateTest, OverlappingAreasDoNotHideWhatIsOutside) {
  // Both cover the same half of the circle; together they would cover it once over.
  const AreaIndex index = Index({{Polygon(Box(0, 0, 1, 1))}, {Polygon(Box(0, 0, 1, 1))}});
  ExpectAt(index, {OnMap({1, 0.5}), 10}, {0, 1}, true, "on the border of both");
  ExpectAt(index, {OnMap({0.5, 0.5}), 10}, {0, 1}, false, "inside both");
}

TEST(LocateTest, PolygonsOfOneAreaAreOneCandidate) {
  const AreaIndex index =
      Index({{Polygon(Box(0, 0, 1, 1)), Polygon(Box(1, 0, 2, 1)), Polygon(Box(5, 5, 6, 6))}});
  ExpectAt(index, {OnMap({1, 0.5}), 10}, {0}, false, "between two of its polygons");
  ExpectAt(index, {OnMap({5.5, 5.5}), 10}, {0}, false, "in the third");
}

// On the sphere the shortest way between two points on one parallel bulges to the pole: 9.7 m in
// the middle of 20 km. GeoJSON's edges do not.
TEST(LocateTest, EdgesAreStraightInLongitudeAndLatitude) {
  const double half = 10000 / (kMetersPerDegree * std::cos(51.05 * std::numbers::pi / 180));
  const GeoArea area = {{{{51.05, 3.72 - half}, {51.05, 3.72 + half}, {51.15, 3.72}}, {}}};
  const AreaIndex index = Index({area});
  ExpectAt(index, {Moved({51.05, 3.72}, 0, 1), 0}, {0}, false, "1 m north");
  ExpectAt(index, {Moved({51.05, 3.72}, 0, -1), 0}, {}, true, "1 m south");
  ExpectAt(index, {Moved({51.05, 3.72}, 4000, 0.2), 0}, {0}, false, "20 cm north, elsewhere");
  ExpectAt(index, {Moved({51.05, 3.72}, 4000, -0.2), 0}, {}, true, "20 cm south, elsewhere");
}

TEST(LocateTest, PositionsThatAreNoneAreNowhere) {
  const AreaIndex index = Index({{Polygon(Box(0, 0, 1, 1))}});
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  for (const GeoPoint& point : {GeoPoint{nan, 3.725}, GeoPoint{51.055, nan}, GeoPoint{91, 3.725},
                                GeoPoint{51.055, 181}, GeoPoint{infinity, -infinity}}) {
    ExpectAt(index, {point, 0}, {}, true, "no such point");
  }
  const GeoPoint inside = OnMap({0.5, 0.5});
  ExpectAt(index, {inside, nan}, {0}, false, "accuracy not a number: 0");
  ExpectAt(index, {inside, -5}, {0}, false, "accuracy below 0: 0");
  ExpectAt(index, {Moved(OnMap({0, 0.5}), -499, 0), infinity}, {0}, true, "at most the maximum");
  ExpectAt(index, {Moved(OnMap({0, 0.5}), -501, 0), infinity}, {}, true, "at most the maximum");
  ExpectAt(index, {{90, 0}, 10}, {}, true, "the pole");
  ExpectAt(index, {{0, -180}, 10}, {}, true, "the 180th meridian");
}

TEST(LocateTest, TellsWhichAreasHoldTheWholeCircle) {
  const AreaIndex index = Index({{Polygon(Box(0, 0, 9, 9))},
                                 {Polygon(Box(1, 1, 2, 2))},
                                 {Polygon(Box(2, 1, 3, 2)), Polygon(Box(3, 1, 4, 2))}});
  const auto expect = [&](const Square& at, double accuracy, const Areas& areas,
                          const std::vector<bool>& border) {
    const Located located = index.Locate({OnMap(at), accuracy});
    EXPECT_EQ(located.areas, areas) << at.x << " " << at.y << " " << accuracy;
    EXPECT_EQ(located.border, border) << at.x << " " << at.y << " " << accuracy;
  };
  expect({0.5, 0.5}, 10, {0}, {false});
  expect({1.5, 1.5}, 10, {0, 1}, {false, false});
  expect({1, 1.5}, 10, {0, 1}, {false, true});
  expect({2, 1.5}, 10, {0, 1, 2}, {false, true, true});
  // It may be in either polygon, so neither is known to hold it.
  expect({3, 1.5}, 10, {0, 2}, {false, true});
  expect({9, 5}, 10, {0}, {true});
  expect({10, 5}, 10, {}, {});
}

TEST(LocateTest, AreasThatDoNotCountAreAsIfTheyWereNotThere) {
  const std::vector<GeoArea> areas = {{Polygon(Box(0, 0, 9, 9))},
                                      {Polygon(Box(1, 1, 2, 2))},
                                      {Polygon(Box(2, 1, 3, 2))},
                                      {Polygon(Box(1, 2, 3, 3), {Box(1.5, 2.2, 2, 2.8)})}};
  const AreaIndex all = Index(areas);
  for (unsigned counted = 0; counted < 16; ++counted) {
    const auto counts = [&](uint32_t area) { return (counted >> area & 1U) != 0; };
    Areas numbers;
    std::vector<GeoArea> those;
    for (uint32_t area = 0; area < areas.size(); ++area) {
      if (!counts(area)) continue;
      numbers.push_back(area);
      those.push_back(areas[area]);
    }
    const AreaIndex alone = Index(those);
    for (const Square& at : {Square{0.5, 0.5}, {1, 1}, {1.5, 1.5}, {2, 2}, {2, 1.5}, {1.7, 2.5}}) {
      const Position position{OnMap(at), 20};
      Located expected = alone.Locate(position);
      for (uint32_t& area : expected.areas) area = numbers[area];
      const Located located = all.Locate(position, counts);
      EXPECT_EQ(located.areas, expected.areas) << counted << " at " << at.x << " " << at.y;
      EXPECT_EQ(located.border, expected.border) << counted << " at " << at.x << " " << at.y;
      EXPECT_EQ(located.outside_possible, expected.outside_possible) << counted;
    }
  }
}

TEST(LocateTest, AcrossThe180thMeridian) {
  const GeoArea west = {{{{-17, 179.9}, {-17, 180}, {-16, 180}, {-16, 179.9}}, {}}};
  const GeoArea east = {{{{-17, -180}, {-17, -179.9}, {-16, -179.9}, {-16, -180}}, {}}};
  const AreaIndex index = Index({west, east});
  for (const double longitude : {180.0, -180.0, 179.99999, -179.99999}) {
    ExpectAt(index, {{-16.5, longitude}, 10}, {0, 1}, false, "on it, or a metre from it");
  }
  ExpectAt(index, {{-16.5, 179.9998}, 10}, {0}, false, "21 m west of it");
  ExpectAt(index, {{-16.5, -179.9998}, 10}, {1}, false, "21 m east of it");
  ExpectAt(index, {{-17, 180}, 10}, {0, 1}, true, "where it meets the outside");
}

TEST(LocateTest, AroundThePole) {
  const AreaIndex index = Index({{{{{89.99, 0}, {89.99, 90}, {90, 45}}, {}}}});
  ExpectAt(index, {{89.9995, -100}, 100}, {0}, true, "beyond the pole, which is 56 m away");
  ExpectAt(index, {{89.9995, -100}, 50}, {}, true, "not that far");
}

TEST(LocateTest, ManyThreadsReadOneIndex) {
  const AreaIndex index = Index(
      {{Polygon(Box(0, 0, 1, 1), {Box(0.25, 0.25, 0.75, 0.75)})}, {Polygon(Box(1, 0, 2, 1))}});
  const auto answers = [&index] {
    std::vector<std::pair<Areas, bool>> all;
    all.reserve(2000);
    std::mt19937 random(4);
    std::uniform_real_distribution<double> x(-0.1, 2.1);
    std::uniform_real_distribution<double> y(-0.1, 1.1);
    for (int i = 0; i < 2000; ++i) {
      const Located located = index.Locate({OnMap({x(random), y(random)}), 30});
      all.emplace_back(located.areas, located.outside_possible);
    }
    return all;
  };
  const auto expected = answers();
  std::vector<std::vector<std::pair<Areas, bool>>> seen(4);
  std::vector<std::thread> threads;
  threads.reserve(seen.size());
  for (auto& mine : seen) threads.emplace_back([&] { mine = answers(); });
  for (std::thread& thread : threads) thread.join();
  for (const auto& mine : seen) EXPECT_EQ(mine, expected);
}

}  // namespace
}  // namespace stadspoort::domain
