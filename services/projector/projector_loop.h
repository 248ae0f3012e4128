#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "services/projector/rebuild.h"
#include "services/projector/rules_writer.h"
#include "storage/postgres/client/connection.h"
#include "storage/postgres/client/log.h"
#include "storage/postgres/register_read.h"
#include "storage/protocol/projector.h"
#include "storage/redis/client/connection.h"
#include "storage/redis/projection.h"

namespace stadspoort::projector {

struct Options {
  std::string postgres;  // host, port and database
  redis::ConnectionOptions redis;
  std::string redis_prefix;
};

// The projector of this process: a thread that stands for election and, once elected, projects.
class ProjectorLoop {
 public:
  ProjectorLoop(Options options, postgres::LogFunction log);
  ~ProjectorLoop();
  ProjectorLoop(const ProjectorLoop&) = delete;
  ProjectorLoop& operator=(const ProjectorLoop&) = delete;

  struct Stats {
    bool active = false;   // elected, and the epoch is open
    bool in_step = false;  // Redis holds what was projected last
    int64_t term = 0;
    int64_t commits = 0;
    int64_t ticks = 0;    // batches that Redis took
    int64_t entries = 0;  // written to Redis by them
    int64_t rebuilds = 0;
    int64_t losses = 0;       // sessions lost, elections included
    absl::Duration tick_age;  // since the last tick's delta began; infinite before the first
  };
  // Thread-safe.
  Stats GetStats() const;

 private:
  using Action = protocol::Projector::Action;

  void Run();
  void Do(const Action& action);
  void Wait(Moment until);
  void Connect();
  void Elect();
  void Read(const Action& action);
  void Inspect();
  void Apply(const Action& action);
  void Commit(const Action& action);
  void Lose();
  bool EnsureRedis();
  void TendRules();
  void TendRebuild();
  void Log(postgres::LogLevel level, std::string_view line) const;
  void Publish();

  const Options options_;
  const postgres::LogFunction log_;

  // Of the thread alone.
  protocol::Projector machine_;
  std::unique_ptr<postgres::Connection> connection_;
  std::unique_ptr<redis::Connection> redis_;
  redis::ProjectionWriter writer_;
  postgres::RegisterAnswer read_;  // what kApply hands on
  Moment read_sent_{};
  RulesWriter rules_;
  std::unique_ptr<Rebuild> rebuild_;
  bool rebuild_told_ = false;  // its end, to the machine
  bool redis_told_ = false;    // that Redis cannot be used was said in the log

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;  // under mutex_, as are:
  Stats stats_;
  std::optional<Moment> last_tick_;

  std::thread thread_;  // last: it uses all the others
};

}  // namespace stadspoort::projector
