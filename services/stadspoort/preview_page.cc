#include "services/stadspoort/preview_page.h"

#include <cstdint>
#include <optional>

#include "absl/strings/str_cat.h"
#include "services/domain/limits.h"
#include "services/stadspoort/frame_text.h"
#include "services/stadspoort/names.h"
#include "services/stadspoort/time_text.h"
#include "services/stadspoort/timetable_drawing.h"
#include "services/stadspoort/wrapped_text.h"

namespace stadspoort::client {
namespace {

using zones::v1::PreviewZoneRequest;
using zones::v1::PreviewZoneResponse;
using zones::v1::TimetableEntry;

// "Fri 1 May 2026 20:30 +02:00"
std::string MomentText(absl::Time t, absl::TimeZone clock) {
  return absl::StrCat(absl::FormatTime("%a ", t, clock), TimeText(t, clock));
}

// "nothing is required.", "frame dag holds (Mon-Sat 09:00-19:00). Accepted: ...". A frame is not
// said to require a right: in a blue zone a disc will do.
std::string WhatHolds(const TimetableEntry& entry) {
  const zones::v1::TimeFrame& frame = entry.frame();
  if (entry.zone_version() == 0) return "nothing is required: no version of it is in force.";
  if (entry.closed()) {
    return absl::StrCat(
        "nothing is required: not enforced (", entry.closed_display_name(), ").",
        entry.has_frame() ? absl::StrCat(" Frame ", frame.code(), " would hold otherwise.") : "");
  }
  if (!entry.has_frame()) {
    return absl::StrCat(
        "nothing is required",
        entry.overlaid() ? absl::StrCat(": overlay ", entry.overlay_display_name()) : "", ".");
  }
  return absl::StrCat(
      "frame ", frame.code(),
      entry.overlaid() ? absl::StrCat(" of the overlay ", entry.overlay_display_name()) : "",
      " holds (", FrameDaysText(frame), " ", FrameHoursText(frame), "). ", FrameRulesText(frame));
}

std::string HowLong(absl::Time at, absl::Time end, absl::TimeZone clock) {
  if (end - at >= domain::limits::kValidUntilHorizon) {
    return absl::StrCat("It stays so for at least ", DurationText(end - at), ".");
  }
  return absl::StrCat("It stays so until ", MomentText(end, clock), ".");
}

// ", with its draft in force from ..."
std::string DraftText(const PreviewZoneRequest& request, absl::TimeZone clock) {
  if (!request.with_draft()) return "";
  return request.has_draft_start_time() ? absl::StrCat(", with its draft in force from ",
                                                       TimeText(request.draft_start_time(), clock))
                                        : ", with its draft";
}

// "Version 3", "Version 3, from ... version 4".
std::string VersionsText(const PreviewZoneResponse& response, absl::TimeZone clock) {
  std::string text;
  std::optional<int64_t> last;
  for (const TimetableEntry& entry : response.entries()) {
    if (last == entry.zone_version()) continue;
    if (last) absl::StrAppend(&text, ", from ", TimeText(entry.start_time(), clock), " ");
    last = entry.zone_version();
    absl::StrAppend(&text, text.empty() ? "Version " : "version ",
                    *last == 0 ? "none" : absl::StrCat(*last));
  }
  return text;
}

}  // namespace

absl::TimeZone ClockOf(const PreviewZoneResponse& response) {
  absl::TimeZone clock = absl::UTCTimeZone();
  absl::LoadTimeZone(response.time_zone(), &clock);
  return clock;
}

std::string PreviewSentences(const PreviewZoneRequest& request,
                             const PreviewZoneResponse& response) {
  if (response.entries().empty()) return "The register told nothing.\n";
  const absl::TimeZone clock = ClockOf(response);
  const TimetableEntry& entry = response.entries(0);
  const absl::Time at =
      FromTimestamp(request.has_start_time() ? request.start_time() : entry.start_time());
  const std::string draft = DraftText(request, clock);
  return WrappedText(absl::StrCat("On ", MomentText(at, clock), " in ", CodeOf(request.name()),
                                  draft, draft.empty() ? " " : ", ", WhatHolds(entry), " ",
                                  HowLong(at, FromTimestamp(entry.end_time()), clock)),
                     0);
}

std::string PreviewWeek(const PreviewZoneRequest& request, const PreviewZoneResponse& response,
                        absl::CivilDay first_day, bool colour) {
  const absl::TimeZone clock = ClockOf(response);
  const absl::Time first = absl::FromCivil(first_day, clock);
  const absl::Time last = absl::FromCivil(first_day + (kDrawnDays - 1), clock);
  const std::string heading = WrappedText(
      absl::StrCat(CodeOf(request.name()), ", ", absl::FormatTime("%a %e %b", first, clock), " to ",
                   absl::FormatTime("%a %e %b %Y", last, clock), " on the clock of ", clock.name(),
                   DraftText(request, clock), ". ", VersionsText(response, clock), "."),
      0);
  return absl::StrCat(heading, "\n",
                      TimetableDrawing(response.entries(), first_day, clock, colour));
}

}  // namespace stadspoort::client
