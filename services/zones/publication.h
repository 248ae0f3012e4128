#pragma once

#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "services/domain/ids.h"
#include "services/domain/zone.h"
#include "services/platform/call.h"
#include "storage/moment.h"
#include "storage/postgres/client/transaction.h"
#include "storage/postgres/journal.h"
#include "storage/postgres/zone_store.h"

namespace stadspoort::zones {

// What takes force so soon cannot be called back any more: checks may rest on it. What is done to
// its zone at once comes after it.
inline constexpr absl::Duration kAboutToHold = absl::Seconds(10);

// The moment asked for, unless it has passed (InThePast for `field`); else the first at which
// something may change in all these zones: now, or when what is about to hold there does.
absl::StatusOr<absl::Time> MomentOf(std::optional<absl::Time> asked, absl::string_view field,
                                    absl::Span<const postgres::NewestVersion> zones,
                                    postgres::Transaction& transaction);

// When versions that are being written take force.
struct TakingForce {
  absl::Time start;
  bool at_once = false;
  Moment by;  // on this process's clock, at the latest
};
// As MomentOf, but not before so many versions can be written and committed: nobody can keep a rule
// that took force before anybody could know it. TooSoon where an earlier moment is asked for.
absl::StatusOr<TakingForce> TakesForce(std::optional<absl::Time> asked, absl::string_view field,
                                       absl::Span<const postgres::NewestVersion> zones,
                                       size_t versions, postgres::Transaction& transaction);
// After the commit: returns when what was done at once is in force, or the call has hardly any time
// left. Holds nothing meanwhile.
void AwaitForce(const platform::Call& call, const TakingForce& force);

// Bounds what a transaction keeps in flight.
inline constexpr size_t kCommandsPerUnit = 300;

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
