// Which rights a change of zones would hurt: how many, from when on, and who may see which.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "tests/integration/zone_desk.h"

namespace stadspoort::testing {
namespace {

using zones::v1::Judgement;
using zones::v1::RightsHurt;
using zones::v1::ZoneDraft;

class RightsHurtTest : public HeldClockTest {
 protected:
  rights::v1::EnrolRightRequest Request(int i, const std::string& zone = "a") {
    return EnrolRequest(desk().city(), absl::StrCat("right-", i), absl::StrCat("1ABC", i), zone);
  }
  // Of the zone, accepting residents only.
  ZoneDraft ResidentsOnly(const std::string& code) {
    ZoneDraft draft = desk().NewDraft(code);
    zones::v1::TimeFrame& frame = *draft.mutable_regulation()->mutable_frames(0);
    frame.clear_accepted_kinds();
    frame.add_accepted_kinds(common::v1::RIGHT_KIND_RESIDENT);
    return draft;
  }
  std::vector<std::string> Hurt(const google::protobuf::RepeatedPtrField<RightsHurt>& hurt) {
    std::vector<std::string> words;
    for (const RightsHurt& one : hurt) {
      words.push_back(absl::StrCat(
          one.zone().substr(desk().Zone("").size()), " ",
          one.right_type().substr(one.right_type().rfind('/') + 1), " ", one.right_count(),
          " after ", absl::FormatDuration(TimeOf(one.first_refused_time()) - kStart)));
    }
    return words;
  }
  std::vector<std::string> HurtBy(const ZoneDraft& draft,
                                  std::optional<absl::Time> start = std::nullopt) {
    EXPECT_TRUE(desk().Update(draft).ok());
    const auto judged = desk().Validate({}, start);
    EXPECT_TRUE(judged.ok()) << judged.status.error_message();
    return Hurt(judged.response.judgement().rights_hurt());
  }
};

using Lines = std::vector<std::string>;

TEST_F(RightsHurtTest, TheyAreCountedAndShownToWhoeverMaySeeRights) {
  constexpr int kRights = 12;
  std::vector<std::string> enrolled;
  for (int i = 0; i < kRights; ++i) enrolled.push_back(desk().Enrol(Request(i)).name());
  desk().Enrol(Request(kRights, "b"));
  ASSERT_TRUE(desk().Update(ResidentsOnly("a")).ok());
  for (const Who& who : {Clerk(), Admin()}) {
    const auto judged = desk().Validate({"a"}, std::nullopt, who);
    ASSERT_TRUE(judged.ok()) << judged.status.error_message();
    const Judgement& judgement = judged.response.judgement();
    EXPECT_EQ(Words(judgement), Lines{"WARNING RIGHTS_HURT a"});
    EXPECT_EQ(Hurt(judgement.rights_hurt()), Lines{"a paid 12 after 0"});
    const auto& sample = judgement.rights_hurt(0).sample_rights();
    EXPECT_EQ(sample.size(), who.roles == "clerk" ? 10 : 0) << who.roles;
    for (const std::string& right : sample) {
      EXPECT_EQ(std::count(enrolled.begin(), enrolled.end(), right), 1) << right;
    }
  }
  const auto published = desk().Publish({"a"});
  ASSERT_TRUE(published.ok()) << published.status.error_message();
  EXPECT_EQ(Hurt(published.response.judgement().rights_hurt()), Lines{"a paid 12 after 0"});
  EXPECT_EQ(published.response.judgement().rights_hurt(0).sample_rights_size(), 0)
      << "a city administrator sees no right";
}

// Who has a right for a zone that is drawn smaller is refused where it is no more, if it was good
// there before.
TEST_F(RightsHurtTest, WhoeverIsForAnAreaThatIsLostIsHurt) {
  for (int i = 0; i < 3; ++i) desk().Enrol(Request(i));
  desk().Enrol(Request(3, "b"));
  ZoneDraft smaller = desk().NewDraft("a");
  for (zones::v1::Vertex& vertex :
       *smaller.mutable_polygons(0)->mutable_outer()->mutable_vertices()) {
    if (vertex.latitude_degrees() > 51.0505) vertex.set_latitude_degrees(51.0505);
  }
  ASSERT_TRUE(desk().Update(smaller).ok());
  const Judgement judgement = desk().Validate({"a"}).response.judgement();
  EXPECT_EQ(Words(judgement), (Lines{"WARNING RIGHTS_HURT a", "WARNING AREA_LOST a polygons"}));
  EXPECT_EQ(Hurt(judgement.rights_hurt()), Lines{"a paid 3 after 0"});
  for (const auto& finding : judgement.findings()) {
    if (finding.kind() != zones::v1::FINDING_KIND_AREA_LOST) continue;
    EXPECT_GT(finding.latitude_degrees(), 51.0505) << "in what is lost";
    EXPECT_LT(finding.latitude_degrees(), 51.051);
  }
}

// A file is judged like a publication, also where something else of it is a fault.
TEST_F(RightsHurtTest, AnImportTellsThemToo) {
  constexpr int kRights = 3;
  for (int i = 0; i < kRights; ++i) desk().Enrol(Request(i));
  zones::v1::ImportZonesHeader header;
  header.set_parent(desk().Parent());
  zones::v1::ZoneRule& rule = *header.add_rules();
  rule.set_usage(common::v1::USAGE_PAID_PARKING);
  *rule.mutable_regulation() = ResidentsOnly("a").regulation();
  const std::string good = SquareFeature("a", 51.05, 3.72);
  const std::string outside = SquareFeature("c", 51.05, 3.74, R"(,"regulation":17)");
  Who both = Admin();
  both.roles = "city-admin,clerk";
  for (const bool dry : {true, false}) {
    for (const Who& who : {Admin(), both}) {
      for (const std::string& file : {Collection({good, outside}), Collection({good})}) {
        if (!dry && who.roles == both.roles) continue;  // it is published by then
        header.set_validate_only(dry);
        std::vector<zones::v1::ImportZonesResponse> answers;
        const grpc::Status status = Import(*daemon_, who, header, file, &answers);
        google::protobuf::RepeatedPtrField<RightsHurt> hurt;
        std::vector<std::string> warnings;
        for (const auto& answer : answers) {
          if (answer.has_rights_hurt()) *hurt.Add() = answer.rights_hurt();
          if (answer.has_warning()) warnings.push_back(Words(answer.warning()));
        }
        EXPECT_EQ(Hurt(hurt), Lines{"a paid 3 after 0"});
        EXPECT_EQ(warnings, Lines{"WARNING RIGHTS_HURT a"});
        ASSERT_EQ(hurt.size(), 1);
        EXPECT_EQ(hurt[0].sample_rights_size(), who.roles == both.roles ? kRights : 0);
        EXPECT_EQ(answers.back().has_fault(), !status.ok());
        EXPECT_EQ(answers.back().has_result(), status.ok());
      }
    }
  }
  EXPECT_EQ(desk().VersionAt("a"), 2);
}

// A Monday at 10:00: rights end with the day, and the frame that refuses them begins on Tuesday.
TEST_F(RightsHurtTest, OnlyWhoIsRefusedWhileTheRightHoldsIsHurt) {
  desk().Enrol(Request(0));
  rights::v1::EnrolRightRequest longer = Request(1);
  *longer.mutable_right()->mutable_requested_end_time() = StampOf(kStart + absl::Hours(48));
  desk().Enrol(longer);
  rights::v1::EnrolRightRequest later = Request(2);
  *later.mutable_right()->mutable_requested_start_time() = StampOf(kStart + absl::Hours(20));
  *later.mutable_right()->mutable_requested_end_time() = StampOf(kStart + absl::Hours(30));
  desk().Enrol(later);
  rights::v1::EnrolRightRequest short_one = Request(3);
  *short_one.mutable_right()->mutable_requested_end_time() = StampOf(kStart + absl::Hours(2));
  desk().Enrol(short_one);

  ZoneDraft draft = desk().NewDraft("a");
  zones::v1::Regulation& regulation = *draft.mutable_regulation();
  *regulation.add_frames() = ResidentsOnly("a").regulation().frames(0);
  regulation.mutable_frames(0)->clear_weekdays();
  regulation.mutable_frames(0)->add_weekdays(common::v1::WEEKDAY_MONDAY);
  regulation.mutable_frames(1)->set_code("residents");
  regulation.mutable_frames(1)->clear_weekdays();
  regulation.mutable_frames(1)->add_weekdays(common::v1::WEEKDAY_TUESDAY);
  // From Tuesday 00:00 in Brussels on, 14 hours after the start: the open one, the longer one and
  // the later one.
  EXPECT_EQ(HurtBy(draft), Lines{"a paid 3 after 14h"});
  EXPECT_EQ(HurtBy(draft, kStart + absl::Hours(21)), Lines{"a paid 3 after 21h"});
  EXPECT_EQ(HurtBy(draft, kStart + absl::Hours(40)), Lines{}) << "Wednesday";
}

TEST_F(RightsHurtTest, RevokedAndEndedRightsAreNotHurt) {
  const std::string revoked = desk().Enrol(Request(0)).name();
  rights::v1::RevokeRightRequest revoke;
  revoke.set_name(revoked);
  revoke.set_reason("sold");
  rights::v1::RevokeRightResponse done;
  ASSERT_TRUE(
      Call(*daemon_->rights, &rights::v1::RightsService::Stub::RevokeRight, Clerk(), revoke, done)
          .ok());
  rights::v1::EnrolRightRequest ended = Request(1);
  *ended.mutable_right()->mutable_requested_end_time() = StampOf(kStart + absl::Minutes(30));
  desk().Enrol(ended);
  MoveTo(absl::Hours(1));
  EXPECT_EQ(HurtBy(ResidentsOnly("a")), Lines{});
}

// An extension that goes: whoever has a right for this zone, or for all of them, is not hurt.
TEST_F(RightsHurtTest, OfAnExtensionThatGoesTheRightsOfTheOtherZoneAreHurt) {
  ZoneDraft extended = desk().NewDraft("a");
  extended.mutable_regulation()->add_extensions()->set_zone("b");
  desk().Enact(extended, kStart + absl::Minutes(1));
  MoveTo(absl::Minutes(2));
  desk().Enrol(Request(0, "a"));
  desk().Enrol(Request(1, "b"));
  rights::v1::EnrolRightRequest everywhere = Request(2);
  everywhere.mutable_right()->clear_zones();
  everywhere.mutable_right()->set_city_wide(true);
  desk().Enrol(everywhere);
  rights::v1::EnrolRightRequest both = Request(3);
  both.mutable_right()->add_zones(desk().Zone("b"));
  desk().Enrol(both);
  EXPECT_EQ(HurtBy(desk().NewDraft("a")), Lines{"a paid 1 after 2m"});
  // With the frame's kinds all four go.
  EXPECT_EQ(HurtBy(ResidentsOnly("a")), Lines{"a paid 4 after 2m"});
}

// The extension goes at once, and at noon nobody but residents may stand there any more.
TEST_F(RightsHurtTest, TheFirstMomentIsThatOfTheRightsThatAreHurt) {
  ZoneDraft extended = desk().NewDraft("a");
  extended.mutable_regulation()->add_extensions()->set_zone("b");
  desk().Enact(extended, kStart + absl::Minutes(1));
  MoveTo(absl::Minutes(2));
  ZoneDraft draft = desk().NewDraft("a");
  zones::v1::Regulation& regulation = *draft.mutable_regulation();
  *regulation.add_frames() = ResidentsOnly("a").regulation().frames(0);
  regulation.mutable_frames(0)->set_to_local_time("12:00");
  regulation.mutable_frames(1)->set_code("residents");
  regulation.mutable_frames(1)->set_from_local_time("12:00");
  desk().Enrol(Request(0, "a"));
  EXPECT_EQ(HurtBy(draft), Lines{"a paid 1 after 2h"});
  desk().Enrol(Request(1, "b"));
  EXPECT_EQ(HurtBy(draft), Lines{"a paid 2 after 2m"});
}

TEST_F(RightsHurtTest, WhereNothingIsRequiredAnyMoreNobodyIsHurt) {
  desk().Enrol(Request(0));
  ZoneDraft draft = desk().NewDraft("a");
  draft.mutable_regulation()->clear_frames();
  EXPECT_EQ(HurtBy(draft), Lines{});
  const auto retired = desk().Retire("a", kStart + absl::Hours(1));
  ASSERT_TRUE(retired.ok()) << retired.status.error_message();
  EXPECT_EQ(retired.response.judgement().rights_hurt_size(), 0);
}

}  // namespace
}  // namespace stadspoort::testing
