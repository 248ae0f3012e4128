#include "services/platform/edge.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "google/protobuf/descriptor.h"
#include "services/domain/refusal.h"
#include "services/platform/log.h"
#include "services/platform/status_mapping.h"
#include "stadspoort/common/v1/access.pb.h"

namespace stadspoort::platform {
namespace {

using domain::ErrorReason;

// A call without a deadline, or with a longer one, gets this one: a client that went away must not
// hold a connection.
constexpr absl::Duration kLongestCall = absl::Minutes(5);
constexpr size_t kSubjectMaxBytes = 200;

absl::Status Unauthenticated(absl::string_view why) {
  return domain::Refusal(absl::StatusCode::kUnauthenticated, ErrorReason::kUnauthenticated, why);
}

std::string Metadata(const grpc::ServerContext& context, const char* key) {
  const auto it = context.client_metadata().find(key);
  return it == context.client_metadata().end()
             ? std::string()
             : std::string(it->second.data(), it->second.length());
}

// The identity that an insecure server believes.
absl::StatusOr<Caller> CallerFromMetadata(const grpc::ServerContext& context) {
  Caller caller;
  caller.subject = Metadata(context, kSubjectKey);
  if (caller.subject.empty() || caller.subject.size() > kSubjectMaxBytes) {
    return Unauthenticated(
        "the call says no subject (metadata stadspoort-subject, up to 200 bytes)");
  }
  const std::string roles = Metadata(context, kRolesKey);
  for (const absl::string_view name : absl::StrSplit(roles, ',', absl::SkipWhitespace())) {
    const std::optional<Role> role = RoleFromName(absl::StripAsciiWhitespace(name));
    if (!role) return Unauthenticated("the call names a role that does not exist");
    caller.roles.Add(*role);
  }
  caller.provider = Metadata(context, kProviderKey);
  if (caller.roles.Has(Role::kProvider) == caller.provider.empty() ||
      (!caller.provider.empty() && !domain::IsProvider(caller.provider))) {
    return Unauthenticated(
        "the role provider and the provider's code (up to 100 bytes, not beginning with @) go "
        "together");
  }
  const std::string cities = Metadata(context, kCitiesKey);
  for (const absl::string_view name : absl::StrSplit(cities, ',', absl::SkipWhitespace())) {
    const absl::string_view code = absl::StripAsciiWhitespace(name);
    if (code == "*") {
      caller.every_city = true;
    } else {
      caller.cities.emplace_back(std::string(code));
    }
  }
  return caller;
}

std::chrono::steady_clock::time_point DeadlineOf(const grpc::ServerContext& context) {
  const auto now = std::chrono::steady_clock::now();
  const auto longest = now + absl::ToChronoNanoseconds(kLongestCall);
  const auto wall = context.deadline();
  if (wall == std::chrono::system_clock::time_point::max()) return longest;
  const auto asked = now + (wall - std::chrono::system_clock::now());
  return std::min(std::chrono::time_point_cast<std::chrono::steady_clock::duration>(asked),
                  std::chrono::time_point_cast<std::chrono::steady_clock::duration>(longest));
}

}  // namespace

void Edge::AddService(const google::protobuf::ServiceDescriptor& service) {
  for (int i = 0; i < service.method_count(); ++i) {
    const google::protobuf::MethodDescriptor& method = *service.method(i);
    RoleSet roles;
    for (const int role : method.options().GetExtension(common::v1::access).roles()) {
      roles.Add(static_cast<Role>(role));
    }
    allowed_[absl::StrCat("/", service.full_name(), "/", method.name())] = roles;
  }
}

absl::StatusOr<Call> Edge::Admit(const grpc::ServerContext& context,
                                 absl::string_view method) const {
  if (!options_.insecure) {
    return Unauthenticated("this server accepts no identity yet");
  }
  absl::StatusOr<Caller> caller = CallerFromMetadata(context);
  if (!caller.ok()) return caller.status();
  const auto allowed = allowed_.find(method);
  if (allowed == allowed_.end() || !caller->roles.Intersects(allowed->second)) {
    return domain::Refusal(absl::StatusCode::kPermissionDenied, ErrorReason::kRoleNotAllowed,
                           "none of your roles may call this method");
  }
  const absl::Time now = absl::Now();
  return Call{domain::UuidText(domain::NewUuid(now)), *std::move(caller), now, DeadlineOf(context)};
}

grpc::Status Edge::Serve(grpc::ServerContext& context, absl::string_view method,
                         absl::FunctionRef<absl::Status(const Call&)> handler) const {
  const auto started = std::chrono::steady_clock::now();
  const absl::StatusOr<Call> call = Admit(context, method);
  absl::Status status = call.status();
  if (call.ok()) {
    context.AddInitialMetadata(kCallIdKey, call->id);
    status = handler(*call);
    if (!status.ok()) status = options_.explain(status);
  }
  const absl::Duration took = absl::FromChrono(std::chrono::steady_clock::now() - started);
  // Successes are counted, not logged: there are thousands a second.
  if (!status.ok()) {
    Log(status.code() == absl::StatusCode::kInternal ? LogLevel::kError : LogLevel::kInfo,
        absl::StrFormat("call %s %s %s %.1f ms", call.ok() ? call->id : "-", method,
                        LogText(status), absl::ToDoubleMilliseconds(took)));
  }
  return ToGrpcStatus(status);
}

}  // namespace stadspoort::platform
