#include "tests/history/doors.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace stadspoort::history {

std::shared_ptr<const Door> Doors::Any(std::mt19937& random) {
  const std::vector<std::string> addresses = addresses_();
  if (addresses.empty()) return nullptr;
  return To(addresses[std::uniform_int_distribution<size_t>(0, addresses.size() - 1)(random)]);
}

std::shared_ptr<const Door> Doors::To(const std::string& address) {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<const Door>& door = doors_[address];
  if (door == nullptr) {
    grpc::ChannelArguments arguments;
    // A daemon that is back is called at once.
    arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 50);
    arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 200);
    const auto channel =
        grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
    door = std::make_shared<const Door>(
        Door{static_cast<uint16_t>(doors_.size()), cities::v1::CitiesService::NewStub(channel),
             zones::v1::ZonesService::NewStub(channel), rights::v1::RightsService::NewStub(channel),
             checks::v1::ChecksService::NewStub(channel)});
  }
  return door;
}

Outcome OutcomeOf(const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::OK:
      return Outcome::kAcknowledged;
    case grpc::StatusCode::INVALID_ARGUMENT:
    case grpc::StatusCode::NOT_FOUND:
    case grpc::StatusCode::ALREADY_EXISTS:
    case grpc::StatusCode::FAILED_PRECONDITION:
    case grpc::StatusCode::PERMISSION_DENIED:
      return Outcome::kRefused;
    case grpc::StatusCode::ABORTED:
      return testing::ReasonOf(status) == "STALE_ETAG" ? Outcome::kRefused : Outcome::kUnknown;
    default:
      return Outcome::kUnknown;
  }
}

std::string Brief(const grpc::Status& status) {
  const std::string reason = testing::ReasonOf(status);
  return absl::StrCat(absl::StatusCodeToString(static_cast<absl::StatusCode>(status.error_code())),
                      reason.empty() ? "" : " ", reason);
}

}  // namespace stadspoort::history
