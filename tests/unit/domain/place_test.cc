#include "services/domain/area_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <numbers>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "services/domain/limits.h"
#include "services/domain/outline_validation.h"

namespace stadspoort::domain {
namespace {

// Areas for tests are drawn on squared paper: x to the east and y to the north, in squares.
struct Square {
  double x = 0;
  double y = 0;
};
using Drawing = std::vector<Square>;

constexpr double kSquareDegrees = 0.01;
constexpr GeoPoint kOrigin{51.05, 3.72};

GeoPoint OnMap(const Square& at) {
  return {kOrigin.latitude + at.y * kSquareDegrees, kOrigin.longitude + at.x * kSquareDegrees};
}

GeoRing OnMap(const Drawing& drawing) {
  GeoRing ring;
  for (const Square& at : drawing) ring.push_back(OnMap(at));
  return ring;
}

Drawing Box(double x0, double y0, double x1, double y1) {
  return {{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}};
}

GeoPolygon Polygon(const Drawing& outer, const std::vector<Drawing>& holes = {}) {
  GeoPolygon polygon{OnMap(outer), {}};
  for (const Drawing& hole : holes) polygon.holes.push_back(OnMap(hole));
  return polygon;
}

// "path: description" of each fault, one a line.
std::string Faults(const GeoArea& area) {
  return absl::StrJoin(Validate(area), "\n", [](std::string* out, const GeometryFault& fault) {
    absl::StrAppend(out, fault.path, ": ", fault.description);
  });
}

// ------------------------------------------------------------------------------- Validation

TEST(ValidateTest, AcceptsSoundAreas) {
  const std::pair<const char*, GeoArea> areas[] = {
      {"a triangle", {Polygon({{0, 0}, {4, 0}, {0, 3}})}},
      {"clockwise", {Polygon({{0, 3}, {4, 0}, {0, 0}})}},
      {"a hole, either way round",
       {Polygon(Box(0, 0, 9, 9), {Box(1, 1, 4, 4), {{5, 5}, {5, 8}, {8, 8}, {8, 5}}})}},
      {"a hole that touches its outline at a vertex",
       {Polygon(Box(0, 0, 9, 9), {{{0, 0}, {4, 2}, {2, 4}}})}},
      {"a hole that touches its outline between vertices",
       {Polygon(Box(0, 0, 9, 9), {{{5, 0}, {7, 3}, {3, 3}}})}},
      {"holes that touch at a vertex",
       {Polygon(Box(0, 0, 9, 9), {{{4, 4}, {2, 4}, {4, 2}}, {{4, 4}, {6, 4}, {4, 6}}})}},
      {"polygons side by side along an edge", {Polygon(Box(0, 0, 4, 4)), Polygon(Box(4, 0, 8, 4))}},
      {"polygons along a part of an edge",
       {Polygon(Box(0, 0, 4, 9)), Polygon(Box(4, 2, 8, 12)), Polygon(Box(0, -3, 7, 0))}},
      {"polygons that touch at a vertex", {Polygon(Box(0, 0, 4, 4)), Polygon(Box(4, 4, 8, 8))}},
      {"an island in a hole",
       {Polygon(Box(0, 0, 9, 9), {Box(2, 2, 7, 7)}), Polygon(Box(3, 3, 6, 6))}},
      {"an island that fills its hole",
       {Polygon(Box(0, 0, 9, 9), {Box(2, 2, 7, 7)}), Polygon(Box(2, 2, 7, 7))}},
      {"a spiral",
       {Polygon({{0, 0},
                 {9, 0},
                 {9, 9},
                 {2, 9},
                 {2, 3},
                 {6, 3},
                 {6, 6},
                 {5, 6},
                 {5, 4},
                 {3, 4},
                 {3, 8},
                 {8, 8},
                 {8, 1},
                 {0, 1}})}},
      {"the corners of the world",
       {{{{-90, -180}, {-89, -180}, {-89, -179}}, {}}, {{{90, 180}, {89, 180}, {89, 179}}, {}}}},
  };
  for (const auto& [what, area] : areas) EXPECT_EQ(Faults(area), "") << what;
}

struct Faulty {
  const char* what;
  GeoArea area;
  std::vector<std::pair<const char*, const char*>> faults;  // path, what its description holds
};

TEST(ValidateTest, NamesEachFaultAndItsPlace) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  const GeoRing good = OnMap(Box(20, 20, 21, 21));
  const Faulty rows[] = {
      {"nothing", {}, {{"", "no polygon"}}},
      {"an empty outline", {{}}, {{"[0][0]", "0 distinct vertices; give at least 3"}}},
      {"two vertices",
       {Polygon({{0, 0}, {1, 1}})},
       {{"[0][0]", "2 distinct vertices; give at least 3"}}},
      {"three vertices of which two are one",
       {Polygon({{0, 0}, {1, 1}, {1, 1}})},
       {{"[0][0][2]", "repeats vertex 1"}, {"[0][0]", "2 distinct vertices"}}},
      {"a repeated vertex",
       {Polygon({{0, 0}, {4, 0}, {4, 0}, {4, 4}})},
       {{"[0][0][2]", "repeats vertex 1; give each vertex once"}}},
      {"a closed ring",
       {Polygon({{0, 0}, {4, 0}, {4, 4}, {0, 0}})},
       {{"[0][0][3]", "repeats vertex 0"}}},
      {"a ring that comes back to a vertex",
       {Polygon({{0, 0}, {4, 0}, {2, 2}, {4, 4}, {0, 4}, {2, 2}})},
       {{"[0][0][5]", "repeats vertex 2"}}},
      {"not a number, and infinite",
       {{{{51, nan}, {51.1, 3}, {infinity, 3.1}}, {}}},
       {{"[0][0][0]", "longitude is not a finite number"},
        {"[0][0][2]", "latitude is not a finite number"}}},
      {"out of range",
       {{{{-90.5, 3}, {51, 3}, {51, -180.25}}, {}}},
       {{"[0][0][0]", "latitude -90.5 is out of range -90 to 90"},
        {"[0][0][2]", "longitude -180.25 is out of range -180 to 180"}}},
      {"swapped",
       {{{{103.7, 1.3}, {103.8, 1.3}, {103.8, 1.4}}, {}}},
       {{"[0][0][0]",
         "latitude 103.7 is out of range -90 to 90; are longitude and latitude swapped?"},
        {"[0][0][1]", "swapped?"},
        {"[0][0][2]", "swapped?"}}},
      {"metres of the Belgian grid",
       {{{{193000, 104000}, {193500, 104000}, {51, 3}}, {}}},
       {{"[0][0][0]", "give degrees of WGS84"}, {"[0][0][1]", "give degrees of WGS84"}}},
      {"a figure of eight",
       {Polygon({{0, 0}, {4, 4}, {4, 0}, {0, 4}})},
       {{"[0][0]", "the outline crosses itself between vertices 0-1 and 2-3"}}},
      {"a crossing through the closing edge",
       {Polygon({{0, 0}, {4, 0}, {4, 4}, {2, -1}})},
       {{"[0][0]", "crosses itself between vertices"}}},
      {"a vertex on another edge",
       {Polygon({{0, 0}, {8, 0}, {8, 4}, {4, 0}, {0, 4}})},
       {{"[0][0]", "touches itself between vertices"}}},
      {"a spike along an edge",
       {Polygon({{0, 0}, {8, 0}, {4, 0}, {4, 4}})},
       {{"[0][0]", "touches itself between vertices 0-1 and 1-2"}}},
      {"all on one line", {Polygon({{0, 0}, {8, 0}, {4, 0}})}, {{"[0][0]", "touches itself"}}},
      {"numbers of vertices as they were given",
       {Polygon({{0, 0}, {0, 0}, {0, 0}, {4, 4}, {4, 0}, {0, 4}})},
       {{"[0][0][1]", "repeats vertex 0"},
        {"[0][0][2]", "repeats vertex 0"},
        {"[0][0]", "crosses itself between vertices 0-3 and 4-5"}}},
      {"each faulty ring of each polygon",
       {Polygon(Box(0, 0, 9, 9), {{{1, 1}, {3, 3}, {3, 1}, {1, 3}}, Box(5, 5, 7, 7), {}}),
        Polygon({{10, 0}, {14, 4}, {14, 0}, {10, 4}}, {{{11, 1}, {12, 1}}})},
       {{"[0][1]", "the hole crosses itself"},
        {"[0][3]", "0 distinct vertices"},
        {"[1][0]", "the outline crosses itself"},
        {"[1][1]", "2 distinct vertices"}}},
      {"a hole outside",
       {Polygon(Box(0, 0, 4, 4), {Box(6, 1, 7, 2), Box(1, 1, 2, 2), Box(-3, 1, -2, 2)})},
       {{"[0][3]", "the hole reaches outside its outline"},
        {"[0][1]", "the hole reaches outside its outline"}}},
      {"an island in a hole that is not understood",
       {Polygon(Box(0, 0, 9, 9), {{{2, 2}, {7, 7}, {7, 2}, {2, 7}}}), Polygon(Box(2, 4, 2.5, 5))},
       {{"[0][1]", "the hole crosses itself"}}},
      {"a hole around its outline",
       {Polygon(Box(0, 0, 4, 4), {Box(-1, -1, 5, 5)})},
       {{"[0][1]", "the hole reaches outside its outline"}}},
      {"a hole across its outline",
       {Polygon(Box(0, 0, 4, 4), {Box(3, 1, 6, 2)})},
       {{"[0][1]",
         "the hole crosses the outline [0][0] between its vertices 0-1 and 1-2; a hole lies "
         "inside"}}},
      {"a hole that leaves through a vertex",
       {Polygon({{0, 0}, {4, 0}, {6, 2}, {4, 4}, {0, 4}}, {{{5, 3}, {4, 2}, {6, 2}, {8, 2.5}}})},
       {{"[0][1]", "the hole"}}},
      {"a hole that shares an edge with its outline",
       {Polygon(Box(0, 0, 4, 4), {Box(1, 0, 3, 2)})},
       {{"[0][1]", "shares an edge"}}},
      {"a hole as large as its outline",
       {Polygon(Box(0, 0, 4, 4), {Box(0, 0, 4, 4)})},
       {{"[0][1]", "shares an edge"}}},
      {"holes that cross",
       {Polygon(Box(0, 0, 9, 9), {Box(1, 1, 5, 5), Box(3, 3, 7, 7)})},
       {{"[0][2]", "the hole crosses the hole [0][1]"}}},
      {"holes in one another",
       {Polygon(Box(0, 0, 9, 9), {Box(2, 2, 3, 3), Box(1, 1, 5, 5)})},
       {{"[0][2]", "the hole overlaps the hole [0][1]"}}},
      {"polygons that cross",
       {Polygon(Box(0, 0, 4, 4)), Polygon(Box(2, 2, 6, 6)), Polygon(Box(8, 0, 9, 1))},
       {{"[1]", "the polygon overlaps polygon [0]"}}},
      {"polygons that cross through vertices",
       {Polygon({{0, 0}, {4, -4}, {8, 0}, {4, 4}}), Polygon(Box(4, -4, 9, 4))},
       {{"[1]", "overlaps polygon [0]"}}},
      {"polygons in one another",
       {Polygon(Box(2, 2, 3, 3)), Polygon(Box(0, 0, 9, 9))},
       {{"[1]", "overlaps polygon [0]"}}},
      {"a polygon twice",
       {Polygon(Box(0, 0, 4, 4)), Polygon(Box(0, 0, 4, 4))},
       {{"[1]", "overlaps polygon [0]"}}},
      {"an island that is larger than its hole",
       {Polygon(Box(0, 0, 9, 9), {Box(2, 2, 7, 7)}), Polygon(Box(2, 2, 8, 7))},
       {{"[1]", "overlaps polygon [0]"}}},
      {"drawn the long way over the 180th meridian",
       {{{{-17, 179}, {-17, -179}, {-16, -179}, {-16, 179}}, {}}},
       {{"[0][0]", "cut an area that reaches over the 180th meridian there"}}},
  };
  for (const Faulty& row : rows) {
    const std::vector<GeometryFault> faults = Validate(row.area);
    ASSERT_EQ(faults.size(), row.faults.size()) << row.what << ":\n" << Faults(row.area);
    for (size_t i = 0; i < faults.size(); ++i) {
      EXPECT_EQ(faults[i].path, row.faults[i].first) << row.what << ":\n" << Faults(row.area);
      EXPECT_TRUE(absl::StrContains(faults[i].description, row.faults[i].second))
          << row.what << ":\n"
          << Faults(row.area);
    }
  }
}

TEST(ValidateTest, ListsOnlyTheFirstOfVeryManyFaults) {
  GeoRing swapped;
  for (int i = 0; i < 500; ++i) swapped.push_back({103.0 + i * 0.001, 1.3});
  const std::vector<GeometryFault> coordinates = Validate({{swapped, {}}});
  ASSERT_EQ(coordinates.size(), 21U);
  EXPECT_EQ(coordinates[19].path, "[0][0][19]");
  EXPECT_EQ(coordinates[20].path, "[0][0]");
  EXPECT_TRUE(absl::StrContains(coordinates[20].description, "in all 500"))
      << Faults({{swapped, {}}});

  GeoArea pile(60, Polygon(Box(0, 0, 4, 4)));
  const std::vector<GeometryFault> overlaps = Validate(pile);
  ASSERT_EQ(overlaps.size(), 21U);
  EXPECT_TRUE(absl::StrContains(overlaps[20].description, "may be more"));
}

// A comb whose teeth all span the whole width: what defeats methods that compare edges in cells.
GeoArea Comb(size_t vertices) {
  GeoRing ring;
  const double step = 0.1 / static_cast<double>(vertices);
  for (size_t i = 0; ring.size() + 4 <= vertices; ++i) {
    const double y = kOrigin.latitude + 2 * static_cast<double>(i) * step;
    const double x = i % 2 == 0 ? 3.70 : 3.74;
    ring.push_back({y, x});
    ring.push_back({y + step, x});
  }
  ring.push_back({kOrigin.latitude + 0.2, 3.69});
  ring.push_back({kOrigin.latitude - 0.2, 3.69});
  return {{ring, {}}};
}

TEST(ValidateTest, TakesAsManyVerticesAsAZoneMayHave) {
  GeoArea comb = Comb(limits::kZoneMaxVertices);
  GeoRing& ring = comb[0].outer;
  EXPECT_LE(ring.size(), limits::kZoneMaxVertices);
  EXPECT_GT(ring.size() + 4, limits::kZoneMaxVertices);
  EXPECT_TRUE(absl::StrContains(Faults(comb), "km long together")) << Faults(comb);
  for (GeoPoint& p : ring) p.longitude = 3.7 + (p.longitude - 3.7) / 100;
  EXPECT_EQ(Faults(comb), "");
  std::swap(ring[1000], ring[1001]);
  EXPECT_TRUE(absl::StrContains(Faults(comb), "[0][0]: the outline")) << Faults(comb);
  ring.resize(limits::kZoneMaxVertices + 1, ring.back());
  EXPECT_TRUE(absl::StrContains(Faults(comb), ": 200001 vertices; give at most 200000"));
}

// -------------------------------------------- Validation against comparing everything with
// everything
//
// On paper with few squares vertices fall on vertices and on edges all the time. Doubles are exact
// here.

double Cross(const Square& o, const Square& a, const Square& b) {
  return (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
}
bool Same(const Square& a, const Square& b) { return a.x == b.x && a.y == b.y; }
const Square& Next(const Drawing& ring, size_t i) { return ring[(i + 1) % ring.size()]; }

bool OnEdge(const Square& a, const Square& b, const Square& p) {
  return std::abs(Cross(a, b, p)) < 1e-9 &&
         (p.x - a.x) * (p.x - b.x) + (p.y - a.y) * (p.y - b.y) < 1e-9;
}
bool EdgesMeet(const Square& a, const Square& b, const Square& c, const Square& d) {
  if (OnEdge(a, b, c) || OnEdge(a, b, d) || OnEdge(c, d, a) || OnEdge(c, d, b)) return true;
  return Cross(a, b, c) * Cross(a, b, d) < 0 && Cross(c, d, a) * Cross(c, d, b) < 0;
}

bool IsSimple(const Drawing& ring) {
  const size_t n = ring.size();
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = i + 1; j < n; ++j) {
      if (Same(ring[i], ring[j])) return false;
      const bool follows = j == i + 1;
      const bool precedes = i == 0 && j + 1 == n;
      if (follows && OnEdge(ring[i], ring[j], Next(ring, j))) return false;
      if (follows && OnEdge(ring[j], Next(ring, j), ring[i])) return false;
      if (precedes && (OnEdge(ring[0], ring[1], ring[j]) || OnEdge(ring[j], ring[0], ring[1]))) {
        return false;
      }
      if (!follows && !precedes && EdgesMeet(ring[i], ring[i + 1], ring[j], Next(ring, j))) {
        return false;
      }
    }
  }
  return true;
}

