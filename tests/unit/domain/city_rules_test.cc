#include "services/domain/city_rules.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "services/domain/prepared_outline.h"
#include "tests/unit/domain/drawing.h"

namespace stadspoort::domain {
namespace {

constexpr absl::Time kStart = absl::FromUnixSeconds(1'800'000'000);
absl::Time Day(int day) { return kStart + absl::Hours(24 * day); }

struct Given {
  std::string code;
  int64_t version = 1;
  Interval in_force;
  Usage usage = Usage::kPaidParking;
  Drawing outline = Box(0, 0, 1, 1);
  std::vector<std::string> meters = {};
};

SharedZone Zone(const Given& given) {
  ZoneVersion zone;
  zone.code = ZoneCode(given.code);
  zone.version = given.version;
  zone.in_force = given.in_force;
  zone.usage = given.usage;
  zone.area = GeoArea{Polygon(given.outline)};
  for (const std::string& id : given.meters) zone.regulation.selling_points.push_back({id, 0, 0});
  return SharedZone(std::move(zone));
}

CityRules::Parts PartsWith(const std::vector<Given>& zones) {
  CityRules::Parts parts;
  for (const Given& given : zones) parts.zones.push_back(Zone(given));
  return parts;
}

// "east/2 centre/1"
std::string Named(const PlaceAt& place) {
  std::string names;
  for (const ZoneVersion* zone : place.zones) {
    if (!names.empty()) names += " ";
    names += zone->code.value() + "/" + std::to_string(zone->version);
  }
  return names;
}

Position At(double x, double y) { return {OnMap(Square{x, y}), 10}; }

TEST(CityRulesTest, ByPositionWhatIsInForce) {
  const CityRules rules(PartsWith({
      {"west", 1, {kStart, Day(2)}},
      {"west", 2, {Day(2), Day(4)}, Usage::kPaidParking, Box(0, 0, 0.5, 1)},
      {"access", 1, {Day(1), absl::InfiniteFuture()}, Usage::kAccess, Box(0.7, 0, 2, 1)},
      {"east", 1, {Day(1), absl::InfiniteFuture()}, Usage::kPaidParking, Box(1, 0, 2, 1)},
  }));
  struct Row {
    Position position;
    std::optional<Usage> usage;
    absl::Time t;
    const char* zones;
    std::vector<bool> border;
    bool outside;
    absl::Time change;
  };
  const Row rows[] = {
      {At(0.8, 0.5), Usage::kPaidParking, Day(0) - absl::Seconds(1), "", {}, true, Day(0)},
      {At(0.8, 0.5), Usage::kPaidParking, Day(0), "west/1", {false}, false, Day(1)},
      {At(0.8, 0.5), Usage::kPaidParking, Day(1), "west/1", {false}, false, Day(2)},
      {At(0.8, 0.5), Usage::kAccess, Day(0), "", {}, true, Day(1)},
      {At(0.8, 0.5), Usage::kAccess, Day(1), "access/1", {false}, false, Day(2)},
      {At(0.8, 0.5), {}, Day(1), "west/1 access/1", {false, false}, false, Day(2)},
      {At(0.8, 0.5), Usage::kPaidParking, Day(2), "", {}, true, Day(4)},
      {At(0.8, 0.5), {}, Day(2), "access/1", {false}, false, Day(4)},
      {At(0.4, 0.5), Usage::kPaidParking, Day(3), "west/2", {false}, false, Day(4)},
      {At(0.4, 0.5), Usage::kPaidParking, Day(4), "", {}, true, absl::InfiniteFuture()},
      {At(1, 0.5), Usage::kPaidParking, Day(0), "west/1", {true}, true, Day(1)},
      {At(1, 0.5), Usage::kPaidParking, Day(1), "west/1 east/1", {true, true}, false, Day(2)},
      {At(1, 0.5), {}, Day(1), "west/1 access/1 east/1", {true, false, true}, false, Day(2)},
      {At(1, 0.5), Usage::kLoading, Day(1), "", {}, true, Day(2)},
  };
  for (const Row& row : rows) {
    const PlaceAt place = rules.ByPosition(row.position, row.usage, row.t);
    EXPECT_EQ(Named(place), row.zones) << row.t;
    EXPECT_EQ(place.border, row.border) << row.t;
    EXPECT_EQ(place.outside_possible, row.outside) << row.t;
    EXPECT_EQ(place.zones_change, row.change) << row.t;
  }
}

TEST(CityRulesTest, ByNames) {
  const CityRules rules(PartsWith({
      {"west", 1, {kStart, Day(2)}},
      {"west", 2, {Day(2), absl::InfiniteFuture()}},
      {"late", 1, {Day(3), absl::InfiniteFuture()}},
  }));
  const auto expect = [&](const std::vector<ZoneCode>& names, absl::Time t, const char* zones,
                          bool outside, absl::Time change) {
    const PlaceAt place = rules.ByNames(names, t);
    EXPECT_EQ(Named(place), zones) << t;
    EXPECT_TRUE(place.border.empty());
    EXPECT_EQ(place.outside_possible, outside) << t;
    EXPECT_EQ(place.zones_change, change) << t;
  };
  const ZoneCode west("west");
  const ZoneCode late("late");
  const ZoneCode none("none");
  expect({west}, Day(0) - absl::Seconds(1), "", true, Day(0));
  expect({west}, Day(0), "west/1", false, Day(2));
  expect({west}, Day(2), "west/2", false, absl::InfiniteFuture());
  expect({west, late}, Day(0), "west/1", true, Day(2));
  expect({late, west}, Day(2), "west/2", true, Day(3));
  expect({late, west}, Day(3), "late/1 west/2", false, absl::InfiniteFuture());
  expect({none}, Day(0), "", true, absl::InfiniteFuture());
  EXPECT_TRUE(rules.HasZone(late));
  EXPECT_FALSE(rules.HasZone(none));
}

TEST(CityRulesTest, BySellingPoint) {
  const CityRules rules(PartsWith({
      {"west", 1, {kStart, Day(2)}, Usage::kPaidParking, Box(0, 0, 1, 1), {"m1", "m2"}},
      {"west", 2, {Day(2), Day(6)}, Usage::kPaidParking, Box(0, 0, 1, 1), {"m2"}},
      {"east", 1, {Day(4), absl::InfiniteFuture()}, Usage::kAccess, Box(1, 0, 2, 1), {"m1"}},
      {"twice", 1, {Day(5), absl::InfiniteFuture()}, Usage::kAccess, Box(5, 0, 6, 1), {"m2"}},
  }));
  struct Row {
    const char* id;
    absl::Time t;
    const char* zones;  // null: unknown
    absl::Time change;
  };
  const Row rows[] = {
      {"m1", Day(0) - absl::Seconds(1), nullptr, {}},
      {"m1", Day(0), "west/1", Day(2)},
      {"m1", Day(2), nullptr, {}},  // no zone has it for two days
      {"m1", Day(4), "east/1", absl::InfiniteFuture()},
      {"m2", Day(1), "west/1", Day(2)},
      {"m2", Day(2), "west/2", Day(5)},
      {"m2", Day(5), "west/2 twice/1", Day(6)},  // publication refuses it; no zone is preferred
      {"m2", Day(6), "twice/1", absl::InfiniteFuture()},
      {"m3", Day(1), nullptr, {}},
      {"", Day(1), nullptr, {}},
      {"west", Day(1), nullptr, {}},
  };
  for (const Row& row : rows) {
    const std::optional<PlaceAt> place = rules.BySellingPoint(row.id, row.t);
    ASSERT_EQ(place.has_value(), row.zones != nullptr) << row.id << " " << row.t;
    if (!place) continue;
    EXPECT_EQ(Named(*place), row.zones) << row.id << " " << row.t;
    EXPECT_FALSE(place->outside_possible);
    EXPECT_TRUE(place->border.empty());
    EXPECT_EQ(place->zones_change, row.change) << row.id << " " << row.t;
  }
}

TEST(CityRulesTest, TheNextRulesShareWhatDidNotChange) {
  std::optional<CityRules> before(std::in_place, PartsWith({
                                                     {"west", 1, {}},
                                                     {"east", 1, {}, Usage::kAccess},
                                                 }));
  const PreparedOutline* west = &before->parts().zones[0]->area.prepared();
  const ZoneVersion* east = &*before->parts().zones[1];
  CityRules::Parts parts = before->parts();
  EXPECT_EQ(parts, before->parts());
  parts.zones[0] = Zone({"west", 2, {}});
  parts.zones.push_back(Zone({"new", 1, {}}));
  parts.zones = Share({*parts.zones[0], *parts.zones[1], *parts.zones[2]}, before->parts().zones);
  const CityRules after(std::move(parts));
  before.reset();  // nothing that is left rests on it
  EXPECT_EQ(&after.parts().zones[0]->area.prepared(), west);
  EXPECT_EQ(&*after.parts().zones[1], east);
  EXPECT_EQ(Named(after.ByPosition(At(0.5, 0.5), {}, kStart)), "west/2 east/1 new/1");
  EXPECT_EQ(Named(after.ByNames({ZoneCode("west")}, kStart)), "west/2");
}

}  // namespace
}  // namespace stadspoort::domain
