#include "services/stadspoort/right_arguments.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace stadspoort::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kName[] = "cities/ghent/rights/018f3c1e-7b2a-7c3d-9e4f-0123456789ab";
const absl::Time kNow = absl::FromUnixSeconds(1772442000);

RightArguments Enrolment() {
  RightArguments arguments;
  arguments.city = "ghent";
  arguments.plate = "1-ABC-123/B";
  arguments.type = "resident";
  arguments.zones = {"gele-zone-1"};
  arguments.reference = "app-1";
  return arguments;
}

RightArguments Named() {
  RightArguments arguments;
  arguments.name = kName;
  return arguments;
}

TEST(RightArgumentsTest, Enrols) {
  RightArguments arguments = Enrolment();
  arguments.until = "2026-03-02T12:00Z";
  arguments.windows = {"Mon-Fri 09:00-12:00"};
  const auto request = EnrolRequest(arguments, kNow);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->parent(), "cities/ghent");
  EXPECT_EQ(request->right().plate().number(), "1-ABC-123");
  EXPECT_EQ(request->right().plate().country(), "B");
  EXPECT_EQ(request->right().right_type(), "cities/ghent/rightTypes/resident");
  EXPECT_THAT(request->right().zones(), ElementsAre("cities/ghent/zones/gele-zone-1"));
  EXPECT_FALSE(request->right().city_wide());
  EXPECT_FALSE(request->right().has_requested_start_time()) << "at once";
  EXPECT_EQ(request->right().requested_end_time().seconds(), 1772452800);
  EXPECT_EQ(request->right().windows_size(), 1);
  EXPECT_EQ(request->right().reference(), "app-1");
}

TEST(RightArgumentsTest, AnOpenEndIsNoEnd) {
  RightArguments arguments = Enrolment();
  arguments.from = "now";
  const auto request = EnrolRequest(arguments, kNow);
  EXPECT_FALSE(request->right().has_requested_start_time());
  EXPECT_FALSE(request->right().has_requested_end_time());
}

TEST(RightArgumentsTest, ZonesOrTheWholeCityNotBoth) {
  RightArguments arguments = Enrolment();
  arguments.city_wide = true;
  EXPECT_FALSE(EnrolRequest(arguments, kNow).ok());
  arguments.zones.clear();
  EXPECT_TRUE(EnrolRequest(arguments, kNow)->right().city_wide());
  arguments.city_wide = false;
  EXPECT_THAT(std::string(EnrolRequest(arguments, kNow).status().message()),
              HasSubstr("--city-wide"));
}

TEST(RightArgumentsTest, RefusesAWrongPartOfAnEnrolment) {
  for (const auto& spoil : std::vector<void (*)(RightArguments&)>{
           [](RightArguments& arguments) { arguments.city = "Ghent"; },
           [](RightArguments& arguments) { arguments.type = "Resident"; },
           [](RightArguments& arguments) { arguments.zones = {"cities/antwerp/zones/a"}; },
           [](RightArguments& arguments) { arguments.from = "2026-03-02T10:00"; },
           [](RightArguments& arguments) { arguments.until = "tomorrow"; },
           [](RightArguments& arguments) { arguments.windows = {"Mon 9-12"}; },
           [](RightArguments& arguments) { arguments.country = "NL"; }}) {
    RightArguments arguments = Enrolment();
    spoil(arguments);
    EXPECT_FALSE(EnrolRequest(arguments, kNow).ok());
  }
}

TEST(RightArgumentsTest, AmendsOnlyWhatIsNamed) {
  RightArguments arguments = Named();
  EXPECT_FALSE(AmendRequest(arguments, kNow).ok()) << "nothing changes";
  arguments.until = "now";
  arguments.etag = "e1";
  auto request = AmendRequest(arguments, kNow);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->right().name(), kName);
  EXPECT_EQ(request->right().etag(), "e1");
  EXPECT_EQ(request->right().requested_end_time().seconds(), 1772442000);
  EXPECT_THAT(request->update_mask().paths(), ElementsAre("requested_end_time"));

  arguments = Named();
  arguments.zones = {"a", "b"};
  arguments.no_windows = true;
  request = AmendRequest(arguments, kNow);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_THAT(request->update_mask().paths(), ElementsAre("zones", "windows"));
  EXPECT_THAT(request->right().zones(),
              ElementsAre("cities/ghent/zones/a", "cities/ghent/zones/b"));
  EXPECT_THAT(request->right().windows(), IsEmpty());
}

TEST(RightArgumentsTest, OpenTakesTheEndAway) {
  RightArguments arguments = Named();
  arguments.open = true;
  const auto request = AmendRequest(arguments, kNow);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_FALSE(request->right().has_requested_end_time());
  EXPECT_THAT(request->update_mask().paths(), ElementsAre("requested_end_time"));
}

TEST(RightArgumentsTest, RefusesContradictions) {
  RightArguments arguments = Named();
  arguments.open = true;
  arguments.until = "now";
  EXPECT_FALSE(AmendRequest(arguments, kNow).ok());
  arguments = Named();
  arguments.no_windows = true;
  arguments.windows = {"daily 09:00-12:00"};
  EXPECT_FALSE(AmendRequest(arguments, kNow).ok());
}

TEST(RightArgumentsTest, CorrectsEffectiveTimes) {
  RightArguments arguments = Named();
  arguments.plate = "1XYZ999";
  arguments.type = "visitor";
  arguments.from = "2026-03-02T09:00Z";
  arguments.until = "2026-03-02T12:00Z";
  arguments.reason = "mistyped";
  const auto request = CorrectRequest(arguments, kNow);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->right().plate().number(), "1XYZ999");
  EXPECT_EQ(request->right().right_type(), "cities/ghent/rightTypes/visitor");
  EXPECT_EQ(request->right().effective_start_time().seconds(), 1772442000);
  EXPECT_FALSE(request->right().has_requested_start_time());
  EXPECT_EQ(request->reason(), "mistyped");
  EXPECT_THAT(request->update_mask().paths(),
              ElementsAre("plate", "right_type", "effective_start_time", "effective_end_time"));
  EXPECT_FALSE(CorrectRequest(Named(), kNow).ok()) << "nothing is corrected";
  arguments = Named();
  arguments.country = "NL";
  EXPECT_FALSE(CorrectRequest(arguments, kNow).ok());
}

TEST(RightArgumentsTest, EndsByNameOrReference) {
  RightArguments arguments = Named();
  auto request = EndRequest(arguments);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->parent(), "cities/ghent");
  EXPECT_EQ(request->name(), kName);
  EXPECT_FALSE(request->has_end_time());

  arguments = RightArguments();
  arguments.city = "ghent";
  arguments.reference = "app-1";
  arguments.at = "2026-03-02T09:00Z";
  request = EndRequest(arguments);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->parent(), "cities/ghent");
  EXPECT_EQ(request->reference(), "app-1");
  EXPECT_EQ(request->end_time().seconds(), 1772442000);

  arguments.name = kName;
  EXPECT_FALSE(EndRequest(arguments).ok()) << "both";
  EXPECT_FALSE(EndRequest(RightArguments()).ok()) << "neither";
}

TEST(RightArgumentsTest, ListsOnePlateOrAll) {
  RightArguments arguments;
  arguments.city = "ghent";
  EXPECT_FALSE(ListRequest(arguments)->has_plate());
  arguments.plate = "1ABC123/B";
  EXPECT_EQ(ListRequest(arguments)->plate().country(), "B");
  arguments.plate.clear();
  arguments.country = "B";
  EXPECT_FALSE(ListRequest(arguments).ok());
}

}  // namespace
}  // namespace stadspoort::client
