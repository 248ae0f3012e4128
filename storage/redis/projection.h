#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "services/domain/city_rules.h"
#include "services/domain/pseudonym.h"
#include "storage/postgres/plate_record.h"
#include "storage/postgres/register_read.h"
#include "storage/protocol/projector.h"
#include "storage/redis/client/connection.h"
#include "storage/redis/client/pool.h"

// The register's projection in Redis. Keys and values: keys.h, codec.h.
namespace stadspoort::redis {

// The projector's side. For one thread at a time.
class ProjectionWriter {
 public:
  explicit ProjectionWriter(std::string prefix) : prefix_(std::move(prefix)) {}

  // None: there is no watermark, or one that cannot be read. FAILED_PRECONDITION when the server
  // may evict keys (its maxmemory-policy is not noeviction).
  absl::StatusOr<std::optional<protocol::Watermark>> Inspect(Connection& connection,
                                                             absl::Duration patience);

  // What one tick, or a part of a rebuild, writes.
  struct Batch {
    std::vector<postgres::PlateGroup> groups;
    // Which rules hold in these cities. The rules themselves: PutRules.
    std::vector<std::pair<domain::CityCode, domain::CityVersions>> versions;
    absl::Time register_time;
    absl::flat_hash_map<domain::CityCode, absl::Duration> look_back;  // of the groups' cities
  };

  // All of it and the watermark, or nothing: false when Redis does not hold `after` in the
  // watermark's generation. An entry that is newer already stays.
  absl::StatusOr<bool> Apply(Connection& connection, const std::string& after,
                             const protocol::Watermark& watermark, const Batch& batch,
                             absl::Duration patience);

  // The rules of a city, read in full, beside the ticks: unless newer ones stand there. False when
  // the watermark is of another generation.
  absl::StatusOr<bool> PutRules(Connection& connection, const std::string& generation,
                                const postgres::RulesRead& rules, absl::Duration patience);

  // How a city's rules stand in Redis, by the heads of their values.
  struct RulesHeld {
    // Which ones hold; none: missing or damaged, and now removed, so that the next tick may write
    // it whatever version it claimed.
    std::optional<domain::CityVersions> versions;
    bool stored = false;  // these rules, or later ones, stand there
  };
  // In the cities' order.
  absl::StatusOr<std::vector<RulesHeld>> LookAtRules(Connection& connection,
                                                     const std::string& generation,
                                                     const std::vector<domain::CityCode>& cities,
                                                     absl::Duration patience);
  // Whether what stands there of a city's rules is whole. What is not is removed, as above.
  absl::StatusOr<bool> LookAtRulesInFull(Connection& connection, const std::string& generation,
                                         const domain::CityCode& city, absl::Duration patience);

  // A rebuild: first a mark, then entries of a generation that has no watermark yet, then that. All
  // on one connection.
  absl::Status BeginFilling(Connection& connection, const std::string& generation,
                            absl::Duration patience);
  absl::Status Fill(Connection& connection, const std::string& generation, const Batch& batch,
                    absl::Duration patience);
  absl::Status FillRules(Connection& connection, const std::string& generation,
                         const postgres::RulesRead& rules, absl::Duration patience);
  // False when Redis no longer holds the tick `expected` (empty: none that can be read), or no
  // longer the mark: what was filled in is lost.
  absl::StatusOr<bool> SetWatermark(Connection& connection, const std::string& expected,
                                    const protocol::Watermark& watermark, absl::Duration patience);
  // It came to nothing.
  absl::Status EndFilling(Connection& connection, const std::string& generation,
                          absl::Duration patience);
  // Removes the keys of every generation of this prefix but this one, as long as the watermark is
  // of this one; and but those that are being filled.
  absl::Status RemoveOthers(Connection& connection, const std::string& generation,
                            const std::atomic<bool>& stop, absl::Duration patience);
  // The same of every generation but the watermark's.
  absl::Status RemoveAbandoned(Connection& connection, const std::atomic<bool>& stop,
                               absl::Duration patience);

 private:
  struct Entry {
    std::string key;
    std::string value;
    int64_t seconds;  // to live
  };
  std::vector<Entry> EntriesOf(const std::string& generation, const Batch& batch) const;
  absl::Status FillIn(Connection& connection, const std::string& generation,
                      std::vector<Entry> entries, absl::Duration patience) const;

  const std::string prefix_;
};

// One look into Redis: of one moment.
struct ProjectionRead {
  protocol::Watermark watermark;
  std::optional<domain::CityVersions> versions;  // of the city's rules; none: no such city
  // For each plate asked about; none: absent.
  std::vector<std::optional<postgres::PlateGroup>> plates;
};

// The checks' side. Thread-safe.
class ProjectionReader {
 public:
  // The pool outlives it.
  ProjectionReader(Pool& pool, std::string prefix) : pool_(pool), prefix_(std::move(prefix)) {}

  // NOT_FOUND without a watermark, DATA_LOSS when something read is damaged, else the client's.
  absl::StatusOr<ProjectionRead> Read(const domain::CityCode& city,
                                      absl::Span<const domain::Pseudonym> folded,
                                      absl::Duration patience);
  // In full, whichever stand there. May be tens of MB.
  absl::StatusOr<postgres::RulesRead> ReadRules(const std::string& generation,
                                                const domain::CityCode& city,
                                                absl::Duration patience);

 private:
  std::string Generation() const;
  void Remember(const std::string& generation);

  Pool& pool_;
  const std::string prefix_;
  mutable std::mutex mutex_;
  std::string generation_;  // last seen; under mutex_
};

}  // namespace stadspoort::redis
