#include "services/stadspoort/plate_change.h"

#include <optional>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/stadspoort/permit_arguments.h"
#include "services/stadspoort/plates.h"
#include "services/stadspoort/time_text.h"

namespace stadspoort::client {
namespace {

using permits::v1::ChangePlatesRequest;

// Which permit, when and under which conditions; the change itself is still to be said.
absl::StatusOr<ChangePlatesRequest> RequestOf(const PlateChangeArguments& arguments) {
  const absl::StatusOr<std::string> name = PermitNameOf(arguments.name, arguments.city);
  if (!name.ok()) return name.status();
  const auto at = ParseTime(arguments.at, "--at");
  if (!at.ok()) return at.status();
  ChangePlatesRequest request;
  request.set_name(*name);
  request.set_holder(arguments.holder);
  request.set_etag(arguments.etag);
  if (*at) *request.mutable_change_time() = ToTimestamp(**at);
  request.set_request_id(RequestIdOf(arguments.request_id, arguments.dry_run));
  request.set_validate_only(arguments.dry_run);
  return request;
}

absl::Status Read(const std::string& text, common::v1::Plate& plate) {
  const absl::StatusOr<common::v1::Plate> read = ParsePlate(text);
  if (!read.ok()) return read.status();
  plate = *read;
  return absl::OkStatus();
}

// The request, unless one of its parts could not be read.
absl::StatusOr<ChangePlatesRequest> Unless(const absl::Status& one, const absl::Status& other,
                                           const absl::StatusOr<ChangePlatesRequest>& request) {
  if (!one.ok()) return one;
  if (!other.ok()) return other;
  return request;
}

}  // namespace

absl::StatusOr<ChangePlatesRequest> AddPlateRequest(const PlateChangeArguments& arguments) {
  auto request = RequestOf(arguments);
  if (!request.ok()) return request;
  const absl::Status plate = Read(arguments.plate, *request->mutable_add()->mutable_plate());
  return Unless(plate, absl::OkStatus(), request);
}

absl::StatusOr<ChangePlatesRequest> RemovePlateRequest(const PlateChangeArguments& arguments) {
  auto request = RequestOf(arguments);
  if (!request.ok()) return request;
  const absl::Status plate = Read(arguments.plate, *request->mutable_remove()->mutable_plate());
  return Unless(plate, absl::OkStatus(), request);
}

absl::StatusOr<ChangePlatesRequest> SwapPlatesRequest(const PlateChangeArguments& arguments) {
  auto request = RequestOf(arguments);
  if (!request.ok()) return request;
  permits::v1::SwapPlates& swap = *request->mutable_swap();
  const absl::Status leaving = Read(arguments.leaving, *swap.mutable_leaving());
  const absl::Status coming = Read(arguments.coming, *swap.mutable_coming());
  return Unless(leaving, coming, request);
}

absl::StatusOr<ChangePlatesRequest> ActivatePlateRequest(const PlateChangeArguments& arguments) {
  auto request = RequestOf(arguments);
  if (!request.ok()) return request;
  permits::v1::ActivatePlate& activate = *request->mutable_activate();
  const absl::Status plate = Read(arguments.plate, *activate.mutable_plate());
  const absl::Status resting = arguments.instead_of.empty()
                                   ? absl::OkStatus()
                                   : Read(arguments.instead_of, *activate.mutable_instead_of());
  return Unless(plate, resting, request);
}

absl::StatusOr<ChangePlatesRequest> StandInRequest(const PlateChangeArguments& arguments) {
  auto request = RequestOf(arguments);
  if (!request.ok()) return request;
  const auto until = ParseTime(arguments.until, "--until");
  if (!until.ok()) return until.status();
  if (!*until) {
    return absl::InvalidArgumentError(
        "--until \"now\" leaves no time to stand in; write a moment that is still to come");
  }
  permits::v1::StandIn& stand_in = *request->mutable_stand_in();
  *stand_in.mutable_until_time() = ToTimestamp(**until);
  const absl::Status replaced = Read(arguments.replaced, *stand_in.mutable_replaced());
  const absl::Status temporary = Read(arguments.temporary, *stand_in.mutable_temporary());
  return Unless(replaced, temporary, request);
}

absl::StatusOr<ChangePlatesRequest> CallBackRequest(const PlateChangeArguments& arguments) {
  auto request = RequestOf(arguments);
  if (request.ok()) request->mutable_call_back();
  return request;
}

}  // namespace stadspoort::client
