#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/repeated_field.h"
#include "stadspoort/checks/v1/checks.pb.h"
#include "stadspoort/common/v1/kinds.pb.h"
#include "stadspoort/permits/v1/permits.pb.h"
#include "stadspoort/rights/v1/rights.pb.h"
#include "stadspoort/zones/v1/zones.pb.h"

// The closed lists of the contract in a person's words. A value this program does not know is shown
// as such, by its number.
namespace stadspoort::client {

std::string UsageText(common::v1::Usage usage);                   // "paid parking"
std::string RightKindText(common::v1::RightKind kind);            // "day pass"
std::string RightStateText(rights::v1::RightState state);         // "in force"
std::string RemarkCodeText(rights::v1::RemarkCode code);          // "start clipped"
std::string RungText(checks::v1::Rung rung, bool degraded);       // "postgres", "memory, degraded"
std::string SeverityText(zones::v1::FindingSeverity severity);    // "warning"
std::string FindingKindText(zones::v1::FindingKind kind);         // "overlapping frames"
std::string VersionStateText(zones::v1::ZoneVersionState state);  // "superseded"
std::string DraftStateText(zones::v1::ZoneDraftState state);      // "validated"
std::string ZoneChangeKindText(zones::v1::ZoneChangeKind kind);   // "published"
std::string PermitStateText(permits::v1::PermitState state);      // "awaiting payment"
std::string PermitEventKindText(permits::v1::PermitEventKind kind);  // "plates changed"

// "paid-parking", "PAID_PARKING" or "USAGE_PAID_PARKING", in any case. INVALID_ARGUMENT with the
// whole list.
absl::StatusOr<common::v1::Usage> ParseUsage(absl::string_view text);
absl::StatusOr<common::v1::RightKind> ParseRightKind(absl::string_view text);       // "day-pass"
absl::StatusOr<permits::v1::PermitState> ParsePermitState(absl::string_view text);  // "in-review"

// "resident, visitor, right type buren"; empty for an empty list.
std::string AcceptedText(const google::protobuf::RepeatedField<int>& kinds,
                         const google::protobuf::RepeatedPtrField<std::string>& right_types);

// "1.50" of 150 cents, "-0.05" of -5.
std::string CentsText(int64_t cents);
// "€1.50" of 150 cents, "-€0.05" of -5.
std::string MoneyText(int64_t cents);

}  // namespace stadspoort::client
