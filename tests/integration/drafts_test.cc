// Zones as they are being drawn: what a draft says, who sees it, and what cannot be read.
#include <cmath>
#include <functional>
#include <string>
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

constexpr auto kInvalid = grpc::StatusCode::INVALID_ARGUMENT;

class DraftsTest : public DeskTest {
 protected:
  ZoneDraft Drawn(const std::string& code) {
    const auto drawn = desk().Drawn(code);
    EXPECT_TRUE(drawn.ok()) << code << ": " << drawn.status.error_message();
    return drawn.response.draft();
  }
  // A new version of the zone at once, without touching its draft.
  void PublishPast(const std::string& code) {
    zones::v1::ImportZonesHeader header;
    header.set_parent(desk().Parent());
    zones::v1::ZoneRule& rule = *header.add_rules();
    rule.set_usage(common::v1::USAGE_PAID_PARKING);
    *rule.mutable_regulation() = PlainRegulation();
    rule.mutable_regulation()->mutable_grace_after()->set_seconds(int64_t{60} * ++imports_);
    EXPECT_EQ(desk().Import(header, Collection({SquareFeature(code, 51.05, 3.72)})),
              "0 created, 1 superseded, 0 unchanged");
  }

  int imports_ = 0;
};

TEST_F(DraftsTest, ADraftIsMadeFromTheZoneAndOnlyWhatIsNamedChanges) {
  ZoneDraft asked = desk().NewDraft("a");
  asked.set_display_name("Kouter");
  asked.clear_regulation();
  asked.clear_polygons();
  asked.set_usage(common::v1::USAGE_LOADING);
  const auto made = desk().Update(asked, {"display_name"});
  ASSERT_TRUE(made.ok()) << made.status.error_message();
  const ZoneDraft& draft = made.response.draft();
  EXPECT_EQ(draft.name(), desk().Draft("a"));
  EXPECT_EQ(draft.display_name(), "Kouter");
  EXPECT_EQ(draft.usage(), common::v1::USAGE_PAID_PARKING);
  EXPECT_EQ(draft.regulation().SerializeAsString(), PlainRegulation().SerializeAsString());
  ASSERT_EQ(draft.polygons_size(), 1);
  EXPECT_EQ(draft.polygons(0).SerializeAsString(),
            desk().NewDraft("a").polygons(0).SerializeAsString());
  EXPECT_EQ(draft.vertex_count(), 4);
  EXPECT_EQ(draft.base_zone_version(), 1);
  EXPECT_EQ(draft.state(), zones::v1::ZONE_DRAFT_STATE_DRAFT);
  EXPECT_FALSE(draft.etag().empty());
  EXPECT_TRUE(draft.has_update_time());
  EXPECT_EQ(Drawn("a").SerializeAsString(), draft.SerializeAsString());

  asked.mutable_regulation()->mutable_grace_after()->set_seconds(60);
  const auto changed = desk().Update(asked, {"regulation"});
  ASSERT_TRUE(changed.ok()) << changed.status.error_message();
  EXPECT_EQ(changed.response.draft().display_name(), "Kouter");
  EXPECT_EQ(changed.response.draft().regulation().SerializeAsString(),
            asked.regulation().SerializeAsString());
  EXPECT_EQ(changed.response.draft().vertex_count(), 4);
}

TEST_F(DraftsTest, TheNewestVersionIsTheOnePublishedAhead) {
  ZoneDraft ahead = desk().NewDraft("a");
  ahead.set_display_name("Tomorrow");
  desk().Enact(ahead, absl::Now() + absl::Hours(24));
  const auto made = desk().Update(desk().NewDraft("a"), {"regulation"});
  ASSERT_TRUE(made.ok()) << made.status.error_message();
  EXPECT_EQ(made.response.draft().base_zone_version(), 2);
  EXPECT_EQ(made.response.draft().display_name(), "Tomorrow");
}

