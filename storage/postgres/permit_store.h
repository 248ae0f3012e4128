#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/domain/ids.h"
#include "services/domain/permit.h"
#include "services/domain/plate.h"
#include "storage/postgres/client/connection.h"
#include "storage/postgres/journal.h"
#include "storage/postgres/permit_type_store.h"

// Permits, what happened to them and what is paid for them: the commands of a transaction, and what
// their results say. Locks are taken in the order permits, names, areas, plates.
namespace stadspoort::postgres {

struct StoredPermit {
  domain::Permit permit;
  int64_t revision = 0;  // counts its events
  absl::Time create_time;
  std::optional<absl::Time> due_time;     // when time will do something to it next
  std::optional<int64_t> queue_position;  // from 1; none: it does not wait, or was not asked
};

// What happened to a permit, and what it was after it.
struct PermitEvent {
  domain::PermitId permit;
  domain::PermitEventKind kind = domain::PermitEventKind::kApplied;
  domain::PermitState state = domain::PermitState::kSubmitted;
  absl::Time effective_time;
  int64_t revision = 0;
  std::string document;  // only when it is stored
  std::string actor;     // from here on only as it was read
  std::string reason;
  absl::Time recorded_time;
  std::string holder;  // only when events are followed
};

Command LockPermit(const domain::CityCode& city, const domain::PermitId& permit);
Command SelectPermit(const domain::CityCode& city, const domain::PermitId& permit);
absl::StatusOr<std::optional<StoredPermit>> PermitOf(const Result& result);
// Ascending; waiting for whoever changes one, or without those.
enum class IfChanging : uint8_t { kWait, kSkip };
Command LockPermits(const domain::CityCode& city, const std::vector<domain::PermitId>& permits,
                    IfChanging if_changing);
// After `after`, in the order in which they were asked for. None: any.
Command SelectPermitsPage(const domain::CityCode& city, const domain::PermitId& after,
                          const std::optional<std::string>& holder,
                          const std::optional<domain::PermitTypeCode>& type,
                          const std::optional<domain::PlateNumber>& plate, int64_t limit);
absl::StatusOr<std::vector<StoredPermit>> PermitsOf(const Result& result);

Command InsertPermit(const domain::CityCode& city, const StoredPermit& permit);
absl::StatusOr<absl::Time> InsertedPermitOf(const Result& result);  // when it was made
Command UpdatePermits(const domain::CityCode& city, const std::vector<StoredPermit>& permits);
// Each permit's in the order in which they happened.
Command InsertPermitEvents(const domain::CityCode& city, const std::vector<PermitEvent>& events,
                           const Author& author);

// Names whose permits are counted: holders and addresses of a type.
struct CountedNames {
  domain::PermitTypeCode type;
  std::string holder;
  std::vector<std::string> addresses;  // empty ones are left out
};
// Serialises whoever counts them until the transaction ends.
Command LockPermitNames(const domain::CityCode& city, const CountedNames& names);
// Serialises whoever confirms this payment until the transaction ends.
Command LockPayment(const domain::CityCode& city, const std::string& reference);
Command LockPermitAreas(const domain::CityCode& city, const std::vector<AreaOfType>& areas);
// All of a type, of every set.
Command LockAreasOfType(const domain::CityCode& city, const domain::PermitTypeCode& type);
struct AreaHeld {
  AreaOfType area;
  int64_t held = 0;  // permits that hold a place
};
absl::StatusOr<std::vector<AreaHeld>> AreasHeldOf(const Result& result);
// Of others than this permit; the earlier ones were asked for before it, or before now if it is
// new.
Command SelectPermitCounts(const domain::CityCode& city, const domain::Permit& permit,
                           const std::string& address, const domain::PermitAreaCode& area);
struct CountedPermits {
  int of_holder = 0;
  int of_address = 0;
  int earlier_of_holder = 0;
  int earlier_of_address = 0;
  bool others_wait = false;
  absl::Time now;  // the register's clock, after every lock
};
absl::StatusOr<CountedPermits> PermitCountsOf(const Result& result);

Command SelectPayment(const domain::CityCode& city, const std::string& reference);
struct Payment {
  domain::PermitId permit;
  int64_t amount_cents = 0;
};
absl::StatusOr<std::optional<Payment>> PaymentOf(const Result& result);
Command InsertPayment(const domain::CityCode& city, const std::string& reference,
                      const Payment& payment);
// False: the reference was used meanwhile.
bool InsertedPayment(const Result& result);

// Of one permit, after `revision`, as the register knew it at `known_at`.
Command SelectPermitEventsPage(const domain::CityCode& city, const domain::PermitId& permit,
                               int64_t revision, absl::Time known_at, int64_t limit);
absl::StatusOr<std::vector<PermitEvent>> PermitEventsOf(const Result& result);
// Without its address.
Command SelectPermitKnownAt(const domain::CityCode& city, const domain::PermitId& permit,
                            absl::Time known_at);
absl::StatusOr<std::optional<StoredPermit>> PermitKnownAtOf(const Result& result,
                                                            const domain::PermitId& permit);

// A place among all events of a city. Transactions are counted anew in each epoch.
struct EventPlace {
  std::string xid = "0";
  int64_t number = 0;
};
struct FollowedEvent {
  PermitEvent event;
  EventPlace place;
};
Command FollowPermitEvents(const domain::CityCode& city, const EventPlace& after, absl::Time since,
                           int64_t limit);
absl::StatusOr<std::vector<FollowedEvent>> FollowedEventsOf(const Result& result);
Command SelectEventsEnd();
struct EventsEnd {
  EventPlace place;  // nothing before it will appear any more
  std::string epoch;
  absl::Time now;
};
absl::StatusOr<EventsEnd> EventsEndOf(const Result& result);

}  // namespace stadspoort::postgres
