#include "services/domain/refusal.h"

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace stadspoort::domain {
namespace {

constexpr absl::string_view kPayloadUrl = "stadspoort.dev/refusal";
// Separators that no field path or description holds.
constexpr char kRecord = '\x1e';
constexpr char kUnit = '\x1f';

std::optional<ErrorReason> ReasonFromNumber(absl::string_view digits) {
  int number = 0;
  if (!absl::SimpleAtoi(digits, &number)) return std::nullopt;
  const auto reason = static_cast<ErrorReason>(number);
  return Name(reason).empty() ? std::nullopt : std::optional(reason);
}

}  // namespace

absl::string_view Name(ErrorReason reason) {
  switch (reason) {
    case ErrorReason::kInvalidField:
      return "INVALID_FIELD";
    case ErrorReason::kInvalidPlate:
      return "INVALID_PLATE";
    case ErrorReason::kEndBeforeStart:
      return "END_BEFORE_START";
    case ErrorReason::kInvalidName:
      return "INVALID_NAME";
    case ErrorReason::kTooManyItems:
      return "TOO_MANY_ITEMS";
    case ErrorReason::kUnknownTimeZone:
      return "UNKNOWN_TIME_ZONE";
    case ErrorReason::kInvalidGeometry:
      return "INVALID_GEOMETRY";
    case ErrorReason::kOverlappingFrames:
      return "OVERLAPPING_FRAMES";
    case ErrorReason::kDuplicateZoneCode:
      return "DUPLICATE_ZONE_CODE";
    case ErrorReason::kImportRefused:
      return "IMPORT_REFUSED";
    case ErrorReason::kUnreadableFile:
      return "UNREADABLE_FILE";
    case ErrorReason::kInvalidPageToken:
      return "INVALID_PAGE_TOKEN";
    case ErrorReason::kCityNotFound:
      return "CITY_NOT_FOUND";
    case ErrorReason::kZoneNotFound:
      return "ZONE_NOT_FOUND";
    case ErrorReason::kRightNotFound:
      return "RIGHT_NOT_FOUND";
    case ErrorReason::kRightTypeNotFound:
      return "RIGHT_TYPE_NOT_FOUND";
    case ErrorReason::kCheckNotFound:
      return "CHECK_NOT_FOUND";
    case ErrorReason::kContractNotFound:
      return "CONTRACT_NOT_FOUND";
    case ErrorReason::kDraftNotFound:
      return "DRAFT_NOT_FOUND";
    case ErrorReason::kSellingPointNotFound:
      return "SELLING_POINT_NOT_FOUND";
    case ErrorReason::kCityExists:
      return "CITY_EXISTS";
    case ErrorReason::kRightTypeExists:
      return "RIGHT_TYPE_EXISTS";
    case ErrorReason::kReferenceConflict:
      return "REFERENCE_CONFLICT";
    case ErrorReason::kContractExists:
      return "CONTRACT_EXISTS";
    case ErrorReason::kRequestIdConflict:
      return "REQUEST_ID_CONFLICT";
    case ErrorReason::kRightEnded:
      return "RIGHT_ENDED";
    case ErrorReason::kRightSuspended:
      return "RIGHT_SUSPENDED";
    case ErrorReason::kRightNotSuspended:
      return "RIGHT_NOT_SUSPENDED";
    case ErrorReason::kIntervalInThePast:
      return "INTERVAL_IN_THE_PAST";
    case ErrorReason::kEndTooFarBack:
      return "END_TOO_FAR_BACK";
    case ErrorReason::kZoneVersionOverlap:
      return "ZONE_VERSION_OVERLAP";
    case ErrorReason::kPlateKeyMismatch:
      return "PLATE_KEY_MISMATCH";
    case ErrorReason::kUsageChanged:
      return "USAGE_CHANGED";
    case ErrorReason::kNotContracted:
      return "NOT_CONTRACTED";
    case ErrorReason::kDraftNotValidated:
      return "DRAFT_NOT_VALIDATED";
    case ErrorReason::kStaleEtag:
      return "STALE_ETAG";
    case ErrorReason::kConcurrentChange:
      return "CONCURRENT_CHANGE";
    case ErrorReason::kZoneFaults:
      return "ZONE_FAULTS";
    case ErrorReason::kZoneInForce:
      return "ZONE_IN_FORCE";
    case ErrorReason::kZoneRetired:
      return "ZONE_RETIRED";
    case ErrorReason::kCursorLost:
      return "CURSOR_LOST";
    case ErrorReason::kCalendarInThePast:
      return "CALENDAR_IN_THE_PAST";
    case ErrorReason::kRightOfPermit:
      return "RIGHT_OF_PERMIT";
    case ErrorReason::kAreaInUse:
      return "AREA_IN_USE";
    case ErrorReason::kUnauthenticated:
      return "UNAUTHENTICATED";
    case ErrorReason::kRoleNotAllowed:
      return "ROLE_NOT_ALLOWED";
    case ErrorReason::kBackendUnavailable:
      return "BACKEND_UNAVAILABLE";
    case ErrorReason::kOutcomeUnknown:
      return "OUTCOME_UNKNOWN";
    case ErrorReason::kOverloaded:
      return "OVERLOADED";
    case ErrorReason::kDeadlineExceeded:
      return "DEADLINE_EXCEEDED";
    case ErrorReason::kInternal:
      return "INTERNAL";
    case ErrorReason::kPermitNotFound:
      return "PERMIT_NOT_FOUND";
    case ErrorReason::kPermitTypeNotFound:
      return "PERMIT_TYPE_NOT_FOUND";
    case ErrorReason::kPermitTypeExists:
      return "PERMIT_TYPE_EXISTS";
    case ErrorReason::kDraftExists:
      return "DRAFT_EXISTS";
    case ErrorReason::kPaymentConflict:
      return "PAYMENT_CONFLICT";
    case ErrorReason::kPermitMoveNotAllowed:
      return "PERMIT_MOVE_NOT_ALLOWED";
    case ErrorReason::kPermitLimitReached:
      return "PERMIT_LIMIT_REACHED";
    case ErrorReason::kNoPlaceLeft:
      return "NO_PLACE_LEFT";
    case ErrorReason::kEvidenceMissing:
      return "EVIDENCE_MISSING";
    case ErrorReason::kPlateChangePlanned:
      return "PLATE_CHANGE_PLANNED";
    case ErrorReason::kPlateChangeNotPlanned:
      return "PLATE_CHANGE_NOT_PLANNED";
    case ErrorReason::kPlateOnPermit:
      return "PLATE_ON_PERMIT";
    case ErrorReason::kPlateNotOnPermit:
      return "PLATE_NOT_ON_PERMIT";
    case ErrorReason::kTooManyPlates:
      return "TOO_MANY_PLATES";
    case ErrorReason::kTooManySwaps:
      return "TOO_MANY_SWAPS";
    case ErrorReason::kLastPlate:
      return "LAST_PLATE";
    case ErrorReason::kTemporaryTooLong:
      return "TEMPORARY_TOO_LONG";
    case ErrorReason::kAmountNotDue:
      return "AMOUNT_NOT_DUE";
    case ErrorReason::kOutsideRenewalWindow:
      return "OUTSIDE_RENEWAL_WINDOW";
    case ErrorReason::kPermitSetNotFound:
      return "PERMIT_SET_NOT_FOUND";
    case ErrorReason::kPermitSetExists:
      return "PERMIT_SET_EXISTS";
    case ErrorReason::kNotImplemented:
      return "NOT_IMPLEMENTED";
  }
  return "";
}

absl::Status Refusal(absl::StatusCode code, ErrorReason reason, absl::string_view message,
                     const std::vector<FieldViolation>& violations) {
  std::string payload = absl::StrCat(static_cast<int>(reason));
  for (const FieldViolation& violation : violations) {
    absl::StrAppend(&payload, absl::string_view(&kRecord, 1), violation.field,
                    absl::string_view(&kUnit, 1), violation.description);
  }
  absl::Status status(code, message);
  status.SetPayload(kPayloadUrl, absl::Cord(payload));
  return status;
}

absl::Status InvalidField(absl::string_view field, absl::string_view description,
                          ErrorReason reason) {
  return Refusal(absl::StatusCode::kInvalidArgument, reason, absl::StrCat(field, ": ", description),
                 {{std::string(field), std::string(description)}});
}

std::optional<RefusalDetails> DetailsOf(const absl::Status& status) {
  const auto payload = status.GetPayload(kPayloadUrl);
  if (!payload) return std::nullopt;
  const std::string text(*payload);
  const std::vector<absl::string_view> records = absl::StrSplit(text, kRecord);
  const std::optional<ErrorReason> reason = ReasonFromNumber(records.front());
  if (!reason) return std::nullopt;
  RefusalDetails details{*reason, {}};
  for (size_t i = 1; i < records.size(); ++i) {
    const std::pair<absl::string_view, absl::string_view> violation =
        absl::StrSplit(records[i], absl::MaxSplits(kUnit, 1));
    details.violations.push_back({std::string(violation.first), std::string(violation.second)});
  }
  return details;
}

absl::Status WithFieldPrefix(const absl::Status& status, absl::string_view prefix) {
  std::optional<RefusalDetails> details = DetailsOf(status);
  if (prefix.empty() || !details || details->violations.empty()) return status;
  for (FieldViolation& violation : details->violations) {
    violation.field =
        violation.field.empty() ? std::string(prefix) : absl::StrCat(prefix, ".", violation.field);
  }
  const std::string message =
      details->violations.size() == 1
          ? absl::StrCat(details->violations[0].field, ": ", details->violations[0].description)
          : std::string(status.message());
  return Refusal(status.code(), details->reason, message, details->violations);
}

}  // namespace stadspoort::domain