// What a draft does not mention would be undone: only whoever draws all of it has seen what is new.
TEST_F(DraftsTest, ADraftRestsOnItsVersionUntilAllOfItIsDrawnAnew) {
  ASSERT_TRUE(desk().Update(desk().NewDraft("a"), {"display_name"}).ok());
  PublishPast("a");
  const auto partly = desk().Update(desk().NewDraft("a"), {"display_name", "regulation"});
  ASSERT_TRUE(partly.ok()) << partly.status.error_message();
  EXPECT_EQ(partly.response.draft().base_zone_version(), 1);
  for (const Fields& mask : {Fields{}, Fields{"usage", "polygons", "regulation", "display_name"}}) {
    const auto whole = desk().Update(desk().NewDraft("a"), mask);
    ASSERT_TRUE(whole.ok()) << whole.status.error_message();
    EXPECT_EQ(whole.response.draft().base_zone_version(), 1 + imports_);
    PublishPast("a");
  }
}

TEST_F(DraftsTest, AZoneMayBeDrawnPieceByPieceAndJudgingSaysWhatIsMissing) {
  const ZoneDraft whole = desk().NewDraft("c");
  const struct {
    Fields mask;
    Fields missing;
  } kRows[] = {
      {{"display_name"}, {"ERROR INVALID_GEOMETRY c polygons", "ERROR INVALID_FIELD c usage"}},
      {{"usage"}, {"ERROR INVALID_GEOMETRY c polygons"}},
      {{"polygons"}, {"WARNING NO_FRAMES c regulation.frames"}},
      {{"regulation"}, {}},
  };
  for (const auto& row : kRows) {
    const auto drawn = desk().Update(whole, row.mask);
    ASSERT_TRUE(drawn.ok()) << drawn.status.error_message();
    EXPECT_EQ(drawn.response.draft().base_zone_version(), 0);
    const auto judged = desk().Validate({"c"});
    ASSERT_TRUE(judged.ok()) << judged.status.error_message();
    EXPECT_EQ(Words(judged.response.judgement()), row.missing) << row.mask[0];
  }
  EXPECT_EQ(Drawn("c").state(), zones::v1::ZONE_DRAFT_STATE_VALIDATED);
  EXPECT_EQ(Drawn("c").vertex_count(), 4);
}

TEST_F(DraftsTest, EveryChangeTakesTheValidationBack) {
  desk().Ready(desk().NewDraft("c"));
  const ZoneDraft validated = Drawn("c");
  EXPECT_EQ(validated.state(), zones::v1::ZONE_DRAFT_STATE_VALIDATED);
  // Even one that says what was there already.
  ASSERT_TRUE(desk().Update(validated, {"display_name"}).ok());
  EXPECT_EQ(Drawn("c").state(), zones::v1::ZONE_DRAFT_STATE_DRAFT);
}

TEST_F(DraftsTest, EtagsGuardDrafts) {
  ZoneDraft draft = desk().NewDraft("c");
  draft.set_etag("0");
  ExpectRefusal(desk().Update(draft).status, grpc::NOT_FOUND, "DRAFT_NOT_FOUND", {"draft.etag"},
                "an etag where nothing is drawn");
  draft.clear_etag();
  ASSERT_TRUE(desk().Update(draft).ok());
  const std::string first = Drawn("c").etag();
  ASSERT_TRUE(desk().Update(draft).ok());
  const std::string second = Drawn("c").etag();
  EXPECT_NE(first, second);
  draft.set_etag(first);
  const auto stale = desk().Update(draft);
  ExpectRefusal(stale.status, grpc::ABORTED, "STALE_ETAG", {"draft.etag"}, "update");
  EXPECT_TRUE(absl::StrContains(stale.status.error_message(), second))
      << "the present one is named: " << stale.status.error_message();
  ExpectRefusal(desk().Delete("c", first).status, grpc::ABORTED, "STALE_ETAG", {"etag"}, "delete");
  ASSERT_TRUE(desk().Validate({"c"}).ok());
  EXPECT_EQ(Drawn("c").etag(), second) << "validating changes nothing of it";
  draft.set_etag(second);
  EXPECT_TRUE(desk().Update(draft).ok());
  EXPECT_TRUE(desk().Delete("c", Drawn("c").etag()).ok());
  // Thrown away and made anew it is another one.
  draft.clear_etag();
  ASSERT_TRUE(desk().Update(draft).ok());
  draft.set_etag(second);
  ExpectRefusal(desk().Update(draft).status, grpc::ABORTED, "STALE_ETAG", {"draft.etag"}, "anew");
}

