#include "tests/integration/register.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/error_info.pb.h"
#include "google/rpc/status.pb.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "services/domain/ids.h"

namespace stadspoort::testing {
namespace {

using std::string_literals::operator""s;

constexpr std::chrono::seconds kCallPatience(60);
constexpr std::chrono::seconds kStartPatience(60);

std::string ReadFile(const std::string& path) {
  const std::ifstream file(path);
  std::stringstream content;
  content << file.rdbuf();
  return content.str();
}

// Starts a program with its output in a file.
pid_t Spawn(const std::vector<std::string>& command, const std::string& log) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  pid_t pid = -1;
  const int failed =
      posix_spawn(&pid, command[0].c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) ADD_FAILURE() << command[0] << " cannot be started";
  return pid;
}

int Wait(pid_t pid) {
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

template <typename Detail>
std::vector<Detail> DetailsOf(const grpc::Status& status) {
  google::rpc::Status details;
  details.ParseFromString(status.error_details());
  std::vector<Detail> found;
  for (const auto& any : details.details()) {
    Detail detail;
    if (any.UnpackTo(&detail)) found.push_back(detail);
  }
  return found;
}

bool Serving(const std::shared_ptr<grpc::Channel>& channel) {
  const auto health = grpc::health::v1::Health::NewStub(channel);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(2));
  grpc::health::v1::HealthCheckResponse response;
  return health->Check(&context, {}, &response).ok() &&
         response.status() == grpc::health::v1::HealthCheckResponse::SERVING;
}

}  // namespace

void Introduce(const Who& who, grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() + kCallPatience);
  if (who.roles.empty()) return;
  context.AddMetadata("stadspoort-subject", who.subject);
  context.AddMetadata("stadspoort-roles", who.roles);
  context.AddMetadata("stadspoort-cities", who.cities);
  if (!who.provider.empty()) context.AddMetadata("stadspoort-provider", who.provider);
}

std::string ReasonOf(const grpc::Status& status) {
  const auto infos = DetailsOf<google::rpc::ErrorInfo>(status);
  if (infos.empty()) return "";
  EXPECT_EQ(infos[0].domain(), "stadspoort");
  return infos[0].reason();
}

std::vector<std::string> FieldsOf(const grpc::Status& status) {
  std::vector<std::string> fields;
  for (const auto& request : DetailsOf<google::rpc::BadRequest>(status)) {
    for (const auto& violation : request.field_violations()) {
      EXPECT_FALSE(violation.description().empty()) << violation.field();
      fields.push_back(violation.field());
    }
  }
  return fields;
}

