#pragma once

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "tests/scenarios/superuser.h"

namespace stadspoort::scenarios {

// The register's clock, the SQL function stadspoort.register_time(): held still at a moment of the
// scenario, for every service of the database, until it is released.
class RegisterClock {
 public:
  // `superuser` outlives the clock.
  explicit RegisterClock(Superuser& superuser) : superuser_(superuser) {}

  absl::Status Set(absl::Time time);
  // The clock of production.
  absl::Status Release();

 private:
  absl::Status Replace(const std::string& expression);

  Superuser& superuser_;
  absl::Time time_ = absl::InfinitePast();  // as it was set last
};

}  // namespace stadspoort::scenarios
