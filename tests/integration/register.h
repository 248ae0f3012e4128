#pragma once

#include <grpcpp/grpcpp.h>
#include <libpq-fe.h>
#include <sys/types.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "stadspoort/checks/v1/checks.grpc.pb.h"
#include "stadspoort/cities/v1/cities.grpc.pb.h"
#include "stadspoort/operations/v1/operations.grpc.pb.h"
#include "stadspoort/permits/v1/permits.grpc.pb.h"
#include "stadspoort/rights/v1/rights.grpc.pb.h"
#include "stadspoort/zones/v1/zones.grpc.pb.h"

// A real register for a test: a database of its own on the private PostgreSQL, and daemons as
// processes.
namespace stadspoort::testing {

// Who calls, as metadata says it to an insecure server.
struct Who {
  std::string roles;  // comma-separated; empty: no identity at all
  std::string provider = {};
  std::string cities = "*";
  std::string subject = "tester";
};
inline Who Operator() { return {"operator"}; }
inline Who Admin() { return {"city-admin"}; }
inline Who Clerk() { return {"clerk"}; }
inline Who Enforcer() { return {"enforcer"}; }
inline Who Device() { return {"device"}; }
inline Who Provider(std::string code) { return {"provider", std::move(code)}; }

void Introduce(const Who& who, grpc::ClientContext& context);

// Reason of google.rpc.ErrorInfo ("CITY_NOT_FOUND"), empty when there is none.
std::string ReasonOf(const grpc::Status& status);
// Field paths of google.rpc.BadRequest.
std::vector<std::string> FieldsOf(const grpc::Status& status);

// One unary call with a deadline.
template <typename Stub, typename Request, typename Response>
grpc::Status Call(Stub& stub,
                  grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                  const Who& who, const Request& request, Response& response) {
  grpc::ClientContext context;
  Introduce(who, context);
  return (stub.*method)(&context, request, &response);
}

// Where a daemon finds what it needs.
struct Place {
  std::string conninfo;
  std::string plate_keys;
  std::string folder;  // for its log
  std::string redis;
  std::string redis_prefix;
  std::vector<std::string> roles = {"cities", "zones", "permits", "rights", "checks", "projector"};
};

// A running stadspoortd in the roles of its place. Ended when destroyed.
class Daemon {
 public:
  // Waits until it is listened on; `ready`: until its health says SERVING. Fails the test when it
  // does not come.
  explicit Daemon(const Place& place, std::vector<std::string> more = {}, bool ready = true,
                  bool insecure = true);
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  const std::string& address() const { return address_; }
  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }
  pid_t pid() const { return pid_; }
  // SIGKILL, at once.
  void Kill();
  // SIGTERM; gives the exit code.
  int Stop();
  std::string Log() const;

  std::unique_ptr<cities::v1::CitiesService::Stub> cities;
  std::unique_ptr<zones::v1::ZonesService::Stub> zones;
  std::unique_ptr<permits::v1::PermitsService::Stub> permits;
  std::unique_ptr<rights::v1::RightsService::Stub> rights;
  std::unique_ptr<checks::v1::ChecksService::Stub> checks;
  std::unique_ptr<operations::v1::OperationsService::Stub> operations;

 private:
  pid_t pid_ = -1;
  std::string folder_;
  std::string address_;
  std::shared_ptr<grpc::Channel> channel_;
};

// A connection for what no service may do; every query must succeed.
class Sql {
 public:
  explicit Sql(const std::string& conninfo);
  // The text of the first column of the first row; empty when there is none.
  std::string Value(const std::string& query);
  // SQLSTATE of a query that must fail.
  std::string Fails(const std::string& query);

 private:
  struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  std::unique_ptr<PGconn, Finish> connection_;
};

// A migrated database and a plate key. Dropped when destroyed.
class Register {
 public:
  Register();
  ~Register();

  // Of the server, without a user.
  std::string conninfo() const;
  std::string conninfo_as(const std::string& user) const;
  std::string superuser() const;
  const std::string& folder() const { return folder_; }
  const std::string& plate_keys() const { return plate_keys_; }
  // The database's name keeps the registers that share a Redis apart.
  Place place() const { return {conninfo(), plate_keys_, folder_, redis_, database_}; }

  std::unique_ptr<Daemon> Start(std::vector<std::string> more = {}) const {
    return std::make_unique<Daemon>(place(), std::move(more));
  }

 private:
  std::string server_;  // host and port
  std::string superuser_name_;
  std::string redis_;
  std::string database_;
  std::string folder_;
  std::string plate_keys_;
};

// A city with the right types paid and resident, the holiday 2026-12-25, the zones `a` and `b`
// side by side (PAID_PARKING, every day 00:00-24:00, PAID and RESIDENT accepted, grace 5 minutes
// before and 10 after), and contracts for both types with the providers `app` and `rival`.
void MakeCity(Daemon& daemon, const std::string& city);
// The provider may enrol these right types in the whole city, from long ago and without an end.
void MakeContract(Daemon& daemon, const std::string& city, const std::string& provider,
                  const std::vector<std::string>& right_types);
// Imports GeoJSON text; gives the final status and what was answered before it.
grpc::Status Import(Daemon& daemon, const Who& who, const zones::v1::ImportZonesHeader& header,
                    const std::string& geojson,
                    std::vector<zones::v1::ImportZonesResponse>* answers = nullptr);
// A feature: a square of 0.001 degrees with its south-west corner there. `more`: further
// properties, as ",\"x\":1".
std::string SquareFeature(const std::string& code, double latitude, double longitude,
                          const std::string& more = "");
std::string Collection(const std::vector<std::string>& features);
// The regulation of MakeCity's zones.
zones::v1::Regulation PlainRegulation();

rights::v1::EnrolRightRequest EnrolRequest(const std::string& city, const std::string& reference,
                                           const std::string& plate, const std::string& zone = "a");
// STRONG: what was written a moment ago counts for positives too.
checks::v1::CheckPlateRequest CheckRequest(const std::string& city, const std::string& plate,
                                           const std::string& zone = "a");

}  // namespace stadspoort::testing
