#include "tests/faults/service.h"

#include <cstdlib>
#include <fstream>

namespace stadspoort::faults {

Service::Service(const Servers& servers)
    : folder_(servers.folder() + "-service"), proxy_(folder_, servers.postgres_socket()) {
  std::ifstream from(servers.folder() + "/env");
  std::ofstream to(folder_ + "/env");
  for (std::string line; std::getline(from, line);) {
    to << (line.starts_with("POSTGRES_SOCKET=") ? "POSTGRES_SOCKET=" + folder_ : line) << "\n";
  }
  to.close();
  setenv("STADSPOORT_TEST_SERVERS", folder_.c_str(), 1);
}

}  // namespace stadspoort::faults
