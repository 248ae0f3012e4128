#include "services/stadspoort/permit_questions.h"

#include "absl/status/status.h"
#include "services/stadspoort/names.h"
#include "services/stadspoort/permit_arguments.h"
#include "services/stadspoort/plates.h"
#include "services/stadspoort/time_text.h"
#include "services/stadspoort/words.h"

namespace stadspoort::client {
namespace {

constexpr int kPageSize = 500;  // the contract's most

}  // namespace

absl::StatusOr<permits::v1::GetPermitRequest> PermitShowRequest(
    const PermitShowArguments& arguments) {
  const absl::StatusOr<std::string> name = PermitNameOf(arguments.name, arguments.city);
  if (!name.ok()) return name.status();
  permits::v1::GetPermitRequest request;
  request.set_name(*name);
  request.set_holder(arguments.holder);
  return request;
}

absl::StatusOr<permits::v1::ListPermitsRequest> PermitListRequest(
    const PermitListArguments& arguments) {
  const absl::StatusOr<std::string> city = CityName(arguments.city);
  if (!city.ok()) return city.status();
  permits::v1::ListPermitsRequest request;
  request.set_parent(*city);
  request.set_holder(arguments.holder);
  request.set_page_size(kPageSize);
  for (const std::string& text : arguments.states) {
    const absl::StatusOr<permits::v1::PermitState> state = ParsePermitState(text);
    if (!state.ok()) return state.status();
    request.add_states(*state);
  }
  if (!arguments.type.empty()) {
    const absl::StatusOr<std::string> type = PermitTypeName(*city, arguments.type);
    if (!type.ok()) return type.status();
    request.set_permit_type(*type);
  }
  if (!arguments.plate.empty()) {
    const absl::StatusOr<common::v1::Plate> plate = ParsePlate(arguments.plate);
    if (!plate.ok()) return plate.status();
    *request.mutable_plate() = *plate;
  }
  return request;
}

absl::StatusOr<permits::v1::ListPermitEventsRequest> PermitHistoryRequest(
    const PermitHistoryArguments& arguments) {
  const absl::StatusOr<std::string> name = PermitNameOf(arguments.name, arguments.city);
  if (!name.ok()) return name.status();
  const auto known_at = ParseTime(arguments.known_at, "--known-at");
  if (!known_at.ok()) return known_at.status();
  permits::v1::ListPermitEventsRequest request;
  request.set_permit(*name);
  request.set_page_size(kPageSize);
  if (*known_at) *request.mutable_known_at_time() = ToTimestamp(**known_at);
  return request;
}

absl::StatusOr<permits::v1::FollowPermitEventsRequest> PermitFollowRequest(
    const PermitFollowArguments& arguments) {
  const absl::StatusOr<std::string> city = CityName(arguments.city);
  if (!city.ok()) return city.status();
  const auto from = ParseTime(arguments.from, "--from");
  if (!from.ok()) return from.status();
  if (*from && !arguments.since.empty()) {
    return absl::InvalidArgumentError("--since and --from contradict each other; give one of them");
  }
  permits::v1::FollowPermitEventsRequest request;
  request.set_parent(*city);
  request.set_cursor(arguments.since);
  if (*from) *request.mutable_start_time() = ToTimestamp(**from);
  return request;
}

}  // namespace stadspoort::client
