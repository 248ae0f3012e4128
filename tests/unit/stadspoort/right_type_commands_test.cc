#include "services/stadspoort/right_type_commands.h"

#include <gtest/gtest.h>

#include <string>

namespace stadspoort::client {
namespace {

RightTypeArguments Residents() {
  RightTypeArguments arguments;
  arguments.city = "ghent";
  arguments.code = "bewoner";
  arguments.kind = "resident";
  return arguments;
}

TEST(RightTypeCommandsTest, SaysKindAndPast) {
  RightTypeArguments arguments = Residents();
  arguments.display_name = "Bewoner";
  arguments.dry_run = true;
  const auto request = RightTypeRequest(arguments);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->parent(), "cities/ghent");
  EXPECT_EQ(request->right_type_id(), "bewoner");
  EXPECT_EQ(request->right_type().kind(), common::v1::RIGHT_KIND_RESIDENT);
  EXPECT_EQ(request->right_type().display_name(), "Bewoner");
  EXPECT_FALSE(request->right_type().has_backdate());
  EXPECT_TRUE(request->validate_only());
  arguments.backdate = "start-of-day";
  EXPECT_TRUE(RightTypeRequest(arguments)->right_type().backdate().start_of_day());
  arguments.backdate = "none";
  EXPECT_TRUE(RightTypeRequest(arguments)->right_type().backdate().none());
  arguments.backdate = "1h30m";
  EXPECT_EQ(RightTypeRequest(arguments)->right_type().backdate().at_most().seconds(), 5400);
}

TEST(RightTypeCommandsTest, SaysWhatIsWrong) {
  for (const auto& spoil : {+[](RightTypeArguments& a) { a.city = "Gent!"; },
                            +[](RightTypeArguments& a) { a.code = "Bewoner"; },
                            +[](RightTypeArguments& a) { a.kind = "unspecified"; },
                            +[](RightTypeArguments& a) { a.kind = ""; },
                            +[](RightTypeArguments& a) { a.backdate = "yesterday"; },
                            +[](RightTypeArguments& a) { a.backdate = "-1h"; },
                            +[](RightTypeArguments& a) { a.backdate = "inf"; },
                            +[](RightTypeArguments& a) { a.backdate = "1ms"; }}) {
    RightTypeArguments arguments = Residents();
    spoil(arguments);
    const auto request = RightTypeRequest(arguments);
    ASSERT_FALSE(request.ok()) << request->ShortDebugString();
    EXPECT_EQ(request.status().code(), absl::StatusCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace stadspoort::client
