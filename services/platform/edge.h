#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/status.h"
#include "services/platform/call.h"

namespace google::protobuf {
class ServiceDescriptor;
}

namespace stadspoort::platform {

// What stands around every call of every service, in this order: call id, caller, role, deadline,
// handler, status, log line. Thread-safe after the services were added.
class Edge {
 public:
  struct Options {
    // Take the caller from call metadata, unverified. Without it nobody is a caller yet.
    bool insecure = false;
    // Gives a status from the system of record its reason. Statuses that have one pass unchanged.
    std::function<absl::Status(const absl::Status&)> explain;
  };
  explicit Edge(Options options) : options_(std::move(options)) {}

  // Reads from the contract who may call each method of the service.
  void AddService(const google::protobuf::ServiceDescriptor& service);

  // Runs `handler` for an admitted call. `method` is the full name, "/package.Service/Method"; one
  // that is not in the contract is refused.
  grpc::Status Serve(grpc::ServerContext& context, absl::string_view method,
                     absl::FunctionRef<absl::Status(const Call&)> handler) const;

  bool insecure() const { return options_.insecure; }

 private:
  absl::StatusOr<Call> Admit(const grpc::ServerContext& context, absl::string_view method) const;

  Options options_;
  absl::flat_hash_map<std::string, RoleSet> allowed_;
};

// Metadata by which a caller introduces itself to an insecure server.
inline constexpr char kSubjectKey[] = "stadspoort-subject";
inline constexpr char kRolesKey[] = "stadspoort-roles";  // comma-separated
inline constexpr char kProviderKey[] = "stadspoort-provider";
inline constexpr char kCitiesKey[] = "stadspoort-cities";  // comma-separated codes, or *
// On every answer of an insecure server.
inline constexpr char kInsecureKey[] = "stadspoort-insecure";
inline constexpr char kCallIdKey[] = "stadspoort-call-id";

}  // namespace stadspoort::platform
