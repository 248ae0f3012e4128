#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "services/domain/city_rules.h"
#include "services/domain/ids.h"
#include "services/domain/plate.h"
#include "storage/postgres/city_store.h"
#include "storage/postgres/client/connection.h"
#include "storage/postgres/client/pool.h"
#include "storage/postgres/plate_record.h"
#include "storage/protocol/state.h"

// Reading the register: what changed, what holds of given plates, and under which rules, all in one
// snapshot of the primary.
namespace stadspoort::postgres {

// How the roles ladder and projector connect: plans are made once and walk indexes, and a row that
// row-level security would hide is an error. LoaderOptions: for LoadRegister.
ConnectionOptions ReaderOptions(absl::string_view conninfo, absl::string_view role);
ConnectionOptions LoaderOptions(absl::string_view conninfo, absl::string_view role);
// For a whole load.
inline constexpr absl::Duration kLoadPatience = absl::Hours(1);

// More changes than this are no delta any more: the reader had better load anew.
inline constexpr int64_t kDeltaMaxSubjects = 20'000;
// Nor are more rows of the journal than so many times that, of however few subjects.
inline constexpr int64_t kDeltaMaxRowsEach = 5;

// What may be read of a city's zones where others wait, in vertices; the rules of a version count
// for 50. Takes about 20 ms.
inline constexpr int64_t kZonesReadMax = 25'000;

struct RegisterQuery {
  // Everything that changed since this snapshot; none: no changes.
  std::optional<std::string> since;
  int64_t changes_max = kDeltaMaxSubjects;

  struct Plate {
    PlateKey key;
    std::optional<absl::Time> oldest;  // of the check times; none: now
  };
  std::vector<Plate> plates;

  // The next groups after this key, in the order of city and folded pseudonym; none: no such
  // groups.
  std::optional<PlateKey> audit_after;
  int64_t audit_count = 0;

  struct Rules {
    domain::CityCode city;
    domain::CityVersions known = {};  // what the reader holds already; zeros: nothing
    bool versions_only = false;       // RulesRead::stored, and nothing of the rest
  };
  std::vector<Rules> rules;
  // In vertices as above, of one city. What is more is left out.
  int64_t zones_max = std::numeric_limits<int64_t>::max();
};

// A city's settings, and what of its rules the reader did not hold already.
struct RulesRead {
  domain::CityCode city;
  absl::Status status;  // not OK: something of it cannot be read, and the rest is of no use
  StoredCity stored;
  std::vector<domain::SpecialDay> special_days;
  std::vector<domain::RightType> right_types;
  // More of the zones changed than was asked for: nothing of what follows is here.
  bool zones_left_out = false;
  // The count of zone changes that the reader holds, and what follows is what changed since. 0: it
  // is all there is.
  int64_t zones_since = 0;
  std::vector<domain::ZoneVersion> zones;  // by code and version
  struct Withdrawn {
    domain::ZoneCode code;
    int64_t version = 0;
  };
  std::vector<Withdrawn> withdrawn;  // likewise
};

struct RegisterAnswer {
  protocol::Header header;
  absl::Time register_time;         // header.now, unless the register's clock was replaced
  std::vector<PlateGroup> changed;  // with everything that reads alike
  // How far back the cities of changed plates look.
  absl::flat_hash_map<domain::CityCode, absl::Duration> look_back;
  std::vector<domain::CityCode> changed_rules;  // settings, calendar, zones or right types
  // More changed than the bounds above, or nobody can tell what: nothing of it is here.
  bool truncated = false;
  std::vector<PlateGroup> found;    // of the plates asked for; absent: never seen
  std::vector<PlateGroup> audited;  // after audit_after, in order; fewer than asked: the end
  std::vector<RulesRead> rules;     // of the cities asked for; absent: no such city
};

// One transaction, one round trip. FAILED_PRECONDITION when the schema is not known to this binary
// or row-level security hides rows from the role; else the client's status. What a header says of
// the lease is for the caller to judge.
absl::StatusOr<RegisterAnswer> ReadRegister(Connection& connection, const RegisterQuery& query,
                                            Deadline deadline);

// ReadRegister, and again until the rules of every city that changed, or their versions, are read
// in the snapshot of the changes.
enum class RulesWanted { kInFull, kVersionsOnly };
absl::StatusOr<RegisterAnswer> ReadRegisterWithRules(Connection& connection, RegisterQuery query,
                                                     RulesWanted wanted, Deadline deadline);

// A load: everything that a memory index or Redis must hold, as of one snapshot.
struct LoadSink {
  // The rules of every city, before any plate; later those that changed meanwhile. `moment` has the
  // header and the register's time only: what was given is complete as of the last of them, once
  // the load is over.
  std::function<absl::Status(const RegisterAnswer& moment, std::vector<RulesRead>)> rules;
  // A few thousand groups at a time; later those that changed meanwhile, again.
  std::function<absl::Status(std::vector<PlateGroup>)> plates;
};
// Reads every city (`cities` empty) or the cities named, as of one snapshot, and then what changed
// while it did that, until that is so little that a delta holds it. The tables are locked (ACCESS
// SHARE) before the snapshot is taken. A sink's error ends it.
absl::Status LoadRegister(Connection& connection, absl::Span<const domain::CityCode> cities,
                          const LoadSink& sink, Deadline deadline);

// Every city, in order.
absl::StatusOr<std::vector<domain::CityCode>> ReadCityCodes(Connection& connection,
                                                            Deadline deadline);

// The text of plates, for callers who may see it.
absl::StatusOr<absl::flat_hash_map<domain::PlateId, domain::PlateNumber>> ReadPlateNumbers(
    Pool& pool, const domain::CityCode& city, absl::Span<const domain::PlateId> plates,
    Deadline deadline);

}  // namespace stadspoort::postgres
