#include "services/stadspoort/check_answer.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "services/domain/decision_text.h"

namespace stadspoort::client {
namespace {

using checks::v1::CheckAnswer;
using google::protobuf::RepeatedPtrField;

// The values of both lists are those of the domain.
std::optional<domain::DecisionReason> ReasonRead(checks::v1::DecisionReason reason) {
  if (reason < 1 || reason > domain::kDecisionReasonCount) return std::nullopt;
  return static_cast<domain::DecisionReason>(reason);
}

checks::v1::Decision AsSent(domain::Decision decision) {
  return static_cast<checks::v1::Decision>(decision);
}

bool AnyRead(const RepeatedPtrField<CheckAnswer>& answers, domain::Decision decision) {
  return std::any_of(answers.begin(), answers.end(),
                     [&](const CheckAnswer& answer) { return DecisionRead(answer) == decision; });
}

}  // namespace

domain::Decision DecisionRead(checks::v1::Decision decision, checks::v1::DecisionReason reason) {
  const std::optional<domain::DecisionReason> known = ReasonRead(reason);
  if (!known || AsSent(domain::DecisionOf(*known)) != decision) return domain::Decision::kUnknown;
  return domain::DecisionOf(*known);
}

domain::Decision DecisionRead(const CheckAnswer& answer) {
  return DecisionRead(answer.decision(), answer.reason());
}

std::string ReasonWords(const CheckAnswer& answer, absl::string_view language) {
  const std::optional<domain::DecisionReason> reason = ReasonRead(answer.reason());
  const bool understood = reason && AsSent(domain::DecisionOf(*reason)) == answer.decision();
  // Words that fit a decision which may not be read would mislead.
  if (!understood) {
    return absl::StrCat(domain::DecisionText(domain::Decision::kUnknown, language), " (",
                        static_cast<int>(answer.decision()), "/", static_cast<int>(answer.reason()),
                        ")");
  }
  if (!answer.reason_text().empty()) return answer.reason_text();
  return domain::ReasonText(*reason, language,
                            answer.has_expired_minutes_ago()
                                ? std::optional<int64_t>(answer.expired_minutes_ago())
                                : std::nullopt);
}

void ReadDecisions(checks::v1::BatchCheckPlatesResponse& response) {
  for (CheckAnswer& answer : *response.mutable_answers()) {
    answer.set_decision(AsSent(DecisionRead(answer)));
    for (checks::v1::ZoneCandidate& candidate : *answer.mutable_zone_candidates()) {
      candidate.set_decision(AsSent(DecisionRead(candidate.decision(), candidate.reason())));
    }
  }
}

ExitCode ExitCodeOf(const RepeatedPtrField<CheckAnswer>& answers) {
  if (answers.empty() || AnyRead(answers, domain::Decision::kUnknown)) return kAnyUnknown;
  if (AnyRead(answers, domain::Decision::kNotPermitted)) return kAnyNotPermitted;
  if (AnyRead(answers, domain::Decision::kReview)) return kAnyReview;
  return kFine;
}

}  // namespace stadspoort::client
