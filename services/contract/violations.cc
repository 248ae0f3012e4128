#include "services/contract/violations.h"

#include <optional>

#include "absl/strings/str_cat.h"

namespace stadspoort::contract {

void Violations::Add(absl::string_view prefix, const absl::Status& status) {
  const std::optional<domain::RefusalDetails> details =
      domain::DetailsOf(domain::WithFieldPrefix(status, prefix));
  if (!details || details->violations.empty()) {
    Add(std::string(prefix), std::string(status.message()));
    return;
  }
  // The first special reason speaks for the whole; each field still has its own words.
  if (reason_ == domain::ErrorReason::kInvalidField) reason_ = details->reason;
  violations_.insert(violations_.end(), details->violations.begin(), details->violations.end());
}

absl::Status Violations::status() const {
  if (empty()) return absl::OkStatus();
  const domain::FieldViolation& first = violations_.front();
  std::string message = absl::StrCat(first.field, ": ", first.description);
  if (violations_.size() > 1) {
    absl::StrAppend(&message, " (and ", violations_.size() - 1, " more)");
  }
  return domain::Refusal(absl::StatusCode::kInvalidArgument, reason_, message, violations_);
}

}  // namespace stadspoort::contract
