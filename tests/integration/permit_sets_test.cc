// Sets of permits: prepared beside the live one, switched at one instant, and back.
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "tests/integration/permit_office.h"

namespace stadspoort::testing {
namespace {

using permits::v1::Permit;
using permits::v1::SwitchPermitSetRequest;

class PermitSetsTest : public PermitTest {
 protected:
  void SetUp() override {
    PermitTest::SetUp();
    office().CreateType("resident", office().PlainType());
    for (const char* code : {"y2026", "y2027"}) Create(code);
  }

  std::string Name(const std::string& code) { return office().Parent() + "/permitSets/" + code; }
  Answered<permits::v1::CreatePermitSetResponse> Create(const std::string& code) {
    permits::v1::CreatePermitSetRequest request;
    request.set_parent(office().Parent());
    request.set_permit_set_id(code);
    request.mutable_permit_set()->set_series("residents");
    return office().Ask(&Office::Stub::CreatePermitSet, request, Clerk());
  }
  // No set: none is live from then on.
  SwitchPermitSetRequest ToSwitch(const std::string& set) {
    SwitchPermitSetRequest request;
    request.set_parent(office().Parent());
    request.set_series("residents");
    if (!set.empty()) request.set_permit_set(Name(set));
    request.set_reason("the new year");
    return request;
  }
  Answered<permits::v1::SwitchPermitSetResponse> Switch(const SwitchPermitSetRequest& request) {
    return office().Ask(&Office::Stub::SwitchPermitSet, request, Clerk());
  }
  Answered<permits::v1::SwitchPermitSetResponse> Switch(const std::string& set) {
    return Switch(ToSwitch(set));
  }
  Permit ApplyIn(const std::string& set, const std::string& holder, const std::string& plate) {
    auto request = office().Application("resident", holder, {plate});
    request.mutable_permit()->set_permit_set(Name(set));
    const auto applied = office().Apply(request, Clerk());
    EXPECT_TRUE(applied.ok()) << applied.status.error_message();
    return applied.response.permit();
  }
  // "y2026" or "".
  std::string Live() {
    permits::v1::ListPermitSetsRequest request;
    request.set_parent(office().Parent());
    const auto listed = office().Ask(&Office::Stub::ListPermitSets, request, Clerk());
    std::vector<std::string> live;
    for (const auto& set : listed.response.permit_sets()) {
      if (set.live()) live.push_back(set.name().substr(set.name().rfind('/') + 1));
    }
    return absl::StrJoin(live, ",");
  }
};

TEST_F(PermitSetsTest, RightsHoldWhileTheirSetIsLive) {
  const Permit old_one = ApplyIn("y2026", "h1", "1ABC123");
  const Permit new_one = ApplyIn("y2027", "h2", "2ABC123");
  office().Apply("resident", "h3", {"3ABC123"});
  EXPECT_FALSE(old_one.in_force()) << "no set is live yet";
  EXPECT_EQ(office().Check("1ABC123"), "NOT_PERMITTED NO_RIGHT");
  EXPECT_EQ(office().Check("3ABC123"), "PERMITTED RIGHT") << "of no set";

  MoveTo(absl::Hours(1));
  ASSERT_TRUE(Switch("y2026").ok());
  EXPECT_EQ(Live(), "y2026");
  EXPECT_EQ(office().Check("1ABC123"), "PERMITTED RIGHT");
  EXPECT_EQ(office().Check("2ABC123"), "NOT_PERMITTED NO_RIGHT");
  EXPECT_TRUE(office().Get(old_one).in_force());
  EXPECT_EQ(office().Get(old_one).permit_set(), Name("y2026"));

  MoveTo(absl::Hours(2));
  const auto switched = Switch("y2027");
  ASSERT_TRUE(switched.ok()) << switched.status.error_message();
  EXPECT_EQ(TimeOf(switched.response.switch_time()), kStart + absl::Hours(2));
  EXPECT_EQ(office().Check("1ABC123"), "NOT_PERMITTED EXPIRED");
  EXPECT_EQ(office().Check("2ABC123"), "PERMITTED RIGHT");
  const absl::Time before = kStart + absl::Hours(2) - absl::Microseconds(1);
  EXPECT_EQ(office().Check("1ABC123", "a", before), "PERMITTED RIGHT");
  EXPECT_EQ(office().Check("2ABC123", "a", before), "NOT_PERMITTED NOT_STARTED");
  EXPECT_FALSE(office().Get(old_one).in_force());
  EXPECT_TRUE(office().Get(new_one).in_force());

  // And back.
  MoveTo(absl::Hours(3));
  ASSERT_TRUE(Switch("y2026").ok());
  EXPECT_EQ(office().Check("1ABC123"), "PERMITTED RIGHT");
  EXPECT_EQ(office().Check("2ABC123"), "NOT_PERMITTED EXPIRED");
  EXPECT_EQ(office().Check("1ABC123", "a", kStart + absl::Minutes(150)), "NOT_PERMITTED EXPIRED");
  MoveTo(absl::Hours(4));
  ASSERT_TRUE(Switch("").ok());
  EXPECT_EQ(Live(), "");
  EXPECT_EQ(office().Check("1ABC123"), "NOT_PERMITTED EXPIRED");
  EXPECT_EQ(office().Check("3ABC123"), "PERMITTED RIGHT");
}

TEST_F(PermitSetsTest, ASwitchIsPlannedAndCalledBack) {
  ApplyIn("y2026", "h1", "1ABC123");
  ApplyIn("y2027", "h2", "2ABC123");
  ASSERT_TRUE(Switch("y2026").ok());
  SwitchPermitSetRequest planned = ToSwitch("y2027");
  *planned.mutable_switch_time() = StampOf(kStart + absl::Hours(5));
  ASSERT_TRUE(Switch(planned).ok());
  EXPECT_EQ(Live(), "y2026");
  MoveTo(absl::Hours(1));
  ASSERT_TRUE(Switch("y2026").ok()) << "it goes on";
  MoveTo(absl::Hours(6));
  EXPECT_EQ(office().Check("1ABC123"), "PERMITTED RIGHT");
  EXPECT_EQ(office().Check("2ABC123"), "NOT_PERMITTED NO_RIGHT");
  *planned.mutable_switch_time() = StampOf(kStart + absl::Hours(8));
  ASSERT_TRUE(Switch(planned).ok());
  MoveTo(absl::Hours(8));
  EXPECT_EQ(Live(), "y2027");
  EXPECT_EQ(office().Check("1ABC123"), "NOT_PERMITTED EXPIRED");
  EXPECT_EQ(office().Check("2ABC123"), "PERMITTED RIGHT");
}

TEST_F(PermitSetsTest, LimitsAndPlacesAreCountedWithinASet) {
  permits::v1::PermitType type = office().PlainType();
  type.set_max_per_holder(1);
  type.mutable_areas(0)->set_place_count(1);
  office().CreateType("one", type);
  const auto apply = [&](const std::string& holder, const std::string& set) {
    auto request = office().Application("one", holder, {absl::StrCat("1", holder)});
    if (!set.empty()) request.mutable_permit()->set_permit_set(Name(set));
    return ReasonOf(office().Apply(request, Clerk()).status);
  };
  EXPECT_EQ(apply("h1", ""), "");
  EXPECT_EQ(apply("h1", "y2026"), "");
  EXPECT_EQ(apply("h1", "y2027"), "");
  EXPECT_EQ(apply("h1", "y2027"), "PERMIT_LIMIT_REACHED");
  EXPECT_EQ(apply("h2", "y2027"), "NO_PLACE_LEFT");
}

TEST_F(PermitSetsTest, WhatIsWrongIsRefused) {
  EXPECT_EQ(ReasonOf(Create("y2026").status), "PERMIT_SET_EXISTS");
  EXPECT_EQ(ReasonOf(Switch("y2028").status), "PERMIT_SET_NOT_FOUND");
  SwitchPermitSetRequest request = ToSwitch("y2026");
  request.set_series("others");
  EXPECT_EQ(ReasonOf(Switch(request).status), "PERMIT_SET_NOT_FOUND");
  request = ToSwitch("y2026");
  *request.mutable_switch_time() = StampOf(kStart);
  EXPECT_EQ(ReasonOf(Switch(request).status), "INTERVAL_IN_THE_PAST");
  request = ToSwitch("y2026");
  request.set_live_set(Name("y2027"));
  EXPECT_EQ(ReasonOf(Switch(request).status), "STALE_ETAG");
  request.set_live_set("none");
  request.set_validate_only(true);
  EXPECT_TRUE(Switch(request).ok());
  EXPECT_EQ(Live(), "") << "nothing was stored";
  auto application = office().Application("resident", "h1", {"1ABC123"});
  application.mutable_permit()->set_permit_set(Name("y2026"));
  EXPECT_EQ(FieldsOf(office().Apply(application).status),
            std::vector<std::string>{"permit.permit_set"})
      << "a portal asks for none";
  application.mutable_permit()->set_permit_set(Name("y2028"));
  EXPECT_EQ(ReasonOf(office().Apply(application, Clerk()).status), "PERMIT_SET_NOT_FOUND");
}

// A running peer left two sets live in 17 of 20 rounds.
TEST_F(PermitSetsTest, OfSwitchesAtOnceOneSetIsLive) {
  ApplyIn("y2026", "h1", "1ABC123");
  ApplyIn("y2027", "h2", "2ABC123");
  for (int round = 0; round < 100; ++round) {
    MoveTo(absl::Minutes(10 + round));
    const std::string before = Live();
    std::atomic<int> granted = 0;
    std::vector<std::thread> threads;
    for (const char* set : {"y2026", "y2027"}) {
      threads.emplace_back([&, set] {
        SwitchPermitSetRequest request = ToSwitch(set);
        request.set_live_set(before.empty() ? "none" : Name(before));
        const auto switched = Switch(request);
        if (switched.ok()) ++granted;
        EXPECT_TRUE(switched.ok() || ReasonOf(switched.status) == "STALE_ETAG")
            << switched.status.error_message();
      });
    }
    for (std::thread& thread : threads) thread.join();
    const std::string live = Live();
    ASSERT_TRUE(live == "y2026" || live == "y2027") << live;
    ASSERT_GE(granted, 1);
    const bool first = live == "y2026";
    ASSERT_EQ(office().Check("1ABC123") == "PERMITTED RIGHT", first);
    ASSERT_EQ(office().Check("2ABC123") == "PERMITTED RIGHT", !first);
  }
}

}  // namespace
}  // namespace stadspoort::testing
