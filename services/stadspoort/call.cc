#include "services/stadspoort/call.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/support/channel_arguments.h"
#include "services/stadspoort/failure.h"
#include "stadspoort/cities/v1/cities.grpc.pb.h"

namespace stadspoort::client {
namespace {

// Notices a register that vanished without a word, during a long import say.
constexpr absl::Duration kKeepaliveTime = absl::Seconds(60);
constexpr absl::Duration kKeepaliveTimeout = absl::Seconds(20);
// Showing times in the city's clock is worth this much waiting.
constexpr absl::Duration kClockDeadline = absl::Seconds(2);

// Details of a refusal travel in a trailer; the default of 8 KiB would cut a long list of faults.
constexpr int kMetadataMaxBytes = 64 * 1024;

bool IsProvider(absl::string_view roles) {
  for (const absl::string_view role : absl::StrSplit(roles, ',')) {
    if (role == "provider") return true;
  }
  return false;
}

std::shared_ptr<grpc::Channel> Connect(const std::string& server) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS,
                   static_cast<int>(absl::ToInt64Milliseconds(kKeepaliveTime)));
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS,
                   static_cast<int>(absl::ToInt64Milliseconds(kKeepaliveTimeout)));
  arguments.SetInt(GRPC_ARG_MAX_METADATA_SIZE, kMetadataMaxBytes);
  // Plates do not travel in clear through a web proxy that the environment happens to name.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return grpc::CreateCustomChannel(server, grpc::InsecureChannelCredentials(), arguments);
}

}  // namespace

Session::Session(CallOptions options)
    : options_(std::move(options)), channel_(Connect(options_.server)) {}

void Session::Prepare(grpc::ClientContext& context, absl::string_view own_roles,
                      absl::Duration own) const {
  context.set_deadline(absl::ToChronoTime(absl::Now() + options_.deadline.value_or(own)));
  context.AddMetadata("stadspoort-subject", options_.subject);
  const std::string roles = options_.roles.empty() ? std::string(own_roles) : options_.roles;
  context.AddMetadata("stadspoort-roles", roles);
  if (!options_.provider.empty() && IsProvider(roles)) {
    context.AddMetadata("stadspoort-provider", options_.provider);
  }
  context.AddMetadata("stadspoort-cities", options_.cities);
}

grpc::Status Session::WithCallId(const grpc::ClientContext& context, const grpc::Status& status) {
  if (ExitCodeOf(status.error_code()) != kFailed) return status;
  const auto& headers = context.GetServerInitialMetadata();
  const auto id = headers.find("stadspoort-call-id");
  if (id == headers.end()) return status;
  return {status.error_code(),
          absl::StrCat(status.error_message(), " (call ",
                       absl::string_view(id->second.data(), id->second.size()), ")"),
          status.error_details()};
}

absl::TimeZone CityClock(const Session& session, absl::string_view city_name,
                         absl::string_view own_roles) {
  grpc::ClientContext context;
  session.Prepare(context, own_roles);
  context.set_deadline(absl::ToChronoTime(
      absl::Now() + std::min(kClockDeadline, session.options().deadline.value_or(kClockDeadline))));
  cities::v1::GetCityRequest request;
  request.set_name(std::string(city_name));
  cities::v1::GetCityResponse response;
  cities::v1::CitiesService::Stub stub(session.channel());
  absl::TimeZone clock = absl::UTCTimeZone();
  if (stub.GetCity(&context, request, &response).ok()) {
    absl::LoadTimeZone(response.city().time_zone(), &clock);
  }
  return clock;
}

}  // namespace stadspoort::client
