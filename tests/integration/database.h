#pragma once

#include <libpq-fe.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "services/cities/contract_commands.h"
#include "services/domain/ids.h"
#include "services/domain/plate.h"
#include "services/domain/pseudonym.h"
#include "services/platform/call.h"
#include "storage/postgres/client/connection.h"
#include "storage/postgres/client/pool.h"
#include "storage/redis/client/connection.h"

// A real register's storage for a test that runs in one process, without gRPC: what the thread
// sanitizer can see.
namespace stadspoort::testing {

// Polls until it is so. False when it never is: the bound is against hangs, not a speed check.
[[nodiscard]] bool Eventually(absl::FunctionRef<bool()> condition);

// A session with the private PostgreSQL, for what no service may do.
class Session {
 public:
  explicit Session(const std::string& conninfo);

  // Statements in one text that must succeed; the first column of the last one's first row.
  std::string Run(const std::string& statements);
  // All rows of a query that must succeed, as text.
  std::vector<std::vector<std::string>> Rows(const std::string& query);
  // SQLSTATE; empty when it succeeded.
  std::string StateOf(const std::string& statements);

 private:
  struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  std::unique_ptr<PGconn, Finish> connection_;
};

// A migrated database and a plate key. Dropped when destroyed.
class Database {
 public:
  // Not `migrated`: empty.
  explicit Database(const std::string& name, bool migrated = true);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  const std::string& name() const { return name_; }
  // Without a user.
  const std::string& conninfo() const { return conninfo_; }
  std::string superuser() const { return superuser_ + " dbname=" + name_; }
  const redis::ConnectionOptions& redis() const { return redis_; }
  const domain::PlateKeyring& keyring() const { return *keyring_; }
  // Of the service's role. Made when asked for first, by one thread.
  postgres::Pool& pool(const std::string& service);

  // A city with the right type `paid`, a contract for it with the provider `app`, and the zones `a`
  // and `b` side by side, where PAID is accepted at every hour.
  void MakeCity(const std::string& city);
  // New zones, or the next version of those that are there.
  void ImportZones(const std::string& city, const std::vector<std::string>& codes);
  // The plate `number` gets a right in the zone for a year to come; gives it.
  domain::RightId Enrol(const std::string& city, const std::string& number,
                        const std::string& zone = "a");

 private:
  std::string superuser_;  // of the server, without a database
  std::string name_;
  std::string conninfo_;
  redis::ConnectionOptions redis_;
  std::optional<domain::PlateKeyring> keyring_;
  std::map<std::string, std::unique_ptr<postgres::Pool>> pools_;
};

// The provider `app` may enrol `paid` in the whole city, from long ago and without an end.
cities::CreateContractAsked AppContract(const std::string& city);

platform::Call CallAs(platform::Role role, const std::string& provider = "");

}  // namespace stadspoort::testing
