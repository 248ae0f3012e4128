#include "services/platform/server.h"

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/health_check_service_interface.h"
#include "grpcpp/resource_quota.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server_builder.h"
#include "grpcpp/support/server_interceptor.h"
#include "services/platform/edge.h"

namespace stadspoort::platform {
namespace {

// A batch of 1,000 plates is under 200 KiB, a chunk of an import 1 MiB.
constexpr int kReceiveMaxBytes = 4 << 20;
// Scanners keep their connection open between streets; a dead one is noticed within half a minute.
constexpr int kKeepaliveMs = 20'000;
constexpr int kKeepaliveTimeoutMs = 10'000;
constexpr int kClientPingMinMs = 5'000;
constexpr int kStreamsPerConnection = 1'000;
// Handlers block on PostgreSQL; more threads than this would only wait for its connections.
constexpr int kMaxThreads = 256;
// How often an idle handler thread looks whether the server is stopping.
constexpr int kIdleThreadMs = 250;
constexpr char kInsecureHealthEntry[] = "stadspoort.insecure";

// Adds the admission to every answer of every service, health and reflection included.
class AdmitInsecure final : public grpc::experimental::Interceptor {
 public:
  void Intercept(grpc::experimental::InterceptorBatchMethods* methods) override {
    using grpc::experimental::InterceptionHookPoints;
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_INITIAL_METADATA)) {
      methods->GetSendInitialMetadata()->insert({kInsecureKey, "true"});
    }
    methods->Proceed();
  }
};

class AdmitInsecureFactory final : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  grpc::experimental::Interceptor* CreateServerInterceptor(
      grpc::experimental::ServerRpcInfo* /*info*/) override {
    return new AdmitInsecure();  // gRPC owns it
  }
};

std::string HostOf(const std::string& listen) { return listen.substr(0, listen.rfind(':')); }

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(Options options) {
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();

  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort(options.listen, grpc::InsecureServerCredentials(), &port);
  // Two daemons on one port would share its connections at random.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.SetMaxReceiveMessageSize(kReceiveMaxBytes);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                             kClientPingMinMs);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kStreamsPerConnection);
  builder.SetSyncServerOption(grpc::ServerBuilder::SyncServerOption::CQ_TIMEOUT_MSEC,
                              kIdleThreadMs);
  grpc::ResourceQuota quota("stadspoortd");
  quota.SetMaxThreads(kMaxThreads);
  builder.SetResourceQuota(quota);
  if (options.insecure) {
    std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> creators;
    creators.push_back(std::make_unique<AdmitInsecureFactory>());
    builder.experimental().SetInterceptorCreators(std::move(creators));
  }
  for (grpc::Service* service : options.services) builder.RegisterService(service);

  auto server = std::unique_ptr<Server>(new Server());
  server->server_ = builder.BuildAndStart();
  if (server->server_ == nullptr || port == 0) {
    return absl::UnavailableError(absl::StrCat("cannot listen on ", options.listen));
  }
  server->address_ = absl::StrCat(HostOf(options.listen), ":", port);
  server->service_names_ = std::move(options.service_names);
  if (options.insecure) {
    server->server_->GetHealthCheckService()->SetServingStatus(kInsecureHealthEntry, true);
  }
  server->SetNothingReady();
  return server;
}

void Server::SetReady(const std::string& service_name, bool ready) {
  server_->GetHealthCheckService()->SetServingStatus(service_name, ready);
}

void Server::SetNothingReady() {
  SetReady("", false);
  for (const std::string& name : service_names_) SetReady(name, false);
}

void Server::Stop(absl::Duration patience) {
  SetNothingReady();
  server_->Shutdown(absl::ToChronoTime(absl::Now() + patience));
  server_->Wait();
}

}  // namespace stadspoort::platform
