#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/domain/refusal.h"

namespace stadspoort::contract {

// Collects every faulty field of a message, so that a caller mends them all at once. Not
// thread-safe.
class Violations {
 public:
  void Add(std::string field, std::string description) {
    violations_.push_back({std::move(field), std::move(description)});
  }
  // Adds what `status` says of its fields, under `prefix`.
  void Add(absl::string_view prefix, const absl::Status& status);

  bool empty() const { return violations_.empty(); }
  // OK when nothing was added; else INVALID_ARGUMENT (INVALID_FIELD) with all of it.
  absl::Status status() const;

 private:
  std::vector<domain::FieldViolation> violations_;
  domain::ErrorReason reason_ = domain::ErrorReason::kInvalidField;
};

}  // namespace stadspoort::contract