enum class Where { kInside, kOutside, kOn };

Where IsIn(const Drawing& ring, const Square& p) {
  bool inside = false;
  for (size_t i = 0; i < ring.size(); ++i) {
    const Square& a = ring[i];
    const Square& b = Next(ring, i);
    if (OnEdge(a, b, p)) return Where::kOn;
    if ((a.y > p.y) != (b.y > p.y) && p.x < a.x + (p.y - a.y) * (b.x - a.x) / (b.y - a.y)) {
      inside = !inside;
    }
  }
  return inside ? Where::kInside : Where::kOutside;
}

// Where each piece of the first ring lies, cut wherever it meets the second.
std::vector<Where> Pieces(const Drawing& ring, const Drawing& other) {
  std::vector<Where> pieces;
  for (size_t i = 0; i < ring.size(); ++i) {
    const Square& a = ring[i];
    const Square& b = Next(ring, i);
    std::vector<double> cuts = {0, 1};
    for (size_t j = 0; j < other.size(); ++j) {
      const Square& c = other[j];
      const Square& d = Next(other, j);
      const double from = Cross(c, d, a);
      const double to = Cross(c, d, b);
      if (from * to < 0) cuts.push_back(from / (from - to));
      const double length2 = (b.x - a.x) * (b.x - a.x) + (b.y - a.y) * (b.y - a.y);
      const double along = ((c.x - a.x) * (b.x - a.x) + (c.y - a.y) * (b.y - a.y)) / length2;
      if (OnEdge(a, b, c)) cuts.push_back(along);
    }
    std::sort(cuts.begin(), cuts.end());
    for (size_t k = 0; k + 1 < cuts.size(); ++k) {
      if (cuts[k + 1] - cuts[k] < 1e-9 || cuts[k] < 0 || cuts[k + 1] > 1) continue;
      const double t = (cuts[k] + cuts[k + 1]) / 2;
      pieces.push_back(IsIn(other, {a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)}));
    }
  }
  return pieces;
}

