#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "stadspoort/checks/v1/checks.grpc.pb.h"
#include "stadspoort/cities/v1/cities.grpc.pb.h"
#include "stadspoort/rights/v1/rights.grpc.pb.h"
#include "stadspoort/zones/v1/zones.grpc.pb.h"

// The running service, called as whoever may.
namespace stadspoort::scenarios {

// Who calls: a role of the contract in lower case ("city-admin"), and for providers which one.
struct Caller {
  std::string role;
  std::string provider;
};

// Who the caller is, and how long it waits.
void Prepare(const Caller& caller, grpc::ClientContext& context);
// OK, or the call's name with what the service said of it.
absl::Status FromGrpc(absl::string_view call, const grpc::Status& status);

// A unary call: Call(caller, "EnrolRight", *stub, &Stub::EnrolRight, request, response).
template <typename Stub, typename Request, typename Response>
absl::Status Call(const Caller& caller, absl::string_view name, Stub& stub,
                  grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                  const Request& request, Response& response) {
  grpc::ClientContext context;
  Prepare(caller, context);
  return FromGrpc(name, (stub.*method)(&context, request, &response));
}

struct Service {
  explicit Service(const std::shared_ptr<grpc::Channel>& channel)
      : cities(cities::v1::CitiesService::NewStub(channel)),
        zones(zones::v1::ZonesService::NewStub(channel)),
        rights(rights::v1::RightsService::NewStub(channel)),
        checks(checks::v1::ChecksService::NewStub(channel)) {}

  std::unique_ptr<cities::v1::CitiesService::Stub> cities;
  std::unique_ptr<zones::v1::ZonesService::Stub> zones;
  std::unique_ptr<rights::v1::RightsService::Stub> rights;
  std::unique_ptr<checks::v1::ChecksService::Stub> checks;
};

}  // namespace stadspoort::scenarios
