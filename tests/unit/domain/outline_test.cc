#include "services/domain/outline.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "services/domain/prepared_outline.h"
#include "tests/unit/domain/drawing.h"

namespace stadspoort::domain {
namespace {

GeoArea Ring() { return {Polygon(Box(0, 0, 3, 3), {Box(1, 1, 2, 2)})}; }

TEST(OutlineTest, CopiesShareEverything) {
  const Outline first(Ring());
  const Outline copy = first;  // NOLINT(performance-unnecessary-copy-initialization)
  const PreparedOutline& prepared = copy.prepared();
  EXPECT_EQ(&first.area(), &copy.area());
  EXPECT_EQ(&first.prepared(), &prepared);
}

TEST(OutlineTest, IsPreparedOnceByManyThreads) {
  for (int round = 0; round < 50; ++round) {
    const Outline outline(Ring());
    std::vector<const PreparedOutline*> seen(4);
    std::vector<std::thread> threads;
    threads.reserve(seen.size());
    for (const PreparedOutline*& mine : seen) {
      threads.emplace_back([&mine, copy = outline] { mine = &copy.prepared(); });
    }
    for (std::thread& thread : threads) thread.join();
    for (const PreparedOutline* mine : seen) EXPECT_EQ(mine, seen.front());
    EXPECT_EQ(seen.front()->shape_count(), 1);
  }
}

TEST(OutlineTest, IsEqualWhereItDrawsTheSame) {
  EXPECT_EQ(Outline(Ring()), Outline(Ring()));
  GeoArea moved = Ring();
  moved[0].holes[0][3].longitude += 1e-9;
  EXPECT_NE(Outline(Ring()), Outline(moved));
  EXPECT_NE(Outline(Ring()), Outline({Polygon(Box(0, 0, 3, 3))}));
  EXPECT_NE(Outline(Ring()), Outline());
}

TEST(OutlineTest, OfNothing) {
  EXPECT_EQ(Outline(), Outline(GeoArea()));
  EXPECT_TRUE(Outline().area().empty());
  EXPECT_TRUE(Outline().box().empty());
  EXPECT_TRUE(Outline(GeoArea()).box().empty());
  EXPECT_TRUE(Outline({GeoPolygon()}).box().empty());
  EXPECT_EQ(Outline().prepared().shape_count(), 0);
  EXPECT_EQ(Outline(GeoArea()).prepared().shape_count(), 0);
}

TEST(OutlineTest, LiesInItsBox) {
  const GeoArea area = {{{{-2, 5}, {1, -7}, {3, 4}}, {}}, {{{8, 1}, {9, 1}, {9, 2}}, {}}};
  EXPECT_EQ(Outline(area).box(), (GeoBox{-2, -7, 9, 5}));
}

TEST(GeoBoxTest, Meets) {
  const GeoBox box{0, 0, 2, 2};
  EXPECT_TRUE(box.Meets({1, 1, 3, 3}));
  EXPECT_TRUE(box.Meets({0.5, 0.5, 1, 1}));
  EXPECT_TRUE(box.Meets({2, 2, 3, 3}));  // a corner
  EXPECT_FALSE(box.Meets({2.1, 0, 3, 2}));
  EXPECT_FALSE(box.Meets({0, -1, 2, -0.1}));
  EXPECT_FALSE(box.Meets(GeoBox()));
  EXPECT_FALSE(GeoBox().Meets({-90, -180, 90, 180}));
}

}  // namespace
}  // namespace stadspoort::domain
