#include "services/domain/outline_validation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/domain/limits.h"
#include "tests/unit/domain/drawing.h"

namespace stadspoort::domain {
namespace {

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
      {"the same, near the pole, where that is not long",
       {{{{89, 179}, {89, -179}, {89.9, -179}, {89.9, 179}}, {}}},
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

}  // namespace
}  // namespace stadspoort::domain
