#pragma once

#include <grpcpp/grpcpp.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "tests/history/history.h"
#include "tests/integration/register.h"

namespace stadspoort::history {

// Addresses of the daemons that may be called now; asked before every call, from many threads. A
// daemon that is started again may have another address.
using Addresses = std::function<std::vector<std::string>()>;

// The services of one daemon.
struct Door {
  uint16_t number;  // of the daemon in the history
  std::unique_ptr<cities::v1::CitiesService::Stub> cities;
  std::unique_ptr<zones::v1::ZonesService::Stub> zones;
  std::unique_ptr<rights::v1::RightsService::Stub> rights;
  std::unique_ptr<checks::v1::ChecksService::Stub> checks;
};

// Opens a channel to each daemon once.
class Doors {
 public:
  explicit Doors(Addresses addresses) : addresses_(std::move(addresses)) {}

  // Of one of the daemons; null while there is none.
  std::shared_ptr<const Door> Any(std::mt19937& random);

 private:
  std::shared_ptr<const Door> To(const std::string& address);

  Addresses addresses_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const Door>> doors_;
};

// A call that ends in time, whatever happens to the daemon.
template <typename Stub, typename Request, typename Response>
grpc::Status CallWithin(absl::Duration patience, const testing::Who& who, Stub& stub,
                        grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                     Response*),
                        const Request& request, Response& response) {
  grpc::ClientContext context;
  testing::Introduce(who, context);
  context.set_deadline(absl::ToChronoTime(absl::Now() + patience));
  return (stub.*method)(&context, request, &response);
}

// What a write's status says about whether it happened. In doubt: kUnknown.
Outcome OutcomeOf(const grpc::Status& status);
// "UNAVAILABLE OUTCOME_UNKNOWN"
std::string Brief(const grpc::Status& status);

}  // namespace stadspoort::history
