#include "services/stadspoort/permit_arguments.h"

#include <cstddef>
#include <cstdint>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "services/stadspoort/names.h"
#include "services/stadspoort/plates.h"
#include "services/stadspoort/time_text.h"

namespace stadspoort::client {
namespace {

using permits::v1::Permit;

bool IsNumber(absl::string_view text) {
  return !text.empty() && absl::c_all_of(text, [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
}

// Cents of "12.50" or "12".
absl::StatusOr<int64_t> ParseEuros(absl::string_view text) {
  const size_t point = text.find('.');
  const absl::string_view cents = point == absl::string_view::npos ? "00" : text.substr(point + 1);
  int64_t amount = 0;
  if (!IsNumber(text.substr(0, point)) || cents.size() != 2 || !IsNumber(cents) ||
      !absl::SimpleAtoi(absl::StrCat(text.substr(0, point), cents), &amount)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--amount \"", text, "\" is not an amount in euros; write 12.50 or 12"));
  }
  return amount;
}

absl::Status SetPlates(const PermitArguments& arguments, Permit& permit) {
  for (const std::string& text : arguments.plates) {
    const absl::StatusOr<common::v1::Plate> plate = ParsePlate(text);
    if (!plate.ok()) return plate.status();
    *permit.add_plates()->mutable_plate() = *plate;
  }
  return absl::OkStatus();
}

absl::Status SetTypeAndSet(const PermitArguments& arguments, const std::string& city,
                           Permit& permit) {
  const absl::StatusOr<std::string> type = PermitTypeName(city, arguments.type);
  if (!type.ok()) return type.status();
  permit.set_permit_type(*type);
  if (arguments.set.empty()) return absl::OkStatus();
  const absl::StatusOr<std::string> set = PermitSetName(city, arguments.set);
  if (!set.ok()) return set.status();
  permit.set_permit_set(*set);
  return absl::OkStatus();
}

absl::Status SetStart(const PermitArguments& arguments, Permit& permit) {
  if (arguments.from.empty()) return absl::OkStatus();
  const auto from = ParseTime(arguments.from, "--from");
  if (!from.ok()) return from.status();
  if (*from) *permit.mutable_requested_start_time() = ToTimestamp(**from);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> PermitNameOf(const std::string& name, const std::string& city) {
  if (city.empty()) return PermitName("", name);
  const absl::StatusOr<std::string> city_name = CityName(city);
  if (!city_name.ok()) return city_name.status();
  return PermitName(*city_name, name);
}

std::string RequestIdOf(const std::string& own, bool dry_run) {
  return own.empty() && !dry_run ? NewRequestId() : own;
}

absl::StatusOr<permits::v1::ApplyForPermitRequest> ApplyRequest(const PermitArguments& arguments) {
  const absl::StatusOr<std::string> city = CityName(arguments.city);
  if (!city.ok()) return city.status();
  permits::v1::ApplyForPermitRequest request;
  request.set_parent(*city);
  Permit& permit = *request.mutable_permit();
  for (const absl::Status& status : {SetTypeAndSet(arguments, *city, permit),
                                     SetPlates(arguments, permit), SetStart(arguments, permit)}) {
    if (!status.ok()) return status;
  }
  permit.set_holder(arguments.holder);
  permit.set_address(arguments.address);
  permit.set_area(arguments.area);
  for (const std::string& kind : arguments.evidence_kinds) permit.add_evidence_kinds(kind);
  request.set_validate_only(arguments.dry_run);
  request.set_request_id(RequestIdOf(arguments.request_id, arguments.dry_run));
  return request;
}

absl::StatusOr<permits::v1::GiveEvidenceRequest> EvidenceRequest(const PermitArguments& arguments) {
  auto request = VerbRequest<permits::v1::GiveEvidenceRequest>(arguments);
  if (!request.ok()) return request;
  if (arguments.evidence_kinds.size() != 1) {
    return absl::InvalidArgumentError(
        "which evidence? Give --kind once; each kind is a command of its own");
  }
  request->set_evidence_kind(arguments.evidence_kinds.front());
  return request;
}

absl::StatusOr<permits::v1::AskEvidenceRequest> AskEvidenceRequest(
    const PermitArguments& arguments) {
  auto request = VerbRequest<permits::v1::AskEvidenceRequest>(arguments);
  if (!request.ok()) return request;
  for (const std::string& kind : arguments.evidence_kinds) request->add_evidence_kinds(kind);
  return request;
}

absl::StatusOr<permits::v1::ConfirmPaymentRequest> PaymentRequest(
    const PermitArguments& arguments) {
  auto request = VerbRequest<permits::v1::ConfirmPaymentRequest>(arguments);
  if (!request.ok()) return request;
  const absl::StatusOr<int64_t> amount = ParseEuros(arguments.amount);
  if (!amount.ok()) return amount.status();
  request->set_amount_cents(*amount);
  request->set_payment_reference(arguments.reference);
  return request;
}

absl::StatusOr<permits::v1::MovePermitRequest> MoveRequest(const PermitArguments& arguments) {
  auto request = VerbRequest<permits::v1::MovePermitRequest>(arguments);
  if (!request.ok()) return request;
  request->set_address(arguments.address);
  request->set_area(arguments.area);
  return request;
}

}  // namespace stadspoort::client