bool All(const std::vector<Where>& pieces, Where where) {
  return std::all_of(pieces.begin(), pieces.end(), [&](Where w) { return w == where; });
}
bool None(const std::vector<Where>& pieces, Where where) {
  return std::none_of(pieces.begin(), pieces.end(), [&](Where w) { return w == where; });
}
bool HaveNoPartInCommon(const Drawing& a, const Drawing& b) {
  const std::vector<Where> of_a = Pieces(a, b);
  return None(of_a, Where::kInside) && None(Pieces(b, a), Where::kInside) && !All(of_a, Where::kOn);
}

Drawing RandomDrawing(std::mt19937& random, int squares, size_t max_vertices) {
  std::uniform_int_distribution<int> coordinate(0, squares);
  Drawing ring(3 + random() % (max_vertices - 2));
  for (Square& at : ring) {
    at = {static_cast<double>(coordinate(random)), static_cast<double>(coordinate(random))};
  }
  return ring;
}

Drawing RandomSimple(std::mt19937& random, int squares, size_t max_vertices) {
  for (;;) {
    Drawing ring = RandomDrawing(random, squares, max_vertices);
    if (IsSimple(ring)) return ring;
  }
}

std::string Describe(const Drawing& ring) {
  return absl::StrJoin(
      ring, " ", [](std::string* out, const Square& at) { absl::StrAppend(out, at.x, ",", at.y); });
}

