#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "services/domain/ids.h"
#include "storage/postgres/client/connection.h"

// Requests that may be sent again: what was done for each, for limits::kRequestKept.
namespace stadspoort::postgres {

struct RequestKey {
  std::string actor;
  std::string id;  // the caller's own
};

struct RequestDone {
  std::string digest;   // 32 bytes: of what was asked
  std::string outcome;  // JSON of whoever did it
};

// Serialises sends of one request until the transaction ends, where nothing else does.
Command LockRequest(const domain::CityCode& city, const RequestKey& key);
Command SelectRequest(const domain::CityCode& city, const RequestKey& key);
absl::StatusOr<std::optional<RequestDone>> RequestDoneOf(const Result& result);
Command PutRequest(const domain::CityCode& city, const RequestKey& key, const RequestDone& done);
Command DeleteOldRequests(const domain::CityCode& city);

}  // namespace stadspoort::postgres
