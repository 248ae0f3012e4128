#include <algorithm>
#include <csignal>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "services/checks/check_plates.h"
#include "services/checks/checks_service.h"
#include "services/cities/cities_service.h"
#include "services/cities/city_commands.h"
#include "services/domain/pseudonym.h"
#include "services/operations/operations_service.h"
#include "services/permits/due_worker.h"
#include "services/permits/permits_service.h"
#include "services/platform/edge.h"
#include "services/platform/log.h"
#include "services/platform/server.h"
#include "services/projector/projector_loop.h"
#include "services/rights/right_commands.h"
#include "services/rights/rights_service.h"
#include "services/stadspoortd/options.h"
#include "services/zones/import_zones.h"
#include "services/zones/zone_queries.h"
#include "services/zones/zones_service.h"
#include "storage/ladder/follower.h"
#include "storage/ladder/ladder.h"
#include "storage/ladder/memory.h"
#include "storage/postgres/client/pool.h"
#include "storage/postgres/plans.h"
#include "storage/postgres/refusals.h"
#include "storage/postgres/schema.h"
#include "storage/redis/client/pool.h"
#include "storage/redis/projection.h"

namespace stadspoort {
namespace {

using platform::Log;
using platform::LogLevel;

constexpr absl::Duration kReadinessPeriod = absl::Seconds(1);
constexpr absl::Duration kUnreadyPeriod = absl::Milliseconds(100);
constexpr absl::Duration kReadinessPatience = absl::Seconds(2);
constexpr absl::Duration kJournalPeriod = absl::Hours(24);
constexpr absl::Duration kJournalRetry = absl::Minutes(1);
constexpr absl::Duration kDrainPatience = absl::Seconds(10);
constexpr absl::Duration kMigratePatience = absl::Minutes(30);

// The log of a room that has its own levels.
template <typename Level>
std::function<void(Level, std::string_view)> LogOf() {
  return [](Level level, std::string_view line) {
    switch (level) {
      case Level::kDebug:
        return;
      case Level::kInfo:
        Log(LogLevel::kInfo, std::string(line));
        return;
      case Level::kWarning:
        Log(LogLevel::kWarning, std::string(line));
        return;
      case Level::kError:
        Log(LogLevel::kError, std::string(line));
        return;
    }
  };
}
postgres::LogFunction PostgresLog() { return LogOf<postgres::LogLevel>(); }

// For looks of checks into Redis; each takes well under a millisecond.
constexpr int kRedisConnections = 8;

redis::ConnectionOptions RedisOptions(const ServeOptions& options) {
  redis::ConnectionOptions redis;
  redis.address = options.redis;
  redis.password_file = options.redis_password_file;
  return redis;
}

// Of all roles, so that they leave a primary together. Thread-safe.
class Pools {
 public:
  void Add(const std::shared_ptr<postgres::Pool>& pool) {
    const std::lock_guard lock(mutex_);
    pools_.push_back(pool);
  }
  void LeaveSessions() {
    const std::lock_guard lock(mutex_);
    for (const std::weak_ptr<postgres::Pool>& weak : pools_) {
      if (const std::shared_ptr<postgres::Pool> pool = weak.lock()) pool->LeaveSessions();
    }
  }

 private:
  std::mutex mutex_;
  std::vector<std::weak_ptr<postgres::Pool>> pools_;  // under mutex_
};

// What every role is made from.
struct Parts {
  const ServeOptions& options;
  const domain::PlateKeyring& keyring;
  const platform::Edge& edge;
  Pools& pools;
};

// The connections of one role, under its own database user.
std::shared_ptr<postgres::Pool> PoolFor(const std::string& role, const Parts& from,
                                        int connections) {
  const ServeOptions& options = from.options;
  postgres::PoolOptions pool;
  pool.connection.conninfo = absl::StrCat(options.postgres, " user=stadspoort_", role);
  pool.connection.application_name = absl::StrCat("stadspoortd-", role);
  postgres::PlanByKey(pool.connection);
  pool.size = connections;
  pool.max_waiting = options.max_waiting;
  auto made = std::make_shared<postgres::Pool>(std::move(pool), PostgresLog());
  from.pools.Add(made);
  return made;
}

// Follows the register, and takes the pools along to another primary.
ladder::FollowerOptions FollowerOptionsOf(const Parts& from) {
  ladder::FollowerOptions following;
  following.postgres = from.options.postgres;
  following.waiting_plates_max = static_cast<size_t>(from.options.max_waiting_plates);
  following.on_new_epoch = [&pools = from.pools] {
    Log(LogLevel::kInfo,
        "another primary or a restored one: sessions with the one before are left");
    pools.LeaveSessions();
  };
  return following;
}

absl::StatusOr<domain::PlateKeyring> ReadKeyring(const std::string& path) {
  const std::ifstream file(path);
  std::stringstream content;
  content << file.rdbuf();
  if (!file) return absl::UnavailableError("the plate key file cannot be read");
  return domain::PlateKeyring::Parse(content.str());
}

// One role: its pool, its commands, its gRPC service.
struct Role {
  std::shared_ptr<postgres::Pool> pool;
  // One connection of its own: load must not look like illness.
  std::shared_ptr<postgres::Pool> probe;
  std::shared_ptr<postgres::Pool>
      worker_pool;  // of what is done without being called; none: nothing
  // In the order they were made; each outlives those after it.
  std::vector<std::shared_ptr<void>> parts;
  std::unique_ptr<grpc::Service> service;  // none: the role is not called
  const google::protobuf::ServiceDescriptor* descriptor = nullptr;
  operations::Sources watched;  // what of its parts tells how it fares

