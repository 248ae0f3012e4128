#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/repeated_field.h"
#include "services/domain/decision.h"
#include "services/stadspoort/exit_code.h"
#include "stadspoort/checks/v1/checks.pb.h"

// What a check's answer may be read as. The one rule: whatever this program does not understand is
// unknown, never a yes and never a no.
namespace stadspoort::client {

// kUnknown when decision or reason is not set, is not in this program's list, or when the two do
// not belong together.
domain::Decision DecisionRead(checks::v1::Decision decision, checks::v1::DecisionReason reason);
domain::Decision DecisionRead(const checks::v1::CheckAnswer& answer);

// The register's own words, else this program's. For an answer that may not be read: "unknown" with
// the numbers that were sent.
std::string ReasonWords(const checks::v1::CheckAnswer& answer, absl::string_view language);

// The answers with every decision as it may be read: for programs that look at the decision alone.
void ReadDecisions(checks::v1::BatchCheckPlatesResponse& response);

// kFine when every answer is permitted or not required; else kAnyUnknown before kAnyNotPermitted
// before kAnyReview. No answer at all is unknown.
ExitCode ExitCodeOf(const google::protobuf::RepeatedPtrField<checks::v1::CheckAnswer>& answers);

}  // namespace stadspoort::client
