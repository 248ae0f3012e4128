#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "services/domain/city_rules.h"
#include "services/domain/ids.h"
#include "storage/moment.h"
#include "storage/postgres/client/connection.h"
#include "storage/postgres/client/interrupt.h"
#include "storage/postgres/client/log.h"
#include "storage/redis/client/connection.h"
#include "storage/redis/projection.h"

namespace stadspoort::projector {

// Keeps the rules of cities in Redis, beside the ticks: those of a large city take longer to read
// and to write than a lease may wait. Ticks tell which versions hold, and nobody uses rules of
// others, so that the two need not wait for each other. A thread with a session and a connection of
// its own; the members are for the loop's.
class RulesWriter {
 public:
  RulesWriter(std::string postgres, redis::ConnectionOptions redis, std::string prefix,
              postgres::LogFunction log);
  ~RulesWriter();
  RulesWriter(const RulesWriter&) = delete;
  RulesWriter& operator=(const RulesWriter&) = delete;

  // What the watermark is of.
  struct Target {
    std::string epoch;
    std::string generation;
    friend bool operator==(const Target&, const Target&) = default;
  };
  // Where rules belong from now on; none: nowhere.
  void Follow(const std::optional<Target>& target);
  // Something of these cities changed.
  void Write(const std::vector<domain::CityCode>& cities);
  // Cities of which Redis does not say which versions hold: a tick must. Each look finds them
  // again.
  std::vector<domain::CityCode> TakeUntold();

 private:
  void Run();
  // Of no changes: looks for what is missing.
  absl::Status Work(const Target& target, const std::vector<domain::CityCode>& changed);
  absl::Status WriteAll(const Target& target, const std::vector<domain::CityCode>& cities);
  absl::Status WriteOne(const Target& target, const domain::CityCode& city);
  absl::Status Look(const Target& target);
  absl::Status LookInFull(const Target& target, const std::vector<domain::CityCode>& cities);
  absl::Status Connect();
  void Log(postgres::LogLevel level, std::string_view line) const;

  const std::string postgres_;
  const redis::ConnectionOptions redis_options_;
  const postgres::LogFunction log_;

  // Of the thread alone.
  std::unique_ptr<postgres::Connection> connection_;
  std::unique_ptr<redis::Connection> redis_;
  redis::ProjectionWriter writer_;
  domain::CityCode looked_at_;  // the last city whose rules were looked at in full
  // What the system of record itself holds unreadable, at these versions.
  absl::flat_hash_map<domain::CityCode, domain::CityVersions> unreadable_;

  std::mutex mutex_;
  std::condition_variable wake_;
  // Under mutex_:
  bool stopping_ = false;
  std::optional<Target> target_;
  absl::btree_set<domain::CityCode> changed_;
  std::vector<domain::CityCode> untold_;
  Moment look_at_{};

  postgres::InterruptHandle interrupt_;
  std::thread thread_;  // last: it uses all the others
};

}  // namespace stadspoort::projector
