#pragma once

#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/domain/ids.h"
#include "services/domain/zone.h"
#include "storage/postgres/client/transaction.h"
#include "storage/postgres/journal.h"
#include "storage/postgres/zone_store.h"

namespace stadspoort::zones {

// The moment of a write: what was asked for, unless it has passed (InThePast for `field`); or now.
// Of what takes a while to judge it is asked twice: nobody can keep a rule that took force
// meanwhile.
absl::StatusOr<absl::Time> MomentOf(std::optional<absl::Time> asked, absl::string_view field,
                                    postgres::Transaction& transaction);

// Sends the commands of a transaction a unit at a time; the last unit goes with the commit. For one
// thread. After an error nothing more may be added.
class UnitWriter {
 public:
  // It outlives it.
  explicit UnitWriter(postgres::Transaction& transaction) : transaction_(transaction) {}

  absl::Status Add(postgres::Command command);
  absl::Status Commit();

 private:
  postgres::Transaction& transaction_;
  std::vector<postgres::Command> commands_;
};

// A version takes force at its start: the zone's first, or the one that ends what `newest` says.
// Under LockZones, and for a start that lies after everything in `newest`. Sets the version's id
// and number.
absl::Status AddPublication(const domain::CityCode& city, const postgres::NewestVersion* newest,
                            const postgres::Author& author, absl::Time now,
                            domain::ZoneVersion& version, UnitWriter& writer);

}  // namespace stadspoort::zones
