#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/domain/contract.h"
#include "services/domain/ids.h"
#include "services/domain/local_time.h"
#include "services/domain/plate.h"
#include "services/domain/pseudonym.h"
#include "services/domain/right_terms.h"
#include "services/platform/call.h"
#include "services/rights/pricing.h"
#include "storage/postgres/client/pool.h"
#include "storage/postgres/client/transaction.h"
#include "storage/postgres/right_store.h"

namespace stadspoort::rights {

struct EnrolAsked {
  domain::CityCode city;
  std::string reference;
  domain::PlateNumber plate = domain::PlateNumber::FromStored("");
  domain::Country country;
  domain::RightTypeCode type;
  bool city_wide = false;
  std::vector<domain::ZoneCode> zones;  // in the caller's order, each once
  domain::RequestedTerm term;
  std::vector<domain::WeeklyWindow> windows;
};

// What changes; none: stays.
struct Changes {
  std::optional<std::optional<absl::Time>> requested_end;  // amend; inner none: open
  std::optional<std::vector<domain::WeeklyWindow>> windows;
  struct Zones {
    bool city_wide = false;
    std::vector<domain::ZoneCode> zones;
  };
  std::optional<Zones> zones;
  // Only by correction.
  std::optional<domain::PlateNumber> plate;
  std::optional<domain::Country> country;
  std::optional<domain::RightTypeCode> type;
  std::optional<absl::Time> effective_start;
  std::optional<absl::Time> effective_end;
};

struct ChangeAsked {
  domain::CityCode city;
  domain::RightId right;
  std::string etag;  // empty: whatever it is now
  std::string reason;
  Changes changes;
};

struct EndAsked {
  domain::CityCode city;
  std::optional<domain::RightId> right;  // else by reference
  std::string reference;
  std::optional<absl::Time> end;  // none: now
  std::string reason;
};

struct Granted {
  postgres::StoredRight right;
  std::vector<domain::RemarkCode> remarks;
  // Due for the whole term; none: it is open, or not paid by time.
  std::optional<int64_t> amount_cents;
};

struct QuoteAsked {
  domain::CityCode city;
  domain::RightTypeCode type;
  std::vector<domain::ZoneCode> zones;  // each once
  std::optional<absl::Time> start;      // none: now
  absl::Time end;
};

struct Quoted {
  domain::Interval term;
  std::optional<Priced> priced;  // none: not paid by time
  std::vector<domain::RemarkCode> remarks;
};

struct EndedOrPending {
  std::optional<Granted> ended;
  std::optional<postgres::PendingEnd> pending;
};

struct ListAsked {
  domain::CityCode city;
  std::optional<domain::PlateNumber> plate;
  domain::RightId after;
  int64_t limit = 0;
};

struct PlateHistoryAsked {
  domain::CityCode city;
  domain::PlateNumber plate = domain::PlateNumber::FromStored("");
  std::optional<absl::Time> known_at;  // none: now
  std::string purpose;
  int64_t after = 0;  // the plate's version
  int64_t limit = 0;
};

// The etag of a right: changes with every change.
std::string EtagOf(const postgres::StoredRight& right);

// One command a verb; errors as the contract says them. Thread-safe.
class RightCommands {
 public:
  // Both outlive it.
  RightCommands(postgres::Pool& pool, const domain::PlateKeyring& keyring)
      : pool_(pool), keyring_(keyring) {}

