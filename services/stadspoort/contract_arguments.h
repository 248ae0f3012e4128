#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "stadspoort/cities/v1/cities.pb.h"

// From what was typed behind `stadspoort contract ...` to requests. Every function gives
// INVALID_ARGUMENT with what would be accepted.
namespace stadspoort::client {

// What the commands on contracts understand; each takes what it needs. Empty: not given.
struct ContractArguments {
  std::string name;  // full name, or code with `city`
  std::string city;
  std::string of;  // the provider
  std::string display_name;
  std::vector<std::string> types;
  std::vector<std::string> zones;
  bool all_zones = false;
  std::string from;
  std::string until;
  bool open = false;  // without an end
  std::string etag;
  bool dry_run = false;
};

absl::StatusOr<cities::v1::CreateContractRequest> CreateRequest(const ContractArguments& arguments);
// `now` is what "--until now" means: an end has no other clock than the caller's.
absl::StatusOr<cities::v1::UpdateContractRequest> UpdateRequest(const ContractArguments& arguments,
                                                                absl::Time now);
absl::StatusOr<cities::v1::GetContractRequest> GetRequest(const ContractArguments& arguments);
absl::StatusOr<cities::v1::ListContractsRequest> ListRequest(const ContractArguments& arguments);

}  // namespace stadspoort::client
