#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/permits/permit_change.h"
#include "services/permits/permit_commands.h"
#include "services/permits/permit_queries.h"
#include "services/permits/type_commands.h"
#include "storage/postgres/client/pool.h"
#include "tests/integration/database.h"
#include "tests/integration/permit_action.h"

namespace stadspoort::testing {

// Asks the real commands, over connections of its own, as a portal or a clerk would. Thread-safe.
class PermitSender {
 public:
  // Both outlive it.
  PermitSender(const Database& database, postgres::PermitTypeReader& types, std::string name);

  // Of a permit; not a history or a type.
  absl::StatusOr<permits::Changed> Send(const PermitAction& action);
  absl::StatusOr<permits::PermitEvents> History(const PermitAction& action);
  absl::Status UpdateType(const domain::PermitType& rules);
  absl::Status CreateType(const domain::PermitType& rules);

 private:
  platform::Call CallFor(const PermitAction& action) const;
  absl::StatusOr<permits::Changed> Apply(const PermitAction& action);
  absl::StatusOr<permits::Changed> ChangePlates(const PermitAction& action,
                                                permits::ChangeAsked asked);

  const std::string name_;
  postgres::Pool pool_;
  permits::PermitChange change_;
  permits::PermitCommands commands_;
  permits::PermitQueries queries_;
  permits::TypeCommands types_;
};

inline constexpr char kModelCity[] = "gent";
// "NO_PLACE_LEFT"; of a fault that is no refusal all of it.
std::string ReasonOf(const absl::Status& status);

}  // namespace stadspoort::testing
