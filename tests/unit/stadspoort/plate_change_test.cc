#include "services/stadspoort/plate_change.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace stadspoort::client {
namespace {

using permits::v1::ChangePlatesRequest;
using testing::HasSubstr;
using testing::Not;

PlateChangeArguments Named() {
  PlateChangeArguments arguments;
  arguments.name = "018f3c1e-7b2a-7c3d-9e4f-0123456789ab";
  arguments.city = "ghent";
  return arguments;
}

std::string FaultOf(const absl::StatusOr<ChangePlatesRequest>& request) {
  EXPECT_FALSE(request.ok());
  return std::string(request.status().message());
}

TEST(PlateChangeTest, SaysWhichPermitWhenAndOnWhichCondition) {
  PlateChangeArguments arguments = Named();
  arguments.plate = "1-ABC-123/b";
  arguments.holder = "h-17";
  arguments.etag = "7";
  arguments.at = "2026-05-01T08:00+02:00";
  arguments.request_id = "swap-1";
  const auto request = AddPlateRequest(arguments);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->name(), "cities/ghent/permits/018f3c1e-7b2a-7c3d-9e4f-0123456789ab");
  EXPECT_EQ(request->holder(), "h-17");
  EXPECT_EQ(request->etag(), "7");
  EXPECT_EQ(request->change_time().seconds(), 1777615200);
  EXPECT_EQ(request->request_id(), "swap-1");
  EXPECT_EQ(request->add().plate().number(), "1-ABC-123");
  EXPECT_EQ(request->add().plate().country(), "B");
}

TEST(PlateChangeTest, AtOnceIsTheRegistersClock) {
  PlateChangeArguments arguments = Named();
  arguments.plate = "1-ABC-123";
  auto request = RemovePlateRequest(arguments);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_FALSE(request->has_change_time());
  EXPECT_EQ(request->remove().plate().number(), "1-ABC-123");
  EXPECT_EQ(request->request_id().size(), 36u);
  arguments.dry_run = true;
  request = RemovePlateRequest(arguments);
  EXPECT_TRUE(request->validate_only());
  EXPECT_EQ(request->request_id(), "");
}

TEST(PlateChangeTest, EachChangeSaysItsOwn) {
  PlateChangeArguments arguments = Named();
  arguments.leaving = "1-ABC-123";
  arguments.coming = "2-DEF-456/B";
  const auto swap = SwapPlatesRequest(arguments);
  ASSERT_TRUE(swap.ok()) << swap.status();
  EXPECT_EQ(swap->swap().leaving().number(), "1-ABC-123");
  EXPECT_EQ(swap->swap().coming().country(), "B");
  arguments.plate = "2-DEF-456";
  auto activate = ActivatePlateRequest(arguments);
  ASSERT_TRUE(activate.ok()) << activate.status();
  EXPECT_EQ(activate->activate().plate().number(), "2-DEF-456");
  EXPECT_FALSE(activate->activate().has_instead_of());
  arguments.instead_of = "1-ABC-123";
  activate = ActivatePlateRequest(arguments);
  EXPECT_EQ(activate->activate().instead_of().number(), "1-ABC-123");
  arguments.replaced = "1-ABC-123";
  arguments.temporary = "9-GAR-001";
  arguments.until = "2026-05-08T18:00+02:00";
  const auto stand_in = StandInRequest(arguments);
  ASSERT_TRUE(stand_in.ok()) << stand_in.status();
  EXPECT_EQ(stand_in->stand_in().replaced().number(), "1-ABC-123");
  EXPECT_EQ(stand_in->stand_in().temporary().number(), "9-GAR-001");
  EXPECT_EQ(stand_in->stand_in().until_time().seconds(), 1778256000);
  EXPECT_TRUE(CallBackRequest(arguments)->has_call_back());
  EXPECT_FALSE(CallBackRequest(arguments)->has_change_time());
}

TEST(PlateChangeTest, NamesWhatIsWrongAndNoPlate) {
  PlateChangeArguments arguments = Named();
  arguments.plate = "1-ABC-123";
  arguments.at = "tomorrow";
  EXPECT_THAT(FaultOf(AddPlateRequest(arguments)), HasSubstr("--at"));
  arguments = Named();
  arguments.leaving = "1-ABC-123";
  arguments.coming = "\xff";
  EXPECT_THAT(FaultOf(SwapPlatesRequest(arguments)), Not(HasSubstr("ABC")));
  arguments = Named();
  arguments.replaced = "1-ABC-123";
  arguments.temporary = "9-GAR-001";
  arguments.until = "now";
  EXPECT_THAT(FaultOf(StandInRequest(arguments)), HasSubstr("--until"));
  arguments.until = "2026-05-08";
  EXPECT_THAT(FaultOf(StandInRequest(arguments)), HasSubstr("--until"));
  arguments.name = "bewoner";
  EXPECT_THAT(FaultOf(CallBackRequest(arguments)), HasSubstr("is not a permit"));
}

}  // namespace
}  // namespace stadspoort::client
