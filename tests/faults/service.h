#pragma once

#include <string>

#include "tests/faults/proxy.h"
#include "tests/faults/servers.h"

namespace stadspoort::faults {

// Registers of this process live behind a service name: first on these servers, later on others.
class Service {
 public:
  explicit Service(const Servers& servers);

  const std::string& folder() const { return folder_; }
  void Route(const std::string& socket_folder) { proxy_.Route(socket_folder); }

 private:
  std::string folder_;
  Proxy proxy_;
};

}  // namespace stadspoort::faults