  // Backwards: what was made later uses what was made before.
  ~Role() {
    service.reset();
    while (!parts.empty()) parts.pop_back();
  }
  Role() = default;
  Role(Role&&) = default;
};

template <typename T, typename... Args>
T& Keep(Role& role, Args&&... args) {
  auto part = std::make_shared<T>(std::forward<Args>(args)...);
  role.parts.push_back(part);
  return *part;
}

template <typename Message>
const google::protobuf::ServiceDescriptor* FirstService() {
  return Message::descriptor()->file()->service(0);
}

bool Has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void MakeChecks(Role& role, const Parts& from) {
  const ServeOptions& options = from.options;
  ladder::FollowerOptions following = FollowerOptionsOf(from);
  following.memory = Has(options.rungs, "memory");
  for (const std::string& city : options.hosted_cities) following.hosted.emplace_back(city);
  auto& memory = Keep<ladder::Memory>(role);
  auto& follower = Keep<ladder::Follower>(role, following, from.keyring, memory, PostgresLog());
  auto& redis =
      Keep<redis::Pool>(role, RedisOptions(options), kRedisConnections, LogOf<redis::LogLevel>());
  auto& projection = Keep<redis::ProjectionReader>(role, redis, options.redis_prefix);
  const ladder::Ladder::Use use{following.memory, Has(options.rungs, "redis")};
  auto& ladder = Keep<ladder::Ladder>(role, use, from.keyring, memory, follower, projection);
  auto& command = Keep<checks::CheckPlates>(role, ladder, *role.pool);
  role.watched = {&ladder, &follower, &memory, nullptr};
  role.service = std::make_unique<checks::ChecksService>(from.edge, command, ladder);
  role.descriptor = FirstService<checks::v1::CheckAnswer>();
}

void MakePermits(Role& role, const Parts& from) {
  auto& types = Keep<postgres::PermitTypeReader>(role);
  auto& type_commands = Keep<permits::TypeCommands>(role, *role.pool, types);
  auto& sets = Keep<permits::SetCommands>(role, *role.pool);
  auto& change = Keep<permits::PermitChange>(role, *role.pool, from.keyring, types);
  auto& commands = Keep<permits::PermitCommands>(role, change);
  auto& queries = Keep<permits::PermitQueries>(role, *role.pool, types);
  // Connections of its own: what is due must not wait for callers, nor they for it.
  role.worker_pool = PoolFor("permits", from, 1);
  Keep<permits::DueWorker>(role, *role.worker_pool, types, PostgresLog());
  role.service =
      std::make_unique<permits::PermitsService>(from.edge, type_commands, sets, commands, queries);
  role.descriptor = FirstService<permits::v1::Permit>();
}

Role MakeRole(const std::string& name, const Parts& from) {
  const ServeOptions& options = from.options;
  Role role;
  role.probe = PoolFor(name, from, 1);
  if (name == "projector") {
    role.watched.projector = &Keep<projector::ProjectorLoop>(
        role, projector::Options{options.postgres, RedisOptions(options), options.redis_prefix},
        PostgresLog());
    return role;
  }
  role.pool = PoolFor(name, from, options.connections);
  if (name == "cities") {
    auto& commands = Keep<cities::CityCommands>(role, *role.pool, from.keyring);
    auto& contracts = Keep<cities::ContractCommands>(role, *role.pool);
    role.service = std::make_unique<cities::CitiesService>(from.edge, commands, contracts);
    role.descriptor = FirstService<cities::v1::City>();
  } else if (name == "zones") {
    auto& commands = Keep<zones::Commands>(role, *role.pool);
    role.service = std::make_unique<zones::ZonesService>(from.edge, commands);
    role.descriptor = FirstService<zones::v1::Zone>();
  } else if (name == "permits") {
    MakePermits(role, from);
  } else if (name == "rights") {
    auto& commands = Keep<rights::RightCommands>(role, *role.pool, from.keyring);
    role.service = std::make_unique<rights::RightsService>(from.edge, commands);
    role.descriptor = FirstService<rights::v1::Right>();
  } else {
    MakeChecks(role, from);
  }
  return role;
}

// For a process without checks, whose follower would do it: nothing but leaving a primary that was
// left behind.
class Watch {
 public:
  explicit Watch(const Parts& from)
      : follower_(OptionsOf(from), from.keyring, memory_, PostgresLog()) {}

