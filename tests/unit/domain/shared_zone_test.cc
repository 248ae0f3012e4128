#include "services/domain/shared_zone.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/domain/drawing.h"

namespace stadspoort::domain {
namespace {

ZoneVersion Version(const std::string& code, int64_t version, double width = 1) {
  ZoneVersion zone;
  zone.code = ZoneCode(code);
  zone.version = version;
  zone.display_name = "Zone " + code;
  zone.area = GeoArea{Polygon(Box(0, 0, width, 1))};
  return zone;
}

TEST(ShareTest, WhatIsKnownIsNotKeptTwice) {
  const std::vector<SharedZone> known = Share({Version("a", 1), Version("b", 1)}, {});
  const std::vector<SharedZone> next = Share({Version("b", 1), Version("a", 1)}, known);
  ASSERT_EQ(next.size(), 2U);
  EXPECT_EQ(&*next[0], &*known[1]);
  EXPECT_EQ(&*next[1], &*known[0]);
}

TEST(ShareTest, WhatChangedIsNew) {
  const std::vector<SharedZone> known = Share({Version("a", 1), Version("b", 1)}, {});
  ZoneVersion ended = Version("a", 1);
  ended.in_force.end = absl::UnixEpoch();
  const std::vector<SharedZone> next =
      Share({ended, Version("a", 2, 3), Version("b", 1), Version("c", 1)}, known);
  ASSERT_EQ(next.size(), 4U);
  EXPECT_EQ(*next[0], ended);
  EXPECT_EQ(*next[1], Version("a", 2, 3));
  EXPECT_EQ(&*next[2], &*known[1]);
  EXPECT_EQ(*next[3], Version("c", 1));
  EXPECT_EQ(*known[0], Version("a", 1));
}

TEST(ShareTest, VersionsOfAZoneShareTheirOutline) {
  const std::vector<SharedZone> known = Share({Version("a", 1)}, {});
  const std::vector<SharedZone> next =
      Share({Version("a", 2), Version("a", 3, 5), Version("a", 4), Version("a", 5, 5)}, known);
  const GeoArea* narrow = &known[0]->area.area();
  const GeoArea* wide = &next[1]->area.area();
  EXPECT_EQ(&next[0]->area.area(), narrow);
  EXPECT_NE(wide, narrow);
  EXPECT_EQ(&next[2]->area.area(), narrow);
  EXPECT_EQ(&next[3]->area.area(), wide);
}

TEST(SharedZoneTest, IsEqualWhereItSaysTheSame) {
  EXPECT_EQ(SharedZone(Version("a", 1)), SharedZone(Version("a", 1)));
  EXPECT_NE(SharedZone(Version("a", 1)), SharedZone(Version("a", 2)));
}

}  // namespace
}  // namespace stadspoort::domain
