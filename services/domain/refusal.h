#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

// A refusal is an absl::Status that says why in a closed word and, for input, which field is wrong
// and what would be accepted. The edge turns it into google.rpc.ErrorInfo and BadRequest. Messages
// never quote a plate or a person.
namespace stadspoort::domain {

// Values and names are those of stadspoort.common.v1.ErrorReason; a test holds the two lists
// together.
enum class ErrorReason : uint8_t {
  kInvalidField = 1,
  kInvalidPlate = 2,
  kEndBeforeStart = 3,
  kInvalidName = 4,
  kTooManyItems = 5,
  kUnknownTimeZone = 6,
  kInvalidGeometry = 7,
  kOverlappingFrames = 8,
  kDuplicateZoneCode = 9,
  kImportRefused = 10,
  kUnreadableFile = 11,
  kInvalidPageToken = 12,
  kTemporaryTooLong = 13,
  kCityNotFound = 20,
  kZoneNotFound = 21,
  kRightNotFound = 22,
  kRightTypeNotFound = 23,
  kCheckNotFound = 24,
  kContractNotFound = 25,
  kDraftNotFound = 26,
  kSellingPointNotFound = 27,
  kPermitNotFound = 28,
  kPermitTypeNotFound = 29,
  kCityExists = 30,
  kRightTypeExists = 31,
  kReferenceConflict = 32,
  kContractExists = 33,
  kRequestIdConflict = 34,
  kPermitTypeExists = 35,
  kPaymentConflict = 36,
  kDraftExists = 37,
  kRightEnded = 40,
  kRightSuspended = 41,
  kRightNotSuspended = 42,
  kIntervalInThePast = 43,
  kEndTooFarBack = 44,
  kZoneVersionOverlap = 45,
  kPlateKeyMismatch = 46,
  kUsageChanged = 47,
  kNotContracted = 48,
  kDraftNotValidated = 49,
  kStaleEtag = 50,
  kConcurrentChange = 51,
  kZoneFaults = 53,
  kZoneInForce = 54,
  kZoneRetired = 55,
  kCursorLost = 56,
  kCalendarInThePast = 57,
  kRightOfPermit = 58,
  kAreaInUse = 59,
  kUnauthenticated = 60,
  kRoleNotAllowed = 61,
  kBackendUnavailable = 70,
  kOutcomeUnknown = 71,
  kOverloaded = 72,
  kDeadlineExceeded = 73,
  kInternal = 74,
  kNotImplemented = 75,
  kPermitMoveNotAllowed = 80,
  kPermitLimitReached = 81,
  kNoPlaceLeft = 82,
  kEvidenceMissing = 83,
  kPlateChangePlanned = 84,
  kPlateChangeNotPlanned = 85,
  kPlateOnPermit = 86,
  kPlateNotOnPermit = 87,
  kTooManyPlates = 88,
  kTooManySwaps = 89,
  kLastPlate = 90,
  kAmountNotDue = 91,
  kOutsideRenewalWindow = 92,
  kPermitSetNotFound = 93,
  kPermitSetExists = 94,
};

// "CITY_NOT_FOUND"; empty for a value that is not in the list.
absl::string_view Name(ErrorReason reason);

struct FieldViolation {
  std::string field;        // path in the request, e.g. "right.plate.number"
  std::string description;  // what is wrong and what would be accepted
  friend bool operator==(const FieldViolation&, const FieldViolation&) = default;
};

struct RefusalDetails {
  ErrorReason reason = ErrorReason::kInternal;
  std::vector<FieldViolation> violations;
};

absl::Status Refusal(absl::StatusCode code, ErrorReason reason, absl::string_view message,
                     const std::vector<FieldViolation>& violations = {});
// A refusal of one input field: INVALID_ARGUMENT.
absl::Status InvalidField(absl::string_view field, absl::string_view description,
                          ErrorReason reason = ErrorReason::kInvalidField);
// What was attached by Refusal; nothing for a status of another origin.
std::optional<RefusalDetails> DetailsOf(const absl::Status& status);
// The same refusal with `prefix` and a dot before each field path: for fields of a message within a
// message.
absl::Status WithFieldPrefix(const absl::Status& status, absl::string_view prefix);

}  // namespace stadspoort::domain