Daemon::Daemon(const Place& place, std::vector<std::string> more, bool ready, bool insecure) {
  folder_ = absl::StrCat(place.folder, "/daemon-", domain::UuidText(domain::NewUuid(absl::Now())));
  std::filesystem::create_directory(folder_);
  const std::string address_file = folder_ + "/address";
  std::vector<std::string> command = {STADSPOORTD, "serve"};
  command.insert(command.end(), place.roles.begin(), place.roles.end());
  for (const std::string& word : {"--listen"s, "127.0.0.1:0"s, "--address-file"s, address_file,
                                  "--postgres"s, place.conninfo, "--plate-keys"s, place.plate_keys,
                                  "--redis"s, place.redis, "--redis-prefix"s, place.redis_prefix}) {
    command.push_back(word);
  }
  if (insecure) command.emplace_back("--insecure");
  command.insert(command.end(), more.begin(), more.end());
  pid_ = Spawn(command, folder_ + "/log");
  const auto give_up = std::chrono::steady_clock::now() + kStartPatience;
  while (std::chrono::steady_clock::now() < give_up) {
    if (address_.empty()) {
      std::istringstream(ReadFile(address_file)) >> address_;
      if (!address_.empty()) {
        channel_ = grpc::CreateChannel(address_, grpc::InsecureChannelCredentials());
      }
    }
    if (channel_ != nullptr && (!ready || Serving(channel_))) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  if (channel_ == nullptr || (ready && !Serving(channel_))) {
    ADD_FAILURE() << "the daemon does not come up: " << Log();
    channel_ = grpc::CreateChannel("127.0.0.1:1", grpc::InsecureChannelCredentials());
  }
  cities = cities::v1::CitiesService::NewStub(channel_);
  zones = zones::v1::ZonesService::NewStub(channel_);
  permits = permits::v1::PermitsService::NewStub(channel_);
  rights = rights::v1::RightsService::NewStub(channel_);
  checks = checks::v1::ChecksService::NewStub(channel_);
  operations = operations::v1::OperationsService::NewStub(channel_);
}

Daemon::~Daemon() {
  if (pid_ > 0) {
    EXPECT_EQ(Stop(), 0) << Log();
  }
}

void Daemon::Kill() {
  kill(pid_, SIGKILL);
  Wait(pid_);
  pid_ = -1;
}

int Daemon::Stop() {
  // An idle channel of ours would hold the server up until gRPC looks after it.
  cities.reset();
  zones.reset();
  permits.reset();
  rights.reset();
  checks.reset();
  operations.reset();
  channel_.reset();
  kill(pid_, SIGTERM);
  const int code = Wait(pid_);
  pid_ = -1;
  return code;
}

std::string Daemon::Log() const { return ReadFile(folder_ + "/log"); }

Sql::Sql(const std::string& conninfo) : connection_(PQconnectdb(conninfo.c_str())) {
  if (PQstatus(connection_.get()) != CONNECTION_OK) {
    ADD_FAILURE() << "no connection: " << PQerrorMessage(connection_.get());
  }
  Value("SET client_min_messages = warning");
}

std::string Sql::Value(const std::string& query) {
  PGresult* result = PQexec(connection_.get(), query.c_str());
  const ExecStatusType status = PQresultStatus(result);
  EXPECT_TRUE(status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
      << query << ": " << PQresultErrorMessage(result);
  std::string value;
  if (status == PGRES_TUPLES_OK && PQntuples(result) > 0) value = PQgetvalue(result, 0, 0);
  PQclear(result);
  return value;
}

std::string Sql::Fails(const std::string& query) {
  PGresult* result = PQexec(connection_.get(), query.c_str());
  EXPECT_EQ(PQresultStatus(result), PGRES_FATAL_ERROR) << query;
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  std::string found = state == nullptr ? "" : state;
  PQclear(result);
  return found;
}

Register::Register() {
  const char* servers = std::getenv("STADSPOORT_TEST_SERVERS");
  if (servers == nullptr) {
    ADD_FAILURE()
        << "STADSPOORT_TEST_SERVERS is not set; run by ctest, or after tests/servers start";
    return;
  }
  std::map<std::string, std::string> env;
  std::ifstream file(std::string(servers) + "/env");
  for (std::string line; std::getline(file, line);) {
    const size_t equals = line.find('=');
    env[line.substr(0, equals)] = line.substr(equals + 1);
  }
  server_ = absl::StrCat("host=", env["POSTGRES_SOCKET"], " port=", env["POSTGRES_PORT"]);
  superuser_name_ = env["POSTGRES_USER"];
  redis_ = "unix:" + env["REDIS_SOCKET"];
  const std::string id = domain::UuidText(domain::NewUuid(absl::Now()));
  database_ = "test_" + id;
  Sql(absl::StrCat(server_, " user=", superuser_name_, " dbname=postgres"))
      .Value(absl::StrCat("CREATE DATABASE \"", database_, "\""));
  folder_ = (std::filesystem::temp_directory_path() / ("stadspoort-test-" + id)).string();
  std::filesystem::create_directories(folder_);
  EXPECT_EQ(
      Wait(Spawn({STADSPOORTD, "migrate", "--postgres", superuser()}, folder_ + "/migrate.log")), 0)
      << ReadFile(folder_ + "/migrate.log");
  plate_keys_ = folder_ + "/plate-keys";
  EXPECT_EQ(Wait(Spawn({STADSPOORTD, "new-plate-key", "--key-id", "test-1"}, plate_keys_)), 0);
}

Register::~Register() {
  if (database_.empty()) return;
  Sql(absl::StrCat(server_, " user=", superuser_name_, " dbname=postgres"))
      .Value(absl::StrCat("DROP DATABASE \"", database_, "\" WITH (FORCE)"));
  std::filesystem::remove_all(folder_);
}

std::string Register::conninfo() const { return absl::StrCat(server_, " dbname=", database_); }

std::string Register::conninfo_as(const std::string& user) const {
  return absl::StrCat(conninfo(), " user=", user);
}

std::string Register::superuser() const { return conninfo_as(superuser_name_); }

zones::v1::Regulation PlainRegulation() {
  zones::v1::Regulation regulation;
  zones::v1::TimeFrame& frame = *regulation.add_frames();
  frame.set_code("day");
  for (int day = 1; day <= 7; ++day) frame.add_weekdays(static_cast<common::v1::Weekday>(day));
  frame.set_from_local_time("00:00");
  frame.set_to_local_time("24:00");
  frame.add_accepted_kinds(common::v1::RIGHT_KIND_PAID);
  frame.add_accepted_kinds(common::v1::RIGHT_KIND_RESIDENT);
  regulation.mutable_grace_before()->set_seconds(300);
  regulation.mutable_grace_after()->set_seconds(600);
  return regulation;
}

std::string SquareFeature(const std::string& code, double latitude, double longitude,
                          const std::string& more) {
  const double n = latitude + 0.001;
  const double e = longitude + 0.001;
  return absl::StrCat(R"({"type":"Feature","properties":{"code":")", code, R"(","name":"Zone )",
                      code, "\"", more, R"(},"geometry":{"type":"Polygon","coordinates":[[[)",
                      longitude, ",", latitude, "],[", e, ",", latitude, "],[", e, ",", n, "],[",
                      longitude, ",", n, "],[", longitude, ",", latitude, "]]]}}");
}

std::string Collection(const std::vector<std::string>& features) {
  return absl::StrCat(R"({"type":"FeatureCollection","features":[)", absl::StrJoin(features, ","),
                      "]}");
}

grpc::Status Import(Daemon& daemon, const Who& who, const zones::v1::ImportZonesHeader& header,
                    const std::string& geojson,
                    std::vector<zones::v1::ImportZonesResponse>* answers) {
  constexpr size_t kChunk = 1 << 20;
  grpc::ClientContext context;
  Introduce(who, context);
  const auto stream = daemon.zones->ImportZones(&context);
  zones::v1::ImportZonesRequest request;
  *request.mutable_header() = header;
  stream->Write(request);
  for (size_t at = 0; at < geojson.size(); at += kChunk) {
    request.set_geojson_chunk(geojson.substr(at, kChunk));
    if (!stream->Write(request)) break;
  }
  stream->WritesDone();
  zones::v1::ImportZonesResponse response;
  while (stream->Read(&response)) {
    if (answers != nullptr) answers->push_back(response);
  }
  return stream->Finish();
}

void MakeCity(Daemon& daemon, const std::string& city) {
  cities::v1::CreateCityRequest create;
  create.set_city_id(city);
  create.mutable_city()->set_display_name(city);
  create.mutable_city()->set_time_zone("Europe/Brussels");
  cities::v1::CreateCityResponse created;
  grpc::Status status = Call(*daemon.cities, &cities::v1::CitiesService::Stub::CreateCity,
                             Operator(), create, created);
  ASSERT_TRUE(status.ok()) << status.error_message();
  for (const auto& [code, kind] : {std::pair("paid", common::v1::RIGHT_KIND_PAID),
                                   std::pair("resident", common::v1::RIGHT_KIND_RESIDENT)}) {
    cities::v1::CreateRightTypeRequest type;
    type.set_parent("cities/" + city);
    type.set_right_type_id(code);
    type.mutable_right_type()->set_kind(kind);
    cities::v1::CreateRightTypeResponse typed;
    status = Call(*daemon.cities, &cities::v1::CitiesService::Stub::CreateRightType, Operator(),
                  type, typed);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }
  cities::v1::UpdateCalendarRequest calendar;
  calendar.mutable_calendar()->set_name("cities/" + city + "/calendar");
  cities::v1::SpecialDay& day = *calendar.mutable_calendar()->add_special_days();
  day.set_date("2026-12-25");
  day.set_label("HOLIDAY");
  cities::v1::UpdateCalendarResponse updated;
  status = Call(*daemon.cities, &cities::v1::CitiesService::Stub::UpdateCalendar, Admin(), calendar,
                updated);
  ASSERT_TRUE(status.ok()) << status.error_message();
  zones::v1::ImportZonesHeader header;
  header.set_parent("cities/" + city);
  zones::v1::ZoneRule& rule = *header.add_rules();
  rule.set_usage(common::v1::USAGE_PAID_PARKING);
  *rule.mutable_regulation() = PlainRegulation();
  status = Import(daemon, Admin(), header,
                  Collection({SquareFeature("a", 51.05, 3.72), SquareFeature("b", 51.05, 3.721)}));
  ASSERT_TRUE(status.ok()) << status.error_message();
  for (const char* provider : {"app", "rival"}) {
    MakeContract(daemon, city, provider, {"paid", "resident"});
  }
}

void MakeContract(Daemon& daemon, const std::string& city, const std::string& provider,
                  const std::vector<std::string>& right_types) {
  cities::v1::CreateContractRequest request;
  request.set_parent("cities/" + city);
  request.set_contract_id(absl::StrCat(provider, "-", absl::StrJoin(right_types, "-")));
  cities::v1::Contract& contract = *request.mutable_contract();
  contract.set_provider(provider);
  for (const std::string& type : right_types) {
    contract.add_right_types("cities/" + city + "/rightTypes/" + type);
  }
  contract.mutable_start_time()->set_seconds(
      absl::ToUnixSeconds(absl::FromCivil(absl::CivilYear(2001), absl::UTCTimeZone())));
  cities::v1::CreateContractResponse response;
  const grpc::Status status = Call(*daemon.cities, &cities::v1::CitiesService::Stub::CreateContract,
                                   Admin(), request, response);
  ASSERT_TRUE(status.ok()) << status.error_message();
}

rights::v1::EnrolRightRequest EnrolRequest(const std::string& city, const std::string& reference,
                                           const std::string& plate, const std::string& zone) {
  rights::v1::EnrolRightRequest request;
  request.set_parent("cities/" + city);
  rights::v1::Right& right = *request.mutable_right();
  right.set_reference(reference);
  right.mutable_plate()->set_number(plate);
  right.set_right_type("cities/" + city + "/rightTypes/paid");
  right.add_zones("cities/" + city + "/zones/" + zone);
  return request;
}

checks::v1::CheckPlateRequest CheckRequest(const std::string& city, const std::string& plate,
                                           const std::string& zone) {
  checks::v1::CheckPlateRequest request;
  request.set_parent("cities/" + city);
  request.mutable_place()->mutable_zones()->add_zones("cities/" + city + "/zones/" + zone);
  request.mutable_item()->mutable_plate()->set_number(plate);
  request.mutable_options()->set_consistency(checks::v1::CONSISTENCY_STRONG);
  return request;
}

}  // namespace stadspoort::testing
