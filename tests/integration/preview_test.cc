// What holds in a zone when, as published and as drawn.
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "tests/integration/zone_desk.h"

namespace stadspoort::testing {
namespace {

using zones::v1::PreviewZoneRequest;
using zones::v1::Regulation;
using zones::v1::TimetableEntry;
using zones::v1::ZoneDraft;
using Lines = std::vector<std::string>;

constexpr auto kInvalid = grpc::StatusCode::INVALID_ARGUMENT;

// Mondays to Saturdays 09:00-19:00, by day; Mondays to Fridays 19:00-23:00, by evening.
Regulation WeekRegulation() {
  Regulation regulation;
  for (const auto& [code, from, to, last] :
       {std::tuple("day", "09:00", "19:00", 6), std::tuple("evening", "19:00", "23:00", 5)}) {
    zones::v1::TimeFrame& frame = *regulation.add_frames();
    frame.set_code(code);
    for (int day = 1; day <= last; ++day) {
      frame.add_weekdays(static_cast<common::v1::Weekday>(day));
    }
    frame.set_from_local_time(from);
    frame.set_to_local_time(to);
    frame.add_accepted_kinds(common::v1::RIGHT_KIND_PAID);
  }
  return regulation;
}

class PreviewTest : public HeldClockTest {
 protected:
  PreviewZoneRequest ToPreview(const std::string& code, std::optional<absl::Duration> start = {},
                               std::optional<absl::Duration> end = {}) {
    PreviewZoneRequest request;
    request.set_name(desk().Zone(code));
    if (start) *request.mutable_start_time() = StampOf(kStart + *start);
    if (end) *request.mutable_end_time() = StampOf(kStart + *end);
    return request;
  }
  Answered<zones::v1::PreviewZoneResponse> Ask(const PreviewZoneRequest& request) {
    return desk().Ask(&Desk::Stub::PreviewZone, request, Clerk());
  }
  // "2h-11h v1 day": hours since kStart, on which it is Monday 10:00.
  Lines Timetable(const PreviewZoneRequest& request) {
    const auto previewed = Ask(request);
    EXPECT_TRUE(previewed.ok()) << previewed.status.error_message();
    EXPECT_EQ(previewed.response.time_zone(), "Europe/Brussels");
    Lines lines;
    std::optional<absl::Time> last;
    for (const TimetableEntry& entry : previewed.response.entries()) {
      const absl::Time start = TimeOf(entry.start_time());
      if (last) {
        EXPECT_EQ(start, *last) << "every instant is in exactly one";
      }
      last = TimeOf(entry.end_time());
      EXPECT_LT(start, *last);
      lines.push_back(absl::StrCat(absl::FormatDuration(start - kStart), "-",
                                   absl::FormatDuration(*last - kStart), " v", entry.zone_version(),
                                   " ", entry.has_frame() ? entry.frame().code() : "free"));
      if (entry.closed()) absl::StrAppend(&lines.back(), ", closed: ", entry.closed_display_name());
      if (entry.overlaid()) {
        absl::StrAppend(&lines.back(), ", overlay: ", entry.overlay_display_name());
      }
    }
    return lines;
  }
  void EnactWeek(const std::string& code, const Regulation& regulation = WeekRegulation()) {
    ZoneDraft draft = desk().NewDraft(code);
    *draft.mutable_regulation() = regulation;
    desk().Enact(draft);
  }
};

TEST_F(PreviewTest, AMomentAndUntilWhenItHolds) {
  EnactWeek("c");
  EXPECT_EQ(Timetable(ToPreview("c")), Lines{"0-9h v1 day"});
  EXPECT_EQ(Timetable(ToPreview("c", absl::Hours(9))), Lines{"9h-13h v1 evening"});
  EXPECT_EQ(Timetable(ToPreview("c", absl::Hours(14))), Lines{"14h-23h v1 free"});
  EXPECT_EQ(Timetable(ToPreview("c", -absl::Hours(1))), Lines{"-1h-0 v0 free"})
      << "before it was published";
  // Nothing changes within a week.
  EXPECT_EQ(Timetable(ToPreview("a")), Lines{"0-168h v1 day"});
  ASSERT_TRUE(desk().Retire("a", kStart + absl::Hours(3)).ok());
  EXPECT_EQ(Timetable(ToPreview("a")), Lines{"0-3h v1 day"});
  EXPECT_EQ(Timetable(ToPreview("a", absl::Hours(3))), Lines{"3h-171h v0 free"});
}

TEST_F(PreviewTest, ADayWithItsChanges) {
  EnactWeek("c");
  desk().Enact(desk().NewDraft("c"), kStart + absl::Hours(4));
  ASSERT_TRUE(desk().Retire("c", kStart + absl::Hours(10)).ok());
  EXPECT_EQ(Timetable(ToPreview("c", -absl::Hours(2), absl::Hours(12))),
            Lines({"-2h-0 v0 free", "0-4h v1 day", "4h-10h v2 day", "10h-12h v0 free"}));
  // A version that was withdrawn never holds.
  desk().Enact(desk().NewDraft("c"), kStart + absl::Hours(11));
  ASSERT_TRUE(desk().Withdraw("c", 3).ok());
  EXPECT_EQ(Timetable(ToPreview("c", absl::Hours(9), absl::Hours(12))),
            Lines({"9h-10h v2 day", "10h-12h v0 free"}));
}

TEST_F(PreviewTest, ClosuresAndOverlays) {
  Regulation regulation = WeekRegulation();
  zones::v1::ClosedPeriod& closed = *regulation.add_closed_periods();
  closed.set_display_name("Feesten");
  *closed.mutable_start_time() = StampOf(kStart + absl::Hours(2));
  *closed.mutable_end_time() = StampOf(kStart + absl::Hours(10));
  zones::v1::Overlay& overlay = *regulation.add_overlays();
  overlay.set_display_name("Works");
  *overlay.mutable_start_time() = StampOf(kStart + absl::Hours(8));
  *overlay.mutable_end_time() = StampOf(kStart + absl::Hours(12));
  *overlay.add_frames() = PlainRegulation().frames(0);
  overlay.mutable_frames(0)->set_code("works");
  EnactWeek("c", regulation);
  EXPECT_EQ(Timetable(ToPreview("c", absl::ZeroDuration(), absl::Hours(14))),
            Lines({"0-2h v1 day", "2h-8h v1 day, closed: Feesten",
                   "8h-10h v1 works, closed: Feesten, overlay: Works",
                   "10h-12h v1 works, overlay: Works", "12h-13h v1 evening", "13h-14h v1 free"}));
}

// Each entry says what a check within it rests on.
TEST_F(PreviewTest, AWeekIsWhatChecksAnswer) {
  EnactWeek("c");
  ZoneDraft next = desk().NewDraft("c");
  *next.mutable_regulation() = WeekRegulation();
  next.mutable_regulation()->mutable_frames(0)->set_to_local_time("18:00");
  desk().Enact(next, kStart + absl::Hours(26));
  MoveTo(absl::Hours(24 * 7));
  const auto week = Ask(ToPreview("c", absl::ZeroDuration(), absl::Hours(24 * 7))).response;
  EXPECT_GT(week.entries_size(), 20);
  EXPECT_EQ(TimeOf(week.entries(0).start_time()), kStart);
  EXPECT_EQ(TimeOf(week.entries().rbegin()->end_time()), kStart + absl::Hours(24 * 7));
  for (const TimetableEntry& entry : week.entries()) {
    const absl::Time end = TimeOf(entry.end_time());
    for (const absl::Time t : {TimeOf(entry.start_time()), end - absl::Microseconds(1)}) {
      const auto answer = desk().Check("c", t);
      EXPECT_EQ(answer.basis().frame(), entry.frame().code()) << absl::FormatTime(t);
      EXPECT_EQ(answer.basis().zone_version(), entry.zone_version()) << absl::FormatTime(t);
      EXPECT_EQ(answer.decision(), entry.has_frame() ? checks::v1::DECISION_NOT_PERMITTED
                                                     : checks::v1::DECISION_NOT_REQUIRED);
    }
  }
}

TEST_F(PreviewTest, AsItWouldBeWithTheDraft) {
  EnactWeek("c");
  desk().Enact(desk().NewDraft("c"), kStart + absl::Hours(8));
  ZoneDraft draft = desk().NewDraft("c");
  draft.mutable_regulation()->mutable_frames(0)->set_code("drawn");
  ASSERT_TRUE(desk().Update(draft).ok());
  PreviewZoneRequest request = ToPreview("c", absl::ZeroDuration(), absl::Hours(12));
  EXPECT_EQ(Timetable(request), Lines({"0-8h v1 day", "8h-12h v2 day"}));
  request.set_with_draft(true);
  EXPECT_EQ(Timetable(request), Lines{"0-12h v3 drawn"}) << "from the start on";
  *request.mutable_draft_start_time() = StampOf(kStart + absl::Hours(10));
  EXPECT_EQ(Timetable(request), Lines({"0-8h v1 day", "8h-10h v2 day", "10h-12h v3 drawn"}));
  *request.mutable_draft_start_time() = StampOf(kStart + absl::Hours(3));
  EXPECT_EQ(Timetable(request), Lines({"0-3h v1 day", "3h-12h v3 drawn"}))
      << "in the place of what was to come";
  // A zone that is only drawn.
  ASSERT_TRUE(desk().Update(desk().NewDraft("d"), {"regulation"}).ok());
  request = ToPreview("d");
  request.set_with_draft(true);
  EXPECT_EQ(Timetable(request), Lines{"0-168h v1 day"});
}

TEST_F(PreviewTest, BadRequestsAreRefused) {
  const auto refused = [&](const PreviewZoneRequest& request, grpc::StatusCode code,
                           const std::string& reason, const Lines& fields) {
    ExpectRefusal(Ask(request).status, code, reason, fields, request.ShortDebugString());
  };
  refused(ToPreview("a", absl::Hours(1), absl::Hours(1)), kInvalid, "END_BEFORE_START",
          {"end_time"});
  refused(ToPreview("a", absl::Hours(1), absl::ZeroDuration()), kInvalid, "END_BEFORE_START",
          {"end_time"});
  EXPECT_TRUE(Ask(ToPreview("a", absl::ZeroDuration(), absl::Hours(24 * 31))).ok());
  refused(ToPreview("a", absl::ZeroDuration(), absl::Hours(24 * 32)), kInvalid, "INVALID_FIELD",
          {"end_time"});
  PreviewZoneRequest request = ToPreview("a");
  *request.mutable_draft_start_time() = StampOf(kStart);
  refused(request, kInvalid, "INVALID_FIELD", {"draft_start_time"});
  request.set_with_draft(true);
  refused(request, grpc::NOT_FOUND, "DRAFT_NOT_FOUND", {"name"});
  request = ToPreview("a");
  request.mutable_start_time()->set_seconds(int64_t{1} << 40);
  refused(request, kInvalid, "INVALID_FIELD", {"start_time"});
  refused(ToPreview("mauve"), grpc::NOT_FOUND, "ZONE_NOT_FOUND", {"name"});
  request = ToPreview("a");
  request.set_name("cities/atlantis/zones/a");
  refused(request, grpc::NOT_FOUND, "CITY_NOT_FOUND", {});
  request.set_name(desk().Draft("a"));
  refused(request, kInvalid, "INVALID_NAME", {"name"});
}

}  // namespace
}  // namespace stadspoort::testing
