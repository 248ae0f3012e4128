#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/domain/ids.h"
#include "services/domain/permit.h"
#include "services/domain/plate.h"
#include "services/domain/pseudonym.h"
#include "services/permits/rights_diff.h"
#include "services/platform/call.h"
#include "storage/postgres/client/pool.h"
#include "storage/postgres/client/transaction.h"
#include "storage/postgres/permit_right_store.h"
#include "storage/postgres/permit_set_store.h"
#include "storage/postgres/permit_store.h"
#include "storage/postgres/permit_type_store.h"
#include "storage/postgres/request_store.h"

// How a permit is changed, whatever the verb: locked, caught up with time, judged, stored with its
// events and its rights in one transaction.
namespace stadspoort::permits {

using PlateNumbers = absl::flat_hash_map<domain::PlateId, domain::PlateNumber>;

// A permit as it is told.
struct PermitShown {
  postgres::StoredPermit stored;
  std::shared_ptr<const domain::PermitType> type;  // by which it lives
  domain::PermitMoment moment;                     // as of which it is told
  PlateNumbers numbers;                            // of its plates
  std::optional<postgres::StoredPermitSet> set;    // to which it belongs; none: to none
};

// What a permit is judged by: a value that the verb reads, and the permit that it changes.
struct Dossier {
  domain::Permit permit;  // caught up with time
  domain::PermitCounts counts;
  domain::PermitMoment moment;
  PermitTypes types;
  int64_t present_version = 0;
  std::vector<domain::PlateId> plates;  // that the request names, in its order

  const domain::PermitType& Type() const { return *types.at(permit.type_version); }
  const domain::PermitType& PresentType() const { return *types.at(present_version); }
};

// The types by which these permits live, and the numbers of their plates, read in one round trip;
// everything told as of the register's clock.
absl::StatusOr<std::vector<PermitShown>> ShowAll(postgres::Transaction& transaction,
                                                 const domain::CityCode& city,
                                                 std::vector<postgres::StoredPermit> permits,
                                                 postgres::PermitTypeReader& types);

// What any change of a permit says of itself.
struct ChangeAsked {
  domain::CityCode city;
  domain::PermitId permit;
  std::string holder;      // for whom a portal acts; empty: not said
  std::string etag;        // empty: whatever it is now
  std::string request_id;  // empty: not to be known again
  std::string digest;      // of the request; with a request_id
  std::string reason;
  bool validate_only = false;
  // What else is locked, counted and looked up.
  bool counts = false;
  std::optional<std::string> new_address;
  std::optional<domain::PermitAreaCode> new_area;
  std::vector<domain::PlateNumber> plates;
  std::string payment_reference;  // with the amount
  int64_t amount_cents = 0;
};

// What a verb did.
struct Verdict {
  std::vector<domain::PermitEventKind> events;  // in order; none: nothing to do, as it was
  std::optional<absl::Time> effective_time;     // absent: now
  int64_t refund_cents = 0;
};

struct Changed {
  PermitShown shown;
  int64_t refund_cents = 0;
  int64_t price_cents = 0;  // of the first term; only of an application
};

// Thread-safe.
class PermitChange {
 public:
  using Verb = absl::FunctionRef<absl::StatusOr<Verdict>(Dossier&)>;

  // All outlive it.
  PermitChange(postgres::Pool& pool, const domain::PlateKeyring& keyring,
               postgres::PermitTypeReader& types)
      : pool_(pool), keyring_(keyring), types_(types) {}

  absl::StatusOr<Changed> Change(const platform::Call& call, const ChangeAsked& asked, Verb verb);

  struct Application {
    domain::CityCode city;
    domain::Permit permit;  // type, holder, address, evidence, requested start
    domain::PermitAreaCode area;
    std::optional<domain::PermitSetCode> set;  // to which it belongs
    std::vector<domain::PlateNumber> plates;
    std::vector<domain::Country> countries;  // of the plates
    std::string request_id;
    std::string digest;
    bool validate_only = false;
  };
  absl::StatusOr<Changed> Apply(const platform::Call& call, const Application& asked);

 private:
  using Transaction = postgres::Transaction;

  absl::StatusOr<std::vector<postgres::PlateIdentity>> Identify(
      const platform::Call& call, const domain::CityCode& city,
      const postgres::EnrolmentRules& rules, const std::vector<domain::PlateNumber>& plates) const;
  absl::Status AwaitSafety(Transaction& transaction, const platform::Call& call,
                           const domain::CityCode& city);
  // What was answered to the same request before; the permit as it is now.
  absl::StatusOr<Changed> AnswerAgain(Transaction& transaction, const platform::Call& call,
                                      const domain::CityCode& city,
                                      const postgres::RequestDone& done, const std::string& digest);
  // One permit with what it is told by, in two round trips.
  absl::StatusOr<PermitShown> Show(Transaction& transaction, const domain::CityCode& city,
                                   const domain::PermitId& permit);

  postgres::Pool& pool_;
  const domain::PlateKeyring& keyring_;
  postgres::PermitTypeReader& types_;
};

// Who did what time does.
inline constexpr char kRegisterActor[] = "register";
// What just happened to the permit, with the permit after it: counted and told.
postgres::PermitEvent EventOf(postgres::StoredPermit& stored, domain::PermitEventKind kind,
                              absl::Time effective);
// Who is named as the author of what a caller does: of a holder not who it is.
std::string ActorOf(const platform::Caller& caller);
// NOT_FOUND unless the caller may see the permit of this holder. `acting_for`: what the request
// says.
absl::Status MaySee(const platform::Caller& caller, const std::string& acting_for,
                    const std::string& holder);
// When time will do something to it next.
std::optional<absl::Time> DueTime(const domain::Permit& permit, const domain::PermitType& type,
                                  absl::TimeZone zone);

}  // namespace stadspoort::permits