TEST(ValidateAgainstBruteForceTest, RingsAreSoundOrNot) {
  std::mt19937 random(1);
  int sound = 0;
  for (int i = 0; i < 100000; ++i) {
    const Drawing ring = RandomDrawing(random, 2 + i % 6, 8);
    const bool simple = IsSimple(ring);
    sound += simple ? 1 : 0;
    ASSERT_EQ(Validate({Polygon(ring)}).empty(), simple) << Describe(ring);
  }
  EXPECT_GT(sound, 10000);
  EXPECT_LT(sound, 90000);
}

TEST(ValidateAgainstBruteForceTest, HolesAreInsideOrNot) {
  std::mt19937 random(2);
  int sound = 0;
  for (int i = 0; i < 40000; ++i) {
    const Drawing outer = RandomSimple(random, 6, 7);
    const Drawing hole = RandomSimple(random, 6, 4);
    const bool inside = All(Pieces(hole, outer), Where::kInside);
    sound += inside ? 1 : 0;
    ASSERT_EQ(Validate({Polygon(outer, {hole})}).empty(), inside)
        << Describe(outer) << " | " << Describe(hole);
  }
  EXPECT_GT(sound, 200);
}

TEST(ValidateAgainstBruteForceTest, HolesAreApartOrNot) {
  std::mt19937 random(4);
  const Drawing outer = Box(-1, -1, 6, 6);
  int sound = 0;
  for (int i = 0; i < 20000; ++i) {
    const Drawing a = RandomSimple(random, 5, 5);
    const Drawing b = RandomSimple(random, 5, 5);
    const bool apart = All(Pieces(a, b), Where::kOutside) && All(Pieces(b, a), Where::kOutside);
    sound += apart ? 1 : 0;
    ASSERT_EQ(Validate({Polygon(outer, {a, b})}).empty(), apart)
        << Describe(a) << " | " << Describe(b);
  }
  EXPECT_GT(sound, 2000);
}