 private:
  static ladder::FollowerOptions OptionsOf(const Parts& from) {
    ladder::FollowerOptions following = FollowerOptionsOf(from);
    following.memory = false;
    return following;
  }

  ladder::Memory memory_;
  ladder::Follower follower_;
};

// What of the roles tells how they fare.
operations::Sources SourcesOf(const std::vector<Role>& roles) {
  operations::Sources sources;
  for (const Role& role : roles) {
    if (role.watched.ladder != nullptr) {
      sources.ladder = role.watched.ladder;
      sources.follower = role.watched.follower;
      sources.memory = role.watched.memory;
    }
    if (role.watched.projector != nullptr) sources.projector = role.watched.projector;
  }
  return sources;
}

// The service is admitted by the edge, served, and has a health of its name.
void Offer(grpc::Service& service, const google::protobuf::ServiceDescriptor& descriptor,
           platform::Edge& edge, platform::Server::Options& server) {
  edge.AddService(descriptor);
  server.services.push_back(&service);
  server.service_names.push_back(descriptor.full_name());
}

// A role is ready when its user reaches the primary and the schema is one this binary works with.
// Checks are ready once memory was loaded as well, and stay so while the primary is away: what they
// know lets cars pass for as long as the cities say, and a balancer must not keep scanners from it.
class Readiness {
 public:
  Readiness(platform::Server& server, const std::vector<Role>& roles)
      : server_(server), roles_(roles), was_ready_(roles.size(), false) {}

  // Tells the server's health of each role. Gives the first reason why one cannot do all it is for.
  absl::Status Look() {
    absl::Status first;
    for (size_t i = 0; i < roles_.size(); ++i) {
      const absl::Status status = StatusOf(roles_[i]);
      // Whatever ails the primary; but not a schema that this binary does not know.
      const bool holds = was_ready_[i] && roles_[i].watched.follower != nullptr &&
                         !absl::IsFailedPrecondition(status);
      const bool ready = status.ok() || holds;
      first.Update(status);
      if (ready == was_ready_[i]) continue;
      was_ready_[i] = ready;
      if (roles_[i].descriptor != nullptr) {
        server_.SetReady(roles_[i].descriptor->full_name(), ready);
      }
    }
    return first;
  }
  // Tells it of the whole.
  void TellWhole(const absl::Status& status) {
    if (status.ok() == all_ready_) return;
    all_ready_ = status.ok();
    server_.SetReady("", *all_ready_);
    Log(*all_ready_ ? LogLevel::kInfo : LogLevel::kWarning,
        *all_ready_ ? std::string("ready") : absl::StrCat("not ready: ", status.ToString()));
  }

 private:
  static absl::Status StatusOf(const Role& role) {
    const absl::Status status =
        postgres::CheckSchema(*role.probe, Deadline::After(kReadinessPatience));
    if (!status.ok()) return status;
    if (role.watched.follower != nullptr && !role.watched.follower->loaded()) {
      return absl::UnavailableError("memory is not loaded yet");
    }
    return absl::OkStatus();
  }

