// What differs between two versions of a zone, and whom it would hurt.
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "tests/integration/zone_desk.h"

namespace stadspoort::testing {
namespace {

using zones::v1::DiffZoneRequest;
using zones::v1::DiffZoneResponse;
using zones::v1::ZoneDraft;
using Lines = std::vector<std::string>;

class DiffTest : public HeldClockTest {
 protected:
  DiffZoneRequest ToDiff(const std::string& code, int64_t from = 0, int64_t to = 0) {
    DiffZoneRequest request;
    request.set_name(desk().Zone(code));
    request.set_from_zone_version(from);
    request.set_to_zone_version(to);
    return request;
  }
  Answered<DiffZoneResponse> Ask(const DiffZoneRequest& request, const Who& who = Clerk()) {
    return desk().Ask(&Desk::Stub::DiffZone, request, who);
  }
  // "1-2: display_name CHANGED Zone a > Kouter"
  Lines Diff(const std::string& code, int64_t from = 0, int64_t to = 0) {
    const auto diffed = Ask(ToDiff(code, from, to));
    EXPECT_TRUE(diffed.ok()) << diffed.status.error_message();
    Lines lines;
    for (const auto& difference : diffed.response.differences()) {
      lines.push_back(absl::StrCat(diffed.response.from_zone_version(), "-",
                                   diffed.response.to_zone_version(), ": ", difference.field(), " ",
                                   zones::v1::ZoneDifferenceKind_Name(difference.kind())
                                       .substr(sizeof("ZONE_DIFFERENCE_KIND")),
                                   " ", difference.before(), " > ", difference.after()));
    }
    return lines;
  }
};

TEST_F(DiffTest, ADraftIsComparedWithTheVersionInForce) {
  ASSERT_TRUE(desk().Update(desk().NewDraft("a")).ok());
  EXPECT_EQ(Diff("a"), Lines{}) << "drawn as it is";
  ZoneDraft draft = desk().NewDraft("a");
  draft.set_display_name("Kouter");
  draft.mutable_regulation()->mutable_frames(0)->set_to_local_time("19:00");
  ASSERT_TRUE(desk().Update(draft).ok());
  EXPECT_EQ(Diff("a"), Lines({"1-0: display_name CHANGED Zone a > Kouter",
                              "1-0: regulation.frames[day].to_local_time CHANGED 24:00 > 19:00"}));
  // A version that is published ahead is not in force.
  desk().Enact(draft, kStart + absl::Hours(1));
  ASSERT_TRUE(desk().Update(desk().NewDraft("a")).ok());
  EXPECT_EQ(Diff("a"), Lines{});
  MoveTo(absl::Hours(1));
  EXPECT_EQ(Diff("a"), Lines({"2-0: display_name CHANGED Kouter > Zone a",
                              "2-0: regulation.frames[day].to_local_time CHANGED 19:00 > 24:00"}));
}

TEST_F(DiffTest, TwoVersionsAreComparedByNumber) {
  ZoneDraft second = desk().NewDraft("a");
  second.mutable_regulation()->add_selling_points()->set_selling_point_id("9000-1");
  second.mutable_regulation()->mutable_grace_after()->set_seconds(1200);
  desk().Enact(second, kStart + absl::Hours(1));
  desk().Enact(desk().NewDraft("a"), kStart + absl::Hours(2));
  EXPECT_EQ(Diff("a", 1, 3), Lines{}) << "as it was before";
  EXPECT_EQ(Diff("a", 2, 2), Lines{});
  const Lines there = Diff("a", 1, 2);
  const Lines back = Diff("a", 2, 3);
  ASSERT_EQ(there.size(), 2U);
  ASSERT_EQ(back.size(), 2U);
  EXPECT_EQ(there[1], "1-2: regulation.selling_points[9000-1] ADDED  > 0, 0");
  EXPECT_EQ(back[1], "2-3: regulation.selling_points[9000-1] REMOVED 0, 0 > ");
  EXPECT_EQ(Diff("a", 0, 2), there) << "0 is the one in force";
}

TEST_F(DiffTest, WhereNothingIsInForceTheNewestThatWasNotWithdrawnIsMeant) {
  ASSERT_TRUE(desk().Retire("a").ok());
  ZoneDraft free = desk().NewDraft("a");
  free.mutable_regulation()->clear_frames();
  desk().Enact(free, kStart + absl::Hours(1));
  ASSERT_TRUE(desk().Withdraw("a", 2).ok());
  ASSERT_TRUE(desk().Update(desk().NewDraft("a")).ok());
  const auto diffed = Ask(ToDiff("a"));
  ASSERT_TRUE(diffed.ok()) << diffed.status.error_message();
  EXPECT_EQ(diffed.response.from_zone_version(), 1);
  EXPECT_EQ(diffed.response.differences_size(), 0);
  EXPECT_EQ(Diff("a", 2, 1).size(), 1U) << "by its number it can be seen";
}

TEST_F(DiffTest, ANewZoneIsAllAdded) {
  ASSERT_TRUE(desk().Update(desk().NewDraft("c")).ok());
  const auto diffed = Ask(ToDiff("c"));
  ASSERT_TRUE(diffed.ok()) << diffed.status.error_message();
  EXPECT_EQ(diffed.response.from_zone_version(), 0);
  EXPECT_GE(diffed.response.differences_size(), 3);
  for (const auto& difference : diffed.response.differences()) {
    // Without a grace there are 0 minutes of it.
    if (absl::StartsWith(difference.field(), "regulation.grace_")) continue;
    EXPECT_EQ(difference.kind(), zones::v1::ZONE_DIFFERENCE_KIND_ADDED) << difference.field();
    EXPECT_EQ(difference.before(), "") << difference.field();
    EXPECT_NE(difference.after(), "") << difference.field();
  }
}

TEST_F(DiffTest, RightsThatItWouldHurtAreShownToWhoeverMaySeeRights) {
  const std::string right = desk().Enrol(EnrolRequest(desk().city(), "one", "1ABC123")).name();
  rights::v1::EnrolRightRequest later = EnrolRequest(desk().city(), "two", "1ABC124");
  *later.mutable_right()->mutable_requested_start_time() = StampOf(kStart + absl::Hours(30));
  *later.mutable_right()->mutable_requested_end_time() = StampOf(kStart + absl::Hours(40));
  const std::string to_come = desk().Enrol(later).name();
  ZoneDraft draft = desk().NewDraft("a");
  draft.mutable_regulation()->mutable_frames(0)->clear_accepted_kinds();
  draft.mutable_regulation()->mutable_frames(0)->add_accepted_kinds(
      common::v1::RIGHT_KIND_RESIDENT);
  ASSERT_TRUE(desk().Update(draft).ok());
  for (const Who& who : {Clerk(), Who{"auditor"}, Admin()}) {
    const auto diffed = Ask(ToDiff("a"), who);
    ASSERT_TRUE(diffed.ok()) << diffed.status.error_message();
    ASSERT_EQ(diffed.response.rights_hurt_size(), 1);
    const zones::v1::RightsHurt& hurt = diffed.response.rights_hurt(0);
    EXPECT_EQ(hurt.zone(), desk().Zone("a"));
    EXPECT_EQ(hurt.right_type(), desk().Parent() + "/rightTypes/paid");
    EXPECT_EQ(hurt.right_count(), 2);
    EXPECT_EQ(TimeOf(hurt.first_refused_time()), kStart);
    const std::set<std::string> sample(hurt.sample_rights().begin(), hurt.sample_rights().end());
    const std::set<std::string> both = {right, to_come};
    EXPECT_EQ(sample, who.roles == "city-admin" ? std::set<std::string>() : both) << who.roles;
  }
  // The other way round nobody is hurt.
  desk().Enact(draft);
  ASSERT_TRUE(desk().Update(desk().NewDraft("a")).ok());
  EXPECT_EQ(Ask(ToDiff("a")).response.rights_hurt_size(), 0);
  EXPECT_EQ(Ask(ToDiff("a", 1, 2)).response.rights_hurt_size(), 1);
}

TEST_F(DiffTest, BadRequestsAreRefused) {
  const auto refused = [&](const DiffZoneRequest& request, grpc::StatusCode code,
                           const std::string& reason, const Lines& fields) {
    ExpectRefusal(Ask(request).status, code, reason, fields, request.ShortDebugString());
  };
  refused(ToDiff("a"), grpc::NOT_FOUND, "DRAFT_NOT_FOUND", {"to_zone_version"});
  refused(ToDiff("a", 2, 1), grpc::NOT_FOUND, "ZONE_NOT_FOUND", {"from_zone_version"});
  refused(ToDiff("a", 1, 2), grpc::NOT_FOUND, "ZONE_NOT_FOUND", {"to_zone_version"});
  refused(ToDiff("a", -1, -2), grpc::INVALID_ARGUMENT, "INVALID_FIELD",
          {"from_zone_version", "to_zone_version"});
  refused(ToDiff("mauve"), grpc::NOT_FOUND, "ZONE_NOT_FOUND", {"name"});
  DiffZoneRequest request = ToDiff("a");
  request.set_name("cities/atlantis/zones/a");
  refused(request, grpc::NOT_FOUND, "CITY_NOT_FOUND", {});
  request.set_name("ghent");
  refused(request, grpc::INVALID_ARGUMENT, "INVALID_NAME", {"name"});
}

}  // namespace
}  // namespace stadspoort::testing
