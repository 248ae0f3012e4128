#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/stadspoort/request_id.h"
#include "stadspoort/permits/v1/permits.pb.h"

// From what was typed behind `stadspoort permit apply | evidence | ...` to requests. Every function
// gives INVALID_ARGUMENT with what would be accepted.
namespace stadspoort::client {

// What the commands that change a permit understand; each takes what it needs. Empty: not given.
struct PermitArguments {
  std::string name;  // full name, or UUID with `city`
  std::string city;
  std::string holder;
  std::string address;
  std::string area;
  std::string type;
  std::string set;
  std::vector<std::string> plates;
  std::vector<std::string> evidence_kinds;
  std::string from;
  std::string amount;  // in euros: 12.50
  std::string reference;
  std::string reason;
  std::string request_id;
  bool dry_run = false;
};

// The full name of the permit that `name` and `city` say.
absl::StatusOr<std::string> PermitNameOf(const std::string& name, const std::string& city);

// The id of a write: the caller's own, else a random one, unless it is for judging only.
std::string RequestIdOf(const std::string& own, bool dry_run);

// What most verbs say: which permit, for whom, why, and under which id; as far as the contract's
// request has it.
template <typename Request>
absl::StatusOr<Request> VerbRequest(const PermitArguments& arguments) {
  const absl::StatusOr<std::string> name = PermitNameOf(arguments.name, arguments.city);
  if (!name.ok()) return name.status();
  Request request;
  request.set_name(*name);
  if constexpr (requires { request.holder(); }) request.set_holder(arguments.holder);
  if constexpr (requires { request.reason(); }) request.set_reason(arguments.reason);
  if constexpr (requires { request.validate_only(); }) {
    request.set_validate_only(arguments.dry_run);
  }
  if constexpr (requires { request.request_id(); }) {
    request.set_request_id(RequestIdOf(arguments.request_id, arguments.dry_run));
  }
  return request;
}

absl::StatusOr<permits::v1::ApplyForPermitRequest> ApplyRequest(const PermitArguments& arguments);
// One kind of evidence.
absl::StatusOr<permits::v1::GiveEvidenceRequest> EvidenceRequest(const PermitArguments& arguments);
absl::StatusOr<permits::v1::AskEvidenceRequest> AskEvidenceRequest(
    const PermitArguments& arguments);
absl::StatusOr<permits::v1::ConfirmPaymentRequest> PaymentRequest(const PermitArguments& arguments);
absl::StatusOr<permits::v1::MovePermitRequest> MoveRequest(const PermitArguments& arguments);

}  // namespace stadspoort::client
