#include <csignal>
#include <fstream>
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
#include "services/platform/edge.h"
#include "services/platform/log.h"
#include "services/platform/server.h"
#include "services/rights/right_commands.h"
#include "services/rights/rights_service.h"
#include "services/stadspoortd/options.h"
#include "services/zones/import_zones.h"
#include "services/zones/zone_queries.h"
#include "services/zones/zones_service.h"
#include "storage/ladder/ladder.h"
#include "storage/postgres/client/pool.h"
#include "storage/postgres/refusals.h"
#include "storage/postgres/schema.h"

namespace stadspoort {
namespace {

using platform::Log;
using platform::LogLevel;

constexpr absl::Duration kReadinessPeriod = absl::Seconds(1);
constexpr absl::Duration kReadinessPatience = absl::Seconds(2);
constexpr absl::Duration kJournalPeriod = absl::Hours(24);
constexpr absl::Duration kDrainPatience = absl::Seconds(10);
constexpr absl::Duration kMigratePatience = absl::Minutes(30);

postgres::LogFunction PostgresLog() {
  return [](postgres::LogLevel level, std::string_view line) {
    switch (level) {
      case postgres::LogLevel::kDebug:
        return;
      case postgres::LogLevel::kInfo:
        Log(LogLevel::kInfo, std::string(line));
        return;
      case postgres::LogLevel::kWarning:
        Log(LogLevel::kWarning, std::string(line));
        return;
      case postgres::LogLevel::kError:
        Log(LogLevel::kError, std::string(line));
        return;
    }
  };
}

// The connections of one role, under its own database user.
std::unique_ptr<postgres::Pool> PoolFor(const std::string& role, const ServeOptions& options,
                                        int connections) {
  postgres::PoolOptions pool;
  pool.connection.conninfo = absl::StrCat(options.postgres, " user=stadspoort_", role);
  pool.connection.application_name = absl::StrCat("stadspoortd-", role);
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
  std::vector<std::shared_ptr<void>>
      parts;  // in the order they were made; each outlives those after it
  std::unique_ptr<grpc::Service> service;
  const google::protobuf::ServiceDescriptor* descriptor = nullptr;
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

Role MakeRole(const std::string& name, const ServeOptions& options,
              const domain::PlateKeyring& keyring, const platform::Edge& edge) {
  Role role;
  role.pool = PoolFor(name, options, options.connections);
  role.probe = PoolFor(name, options, 1);
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
    auto& ladder = Keep<ladder::Ladder>(role, *role.pool, keyring);
    auto& command = Keep<checks::CheckPlates>(role, ladder, *role.pool);
    role.service = std::make_unique<checks::ChecksService>(edge, command);
    role.descriptor = FirstService<checks::v1::CheckAnswer>();
  }
  return role;
}

// Ready means: every role's user reaches the primary, and the schema is one this binary works with.
absl::Status CheckReady(const std::vector<Role>& roles) {
  for (const Role& role : roles) {
    const absl::Status status =
        postgres::CheckSchema(*role.probe, postgres::Deadline::After(kReadinessPatience));
    if (!status.ok()) return status;
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
      status = postgres::ExtendJournal(*roles.front().probe,
                                       postgres::Deadline::After(kReadinessPatience));
      if (status.ok()) extend_at = absl::Now() + kJournalPeriod;
    }
    if (status.ok() != ready) {
      ready = status.ok();
      server.SetReady(*ready);
      Log(*ready ? LogLevel::kInfo : LogLevel::kWarning,
          *ready ? std::string("ready") : absl::StrCat("not ready: ", status.ToString()));
    }
  } while (!StopAsked(signals, kReadinessPeriod));
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

  platform::Edge edge({options.insecure, postgres::AsRefusal});
  std::vector<Role> roles;
  platform::Server::Options server_options;
  server_options.listen = options.listen;
  server_options.insecure = options.insecure;
  // A role named twice is one role.
  for (const std::string& name : std::set(options.roles.begin(), options.roles.end())) {
    roles.push_back(MakeRole(name, options, *keyring, edge));
    edge.AddService(*roles.back().descriptor);
    server_options.services.push_back(roles.back().service.get());
    server_options.service_names.push_back(roles.back().descriptor->full_name());
  }
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
