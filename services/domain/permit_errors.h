#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/domain/refusal.h"

// Refusals that concern permits, named by failure. None says anything of another holder's permits
// or of a plate's other rights.
namespace stadspoort::domain {

inline absl::Status PermitRefusal(ErrorReason reason, absl::string_view message) {
  return Refusal(absl::StatusCode::kFailedPrecondition, reason, message);
}

inline absl::Status PlateChangeInThePast() {
  return PermitRefusal(ErrorReason::kIntervalInThePast,
                       "plates change now or later, not in the past; leave the time out for now");
}
inline absl::Status PlateChangePlanned(absl::Time at) {
  return PermitRefusal(ErrorReason::kPlateChangePlanned,
                       absl::StrCat("a change of plates is planned for ",
                                    absl::FormatTime(absl::RFC3339_full, at, absl::UTCTimeZone()),
                                    "; call it back, or choose a later moment"));
}
inline absl::Status PlateChangeNotPlanned() {
  return PermitRefusal(ErrorReason::kPlateChangeNotPlanned, "no change of plates is planned");
}
inline absl::Status PlateOnPermit() {
  return PermitRefusal(ErrorReason::kPlateOnPermit, "the plate is on this permit already");
}
inline absl::Status PlateNotOnPermit() {
  return PermitRefusal(ErrorReason::kPlateNotOnPermit, "the plate is not on this permit");
}
inline absl::Status LastPlate() {
  return PermitRefusal(ErrorReason::kLastPlate,
                       "a permit keeps its last plate; swap it, or withdraw the permit");
}
inline absl::Status TooManyPlates(int most) {
  return PermitRefusal(ErrorReason::kTooManyPlates,
                       absl::StrCat("there may be ", most, " plates on this permit"));
}
inline absl::Status TooManyActivePlates(int most) {
  return PermitRefusal(
      ErrorReason::kTooManyPlates,
      absl::StrCat("of this permit ", most, " plates may be active; say which is to rest instead"));
}
inline absl::Status TooManySwaps(int most) {
  return PermitRefusal(ErrorReason::kTooManySwaps,
                       absl::StrCat("plates of this permit may be swapped ", most, " times a day"));
}
inline absl::Status TemporaryTooLong(absl::Duration most) {
  return InvalidField(
      "until_time",
      most > absl::ZeroDuration()
          ? absl::StrCat("must lie after the change, at most ", absl::FormatDuration(most))
          : "this type of permit knows no temporary plate",
      ErrorReason::kTemporaryTooLong);
}

inline absl::Status PermitLimitReached(absl::string_view who, int most) {
  return PermitRefusal(ErrorReason::kPermitLimitReached,
                       absl::StrCat(who, " may have ", most, " permits of this type"));
}
inline absl::Status NoPlaceLeft() {
  return PermitRefusal(ErrorReason::kNoPlaceLeft,
                       "no permit of this type is left for the area, and there is no waiting list");
}
inline absl::Status EvidenceMissing(const std::vector<std::string>& kinds) {
  std::vector<FieldViolation> fields;
  fields.reserve(kinds.size());
  for (const std::string& kind : kinds) fields.push_back({"evidence", "must include " + kind});
  return Refusal(absl::StatusCode::kFailedPrecondition, ErrorReason::kEvidenceMissing,
                 "evidence is missing", fields);
}
inline absl::Status AmountNotDue(int64_t due_cents) {
  return Refusal(absl::StatusCode::kFailedPrecondition, ErrorReason::kAmountNotDue,
                 absl::StrCat("the amount that is due is ", due_cents, " cents"),
                 {{"amount_cents", absl::StrCat("must be ", due_cents)}});
}
// The reference is the caller's own; of the other payment nothing is told.
inline absl::Status PaymentConflict() {
  return Refusal(absl::StatusCode::kAlreadyExists, ErrorReason::kPaymentConflict,
                 "this payment was confirmed before, for another permit or amount",
                 {{"payment_reference", "must be a payment's own"}});
}
// Also for a permit of another holder: the same words.
inline absl::Status PermitNotFound() {
  return Refusal(absl::StatusCode::kNotFound, ErrorReason::kPermitNotFound,
                 "there is no such permit, or you may not see it");
}
inline absl::Status PermitTypeNotFound(absl::string_view field) {
  return Refusal(absl::StatusCode::kNotFound, ErrorReason::kPermitTypeNotFound,
                 "the city has no such permit type; ListPermitTypes names them",
                 {{std::string(field), "must name a permit type of the city"}});
}
inline absl::Status PermitTypeExists() {
  return Refusal(
      absl::StatusCode::kAlreadyExists, ErrorReason::kPermitTypeExists,
      "the city has a permit type with this code already; choose another permit_type_id");
}
inline absl::Status PermitSetNotFound(absl::string_view field) {
  return Refusal(absl::StatusCode::kNotFound, ErrorReason::kPermitSetNotFound,
                 "the city has no such permit set; ListPermitSets names them",
                 {{std::string(field), "must name a permit set of the city"}});
}
inline absl::Status PermitSetExists() {
  return Refusal(absl::StatusCode::kAlreadyExists, ErrorReason::kPermitSetExists,
                 "the city has a permit set with this code already; choose another permit_set_id");
}
inline absl::Status AreaInUse(absl::string_view area) {
  return PermitRefusal(ErrorReason::kAreaInUse,
                       absl::StrCat("permits are in, or wait for, the area ", area,
                                    "; it must stay in the type until they are over"));
}
inline absl::Status OutsideRenewalWindow(absl::string_view opens, absl::string_view end) {
  return PermitRefusal(ErrorReason::kOutsideRenewalWindow,
                       absl::StrCat("it may be renewed once, from ", opens, " and before ", end));
}

}  // namespace stadspoort::domain