TEST_F(DraftsTest, ValidateOnlyStoresNothing) {
  desk().Ready(desk().NewDraft("c"));
  const std::string before = Stored();
  for (const char* code : {"a", "c", "d"}) {
    zones::v1::UpdateZoneDraftRequest request;
    *request.mutable_draft() = desk().NewDraft(code);
    request.mutable_draft()->set_display_name("Would be");
    request.set_validate_only(true);
    const auto judged = desk().Ask(&Desk::Stub::UpdateZoneDraft, request, Clerk());
    ASSERT_TRUE(judged.ok()) << judged.status.error_message();
    EXPECT_EQ(judged.response.draft().display_name(), "Would be");
    EXPECT_EQ(judged.response.draft().base_zone_version(), code[0] == 'a' ? 1 : 0);
    EXPECT_EQ(judged.response.draft().state(), zones::v1::ZONE_DRAFT_STATE_DRAFT);
    request.mutable_draft()->set_display_name(std::string(201, 'n'));
    ExpectRefusal(desk().Ask(&Desk::Stub::UpdateZoneDraft, request, Clerk()).status, kInvalid,
                  "INVALID_FIELD", {"draft.display_name"}, code);
  }
  EXPECT_EQ(Stored(), before);
}

TEST_F(DraftsTest, ADraftThatIsThrownAwayIsGoneAndNothingElse) {
  ExpectRefusal(desk().Delete("a").status, grpc::NOT_FOUND, "DRAFT_NOT_FOUND", {"name"}, "none");
  const std::string published = Stored();
  desk().Ready(desk().NewDraft("a"));
  const std::string drawn = Stored();
  EXPECT_NE(drawn, published);
  zones::v1::DeleteZoneDraftRequest judged;
  judged.set_name(desk().Draft("a"));
  judged.set_validate_only(true);
  EXPECT_TRUE(desk().Ask(&Desk::Stub::DeleteZoneDraft, judged).ok());
  EXPECT_EQ(Stored(), drawn);
  ASSERT_TRUE(desk().Delete("a").ok());
  EXPECT_EQ(Stored(), published);
  ExpectRefusal(desk().Drawn("a").status, grpc::NOT_FOUND, "DRAFT_NOT_FOUND", {"name"}, "get");
  ExpectRefusal(desk().Delete("a").status, grpc::NOT_FOUND, "DRAFT_NOT_FOUND", {"name"}, "again");
}

zones::v1::Ring& OuterOf(ZoneDraft& draft) { return *draft.mutable_polygons(0)->mutable_outer(); }
zones::v1::TimeFrame& FrameOf(ZoneDraft& draft) {
  return *draft.mutable_regulation()->mutable_frames(0);
}