  absl::StatusOr<Granted> Enrol(const platform::Call& call, const EnrolAsked& asked);
  absl::StatusOr<Granted> Amend(const platform::Call& call, const ChangeAsked& asked);
  absl::StatusOr<EndedOrPending> End(const platform::Call& call, const EndAsked& asked);
  absl::StatusOr<postgres::StoredRight> Revoke(const platform::Call& call,
                                               const ChangeAsked& asked);
  absl::StatusOr<postgres::StoredRight> Suspend(const platform::Call& call,
                                                const ChangeAsked& asked);
  absl::StatusOr<postgres::StoredRight> Resume(const platform::Call& call,
                                               const ChangeAsked& asked);
  absl::StatusOr<postgres::StoredRight> Correct(const platform::Call& call,
                                                const ChangeAsked& asked);
  absl::StatusOr<Quoted> Quote(const platform::Call& call, const QuoteAsked& asked);
  absl::StatusOr<postgres::StoredRight> Get(const platform::Call& call,
                                            const domain::CityCode& city,
                                            const domain::RightId& right);
  absl::StatusOr<std::vector<postgres::StoredRight>> List(const platform::Call& call,
                                                          const ListAsked& asked);
  absl::StatusOr<std::vector<postgres::PlateChange>> PlateHistory(const platform::Call& call,
                                                                  const PlateHistoryAsked& asked);

 private:
  using Transaction = postgres::Transaction;

  absl::StatusOr<Transaction> Begin(const platform::Call& call, const domain::CityCode& city,
                                    Transaction::Mode mode);

  // A right whose plate is locked for change, with the rules of its city.
  struct Locked {
    postgres::StoredRight right;
    postgres::EnrolmentRules rules;
    int64_t next_version = 0;                 // the right's once it has changed
    std::vector<domain::Contract> contracts;  // the caller's; only where they were asked for
  };
  enum class Also : uint8_t { kNothing, kContracts };
  absl::StatusOr<Locked> Lock(Transaction& transaction, const platform::Call& call,
                              const domain::CityCode& city, const domain::RightId& right,
                              const std::string& etag, Also also = Also::kNothing);
  absl::Status Store(Transaction& transaction, const platform::Call& call,
                     const domain::CityCode& city, const postgres::StoredRight& right,
                     absl::string_view verb, const std::string& reason,
                     postgres::SuspensionChange change = postgres::SuspensionChange::kNone);
  // What a verb without other content does to a right.
  struct StateChange {
    bool nothing = false;  // it is so already
    postgres::SuspensionChange suspension = postgres::SuspensionChange::kNone;
  };
  absl::StatusOr<postgres::StoredRight> ChangeState(
      const platform::Call& call, const ChangeAsked& asked, absl::string_view verb,
      absl::FunctionRef<absl::StatusOr<StateChange>(domain::Right&, absl::Time)> change);
  // NOT_FOUND with the field of the first zone that the city has not.
  absl::Status RequireZones(Transaction& transaction, const domain::CityCode& city,
                            const std::vector<domain::ZoneCode>& zones, absl::string_view field);
  absl::StatusOr<postgres::PlateIdentity> Identify(const platform::Call& call,
                                                   const domain::CityCode& city,
                                                   const postgres::EnrolmentRules& rules,
                                                   const domain::PlateNumber& plate) const;
  absl::StatusOr<Granted> EndLocked(Transaction& transaction, const platform::Call& call,
                                    const EndAsked& asked, const domain::RightId& right);
  // Says what is due for a term that is known, and what is to be remarked of it.
  absl::Status Price(Transaction& transaction, const domain::CityCode& city,
                     const postgres::EnrolmentRules& rules, Granted& granted);
  // For a repetition that changes nothing. Ends the transaction; OK once what it saw is safe.
  absl::Status AwaitSafety(Transaction& transaction, const platform::Call& call,
                           const domain::CityCode& city);
  absl::StatusOr<Granted> AlreadyEnrolled(Transaction& transaction, const EnrolAsked& asked,
                                          const postgres::EnrolmentRules& rules,
                                          const domain::RightId& right);
  absl::Status MovePlate(Transaction& transaction, const platform::Call& call,
                         const ChangeAsked& asked, Locked& locked);

  postgres::Pool& pool_;
  const domain::PlateKeyring& keyring_;
  Pricing pricing_;
};

}  // namespace stadspoort::rights