  platform::Server& server_;
  const std::vector<Role>& roles_;
  std::vector<bool> was_ready_;    // of each role
  std::optional<bool> all_ready_;  // none: not looked yet
};

// By any role that may; the projector writes nothing but its state.
absl::Status ExtendJournal(const std::vector<Role>& roles) {
  for (const Role& role : roles) {
    if (role.service == nullptr) continue;
    return postgres::ExtendJournal(*role.probe, Deadline::After(kReadinessPatience));
  }
  return absl::OkStatus();
}

// Blocks SIGTERM and SIGINT in every thread that is started later, so that one place waits for
// them.
sigset_t BlockStopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

// True when a stop signal came within `wait`.
bool StopAsked(const sigset_t& signals, absl::Duration wait) {
  const timespec timeout = absl::ToTimespec(wait);
  return sigtimedwait(&signals, nullptr, &timeout) > 0;
}

// Watches readiness and looks after the journal until a stop signal comes.
void RunUntilStopped(platform::Server& server, const std::vector<Role>& roles,
                     const sigset_t& signals) {
  Readiness readiness(server, roles);
  absl::Status status;
  absl::Time extend_at = absl::InfinitePast();
  do {
    status = readiness.Look();
    readiness.TellWhole(status);
    // Long before it is needed: it is no reason to refuse calls when it has to wait.
    if (status.ok() && absl::Now() >= extend_at) {
      const absl::Status extended = ExtendJournal(roles);
      extend_at = absl::Now() + (extended.ok() ? kJournalPeriod : kJournalRetry);
      if (!extended.ok()) {
        Log(LogLevel::kWarning,
            absl::StrCat("the journal has no new partition yet: ", extended.ToString()));
      }
    }
  } while (!StopAsked(signals, status.ok() ? kReadinessPeriod : kUnreadyPeriod));
}

absl::Status WriteAddress(const std::string& path, const std::string& address) {
  if (path.empty()) return absl::OkStatus();
  std::ofstream file(path);
  file << address << "\n";
  file.close();
  return file ? absl::OkStatus() : absl::UnavailableError("the address file cannot be written");
}

int Fail(const absl::Status& status) {
  Log(LogLevel::kError, status.ToString());
  return 1;
}

}  // namespace

int Serve(const ServeOptions& options) {
  const sigset_t signals = BlockStopSignals();
  const absl::StatusOr<domain::PlateKeyring> keyring = ReadKeyring(options.plate_keys);
  if (!keyring.ok()) return Fail(keyring.status());

  const bool needs_redis = Has(options.roles, "checks") || Has(options.roles, "projector");
  if (needs_redis && options.redis.empty()) {
    return Fail(absl::InvalidArgumentError("the roles checks and projector need --redis"));
  }
  platform::Edge edge({options.insecure, postgres::AsRefusal});
  Pools pools;
  const Parts parts{options, *keyring, edge, pools};
  std::vector<Role> roles;
  platform::Server::Options server_options;
  server_options.listen = options.listen;
  server_options.insecure = options.insecure;
  // A role named twice is one role.
  for (const std::string& name : std::set(options.roles.begin(), options.roles.end())) {
    roles.push_back(MakeRole(name, parts));
    const Role& role = roles.back();
    if (role.service != nullptr) Offer(*role.service, *role.descriptor, edge, server_options);
  }
  std::optional<Watch> watch;
  if (!Has(options.roles, "checks")) watch.emplace(parts);
  // Whatever the roles are, an operator may ask how they fare.
  operations::OperationsService operations(edge, SourcesOf(roles));
  const auto& operations_descriptor = *FirstService<operations::v1::ProjectorStatus>();
  Offer(operations, operations_descriptor, edge, server_options);
  absl::StatusOr<std::unique_ptr<platform::Server>> server =
      platform::Server::Start(std::move(server_options));
  if (!server.ok()) return Fail(server.status());
  if (absl::Status written = WriteAddress(options.address_file, (*server)->address());
      !written.ok()) {
    return Fail(written);
  }
  if (options.insecure) {
    Log(LogLevel::kWarning, "INSECURE: every call is believed to be who it says it is");
  }
  Log(LogLevel::kInfo,
      absl::StrCat("serving ", absl::StrJoin(options.roles, " "), " on ", (*server)->address()));
  (*server)->SetReady(operations_descriptor.full_name(), true);
  RunUntilStopped(**server, roles, signals);
  Log(LogLevel::kInfo, "stopping");
  (*server)->Stop(kDrainPatience);
  return 0;
}

int RunMigrations(const AdminOptions& options) {
  const absl::Status migrated =
      postgres::Migrate(options.postgres, Deadline::After(kMigratePatience), PostgresLog());
  if (!migrated.ok()) return Fail(migrated);
  Log(LogLevel::kInfo, absl::StrCat("the schema is at ", postgres::SupportedSchema().newest));
  return 0;
}

int RunNewEpoch(const AdminOptions& options) {
  const absl::Status started =
      postgres::StartNewEpoch(options.postgres, Deadline::After(kReadinessPatience), PostgresLog());
  if (!started.ok()) return Fail(started);
  Log(LogLevel::kInfo, "the register is closed until a projector has opened a new epoch");
  return 0;
}

}  // namespace stadspoort
