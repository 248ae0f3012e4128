#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "grpcpp/impl/codegen/service_type.h"
#include "grpcpp/server.h"

namespace stadspoort::platform {

// A running gRPC server with the standard health and reflection services. Its health answers for ""
// and for every service's name, NOT_SERVING until SetReady. An insecure one says so on every
// answer (header stadspoort-insecure) and by a health entry of the name "stadspoort.insecure" that
// is always SERVING.
class Server {
 public:
  struct Options {
    std::string listen;  // host:port; port 0 picks a free one
    bool insecure = false;
    std::vector<grpc::Service*> services;    // outlive the server
    std::vector<std::string> service_names;  // full names, for health
  };
  // UNAVAILABLE when the address cannot be listened on.
  static absl::StatusOr<std::unique_ptr<Server>> Start(Options options);

  // host:port with the real port.
  const std::string& address() const { return address_; }
  // Of one service; "": of all. Thread-safe.
  void SetReady(const std::string& service_name, bool ready);
  // Says NOT_SERVING, lets running calls finish for up to `patience`, then ends them.
  void Stop(absl::Duration patience);

 private:
  Server() = default;
  void SetNothingReady();
  std::string address_;
  std::vector<std::string> service_names_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace stadspoort::platform
