#pragma once

#include <libpq-fe.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace stadspoort::scenarios {

// A superuser's connection to the private database of a scenario: for what no service may do. Not
// thread-safe.
class Superuser {
 public:
  // Unavailable when the database cannot be reached; FailedPrecondition while another play uses it.
  static absl::StatusOr<Superuser> Connect(const std::string& conninfo);

  // One statement with its parameters as text ($1, $2 ...). FailedPrecondition, with what the
  // database says, when it fails. Gives the number of rows it touched.
  absl::StatusOr<int> Run(const std::string& statement,
                          const std::vector<std::string>& parameters = {});

 private:
  struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  explicit Superuser(PGconn* connection) : connection_(connection) {}

  std::unique_ptr<PGconn, Finish> connection_;
};

}  // namespace stadspoort::scenarios
