#include "services/domain/right_terms.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/domain/limits.h"
#include "services/domain/refusal.h"

namespace stadspoort::domain {
namespace {

constexpr absl::string_view kRequestedEnd = "requested_end_time";

std::string InWords(absl::Time t) {
  return absl::FormatTime(absl::RFC3339_full, t, absl::UTCTimeZone());
}

absl::Status StateRefusal(ErrorReason reason, absl::string_view field,
                          absl::string_view description) {
  return Refusal(absl::StatusCode::kFailedPrecondition, reason,
                 absl::StrCat(field, ": ", description),
                 {{std::string(field), std::string(description)}});
}

absl::Status EndBeforeStart(absl::Time start) {
  return InvalidField(kRequestedEnd, absl::StrCat("must lie after the start, ", InWords(start)),
                      ErrorReason::kEndBeforeStart);
}

absl::Status EndTooFarBack(absl::string_view field, absl::Time earliest) {
  return StateRefusal(
      ErrorReason::kEndTooFarBack, field,
      absl::StrCat("lies too far back; ", InWords(earliest), " or later is accepted"));
}

absl::Status CheckLength(const Interval& effective) {
  if (effective.end - effective.start <= limits::kRightMaxDuration) return absl::OkStatus();
  return InvalidField(kRequestedEnd,
                      absl::StrCat("gives a right of more than ten years; ",
                                   InWords(effective.start + limits::kRightMaxDuration),
                                   " or earlier is accepted"));
}

}  // namespace

absl::StatusOr<GrantedTerm> Grant(const RequestedTerm& requested, const BackdateRule& backdate,
                                  const CitySettings& city, absl::TimeZone zone,
                                  absl::Time recorded) {
  if (requested.start && requested.end && *requested.end <= *requested.start) {
    return EndBeforeStart(*requested.start);
  }
  GrantedTerm term;
  Interval& effective = term.effective;
  const absl::Time wanted = requested.start.value_or(recorded);
  effective.start = std::max(wanted, backdate.EarliestStart(recorded, zone));
  if (effective.start != wanted) term.remarks.push_back(RemarkCode::kStartClipped);
  if (requested.end) {
    effective.end = *requested.end;
  } else {
    effective.end = effective.start + city.open_end_limit;
    term.remarks.push_back(RemarkCode::kSafetyEnd);
  }
  if (effective.Empty()) {
    return StateRefusal(ErrorReason::kIntervalInThePast, kRequestedEnd,
                        absl::StrCat("lies in the past; an end after ", InWords(effective.start),
                                     ", the earliest start of this right, is accepted"));
  }
  if (absl::Status length = CheckLength(effective); !length.ok()) return length;
  return term;
}

absl::StatusOr<GrantedTerm> AmendEnd(const Interval& effective,
                                     std::optional<absl::Time> requested_end,
                                     const CitySettings& city, absl::Time recorded) {
  if (effective.Empty() || effective.end <= recorded) {
    return StateRefusal(ErrorReason::kRightEnded, kRequestedEnd,
                        absl::StrCat("the right ended at ", InWords(effective.end),
                                     " and does not revive; enrol a new one"));
  }
  GrantedTerm term{effective, {}};
  if (requested_end) {
    if (*requested_end <= effective.start) return EndBeforeStart(effective.start);
    if (*requested_end < recorded) return EndTooFarBack(kRequestedEnd, recorded);
    term.effective.end = *requested_end;
  } else {
    // Opening a right never shortens it.
    term.effective.end =
        std::max(effective.end, std::max(effective.start, recorded) + city.open_end_limit);
    term.remarks.push_back(RemarkCode::kSafetyEnd);
  }
  if (absl::Status length = CheckLength(term.effective); !length.ok()) return length;
  return term;
}

absl::StatusOr<GrantedTerm> End(const Interval& effective, std::optional<absl::Time> requested_end,
                                const CitySettings& city, absl::Time recorded) {
  const absl::Time end = std::max(requested_end.value_or(recorded), effective.start);
  GrantedTerm term{effective, {}};
  if (end >= effective.end) {
    if (effective.end <= recorded || effective.Empty()) {
      term.remarks.push_back(RemarkCode::kAlreadyEnded);
    }
  } else {
    const absl::Time earliest = recorded - city.end_in_the_past_limit;
    if (requested_end && *requested_end < earliest) return EndTooFarBack("end_time", earliest);
    term.effective.end = end;
  }
  if (term.effective.Empty()) term.remarks.push_back(RemarkCode::kNeverHolds);
  return term;
}

}  // namespace stadspoort::domain
