#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "services/domain/ids.h"
#include "services/domain/refusal.h"

// Refusals that concern zones, named by failure.
namespace stadspoort::domain {

inline absl::Status ZoneNotFound(const ZoneCode& zone, absl::string_view field) {
  return Refusal(absl::StatusCode::kNotFound, ErrorReason::kZoneNotFound,
                 absl::StrCat("the city has no zone ", zone.value()),
                 {{std::string(field), "must name a zone of the city"}});
}

inline absl::Status DraftNotFound(const ZoneCode& zone, absl::string_view field) {
  return Refusal(absl::StatusCode::kNotFound, ErrorReason::kDraftNotFound,
                 absl::StrCat("nobody is drawing zone ", zone.value()),
                 {{std::string(field), "must name a zone that has a draft"}});
}

inline absl::Status SellingPointNotFound(absl::string_view field) {
  return Refusal(absl::StatusCode::kNotFound, ErrorReason::kSellingPointNotFound,
                 "no zone in force has this selling point",
                 {{std::string(field), "must be a selling point of a zone in force"}});
}

inline absl::Status DraftNotValidated(const ZoneCode& zone, absl::string_view field) {
  return Refusal(absl::StatusCode::kFailedPrecondition, ErrorReason::kDraftNotValidated,
                 absl::StrCat("the draft of zone ", zone.value(),
                              " was not validated since its last change; validate it first"),
                 {{std::string(field), "must name a draft that was validated"}});
}

// The zone moved on since the draft was made: what the draft does not mention would be undone.
inline absl::Status DraftOutdated(const ZoneCode& zone, int64_t base, int64_t newest,
                                  absl::string_view field) {
  return Refusal(
      absl::StatusCode::kAborted, ErrorReason::kStaleEtag,
      absl::StrCat("zone ", zone.value(), " is at version ", newest,
                   " by now, and its draft was made from version ", base,
                   "; throw the draft away or draw all of it anew"),
      {{std::string(field), absl::StrCat("was made from version ", base, ", not ", newest)}});
}

inline absl::Status VersionOverlap(const ZoneCode& zone, absl::Time after,
                                   absl::string_view field) {
  return Refusal(absl::StatusCode::kFailedPrecondition, ErrorReason::kZoneVersionOverlap,
                 absl::StrCat("zone ", zone.value(), " has a version from ",
                              absl::FormatTime(after, absl::UTCTimeZone()),
                              "; choose a later moment, or withdraw that version"),
                 {{std::string(field), "must lie after the start of the zone's newest version"}});
}

inline absl::Status InThePast(absl::string_view field) {
  return InvalidField(field, "must not lie in the past: nobody can have kept a rule unknown then",
                      ErrorReason::kZoneVersionOverlap);
}

// A rule that takes force before it is committed is one that nobody could know.
inline absl::Status TooSoon(absl::string_view field, absl::Duration least) {
  return InvalidField(field,
                      absl::StrCat("must lie at least ", absl::FormatDuration(least),
                                   " ahead, or be left out: at once is as soon as it is written"),
                      ErrorReason::kZoneVersionOverlap);
}

inline absl::Status ZoneInForce(const ZoneCode& zone, int64_t version) {
  return Refusal(absl::StatusCode::kFailedPrecondition, ErrorReason::kZoneInForce,
                 absl::StrCat("version ", version, " of zone ", zone.value(),
                              " is in force, or was; publish another, or retire the zone"));
}

inline absl::Status ZoneRetired(const ZoneCode& zone, absl::Time end) {
  return Refusal(absl::StatusCode::kFailedPrecondition, ErrorReason::kZoneRetired,
                 absl::StrCat("zone ", zone.value(), " ends at ",
                              absl::FormatTime(end, absl::UTCTimeZone()), " already"));
}

// Of what would hold after a publication, a retirement or a withdrawal. At most a few are listed: a
// trailer holds no more. `rest`: where all of them are told.
inline absl::Status ZoneFaults(std::vector<FieldViolation> violations,
                               absl::string_view rest = "") {
  constexpr size_t kListed = 20;
  const size_t count = violations.size();
  std::string message = absl::StrCat("nothing was stored: ", count, " fault", count == 1 ? "" : "s",
                                     " in what would hold then");
  if (count > kListed) {
    violations.resize(kListed);
    absl::StrAppend(&message, ", of which ", kListed, " are listed", rest);
  }
  return Refusal(absl::StatusCode::kFailedPrecondition, ErrorReason::kZoneFaults, message,
                 violations);
}

}  // namespace stadspoort::domain
