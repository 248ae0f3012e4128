#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/stadspoort/zone_argument.h"
#include "stadspoort/zones/v1/zones.pb.h"

// From what was typed behind `stadspoort zone publish | retire | withdraw` to requests. Every
// function gives INVALID_ARGUMENT with what would be accepted. Empty: not given.
namespace stadspoort::client {

struct PublishArguments {
  std::string city;
  std::vector<std::string> zones;
  bool all = false;
  std::string from = "now";
  std::string etag;  // of the one draft
  std::string reason;
  std::string request_id;
  bool dry_run = false;
};

struct RetireArguments {
  ZoneArgument zone;
  std::string at = "now";
  std::string etag;
  std::string reason;
  std::string request_id;
  bool dry_run = false;
};

struct WithdrawArguments {
  std::string city;
  std::string zone;
  int64_t version = 0;
  std::string etag;
  std::string reason;
  std::string request_id;
  bool dry_run = false;
};

// With `all` the request has no drafts yet. A request without an id gets a random one, unless it is
// for judging only.
absl::StatusOr<zones::v1::PublishZonesRequest> PublishRequest(const PublishArguments& arguments);
absl::StatusOr<zones::v1::RetireZoneRequest> RetireRequest(const RetireArguments& arguments);
absl::StatusOr<zones::v1::WithdrawZoneVersionRequest> WithdrawRequest(
    const WithdrawArguments& arguments);

}  // namespace stadspoort::client