TEST_F(DraftsTest, WhatCannotBeReadIsRefusedFieldByField) {
  const struct {
    const char* name;
    std::function<void(ZoneDraft&)> spoil;
    Fields fields;
    const char* reason = "INVALID_FIELD";
  } kRows[] = {
      {"a long name",
       [](auto& d) { d.set_display_name(std::string(201, 'n')); },
       {"draft.display_name"}},
      {"no usage", [](auto& d) { d.clear_usage(); }, {"draft.usage"}},
      {"another usage",
       [](auto& d) { d.set_usage(static_cast<common::v1::Usage>(9)); },
       {"draft.usage"}},
      {"a polygon without a ring", [](auto& d) { d.add_polygons(); }, {"draft.polygons[1].outer"}},
      {"a line",
       [](auto& d) { OuterOf(d).mutable_vertices()->DeleteSubrange(1, 2); },
       {"draft.polygons[0].outer"}},
      {"a hole that is a line",
       [](auto& d) {
         *d.mutable_polygons(0)->add_holes() = OuterOf(d);
         d.mutable_polygons(0)->mutable_holes(0)->mutable_vertices()->DeleteSubrange(0, 2);
       },
       {"draft.polygons[0].holes[0]"}},
      {"beyond the pole",
       [](auto& d) { OuterOf(d).mutable_vertices(2)->set_latitude_degrees(91); },
       {"draft.polygons[0].outer.vertices[2]"}},
      {"beyond the date line",
       [](auto& d) { OuterOf(d).mutable_vertices(0)->set_longitude_degrees(-181); },
       {"draft.polygons[0].outer.vertices[0]"}},
      {"nowhere",
       [](auto& d) { OuterOf(d).mutable_vertices(1)->set_longitude_degrees(std::nan("")); },
       {"draft.polygons[0].outer.vertices[1]"}},
      {"hours",
       [](auto& d) { FrameOf(d).set_from_local_time("9:00"); },
       {"draft.regulation.frames[0].from_local_time"}},
      {"hours without length",
       [](auto& d) {
         FrameOf(d).set_from_local_time("09:00");
         FrameOf(d).set_to_local_time("09:00");
       },
       {"draft.regulation.frames[0].to_local_time"}},
      {"a weekday twice",
       [](auto& d) { FrameOf(d).add_weekdays(common::v1::WEEKDAY_MONDAY); },
       {"draft.regulation.frames[0].weekdays[7]"}},
      {"a kind",
       [](auto& d) { FrameOf(d).add_accepted_kinds(common::v1::RIGHT_KIND_UNSPECIFIED); },
       {"draft.regulation.frames[0].accepted_kinds[2]"}},
      {"another city's right type",
       [](auto& d) { FrameOf(d).add_accepted_right_types("cities/atlantis/rightTypes/paid"); },
       {"draft.regulation.frames[0].accepted_right_types[0]"},
       "INVALID_NAME"},
      {"a grace of 100 minutes",
       [](auto& d) { d.mutable_regulation()->mutable_grace_after()->set_seconds(6000); },
       {"draft.regulation.grace_after"}},
      {"a label",
       [](auto& d) {
         auto& rule = *d.mutable_regulation()->add_special_day_rules();
         rule.set_special_day("holiday");
         rule.set_mode(zones::v1::SPECIAL_DAY_MODE_AND);
       },
       {"draft.regulation.special_day_rules[0].special_day"}},
      {"another city's zone",
       [](auto& d) {
         d.mutable_regulation()->add_extensions()->set_zone("cities/atlantis/zones/a");
       },
       {"draft.regulation.extensions[0].zone"},
       "INVALID_NAME"},
      {"a period without bounds",
       [](auto& d) { d.mutable_regulation()->add_closed_periods()->set_display_name("x"); },
       {"draft.regulation.closed_periods[0].start_time",
        "draft.regulation.closed_periods[0].end_time"}},
      {"101 frames",
       [](auto& d) {
         for (int i = 0; i < 100; ++i) *d.mutable_regulation()->add_frames() = FrameOf(d);
       },
       {"draft.regulation.frames"}},
      {"1,001 selling points",
       [](auto& d) {
         for (int i = 0; i < 1001; ++i) d.mutable_regulation()->add_selling_points();
       },
       {"draft.regulation.selling_points"}},
      {"a zero byte", [](auto& d) { d.set_display_name(std::string("a\0b", 3)); }, {}},
      {"another zone's name",
       [](auto& d) { d.set_name(d.name() + "s"); },
       {"draft.name"},
       "INVALID_NAME"},
      {"several",
       [](auto& d) {
         d.clear_usage();
         d.set_display_name(std::string(201, 'n'));
         d.add_polygons();
         FrameOf(d).set_from_local_time("");
       },
       {"draft.display_name", "draft.usage", "draft.polygons[1].outer",
        "draft.regulation.frames[0].from_local_time"}},
  };
  const std::string before = Stored();
  for (const auto& row : kRows) {
    ZoneDraft draft = desk().NewDraft("c");
    row.spoil(draft);
    ExpectRefusal(desk().Update(draft).status, kInvalid, row.reason, row.fields, row.name);
  }
  const ZoneDraft good = desk().NewDraft("c");
  for (const char* path : {"name", "etag", "state", "regulation.frames", "mauve", ""}) {
    ExpectRefusal(desk().Update(good, {path}).status, kInvalid, "INVALID_FIELD", {"update_mask"},
                  path);
  }
  ZoneDraft unknown = good;
  unknown.set_name("cities/atlantis/zones/c/draft");
  ExpectRefusal(desk().Update(unknown, {"display_name"}).status, grpc::NOT_FOUND, "CITY_NOT_FOUND",
                {}, "city");
  EXPECT_EQ(Stored(), before);
}

