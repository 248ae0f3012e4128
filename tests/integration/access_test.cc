// Who may call what: every method of every service, found through the contract itself.
#include <google/protobuf/descriptor.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "stadspoort/common/v1/access.pb.h"
#include "tests/integration/register.h"

namespace stadspoort::testing {
namespace {

using common::v1::Role;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;
using grpc::health::v1::HealthCheckResponse;

constexpr char kInsecureHeader[] = "stadspoort-insecure";

std::vector<const ServiceDescriptor*> Services() {
  return {cities::v1::City::descriptor()->file()->service(0),
          zones::v1::Zone::descriptor()->file()->service(0),
          permits::v1::Permit::descriptor()->file()->service(0),
          rights::v1::Right::descriptor()->file()->service(0),
          checks::v1::CheckAnswer::descriptor()->file()->service(0),
          operations::v1::ProjectorStatus::descriptor()->file()->service(0)};
}

std::vector<const MethodDescriptor*> Methods() {
  std::vector<const MethodDescriptor*> methods;
  for (const ServiceDescriptor* service : Services()) {
    for (int i = 0; i < service->method_count(); ++i) methods.push_back(service->method(i));
  }
  return methods;
}

// As metadata names it: ROLE_CITY_ADMIN is city-admin.
std::string NameOf(Role role) {
  return absl::StrReplaceAll(absl::AsciiStrToLower(common::v1::Role_Name(role).substr(5)),
                             {{"_", "-"}});
}

Who In(Role role) { return {NameOf(role), role == common::v1::ROLE_PROVIDER ? "app" : ""}; }

struct Answered {
  grpc::Status status;
  std::string header;  // of kInsecureHeader
  std::string body;
};

// One message (by default an empty one), whatever the method streams.
Answered Send(Daemon& daemon, const std::string& path, const Who& who,
              const std::string& message = "") {
  grpc::GenericStub stub(daemon.channel());
  grpc::ClientContext context;
  Introduce(who, context);
  grpc::CompletionQueue queue;
  const grpc::Slice slice(message);
  const grpc::ByteBuffer request(&slice, 1);
  grpc::ByteBuffer response;
  Answered answered;
  const auto call = stub.PrepareUnaryCall(&context, path, request, &queue);
  call->StartCall();
  call->Finish(&response, &answered.status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  const auto& headers = context.GetServerInitialMetadata();
  if (const auto it = headers.find(kInsecureHeader); it != headers.end()) {
    answered.header = std::string(it->second.data(), it->second.length());
  }
  std::vector<grpc::Slice> slices;
  if (answered.status.ok() && response.Dump(&slices).ok()) {
    for (const grpc::Slice& part : slices) {
      answered.body.append(reinterpret_cast<const char*>(part.begin()), part.size());
    }
  }
  return answered;
}

std::string PathOf(const MethodDescriptor& method) {
  return absl::StrCat("/", method.service()->full_name(), "/", method.name());
}

// What a caller who is admitted hears.
grpc::StatusCode ToAnEmptyRequest(const MethodDescriptor& method) {
  if (method.name() == "GetStatus") return grpc::StatusCode::OK;  // it has nothing to ask
  if (method.name() == "ExplainCheck") return grpc::StatusCode::UNIMPLEMENTED;
  return grpc::StatusCode::INVALID_ARGUMENT;
}

HealthCheckResponse::ServingStatus HealthOf(Daemon& daemon, const std::string& service) {
  const auto stub = grpc::health::v1::Health::NewStub(daemon.channel());
  grpc::ClientContext context;
  grpc::health::v1::HealthCheckRequest request;
  request.set_service(service);
  HealthCheckResponse response;
  const grpc::Status status = stub->Check(&context, request, &response);
  return status.ok() ? response.status() : HealthCheckResponse::SERVICE_UNKNOWN;
}

// list_services of grpc.reflection.v1alpha.ServerReflectionRequest, with an empty text.
constexpr char kReflection[] = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
const std::string& ListServices() {
  static const auto* message = new std::string("\x3a\x00", 2);
  return *message;
}

class AccessTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    database = new Register();
    daemon = database->Start().release();
  }
  static void TearDownTestSuite() {
    delete daemon;
    delete database;
  }
  static Register* database;
  static Daemon* daemon;
};
Register* AccessTest::database = nullptr;
Daemon* AccessTest::daemon = nullptr;

TEST_F(AccessTest, TheContractIsAllHere) {
  EXPECT_EQ(Methods().size(), 68U)
      << "11 of cities, 16 of zones, 25 of permits, 11 of rights, 4 of checks, 1 of operations";
  EXPECT_EQ(common::v1::Role_descriptor()->value_count() - 1, 9);
}

TEST_F(AccessTest, WithoutIdentityNothingMayBeCalled) {
  Who nobody;
  Who no_subject = Clerk();
  no_subject.subject = "";
  const struct {
    const char* name;
    Who who;
  } kRows[] = {
      {"nothing", nobody},
      {"no subject", no_subject},
      {"a subject of 201 bytes", {"clerk", "", "*", std::string(201, 's')}},
      {"a role that does not exist", {"king"}},
      {"a good role and one that does not exist", {"clerk,king"}},
      {"a provider without its code", {"provider"}},
      {"a code without being a provider", {"clerk", "app"}},
      {"a code of 101 bytes", {"provider", std::string(101, 'p')}},
      {"the register's own code", {"provider", "@permits"}},
  };
  for (const auto& row : kRows) {
    for (const MethodDescriptor* method : Methods()) {
      const Answered answered = Send(*daemon, PathOf(*method), row.who);
      EXPECT_EQ(answered.status.error_code(), grpc::StatusCode::UNAUTHENTICATED)
          << method->full_name() << ", " << row.name;
      EXPECT_EQ(ReasonOf(answered.status), "UNAUTHENTICATED") << method->full_name();
      EXPECT_EQ(answered.header, "true") << method->full_name();
    }
  }
}

TEST_F(AccessTest, EveryMethodIsOpenToItsRolesAndToNobodyElse) {
  for (const MethodDescriptor* method : Methods()) {
    const auto& allowed = method->options().GetExtension(common::v1::access).roles();
    EXPECT_FALSE(allowed.empty()) << method->full_name();
    for (int role = common::v1::Role_MIN + 1; role <= common::v1::Role_MAX; ++role) {
      const bool may = std::find(allowed.begin(), allowed.end(), role) != allowed.end();
      const Answered answered = Send(*daemon, PathOf(*method), In(static_cast<Role>(role)));
      const std::string row =
          absl::StrCat(method->full_name(), " as ", NameOf(static_cast<Role>(role)));
      EXPECT_EQ(answered.header, "true") << row;
      if (may) {
        EXPECT_EQ(answered.status.error_code(), ToAnEmptyRequest(*method)) << row;
      } else {
        EXPECT_EQ(answered.status.error_code(), grpc::StatusCode::PERMISSION_DENIED) << row;
        EXPECT_EQ(ReasonOf(answered.status), "ROLE_NOT_ALLOWED") << row;
      }
    }
    const Answered none = Send(*daemon, PathOf(*method), Who{" , "});
    EXPECT_EQ(none.status.error_code(), grpc::StatusCode::PERMISSION_DENIED)
        << method->full_name() << " without any role";
  }
}

TEST_F(AccessTest, OneOfSeveralRolesIsEnough) {
  const Answered answered =
      Send(*daemon, "/stadspoort.cities.v1.CitiesService/GetCity", Who{"device, auditor"});
  EXPECT_EQ(answered.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(AccessTest, AnInsecureDaemonAdmitsItEverywhere) {
  MakeCity(*daemon, "ghent");
  cities::v1::GetCityRequest request;
  request.set_name("cities/ghent");
  const Answered good = Send(*daemon, "/stadspoort.cities.v1.CitiesService/GetCity", Clerk(),
                             request.SerializeAsString());
  EXPECT_TRUE(good.status.ok()) << good.status.error_message();
  EXPECT_EQ(good.header, "true");
  const Answered health = Send(*daemon, "/grpc.health.v1.Health/Check", Who{});
  EXPECT_TRUE(health.status.ok()) << health.status.error_message();
  EXPECT_EQ(health.header, "true");
  const Answered reflection = Send(*daemon, kReflection, Who{}, ListServices());
  EXPECT_TRUE(reflection.status.ok()) << reflection.status.error_message();
  EXPECT_EQ(reflection.header, "true");
  for (const ServiceDescriptor* service : Services()) {
    EXPECT_TRUE(absl::StrContains(reflection.body, service->full_name())) << service->full_name();
    EXPECT_EQ(HealthOf(*daemon, service->full_name()), HealthCheckResponse::SERVING);
  }
  EXPECT_EQ(HealthOf(*daemon, ""), HealthCheckResponse::SERVING);
  EXPECT_EQ(HealthOf(*daemon, "stadspoort.insecure"), HealthCheckResponse::SERVING);
  EXPECT_EQ(HealthOf(*daemon, "stadspoort.nonsense"), HealthCheckResponse::SERVICE_UNKNOWN);
  EXPECT_TRUE(absl::StrContains(daemon->Log(), "INSECURE"));
}

TEST_F(AccessTest, ASecureDaemonBelievesNobodyYet) {
  Daemon secure(database->place(), {},
                /*ready=*/true, /*insecure=*/false);
  for (const MethodDescriptor* method : Methods()) {
    for (const Who& who : {Who{}, Operator(), Clerk(), Provider("app")}) {
      const Answered answered = Send(secure, PathOf(*method), who);
      EXPECT_EQ(answered.status.error_code(), grpc::StatusCode::UNAUTHENTICATED)
          << method->full_name();
      EXPECT_EQ(answered.header, "") << method->full_name();
    }
  }
  EXPECT_EQ(Send(secure, "/grpc.health.v1.Health/Check", Who{}).header, "");
  EXPECT_EQ(HealthOf(secure, ""), HealthCheckResponse::SERVING);
  EXPECT_EQ(HealthOf(secure, "stadspoort.insecure"), HealthCheckResponse::SERVICE_UNKNOWN);
  EXPECT_FALSE(absl::StrContains(secure.Log(), "INSECURE"));
}

}  // namespace
}  // namespace stadspoort::testing
