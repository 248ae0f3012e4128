#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/domain/ids.h"
#include "services/platform/call.h"
#include "services/zones/done_requests.h"
#include "services/zones/judgement.h"
#include "storage/postgres/client/pool.h"
#include "storage/postgres/client/transaction.h"
#include "storage/postgres/draft_store.h"
#include "storage/postgres/journal.h"
#include "storage/postgres/zone_change_store.h"
#include "storage/postgres/zone_store.h"

namespace stadspoort::zones {

struct ValidateAsked {
  domain::CityCode city;
  std::vector<domain::ZoneCode> zones;  // none: every draft
  std::optional<absl::Time> start;      // none: at once
};

struct Validated {
  std::vector<postgres::StoredDraft> drafts;
  Judgement judgement;
};

// Of every write of zones.
struct Writing {
  std::string request_id;  // empty: none
  bool validate_only = false;
  std::string reason;
};

struct PublishAsked {
  domain::CityCode city;
  struct Draft {
    domain::ZoneCode zone;
    std::string etag;  // empty: whatever it is now
  };
  std::vector<Draft> drafts;        // each zone once
  std::optional<absl::Time> start;  // none: at once
  Writing writing;
};

struct Published {
  absl::Time start;
  std::vector<std::pair<domain::ZoneCode, int64_t>> versions;
  Judgement judgement;  // empty for a request that is answered once more
};

struct RetireAsked {
  domain::CityCode city;
  domain::ZoneCode zone;
  std::optional<absl::Time> end;  // none: at once
  std::string etag;               // empty: whatever it is now
  Writing writing;
};

struct WithdrawAsked {
  domain::CityCode city;
  domain::ZoneCode zone;
  int64_t version = 0;
  std::string etag;  // empty: whatever it is now
  Writing writing;
};

struct Ended {
  postgres::StoredZone zone;  // without regulation and outline
  Judgement judgement;
};

// From drafts to versions in force, and out of force again. One writer at a time in a city; all of
// a call or nothing. Errors as the contract says them. Thread-safe.
class Publishing {
 public:
  explicit Publishing(postgres::Pool& pool) : pool_(pool) {}

  absl::StatusOr<Validated> Validate(const platform::Call& call, const ValidateAsked& asked);
  absl::StatusOr<Published> Publish(const platform::Call& call, const PublishAsked& asked);
  absl::StatusOr<Ended> Retire(const platform::Call& call, const RetireAsked& asked);
  absl::StatusOr<Ended> Withdraw(const platform::Call& call, const WithdrawAsked& asked);

 private:
  // How a version stops holding, or is called back.
  struct Ending {
    const domain::CityCode& city;
    absl::string_view verb;  // of the journal
    postgres::ZoneChangeKind kind;
    absl::Time effective;
    const postgres::Author& author;
    bool validate_only;
  };
  // Runs `commands`, which end the newest version of the zone, and what goes with every such
  // change.
  static absl::StatusOr<Ended> Finish(const Ending& ending, const postgres::NewestVersion& newest,
                                      std::vector<postgres::Command> commands,
                                      postgres::Transaction transaction, Ended ended);
  // For a request that was done before. `at_once`: a retirement at once.
  absl::StatusOr<Ended> AnswerAgain(const platform::Call& call, const domain::CityCode& city,
                                    postgres::Transaction transaction, const Outcome& outcome,
                                    bool at_once);

  postgres::Pool& pool_;
};

}  // namespace stadspoort::zones
