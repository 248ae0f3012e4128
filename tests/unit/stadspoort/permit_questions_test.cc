#include "services/stadspoort/permit_questions.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace stadspoort::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kName[] = "cities/ghent/permits/018f3c1e-7b2a-7c3d-9e4f-0123456789ab";

template <typename Request>
std::string FaultOf(const absl::StatusOr<Request>& request) {
  EXPECT_FALSE(request.ok());
  return std::string(request.status().message());
}

TEST(PermitQuestionsTest, ShowsOneForItsHolder) {
  const auto request = PermitShowRequest({kName, "", "h-17"});
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->name(), kName);
  EXPECT_EQ(request->holder(), "h-17");
  EXPECT_THAT(FaultOf(PermitShowRequest({"018f", "ghent", ""})), HasSubstr("is not a permit"));
}

TEST(PermitQuestionsTest, ListsThoseThatWereAskedFor) {
  PermitListArguments arguments;
  arguments.city = "ghent";
  auto request = PermitListRequest(arguments);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->parent(), "cities/ghent");
  EXPECT_GT(request->page_size(), 0);
  EXPECT_TRUE(request->states().empty());
  EXPECT_FALSE(request->has_plate());
  arguments.holder = "h-17";
  arguments.states = {"in-review", "WAITLISTED"};
  arguments.type = "bewoner";
  arguments.plate = "1-ABC-123/B";
  request = PermitListRequest(arguments);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->holder(), "h-17");
  EXPECT_THAT(request->states(), ElementsAre(permits::v1::PERMIT_STATE_IN_REVIEW,
                                             permits::v1::PERMIT_STATE_WAITLISTED));
  EXPECT_EQ(request->permit_type(), "cities/ghent/permitTypes/bewoner");
  EXPECT_EQ(request->plate().number(), "1-ABC-123");
  arguments.states = {"paid"};
  EXPECT_THAT(FaultOf(PermitListRequest(arguments)), HasSubstr("evidence-needed, in-review"));
  arguments.states = {};
  arguments.type = "Bewoner";
  EXPECT_THAT(FaultOf(PermitListRequest(arguments)), HasSubstr("not a permit type"));
}

TEST(PermitQuestionsTest, HistoryIsAsItWasKnownThen) {
  PermitHistoryArguments arguments;
  arguments.name = kName;
  auto request = PermitHistoryRequest(arguments);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->permit(), kName);
  EXPECT_FALSE(request->has_known_at_time());
  arguments.known_at = "2026-05-01T00:00+02:00";
  request = PermitHistoryRequest(arguments);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->known_at_time().seconds(), 1777586400);
  arguments.known_at = "yesterday";
  EXPECT_THAT(FaultOf(PermitHistoryRequest(arguments)), HasSubstr("--known-at"));
}

TEST(PermitQuestionsTest, FollowsFromACursorOrAMoment) {
  PermitFollowArguments arguments;
  arguments.city = "ghent";
  auto request = PermitFollowRequest(arguments);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->cursor(), "");
  EXPECT_FALSE(request->has_start_time());
  arguments.since = "7.3.a";
  request = PermitFollowRequest(arguments);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->cursor(), "7.3.a");
  arguments.from = "2026-05-01T00:00+02:00";
  EXPECT_THAT(FaultOf(PermitFollowRequest(arguments)), HasSubstr("contradict each other"));
  arguments.since.clear();
  request = PermitFollowRequest(arguments);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->start_time().seconds(), 1777586400);
}

}  // namespace
}  // namespace stadspoort::client
