#include <algorithm>
#include <csignal>
#include <fstream>
#include <functional>
#include <memory>
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

// The connections of one role, under its own database user.
std::unique_ptr<postgres::Pool> PoolFor(const std::string& role, const ServeOptions& options,
                                        int connections) {
  postgres::PoolOptions pool;
  pool.connection.conninfo = absl::StrCat(options.postgres, " user=stadspoort_", role);
  pool.connection.application_name = absl::StrCat("stadspoortd-", role);
  postgres::PlanByKey(pool.connection);
  pool.size = connections;
  pool.max_waiting = options.max_waiting;
  return std::make_unique<postgres::Pool>(std::move(pool), PostgresLog());
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
  std::unique_ptr<postgres::Pool> pool;
  std::unique_ptr<postgres::Pool>
      probe;  // one connection of its own: load must not look like illness
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

void MakeChecks(Role& role, const ServeOptions& options, const domain::PlateKeyring& keyring,
                const platform::Edge& edge) {
  ladder::FollowerOptions following;
  following.postgres = options.postgres;
  following.waiting_plates_max = static_cast<size_t>(options.max_waiting_plates);
  following.memory = Has(options.rungs, "memory");
  for (const std::string& city : options.hosted_cities) following.hosted.emplace_back(city);
  auto& memory = Keep<ladder::Memory>(role);
  auto& follower = Keep<ladder::Follower>(role, following, keyring, memory, PostgresLog());
  auto& redis =
      Keep<redis::Pool>(role, RedisOptions(options), kRedisConnections, LogOf<redis::LogLevel>());
  auto& projection = Keep<redis::ProjectionReader>(role, redis, options.redis_prefix);
  const ladder::Ladder::Use use{following.memory, Has(options.rungs, "redis")};
  auto& ladder = Keep<ladder::Ladder>(role, use, keyring, memory, follower, projection);
  auto& command = Keep<checks::CheckPlates>(role, ladder, *role.pool);
  role.watched = {&ladder, &follower, &memory, nullptr};
  role.service = std::make_unique<checks::ChecksService>(edge, command);
  role.descriptor = FirstService<checks::v1::CheckAnswer>();
}

Role MakeRole(const std::string& name, const ServeOptions& options,
              const domain::PlateKeyring& keyring, const platform::Edge& edge) {
  Role role;
  role.probe = PoolFor(name, options, 1);
  if (name == "projector") {
    role.watched.projector = &Keep<projector::ProjectorLoop>(
        role, projector::Options{options.postgres, RedisOptions(options), options.redis_prefix},
        PostgresLog());
    return role;
  }
  role.pool = PoolFor(name, options, options.connections);
  if (name == "cities") {
    auto& commands = Keep<cities::CityCommands>(role, *role.pool, keyring);
    role.service = std::make_unique<cities::CitiesService>(edge, commands);
    role.descriptor = FirstService<cities::v1::City>();
  } else if (name == "zones") {
    auto& import = Keep<zones::ImportZones>(role, *role.pool);
    auto& queries = Keep<zones::ZoneQueries>(role, *role.pool);
    role.service = std::make_unique<zones::ZonesService>(edge, import, queries);
    role.descriptor = FirstService<zones::v1::Zone>();
  } else if (name == "rights") {
    auto& commands = Keep<rights::RightCommands>(role, *role.pool, keyring);
    role.service = std::make_unique<rights::RightsService>(edge, commands);
    role.descriptor = FirstService<rights::v1::Right>();
  } else {
    MakeChecks(role, options, keyring, edge);
  }
  return role;
}

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

// Ready means: every role's user reaches the primary, the schema is one this binary works with, and
// memory was loaded.
absl::Status CheckReady(const std::vector<Role>& roles) {
  for (const Role& role : roles) {
    const absl::Status status =
        postgres::CheckSchema(*role.probe, postgres::Deadline::After(kReadinessPatience));
    if (!status.ok()) return status;
    if (role.watched.follower != nullptr && !role.watched.follower->loaded()) {
      return absl::UnavailableError("memory is not loaded yet");
    }
  }
  return absl::OkStatus();
}

// By any role that may; the projector writes nothing but its state.
absl::Status ExtendJournal(const std::vector<Role>& roles) {
  for (const Role& role : roles) {
    if (role.service == nullptr) continue;
    return postgres::ExtendJournal(*role.probe, postgres::Deadline::After(kReadinessPatience));
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
  std::optional<bool> ready;  // none: not looked yet
  absl::Time extend_at = absl::InfinitePast();
  do {
    absl::Status status = CheckReady(roles);
    if (status.ok() && absl::Now() >= extend_at) {
      status = ExtendJournal(roles);
      if (status.ok()) extend_at = absl::Now() + kJournalPeriod;
    }
    if (status.ok() != ready) {
      ready = status.ok();
      server.SetReady(*ready);
      Log(*ready ? LogLevel::kInfo : LogLevel::kWarning,
          *ready ? std::string("ready") : absl::StrCat("not ready: ", status.ToString()));
    }
  } while (!StopAsked(signals, *ready ? kReadinessPeriod : kUnreadyPeriod));
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
  std::vector<Role> roles;
  platform::Server::Options server_options;
  server_options.listen = options.listen;
  server_options.insecure = options.insecure;
  // A role named twice is one role.
  for (const std::string& name : std::set(options.roles.begin(), options.roles.end())) {
    roles.push_back(MakeRole(name, options, *keyring, edge));
    const Role& role = roles.back();
    if (role.service != nullptr) Offer(*role.service, *role.descriptor, edge, server_options);
  }
  // Whatever the roles are, an operator may ask how they fare.
  operations::OperationsService operations(edge, SourcesOf(roles));
  Offer(operations, *FirstService<operations::v1::ProjectorStatus>(), edge, server_options);
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
  RunUntilStopped(**server, roles, signals);
  Log(LogLevel::kInfo, "stopping");
  (*server)->Stop(kDrainPatience);
  return 0;
}

int RunMigrations(const MigrateOptions& options) {
  const absl::Status migrated = postgres::Migrate(
      options.postgres, postgres::Deadline::After(kMigratePatience), PostgresLog());
  if (!migrated.ok()) return Fail(migrated);
  Log(LogLevel::kInfo, absl::StrCat("the schema is at ", postgres::SupportedSchema().newest));
  return 0;
}

}  // namespace stadspoort
