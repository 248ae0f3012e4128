// What is being drawn is seen by nobody outside the town hall, and several may draw at once.
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/integration/zone_desk.h"

namespace stadspoort::testing {
namespace {

using zones::v1::ZoneDraft;
using Fields = std::vector<std::string>;

class DraftSecrecyTest : public DeskTest {
 protected:
  // A new zone c, and rules for a by which nobody would be refused.
  void DrawAndValidate() {
    desk().Ready(desk().NewDraft("c"));
    ZoneDraft free = desk().NewDraft("a");
    free.mutable_regulation()->clear_frames();
    desk().Ready(free);
  }
  Answered<zones::v1::PreviewZoneResponse> Preview(const std::string& code, bool with_draft,
                                                   const Who& who) {
    zones::v1::PreviewZoneRequest request;
    request.set_name(desk().Zone(code));
    request.set_with_draft(with_draft);
    return desk().Ask(&Desk::Stub::PreviewZone, request, who);
  }
};

TEST_F(DraftSecrecyTest, NoCheckKnowsOfADraft) {
  DrawAndValidate();
  EXPECT_EQ(Words(desk().Check("a")), "NOT_PERMITTED NO_RIGHT 1");
  EXPECT_EQ(Words(desk().Check("c")), "UNKNOWN INVALID_ITEM 0");
  // In the middle of c.
  EXPECT_EQ(Words(desk().CheckAt(51.0505, 3.7225, common::v1::USAGE_PAID_PARKING)),
            "NOT_REQUIRED NO_FRAME 0");
}

TEST_F(DraftSecrecyTest, NoOtherCallKnowsOfADraft) {
  const auto before = desk().Changes();
  DrawAndValidate();
  ExpectRefusal(desk().Get("c").status, grpc::NOT_FOUND, "ZONE_NOT_FOUND", {"name"}, "get");
  ExpectRefusal(desk().Get("c", absl::Now() + absl::Hours(1000)).status, grpc::NOT_FOUND,
                "ZONE_NOT_FOUND", {"name"}, "get, later");
  ExpectRefusal(desk().Versions("c").status, grpc::NOT_FOUND, "ZONE_NOT_FOUND", {"parent"},
                "versions");
  EXPECT_EQ(desk().StatesOf("a"), "1 PUBLISHED");
  EXPECT_EQ(desk().Get("a").response.zone().regulation().frames_size(), 1);
  zones::v1::ListZonesRequest list;
  list.set_parent(desk().Parent());
  EXPECT_EQ(desk().Ask(&Desk::Stub::ListZones, list, Clerk()).response.zones_size(), 2);
  EXPECT_FALSE(absl::StrContains(desk().Export(), "Zone c"));
  EXPECT_EQ(desk().Changes().response.SerializeAsString(), before.response.SerializeAsString());

  for (const auto& [code, zone] : {std::pair("c", grpc::NOT_FOUND), std::pair("a", grpc::OK)}) {
    EXPECT_EQ(Preview(code, false, Enforcer()).status.error_code(), zone) << code;
  }
  EXPECT_EQ(Preview("a", false, Enforcer()).response.entries(0).frame().code(), "day");
  rights::v1::EnrolRightResponse enrolled;
  const grpc::Status refused =
      Call(*daemon_->rights, &rights::v1::RightsService::Stub::EnrolRight, Provider("app"),
           EnrolRequest(desk().city(), "one", "1ABC123", "c"), enrolled);
  EXPECT_EQ(ReasonOf(refused), "ZONE_NOT_FOUND");
}

TEST_F(DraftSecrecyTest, APreviewWithTheDraftIsForTheTownHall) {
  DrawAndValidate();
  for (const Who& who : {Enforcer(), Provider("app"), Who{"portal"}}) {
    for (const char* code : {"a", "c", "d"}) {
      ExpectRefusal(Preview(code, true, who).status, grpc::NOT_FOUND, "DRAFT_NOT_FOUND", {"name"},
                    absl::StrCat(who.roles, " ", code));
    }
  }
  for (const Who& who : {Clerk(), Admin(), Who{"auditor"}, Who{"enforcer,clerk"}}) {
    const auto with_draft = Preview("a", true, who);
    ASSERT_TRUE(with_draft.ok()) << who.roles << ": " << with_draft.status.error_message();
    EXPECT_EQ(with_draft.response.entries(0).zone_version(), 2) << who.roles;
    EXPECT_FALSE(with_draft.response.entries(0).has_frame()) << who.roles;
  }
}

TEST_F(DraftSecrecyTest, AnotherCitysDraftsAreNotThere) {
  DrawAndValidate();
  const Who elsewhere{"clerk,city-admin", "", "atlantis"};
  EXPECT_EQ(ReasonOf(desk().Update(desk().NewDraft("c"), {}, elsewhere).status), "CITY_NOT_FOUND");
  EXPECT_EQ(ReasonOf(desk().Validate({}, std::nullopt, elsewhere).status), "CITY_NOT_FOUND");
  EXPECT_EQ(
      ReasonOf(desk().Ask(&Desk::Stub::PublishZones, desk().ToPublish({"c"}), elsewhere).status),
      "CITY_NOT_FOUND");
  EXPECT_EQ(ReasonOf(Preview("a", true, elsewhere).status), "CITY_NOT_FOUND");
  zones::v1::GetZoneDraftRequest get;
  get.set_name(desk().Draft("c"));
  EXPECT_EQ(ReasonOf(desk().Ask(&Desk::Stub::GetZoneDraft, get, elsewhere).status),
            "CITY_NOT_FOUND");
}

// Runs both at the same moment, as nearly as can be.
template <typename First, typename Second>
void AtOnce(First first, Second second) {
  std::atomic<int> ready{0};
  const auto meet = [&ready] {
    ++ready;
    while (ready < 2) std::this_thread::yield();
  };
  std::thread other([&] {
    meet();
    second();
  });
  meet();
  first();
  other.join();
}

// Whoever is told that a change was stored finds it there.
TEST_F(DraftSecrecyTest, TwoClerksWhoBeginADraftTogetherLoseNothing) {
  constexpr int kRounds = 40;
  for (int round = 0; round < kRounds; ++round) {
    ZoneDraft draft = desk().NewDraft("a");
    draft.set_display_name(absl::StrCat("Round ", round));
    draft.mutable_regulation()->mutable_grace_after()->set_seconds(int64_t{60} * (20 + round));
    grpc::Status named;
    grpc::Status ruled;
    AtOnce([&] { named = desk().Update(draft, {"display_name"}).status; },
           [&] { ruled = desk().Update(draft, {"regulation"}).status; });
    const ZoneDraft stored = desk().Drawn("a").response.draft();
    for (const grpc::Status& status : {named, ruled}) {
      if (!status.ok()) {
        EXPECT_EQ(ReasonOf(status), "CONCURRENT_CHANGE") << status.error_message();
      }
    }
    EXPECT_TRUE(named.ok() || ruled.ok()) << "one of them was first";
    if (named.ok()) {
      EXPECT_EQ(stored.display_name(), draft.display_name()) << round;
    }
    if (ruled.ok()) {
      EXPECT_EQ(stored.regulation().grace_after().seconds(), 60 * (20 + round)) << round;
    }
    ASSERT_TRUE(desk().Delete("a").ok());
  }
}

TEST_F(DraftSecrecyTest, OfSeveralChangesOfOneEtagOneIsMade) {
  constexpr int kClerks = 8;
  constexpr int kRounds = 10;
  ASSERT_TRUE(desk().Update(desk().NewDraft("c")).ok());
  for (int round = 0; round < kRounds; ++round) {
    ZoneDraft draft = desk().Drawn("c").response.draft();
    std::atomic<int> made{0};
    std::vector<std::thread> clerks;
    for (int i = 0; i < kClerks; ++i) {
      clerks.emplace_back([&, i] {
        ZoneDraft mine = draft;
        mine.set_display_name(absl::StrCat("Clerk ", i));
        const auto updated = desk().Update(mine, {"display_name"});
        if (updated.ok()) {
          ++made;
        } else {
          EXPECT_EQ(ReasonOf(updated.status), "STALE_ETAG");
        }
      });
    }
    for (std::thread& clerk : clerks) clerk.join();
    EXPECT_EQ(made, 1);
  }
}

// What is published is what was judged, whatever a colleague does meanwhile.
TEST_F(DraftSecrecyTest, NothingIsPublishedThatWasChangedSinceItWasValidated) {
  constexpr int kRounds = 30;
  int published_count = 0;
  for (int round = 0; round < kRounds; ++round) {
    ZoneDraft draft = desk().NewDraft("c");
    draft.set_display_name(absl::StrCat("Judged ", round));
    desk().Ready(draft);
    const int64_t before = desk().VersionAt("c");
    grpc::Status published;
    grpc::Status changed;
    ZoneDraft meddled = draft;
    meddled.set_display_name("Not judged");
    AtOnce([&] { published = desk().Publish({"c"}).status; },
           [&] { changed = desk().Update(meddled, {"display_name"}).status; });
    EXPECT_TRUE(changed.ok()) << changed.error_message();
    EXPECT_EQ(desk().VersionAt("c"), before + (published.ok() ? 1 : 0));
    if (published.ok()) {
      ++published_count;
      EXPECT_EQ(desk().Get("c").response.zone().display_name(), draft.display_name());
    } else {
      EXPECT_EQ(ReasonOf(published), "DRAFT_NOT_VALIDATED") << published.error_message();
    }
    const ZoneDraft left = desk().Drawn("c").response.draft();
    EXPECT_EQ(left.display_name(), "Not judged");
    EXPECT_EQ(left.state(), zones::v1::ZONE_DRAFT_STATE_DRAFT);
    EXPECT_EQ(left.base_zone_version(), desk().VersionAt("c"));
    ASSERT_TRUE(desk().Delete("c").ok());
  }
  RecordProperty("published", published_count);
}

}  // namespace
}  // namespace stadspoort::testing
