#include "services/stadspoort/contract_arguments.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace stadspoort::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const absl::Time kNow = absl::FromUnixSeconds(1772442000);

ContractArguments Creation() {
  ContractArguments arguments;
  arguments.name = "app-2026";
  arguments.city = "ghent";
  arguments.of = "parkeerapp";
  arguments.types = {"paid", "day-pass"};
  arguments.from = "2026-01-01T00:00Z";
  return arguments;
}

ContractArguments Named() {
  ContractArguments arguments;
  arguments.name = "cities/ghent/contracts/app-2026";
  return arguments;
}

template <typename Request>
std::string FaultOf(const absl::StatusOr<Request>& request) {
  EXPECT_FALSE(request.ok());
  return std::string(request.status().message());
}

TEST(ContractArgumentsTest, Creates) {
  ContractArguments arguments = Creation();
  arguments.zones = {"gele-zone-1", "cities/ghent/zones/rode-zone-1"};
  arguments.until = "2027-01-01T00:00+01:00";
  arguments.display_name = "App";
  arguments.dry_run = true;
  const auto request = CreateRequest(arguments);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->parent(), "cities/ghent");
  EXPECT_EQ(request->contract_id(), "app-2026");
  EXPECT_TRUE(request->validate_only());
  EXPECT_EQ(request->contract().provider(), "parkeerapp");
  EXPECT_EQ(request->contract().display_name(), "App");
  EXPECT_THAT(request->contract().right_types(),
              ElementsAre("cities/ghent/rightTypes/paid", "cities/ghent/rightTypes/day-pass"));
  EXPECT_THAT(request->contract().zones(),
              ElementsAre("cities/ghent/zones/gele-zone-1", "cities/ghent/zones/rode-zone-1"));
  EXPECT_EQ(request->contract().start_time().seconds(), 1767225600);
  EXPECT_EQ(request->contract().end_time().seconds(), 1798758000);
}

TEST(ContractArgumentsTest, WithoutZonesAndEndItIsTheWholeCityForGood) {
  const auto request = CreateRequest(Creation());
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_THAT(request->contract().zones(), IsEmpty());
  EXPECT_FALSE(request->contract().has_end_time());
  EXPECT_FALSE(request->validate_only());
}

TEST(ContractArgumentsTest, ACreationSentAgainAsksForTheSame) {
  ContractArguments arguments = Creation();
  arguments.from = "now";
  EXPECT_THAT(FaultOf(CreateRequest(arguments)), HasSubstr("--from \"now\""));
  arguments = Creation();
  arguments.until = "now";
  EXPECT_THAT(FaultOf(CreateRequest(arguments)), HasSubstr("--until \"now\""));
}

TEST(ContractArgumentsTest, NamesWhatIsWrong) {
  ContractArguments arguments = Creation();
  arguments.city.clear();
  EXPECT_THAT(FaultOf(CreateRequest(arguments)), HasSubstr("--city"));
  arguments = Creation();
  arguments.types = {"Paid"};
  EXPECT_THAT(FaultOf(CreateRequest(arguments)), HasSubstr("not a right type"));
  arguments = Creation();
  arguments.zones = {"cities/antwerp/zones/a"};
  EXPECT_THAT(FaultOf(CreateRequest(arguments)), HasSubstr("not of cities/ghent"));
  arguments = Creation();
  arguments.from = "2026-01-01";
  EXPECT_THAT(FaultOf(CreateRequest(arguments)), HasSubstr("--from"));
}

TEST(ContractArgumentsTest, UpdatesWhatWasGiven) {
  ContractArguments arguments = Named();
  EXPECT_THAT(FaultOf(UpdateRequest(arguments, kNow)), HasSubstr("what changes?"));
  arguments.display_name = "App";
  arguments.etag = "7";
  auto request = UpdateRequest(arguments, kNow);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->contract().name(), "cities/ghent/contracts/app-2026");
  EXPECT_EQ(request->contract().etag(), "7");
  EXPECT_THAT(request->update_mask().paths(), ElementsAre("display_name"));
  arguments = Named();
  arguments.types = {"paid"};
  arguments.all_zones = true;
  arguments.open = true;
  request = UpdateRequest(arguments, kNow);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_THAT(request->update_mask().paths(), ElementsAre("right_types", "zones", "end_time"));
  EXPECT_THAT(request->contract().zones(), IsEmpty());
  EXPECT_FALSE(request->contract().has_end_time());
  arguments = Named();
  arguments.zones = {"a"};
  arguments.until = "now";
  request = UpdateRequest(arguments, kNow);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_THAT(request->contract().zones(), ElementsAre("cities/ghent/zones/a"));
  EXPECT_EQ(request->contract().end_time().seconds(), absl::ToUnixSeconds(kNow));
}

TEST(ContractArgumentsTest, ContradictionsAreRefused) {
  ContractArguments arguments = Named();
  arguments.zones = {"a"};
  arguments.all_zones = true;
  EXPECT_THAT(FaultOf(UpdateRequest(arguments, kNow)), HasSubstr("--all-zones"));
  arguments = Named();
  arguments.until = "2027-01-01T00:00Z";
  arguments.open = true;
  EXPECT_THAT(FaultOf(UpdateRequest(arguments, kNow)), HasSubstr("--open"));
}

TEST(ContractArgumentsTest, ShowsAndLists) {
  EXPECT_EQ(GetRequest(Named())->name(), "cities/ghent/contracts/app-2026");
  ContractArguments arguments;
  arguments.city = "ghent";
  arguments.of = "parkeerapp";
  const auto request = ListRequest(arguments);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->parent(), "cities/ghent");
  EXPECT_EQ(request->provider(), "parkeerapp");
  EXPECT_GT(request->page_size(), 0);
}

}  // namespace
}  // namespace stadspoort::client