TEST(ValidateAgainstBruteForceTest, PolygonsOverlapOrNot) {
  std::mt19937 random(3);
  int sound = 0;
  for (int i = 0; i < 40000; ++i) {
    const Drawing a = RandomSimple(random, 5, 6);
    const Drawing b = RandomSimple(random, 5, 6);
    const bool apart = HaveNoPartInCommon(a, b);
    sound += apart ? 1 : 0;
    ASSERT_EQ(Validate({Polygon(a), Polygon(b)}).empty(), apart)
        << Describe(a) << " | " << Describe(b);
  }
  EXPECT_GT(sound, 4000);
}

// --------------------------------------------------------------------------------- Locate

AreaIndex Index(const std::vector<GeoArea>& areas) {
  return AreaIndex({areas.begin(), areas.end()});
}

// The sphere the answers are measured on.
constexpr double kMetersPerDegree = 6371010.0 * std::numbers::pi / 180;

// `point`, moved by metres to the east and north.
GeoPoint Moved(const GeoPoint& point, double east, double north) {
  const double shrink = std::cos(point.latitude * std::numbers::pi / 180);
  return {point.latitude + north / kMetersPerDegree,
          point.longitude + east / (kMetersPerDegree * shrink)};
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

// ------------------------------------------------------------------ Locate against brute force
//
// In metres on a plane around the position, edge by edge.

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
  bool too_near = false;
  bool whole = false;
  for (uint32_t area = 0; area < areas.size(); ++area) {
    const double distance = plane.Distance(area);
    const bool inside = plane.Contains(area, {0, 0});
    if (std::abs(distance - radius) < 0.001) too_near = true;
    if (inside || distance <= radius) expected.push_back(area);
    if (inside && distance > radius) whole = true;
  }
  if (too_near) {
    ++tally.candidates_ignored;
    return;
  }
  ++tally.candidates;
  tally.ambiguous += expected.size() > 1 ? 1 : 0;
  ASSERT_EQ(located.areas, expected)
      << position.point.latitude << " " << position.point.longitude << " " << radius;
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
    const AreaIndex index = Index(areas);
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
  const AreaIndex index = Index(areas);
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
