#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "grpcpp/support/status.h"
#include "services/stadspoort/options.h"
#include "services/stadspoort/output.h"

namespace stadspoort::client {

inline constexpr absl::Duration kDefaultDeadline = absl::Seconds(10);

// One run's connection to one register: channel, caller and deadlines. The channel connects at the
// first call. Thread-safe.
class Session {
 public:
  explicit Session(CallOptions options);

  const CallOptions& options() const { return options_; }
  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

  // Gives a call its deadline (`own` unless --deadline was given) and its caller's metadata.
  // `own_roles`, comma-separated, are the command's, used unless --role was given. The provider
  // travels with the role provider only: a clerk is nobody's provider.
  void Prepare(grpc::ClientContext& context, absl::string_view own_roles,
               absl::Duration own = kDefaultDeadline) const;

  // One unary call: Call(&RightsService::Stub::GetRight, "clerk", request, response).
  template <typename Stub, typename Request, typename Response>
  grpc::Status Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    absl::string_view own_roles, const Request& request, Response& response) const {
    grpc::ClientContext context;
    Prepare(context, own_roles);
    Stub stub(channel_);
    return WithCallId(context, (stub.*method)(&context, request, &response));
  }

  // Adds the register's call id, which leads to its log, to the text of a status that is the
  // register's fault. Only after the call.
  static grpc::Status WithCallId(const grpc::ClientContext& context, const grpc::Status& status);

  // The role for commands that providers and clerks both may call.
  absl::string_view ProviderOrClerk() const {
    return options_.provider.empty() ? "clerk" : "provider";
  }

 private:
  CallOptions options_;
  std::shared_ptr<grpc::Channel> channel_;
};

// What the command line chose to do; gives the exit code.
using Action = std::function<ExitCode(const Session&, const Output&)>;

// The clock of the city, for showing times. UTC when the register does not tell: an answer is never
// withheld because its times cannot be shown in the best way.
absl::TimeZone CityClock(const Session& session, absl::string_view city_name,
                         absl::string_view own_roles);

}  // namespace stadspoort::client
