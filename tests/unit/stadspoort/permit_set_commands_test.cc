#include "services/stadspoort/permit_set_commands.h"

#include <gtest/gtest.h>

namespace stadspoort::client {
namespace {

PermitSetArguments Given() {
  PermitSetArguments arguments;
  arguments.name = "y2027";
  arguments.city = "ghent";
  arguments.series = "residents";
  arguments.reason = "the new year";
  return arguments;
}

TEST(PermitSetCommandsTest, ReadsWhichSetOfWhichCity) {
  const auto create = CreateSetRequest(Given());
  ASSERT_TRUE(create.ok()) << create.status();
  EXPECT_EQ(create->parent(), "cities/ghent");
  EXPECT_EQ(create->permit_set_id(), "y2027");
  EXPECT_EQ(create->permit_set().series(), "residents");
  PermitSetArguments full = Given();
  full.name = "cities/ghent/permitSets/y2027";
  full.city = "";
  EXPECT_EQ(CreateSetRequest(full)->parent(), "cities/ghent");
  full.city = "mechelen";
  EXPECT_FALSE(CreateSetRequest(full).ok());
}

TEST(PermitSetCommandsTest, ReadsASwitch) {
  PermitSetArguments arguments = Given();
  arguments.live = "y2026";
  arguments.at = "2027-01-01T00:00+01:00";
  const auto request = SwitchSetRequest(arguments);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->permit_set(), "cities/ghent/permitSets/y2027");
  EXPECT_EQ(request->live_set(), "cities/ghent/permitSets/y2026");
  EXPECT_EQ(request->switch_time().seconds(), 1'798'758'000);
  arguments.live = "none";
  arguments.at = "now";
  EXPECT_EQ(SwitchSetRequest(arguments)->live_set(), "none");
  EXPECT_FALSE(SwitchSetRequest(arguments)->has_switch_time());
  arguments.none = true;
  EXPECT_FALSE(SwitchSetRequest(arguments).ok()) << "a set, and none";
  arguments.name = "";
  EXPECT_EQ(SwitchSetRequest(arguments)->permit_set(), "");
  arguments.none = false;
  EXPECT_FALSE(SwitchSetRequest(arguments).ok()) << "neither";
  arguments = Given();
  arguments.at = "tomorrow";
  EXPECT_FALSE(SwitchSetRequest(arguments).ok());
}

TEST(PermitSetCommandsTest, TellsWhichIsLive) {
  google::protobuf::RepeatedPtrField<permits::v1::PermitSet> sets;
  permits::v1::PermitSet& old_one = *sets.Add();
  old_one.set_name("cities/ghent/permitSets/y2026");
  old_one.set_series("residents");
  old_one.set_live(true);
  old_one.mutable_live_start_time()->set_seconds(1'767'225'600);
  old_one.mutable_live_end_time()->set_seconds(1'798'761'600);
  permits::v1::PermitSet& new_one = *sets.Add();
  new_one.set_name("cities/ghent/permitSets/y2027");
  new_one.set_series("residents");
  new_one.set_display_name("Next year");
  EXPECT_EQ(
      PermitSetTable(sets, absl::UTCTimeZone(), false),
      "SERIES     SET    STATE     LIVE                                                  NAME\n"
      "residents  y2026  live      from 2026-01-01 00:00 UTC until 2027-01-01 00:00 UTC  -\n"
      "residents  y2027  not live  -                                                     Next "
      "year\n");
}

}  // namespace
}  // namespace stadspoort::client
