// What judging a draft says of it: every kind of finding, all of them at once, and what follows.
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/integration/zone_desk.h"

namespace stadspoort::testing {
namespace {

using zones::v1::Finding;
using zones::v1::Judgement;
using zones::v1::Overlay;
using zones::v1::Regulation;
using zones::v1::ZoneDraft;
using Fields = std::vector<std::string>;

constexpr auto kInvalid = grpc::StatusCode::INVALID_ARGUMENT;

zones::v1::TimeFrame FrameOf(const std::string& code, common::v1::Weekday day,
                             const std::string& from, const std::string& to) {
  zones::v1::TimeFrame frame;
  frame.set_code(code);
  frame.add_weekdays(day);
  frame.set_from_local_time(from);
  frame.set_to_local_time(to);
  frame.add_accepted_kinds(common::v1::RIGHT_KIND_PAID);
  return frame;
}

// Frames of Mondays, with these hours.
void SetFrames(Regulation& regulation,
               const std::vector<std::pair<std::string, std::string>>& hours) {
  regulation.clear_frames();
  for (const auto& [from, to] : hours) {
    *regulation.add_frames() = FrameOf("from " + from, common::v1::WEEKDAY_MONDAY, from, to);
  }
}

void SetSquare(ZoneDraft& draft, double south, double west, double north, double east) {
  zones::v1::Ring& outer = *draft.mutable_polygons(0)->mutable_outer();
  outer.clear_vertices();
  for (const auto& [latitude, longitude] : {std::pair(south, west), std::pair(south, east),
                                            std::pair(north, east), std::pair(north, west)}) {
    zones::v1::Vertex& vertex = *outer.add_vertices();
    vertex.set_latitude_degrees(latitude);
    vertex.set_longitude_degrees(longitude);
  }
}

class ZoneFindingsTest : public DeskTest {
 protected:
  Judgement Judged(const Desk::Codes& codes = {}, std::optional<absl::Time> start = std::nullopt) {
    const auto judged = desk().Validate(codes, start);
    EXPECT_TRUE(judged.ok()) << judged.status.error_message();
    return judged.response.judgement();
  }
  void SetBounds(double south, double west, double north, double east) {
    cities::v1::UpdateCityRequest request;
    request.mutable_city()->set_name(desk().Parent());
    cities::v1::Bounds& bounds = *request.mutable_city()->mutable_bounds();
    bounds.set_south_latitude_degrees(south);
    bounds.set_west_longitude_degrees(west);
    bounds.set_north_latitude_degrees(north);
    bounds.set_east_longitude_degrees(east);
    request.mutable_update_mask()->add_paths("bounds");
    cities::v1::UpdateCityResponse response;
    const grpc::Status status = Call(*daemon_->cities, &cities::v1::CitiesService::Stub::UpdateCity,
                                     Admin(), request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
  }
  // A zone of another usage, in force.
  void EnactLoadingZone(const std::string& code) {
    ZoneDraft draft = desk().NewDraft(code);
    draft.set_usage(common::v1::USAGE_LOADING);
    desk().Enact(draft);
  }
};

// One thing is wrong with each; nothing else is said.
TEST_F(ZoneFindingsTest, EveryKindIsFoundAndNothingElseIsSaid) {
  const absl::Time now = absl::Now();
  ZoneDraft with_meter = desk().NewDraft("m");
  with_meter.mutable_regulation()->add_selling_points()->set_selling_point_id("9000-117");
  desk().Enact(with_meter);
  EnactLoadingZone("l");
  desk().Enact(desk().NewDraft("t"), now + absl::Hours(1));
  desk().Enact(desk().NewDraft("r"));
  desk().Enrol(EnrolRequest(desk().city(), "one", "1ABC123", "r"));

  const struct {
    const char* code;
    std::function<void(ZoneDraft&)> spoil;
    std::string found;  // severity, kind and field
  } kRows[] = {
      {"c", [](auto& d) { d.mutable_regulation()->mutable_frames(0)->clear_weekdays(); },
       "ERROR INVALID_FIELD regulation.frames[0].weekdays"},
      {"c",
       [](auto& d) {
         SetFrames(*d.mutable_regulation(), {{"09:00", "19:00"}, {"18:00", "23:00"}});
       },
       "ERROR OVERLAPPING_FRAMES regulation.frames[1]"},
      {"c",
       [](auto& d) {
         d.mutable_polygons(0)->mutable_outer()->mutable_vertices()->SwapElements(1, 2);
       },
       "ERROR INVALID_GEOMETRY polygons[0][0]"},
      {"c",
       [](auto& d) {
         d.mutable_regulation()->mutable_frames(0)->add_accepted_right_types("mauve");
       },
       "ERROR UNKNOWN_RIGHT_TYPE regulation.frames[0].accepted_right_types[0]"},
      {"c", [](auto& d) { d.mutable_regulation()->add_extensions()->set_zone("mauve"); },
       "ERROR UNKNOWN_EXTENSION_ZONE regulation.extensions[0].zone"},
      {"c", [](auto& d) { d.mutable_regulation()->add_extensions()->set_zone("c"); },
       "ERROR EXTENSION_TO_ITSELF regulation.extensions[0].zone"},
      {"c",
       [](auto& d) {
         d.mutable_regulation()->add_selling_points()->set_selling_point_id("9000-117");
       },
       "ERROR DUPLICATE_SELLING_POINT regulation.selling_points[0].selling_point_id"},
      {"a", [](auto& d) { d.set_usage(common::v1::USAGE_PERMIT_PARKING); },
       "ERROR USAGE_CHANGED usage"},
      {"t", [](auto&) {}, "ERROR VERSION_OVERLAP in_force_start_time"},
      {"c",
       [](auto& d) {
         SetFrames(*d.mutable_regulation(), {{"09:00", "18:59"}, {"19:00", "23:00"}});
       },
       "WARNING GAP_BETWEEN_FRAMES regulation.frames[0].to_local_time"},
      {"c",
       [&](auto& d) {
         Overlay& overlay = *d.mutable_regulation()->add_overlays();
         overlay.set_display_name("A Wednesday");
         *overlay.mutable_start_time() =
             StampOf(absl::FromCivil(absl::CivilDay(2027, 6, 2), absl::UTCTimeZone()));
         *overlay.mutable_end_time() = StampOf(TimeOf(overlay.start_time()) + absl::Hours(12));
         *overlay.add_frames() = FrameOf("x", common::v1::WEEKDAY_SUNDAY, "00:00", "24:00");
       },
       "WARNING NEVER_HOLDS regulation.overlays[0].frames[0]"},
      {"c",
       [](auto& d) {
         auto& rule = *d.mutable_regulation()->add_special_day_rules();
         rule.set_special_day("MARKET");
         rule.set_mode(zones::v1::SPECIAL_DAY_MODE_REPLACE);
       },
       "WARNING UNUSED_LABEL regulation.special_day_rules[0].special_day"},
      {"c", [](auto& d) { d.mutable_regulation()->mutable_frames(0)->clear_accepted_kinds(); },
       "WARNING NOBODY_ACCEPTED regulation.frames[0].accepted_kinds"},
      {"c",
       [&](auto& d) {
         auto& closed = *d.mutable_regulation()->add_closed_periods();
         closed.set_display_name("Gentse Feesten");
         *closed.mutable_start_time() = StampOf(now - absl::Hours(48));
         *closed.mutable_end_time() = StampOf(now - absl::Hours(24));
       },
       "WARNING PERIOD_OVER regulation.closed_periods[0].end_time"},
      {"c", [](auto& d) { d.mutable_regulation()->clear_frames(); },
       "WARNING NO_FRAMES regulation.frames"},
      {"c", [](auto& d) { d.mutable_regulation()->add_extensions()->set_zone("l"); },
       "WARNING EXTENSION_FROM_OTHER_USAGE regulation.extensions[0].zone"},
      {"c",
       [&](auto& d) {
         Overlay& overlay = *d.mutable_regulation()->add_overlays();
         overlay.set_display_name("Works");
         *overlay.mutable_start_time() = StampOf(now);
         *overlay.mutable_end_time() = StampOf(now + absl::Hours(24 * 400));
       },
       "WARNING LONG_OVERLAY regulation.overlays[0].end_time"},
      {"c", [](auto& d) { d.set_usage(common::v1::USAGE_TIME_LIMITED); },
       "WARNING TIME_LIMITED_WITHOUT_MAX_STAY regulation.frames[0].max_stay"},
      {"c", [](auto& d) { SetSquare(d, 51.0503, 3.7195, 51.0513, 3.7205); },
       "WARNING OVERLAPS_ZONE polygons"},
      {"x", [](auto&) {}, "WARNING OUTSIDE_CITY polygons"},
      {"a", [](auto& d) { SetSquare(d, 51.0502, 3.72, 51.051, 3.721); },
       "WARNING AREA_LOST polygons"},
      {"r",
       [](auto& d) {
         d.mutable_regulation()->mutable_frames(0)->clear_accepted_kinds();
         d.mutable_regulation()->mutable_frames(0)->add_accepted_kinds(
             common::v1::RIGHT_KIND_RESIDENT);
       },
       "WARNING RIGHTS_HURT"},
  };
  SetBounds(51.0, 3.7, 51.1, 3.7425);  // the column x lies beyond
  std::set<std::string> kinds;
  for (const auto& row : kRows) {
    ZoneDraft draft = desk().NewDraft(row.code);
    row.spoil(draft);
    const auto drawn = desk().Update(draft);
    ASSERT_TRUE(drawn.ok()) << row.found << ": " << drawn.status.error_message();
    const Judgement judgement = Judged({row.code});
    Fields found;
    for (const Finding& finding : judgement.findings()) {
      EXPECT_EQ(finding.zone(), desk().Zone(row.code));
      kinds.insert(zones::v1::FindingKind_Name(finding.kind()));
      Finding unnamed = finding;
      unnamed.clear_zone();
      found.push_back(Words(unnamed));
    }
    // The zone's place in the words is empty.
    std::string expected = row.found;
    const size_t kind_end = expected.find(' ', expected.find(' ') + 1);
    expected.insert(kind_end == std::string::npos ? expected.size() : kind_end, " ");
    EXPECT_EQ(found, Fields{expected}) << judgement.ShortDebugString();
    const bool good = absl::StartsWith(row.found, "WARNING");
    EXPECT_EQ(judgement.error_count(), good ? 0 : 1) << row.found;
    EXPECT_EQ(judgement.warning_count(), good ? 1 : 0) << row.found;
    EXPECT_EQ(desk().Drawn(row.code).response.draft().state(),
              good ? zones::v1::ZONE_DRAFT_STATE_VALIDATED : zones::v1::ZONE_DRAFT_STATE_DRAFT)
        << row.found;
    ASSERT_TRUE(desk().Delete(row.code).ok());
  }
  // UNSPECIFIED is none.
  EXPECT_EQ(static_cast<int>(kinds.size()), zones::v1::FindingKind_descriptor()->value_count() - 1);
}

TEST_F(ZoneFindingsTest, OtherZonesAndPlacesAreNamed) {
  ZoneDraft draft = desk().NewDraft("c");
  SetSquare(draft, 51.0503, 3.7203, 51.0513, 3.7213);
  ASSERT_TRUE(desk().Update(draft).ok());
  SetBounds(51.0, 3.7, 51.0511, 3.8);
  const Judgement judgement = Judged();
  EXPECT_EQ(Words(judgement),
            Fields({"WARNING OVERLAPS_ZONE c polygons", "WARNING OVERLAPS_ZONE c polygons",
                    "WARNING OUTSIDE_CITY c polygons"}));
  std::set<std::string> others;
  for (const Finding& finding : judgement.findings()) {
    for (const std::string& other : finding.other_zones()) others.insert(other);
    const bool outside = finding.kind() == zones::v1::FINDING_KIND_OUTSIDE_CITY;
    // Where they overlap lies in both.
    EXPECT_GT(finding.latitude_degrees(), outside ? 51.0512 : 51.0503);
    EXPECT_LT(finding.latitude_degrees(), outside ? 51.0514 : 51.051);
    EXPECT_GE(finding.longitude_degrees(), 3.7203);
    EXPECT_LE(finding.longitude_degrees(), 3.7213);
  }
  EXPECT_EQ(others, (std::set<std::string>{desk().Zone("a"), desk().Zone("b")}));
}

// What is published ahead beside a zone is overlapped by it from the moment on at which it holds.
TEST_F(ZoneFindingsTest, OverlapsWithWhatIsPublishedAheadAreFound) {
  const absl::Time later = absl::Now() + absl::Hours(1);
  desk().Enact(desk().NewDraft("c"), later);
  ZoneDraft draft = desk().NewDraft("d");
  SetSquare(draft, 51.0503, 3.7223, 51.0507, 3.7233);
  ASSERT_TRUE(desk().Update(draft).ok());
  const auto words = [&](std::optional<absl::Time> start) {
    const Judgement judgement = desk().Validate({"d"}, start).response.judgement();
    EXPECT_EQ(Words(judgement), Fields({"WARNING OVERLAPS_ZONE d polygons"}));
    return judgement.findings().empty() ? "" : judgement.findings(0).description();
  };
  EXPECT_TRUE(absl::StrContains(words(std::nullopt), " once its version 1 holds"));
  EXPECT_FALSE(absl::StrContains(words(later), " once its version"));
}

// A crossing is shown where it is.
TEST_F(ZoneFindingsTest, ACrossingHasAPlace) {
  ZoneDraft draft = desk().NewDraft("c");
  SetSquare(draft, 51.05, 3.74, 51.06, 3.75);
  draft.mutable_polygons(0)->mutable_outer()->mutable_vertices()->SwapElements(1, 2);
  ASSERT_TRUE(desk().Update(draft).ok());
  const Judgement judgement = Judged();
  ASSERT_EQ(Words(judgement), Fields({"ERROR INVALID_GEOMETRY c polygons[0][0]"}));
  EXPECT_GE(judgement.findings(0).latitude_degrees(), 51.05);
  EXPECT_LE(judgement.findings(0).latitude_degrees(), 51.06);
}

TEST_F(ZoneFindingsTest, EverythingIsFoundAtOnceAndGoodDraftsAreValidated) {
  ZoneDraft bad = desk().NewDraft("d");
  Regulation& regulation = *bad.mutable_regulation();
  SetFrames(regulation, {{"09:00", "19:00"}, {"18:00", "23:00"}});
  regulation.mutable_frames(0)->add_accepted_right_types("mauve");
  regulation.mutable_frames(1)->clear_accepted_kinds();
  regulation.add_extensions()->set_zone("d");
  ASSERT_TRUE(desk().Update(desk().NewDraft("c")).ok());
  ASSERT_TRUE(desk().Update(bad).ok());
  ASSERT_TRUE(desk().Update(desk().NewDraft("e")).ok());
  const auto judged = desk().Validate();
  ASSERT_TRUE(judged.ok()) << judged.status.error_message();
  EXPECT_EQ(Words(judged.response.judgement()),
            Fields({"ERROR EXTENSION_TO_ITSELF d regulation.extensions[0].zone",
                    "ERROR UNKNOWN_RIGHT_TYPE d regulation.frames[0].accepted_right_types[0]",
                    "ERROR OVERLAPPING_FRAMES d regulation.frames[1]",
                    "WARNING NOBODY_ACCEPTED d regulation.frames[1].accepted_kinds"}));
  EXPECT_EQ(judged.response.judgement().error_count(), 3);
  EXPECT_EQ(judged.response.judgement().warning_count(), 1);
  ASSERT_EQ(judged.response.drafts_size(), 3);
  for (const ZoneDraft& draft : judged.response.drafts()) {
    EXPECT_EQ(draft.state(), draft.name() == bad.name() ? zones::v1::ZONE_DRAFT_STATE_DRAFT
                                                        : zones::v1::ZONE_DRAFT_STATE_VALIDATED);
    EXPECT_FALSE(draft.has_regulation()) << "view BASIC";
    const std::string code = draft.name().substr(desk().Zone("").size(), 1);
    EXPECT_EQ(desk().Drawn(code).response.draft().state(), draft.state()) << code;
  }
}

// At most 1,000 findings are listed; what comes after them is found all the same.
TEST_F(ZoneFindingsTest, AnErrorAfterTheThousandthFindingIsNotOverlooked) {
  constexpr int kZones = 11;
  constexpr int kFrames = 96;
  for (int i = 0; i < kZones; ++i) {
    ZoneDraft draft = desk().NewDraft(absl::StrCat("c", i));
    draft.mutable_regulation()->clear_frames();
    for (int minute = 0; minute < 24 * 60; minute += 15) {
      const auto text = [](int m) {
        return absl::StrCat(m / 60 < 10 ? "0" : "", m / 60, ":", m % 60 < 10 ? "0" : "", m % 60);
      };
      zones::v1::TimeFrame& frame = *draft.mutable_regulation()->add_frames();
      frame = FrameOf(text(minute), common::v1::WEEKDAY_MONDAY, text(minute), text(minute + 15));
      frame.clear_accepted_kinds();
    }
    ASSERT_EQ(draft.regulation().frames_size(), kFrames);
    ASSERT_TRUE(desk().Update(draft).ok());
  }
  ZoneDraft bad = desk().NewDraft("z");
  bad.mutable_regulation()->add_extensions()->set_zone("mauve");
  ASSERT_TRUE(desk().Update(bad).ok());
  const Judgement judgement = Judged();
  EXPECT_EQ(judgement.findings_size(), 1000);
  EXPECT_EQ(judgement.warning_count(), kZones * kFrames);
  EXPECT_EQ(judgement.error_count(), 1);
  EXPECT_EQ(desk().Drawn("z").response.draft().state(), zones::v1::ZONE_DRAFT_STATE_DRAFT);
  EXPECT_EQ(desk().Drawn("c0").response.draft().state(), zones::v1::ZONE_DRAFT_STATE_VALIDATED);
}

TEST_F(ZoneFindingsTest, DraftsAreJudgedForTheMomentGiven) {
  desk().Enact(desk().NewDraft("c"), absl::Now() + absl::Hours(24));
  ZoneDraft draft = desk().NewDraft("d");
  draft.mutable_regulation()->add_extensions()->set_zone("c");
  ASSERT_TRUE(desk().Update(draft).ok());
  EXPECT_EQ(Judged({"d"}, absl::Now() + absl::Hours(25)).error_count(), 0);
  ExpectRefusal(desk().Validate({"d"}, absl::Now() - absl::Hours(1)).status, kInvalid,
                "ZONE_VERSION_OVERLAP", {"in_force_start_time"}, "past");
  EXPECT_EQ(desk().Drawn("d").response.draft().state(), zones::v1::ZONE_DRAFT_STATE_VALIDATED);
}

// Drafts that need each other are judged together.
TEST_F(ZoneFindingsTest, DraftsMayLeanOnEachOther) {
  ZoneDraft draft = desk().NewDraft("d");
  draft.mutable_regulation()->add_extensions()->set_zone("c");
  ASSERT_TRUE(desk().Update(draft).ok());
  ASSERT_TRUE(desk().Update(desk().NewDraft("c")).ok());
  EXPECT_EQ(Words(Judged({"d"})),
            Fields{"ERROR UNKNOWN_EXTENSION_ZONE d regulation.extensions[0].zone"});
  EXPECT_EQ(Words(Judged({"d", "c"})), Fields{});
}

TEST_F(ZoneFindingsTest, BadRequestsAreRefused) {
  EXPECT_TRUE(desk().Validate().ok()) << "a city without drafts";
  ExpectRefusal(desk().Validate({"a"}).status, grpc::NOT_FOUND, "DRAFT_NOT_FOUND", {"zones[0]"},
                "no draft");
  ASSERT_TRUE(desk().Update(desk().NewDraft("a")).ok());
  ExpectRefusal(desk().Validate({"a", "b"}).status, grpc::NOT_FOUND, "DRAFT_NOT_FOUND",
                {"zones[1]"}, "one has none");
  ExpectRefusal(desk().Validate({"a", "a"}).status, kInvalid, "INVALID_FIELD", {"zones[1]"},
                "twice");
  ExpectRefusal(desk().Validate({"A b"}).status, kInvalid, "INVALID_NAME", {"zones[0]"}, "name");
  ExpectRefusal(desk().Validate(Desk::Codes(1001, "a")).status, kInvalid, "TOO_MANY_ITEMS",
                {"zones"}, "1,001");
  zones::v1::ValidateZoneDraftsRequest request;
  request.set_parent("cities/atlantis");
  ExpectRefusal(desk().Ask(&Desk::Stub::ValidateZoneDrafts, request).status, grpc::NOT_FOUND,
                "CITY_NOT_FOUND", {}, "city");
}

}  // namespace
}  // namespace stadspoort::testing
