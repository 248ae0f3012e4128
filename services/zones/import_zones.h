#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/domain/finding.h"
#include "services/domain/ids.h"
#include "services/domain/zone.h"
#include "services/domain/zone_draft.h"
#include "services/platform/call.h"
#include "services/zones/geojson.h"
#include "services/zones/rights_effect.h"
#include "services/zones/zone_queries.h"
#include "storage/postgres/client/pool.h"

namespace stadspoort::zones {

// Usage and regulation for features that carry none of their own.
struct Rule {
  std::string code_prefix;
  std::optional<domain::Usage> usage;
  v1::Regulation regulation;
};

struct ImportAsked {
  domain::CityCode city;
  std::vector<Rule> rules;
  std::optional<absl::Time> in_force_start;  // none: at once
  bool validate_only = false;
  // Store drafts instead; then only what cannot be read is a fault, and what would overwrite.
  bool as_drafts = false;
  bool replace_drafts = false;  // whatever drafts there are
  // How far the city's changes are known to whoever wrote the file: what changed later is not
  // overwritten. None: everything is.
  std::optional<ChangeCursor> since;
  std::string geojson;
};

// Values are those of stadspoort.zones.v1.ImportPhase.
enum class ImportPhase : uint8_t { kReading = 1, kJudging = 2, kStoring = 3 };
// How many features of how many are done in a phase. Must not wait: the city's zones may be locked.
using ImportProgress = absl::FunctionRef<void(ImportPhase, int done, int total)>;

struct Imported {
  std::vector<Fault> faults;  // any: nothing was stored
  int created = 0;
  int superseded = 0;
  int unchanged = 0;
  int drafted = 0;
  std::optional<absl::Time> in_force_start;  // where anything was published, or would have been
  std::vector<domain::Finding> warnings;
  std::vector<RightsHurt> rights_hurt;
};

// The command behind ImportZones: all or nothing. Thread-safe.
class ImportZones {
 public:
  explicit ImportZones(postgres::Pool& pool) : pool_(pool) {}

  absl::StatusOr<Imported> Run(const platform::Call& call, const ImportAsked& asked,
                               ImportProgress progress);

 private:
  // What of the file reads well.
  struct Candidate {
    int index = 0;  // of its feature
    domain::ZoneDraft draft;
  };
  class Reader;
  class Publication;
  absl::Status Publish(const platform::Call& call, const ImportAsked& asked,
                       const std::vector<Candidate>& candidates, Imported& imported,
                       ImportProgress progress);
  absl::Status Draft(const platform::Call& call, const ImportAsked& asked,
                     std::vector<Candidate>& candidates, Imported& imported,
                     ImportProgress progress);

  postgres::Pool& pool_;
};

}  // namespace stadspoort::zones
