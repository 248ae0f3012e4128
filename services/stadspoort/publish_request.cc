#include "services/stadspoort/publish_request.h"

#include "absl/status/status.h"
#include "services/stadspoort/names.h"
#include "services/stadspoort/request_id.h"
#include "services/stadspoort/time_text.h"

namespace stadspoort::client {
namespace {

// What the three have in common.
template <typename Arguments, typename Request>
void SetRequest(const Arguments& arguments, Request& request) {
  request.set_reason(arguments.reason);
  request.set_validate_only(arguments.dry_run);
  request.set_request_id(arguments.request_id.empty() && !arguments.dry_run ? NewRequestId()
                                                                            : arguments.request_id);
}

}  // namespace

absl::StatusOr<zones::v1::PublishZonesRequest> PublishRequest(const PublishArguments& arguments) {
  const absl::StatusOr<std::string> city = CityName(arguments.city);
  if (!city.ok()) return city.status();
  if (arguments.zones.empty() != arguments.all) {
    return absl::InvalidArgumentError(
        "which drafts? Name their zones, or give --all for every draft of the city; not both");
  }
  if (!arguments.etag.empty() && arguments.zones.size() != 1) {
    return absl::InvalidArgumentError("--etag is the version tag of one draft: name one zone");
  }
  zones::v1::PublishZonesRequest request;
  request.set_parent(*city);
  for (const std::string& text : arguments.zones) {
    const absl::StatusOr<std::string> zone = ZoneName(*city, text);
    if (!zone.ok()) return zone.status();
    zones::v1::DraftToPublish& draft = *request.add_drafts();
    draft.set_zone(*zone);
    draft.set_etag(arguments.etag);
  }
  const auto from = ParseTime(arguments.from, "--from");
  if (!from.ok()) return from.status();
  if (*from) *request.mutable_in_force_start_time() = ToTimestamp(**from);
  SetRequest(arguments, request);
  return request;
}

absl::StatusOr<zones::v1::RetireZoneRequest> RetireRequest(const RetireArguments& arguments) {
  const absl::StatusOr<std::string> name = ZoneNameOf(arguments.zone);
  if (!name.ok()) return name.status();
  const auto at = ParseTime(arguments.at, "--at");
  if (!at.ok()) return at.status();
  zones::v1::RetireZoneRequest request;
  request.set_name(*name);
  if (*at) *request.mutable_end_time() = ToTimestamp(**at);
  request.set_etag(arguments.etag);
  SetRequest(arguments, request);
  return request;
}

absl::StatusOr<zones::v1::WithdrawZoneVersionRequest> WithdrawRequest(
    const WithdrawArguments& arguments) {
  const absl::StatusOr<std::string> city = CityName(arguments.city);
  if (!city.ok()) return city.status();
  const absl::StatusOr<std::string> zone = ZoneName(*city, arguments.zone);
  if (!zone.ok()) return zone.status();
  zones::v1::WithdrawZoneVersionRequest request;
  request.set_name(*zone);
  request.set_zone_version(arguments.version);
  request.set_etag(arguments.etag);
  SetRequest(arguments, request);
  return request;
}

}  // namespace stadspoort::client
