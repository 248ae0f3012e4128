#include "services/domain/box_tree.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace stadspoort::domain {
namespace {

std::vector<uint32_t> Meeting(const BoxTree& tree, const GeoBox& box) {
  std::vector<uint32_t> met;
  tree.VisitMeeting(box, [&](uint32_t index) { met.push_back(index); });
  std::sort(met.begin(), met.end());
  return met;
}

// On a grid, so that boxes often only touch; some are points, some lie around all others.
GeoBox RandomBox(std::mt19937& random) {
  const double side = random() % 20 == 0 ? 60 : static_cast<double>(random() % 6);
  const double south = static_cast<double>(random() % 60) - 30;
  const double west = static_cast<double>(random() % 60) - 30;
  return {south, west, south + side, west + static_cast<double>(random() % 6)};
}

TEST(BoxTreeTest, FindsWhatLookingAtAllFinds) {
  std::mt19937 random(5);
  size_t found = 0;
  for (size_t count = 0; count < 140; ++count) {
    std::vector<GeoBox> boxes;
    for (size_t i = 0; i < count; ++i) boxes.push_back(RandomBox(random));
    const BoxTree tree(boxes);
    for (int i = 0; i < 100; ++i) {
      const GeoBox asked = RandomBox(random);
      std::vector<uint32_t> expected;
      for (uint32_t j = 0; j < boxes.size(); ++j) {
        if (boxes[j].Meets(asked)) expected.push_back(j);
      }
      ASSERT_EQ(Meeting(tree, asked), expected) << count << " boxes";
      found += expected.size();
    }
  }
  EXPECT_GT(found, 5000U);
}

TEST(BoxTreeTest, BoxesThatAreAllTheSame) {
  const BoxTree tree(std::vector<GeoBox>(100, GeoBox{1, 1, 2, 2}));
  EXPECT_EQ(Meeting(tree, {2, 2, 3, 3}).size(), 100U);
  EXPECT_TRUE(Meeting(tree, {2.5, 2, 3, 3}).empty());
}

TEST(BoxTreeTest, EmptyBoxesMeetNothing) {
  const BoxTree tree({GeoBox(), {1, 1, 2, 2}, GeoBox()});
  EXPECT_EQ(Meeting(tree, {-90, -180, 90, 180}), std::vector<uint32_t>{1});
  EXPECT_TRUE(Meeting(tree, GeoBox()).empty());
  EXPECT_TRUE(Meeting(BoxTree({GeoBox()}), {-90, -180, 90, 180}).empty());
}

}  // namespace
}  // namespace stadspoort::domain
