#include "storage/postgres/client/status.h"

#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"

namespace stadspoort::postgres {
namespace {

constexpr absl::string_view kSqlState = "stadspoort.postgres/sqlstate";
constexpr absl::string_view kConstraint = "stadspoort.postgres/constraint";
constexpr absl::string_view kOutcomeUnknown = "stadspoort.postgres/outcome-unknown";

absl::Status WithoutPayload(std::string_view sqlstate) {
  const std::string_view klass = sqlstate.substr(0, 2);
  if (sqlstate == "40001" || sqlstate == "40P01" || sqlstate == "55P03") {
    return absl::AbortedError("the change met another one; it can be done again");
  }
  if (sqlstate == "23505" || sqlstate == "23P01") return absl::AlreadyExistsError("already there");
  if (sqlstate == "23503" || sqlstate == "23001") {
    return absl::FailedPreconditionError("something this refers to is missing or still in use");
  }
  if (sqlstate == "57014") return absl::DeadlineExceededError("the database took too long");
  if (klass == "08" || klass == "57" || klass == "28" || sqlstate == "25006" ||
      sqlstate == "25P03" || sqlstate == "3D000") {
    return absl::UnavailableError("the database is not available");
  }
  if (klass == "53") return absl::ResourceExhaustedError("the database is out of resources");
  return absl::InternalError("the database refused a statement");
}

std::string Payload(const absl::Status& status, absl::string_view key) {
  const auto value = status.GetPayload(key);
  return value ? std::string(*value) : std::string();
}

void SetPayload(absl::Status& status, absl::string_view key, std::string_view value) {
  if (!value.empty()) status.SetPayload(key, absl::Cord(std::string(value)));
}

}  // namespace

absl::Status StatusFromSqlState(std::string_view sqlstate, std::string_view constraint) {
  absl::Status status = WithoutPayload(sqlstate);
  SetPayload(status, kSqlState, sqlstate);
  SetPayload(status, kConstraint, constraint);
  return status;
}

std::string SqlStateOf(const absl::Status& status) { return Payload(status, kSqlState); }
std::string ConstraintOf(const absl::Status& status) { return Payload(status, kConstraint); }

absl::Status OutcomeUnknown() {
  absl::Status status = absl::UnavailableError(
      "it is not known whether the change was made; sending it again with the same reference is "
      "safe");
  status.SetPayload(kOutcomeUnknown, absl::Cord());
  return status;
}

bool IsOutcomeUnknown(const absl::Status& status) {
  return status.GetPayload(kOutcomeUnknown).has_value();
}

}  // namespace stadspoort::postgres