// A circle of as many vertices as a zone may have, and one more.
TEST_F(DraftsTest, AnOutlineMayHave200000Vertices) {
  constexpr int kMost = 200'000;
  ZoneDraft draft = desk().NewDraft("c");
  zones::v1::Ring& outer = OuterOf(draft);
  outer.clear_vertices();
  for (int i = 0; i < kMost; ++i) {
    const double angle = 2 * M_PI * i / kMost;
    zones::v1::Vertex& vertex = *outer.add_vertices();
    vertex.set_latitude_degrees(51.05 + 0.01 * std::sin(angle));
    vertex.set_longitude_degrees(3.75 + 0.01 * std::cos(angle));
  }
  const auto most = desk().Update(draft);
  ASSERT_TRUE(most.ok()) << most.status.error_message();
  EXPECT_EQ(Drawn("c").vertex_count(), kMost);
  *outer.add_vertices() = outer.vertices(0);
  ExpectRefusal(desk().Update(draft).status, kInvalid, "INVALID_FIELD", {"draft.polygons"},
                "one more");
}

TEST_F(DraftsTest, DraftsAreListedInTheOrderOfTheirZones) {
  for (const char* code : {"d2", "c", "d1", "a"}) {
    ASSERT_TRUE(desk().Update(desk().NewDraft(code)).ok());
  }
  ASSERT_TRUE(desk().Validate({"d1"}).ok());
  zones::v1::ListZoneDraftsRequest request;
  request.set_parent(desk().Parent());
  for (const int size : {0, 1, 2, 4, 1000}) {
    request.set_page_size(size);
    Fields names;
    do {
      const auto page = desk().Ask(&Desk::Stub::ListZoneDrafts, request, Who{"auditor"});
      ASSERT_TRUE(page.ok()) << page.status.error_message();
      for (const ZoneDraft& draft : page.response.drafts()) {
        names.push_back(draft.name());
        EXPECT_FALSE(draft.has_regulation());
        EXPECT_EQ(draft.polygons_size(), 0);
        EXPECT_EQ(draft.vertex_count(), 4);
        EXPECT_EQ(draft.state() == zones::v1::ZONE_DRAFT_STATE_VALIDATED,
                  draft.name() == desk().Draft("d1"));
      }
      request.set_page_token(page.response.next_page_token());
    } while (!request.page_token().empty());
    EXPECT_EQ(names, Fields({desk().Draft("a"), desk().Draft("c"), desk().Draft("d1"),
                             desk().Draft("d2")}))
        << size;
  }
  for (const int size : {-1, 1001}) {
    request.set_page_size(size);
    ExpectRefusal(desk().Ask(&Desk::Stub::ListZoneDrafts, request, Clerk()).status, kInvalid,
                  "INVALID_FIELD", {"page_size"}, absl::StrCat(size));
  }
  request.set_page_size(0);
  request.set_page_token("No Such Token");
  ExpectRefusal(desk().Ask(&Desk::Stub::ListZoneDrafts, request, Clerk()).status, kInvalid,
                "INVALID_PAGE_TOKEN", {"page_token"}, "token");
}

}  // namespace
}  // namespace stadspoort::testing
