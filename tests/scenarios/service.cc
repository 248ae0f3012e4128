#include "tests/scenarios/service.h"

#include <chrono>

#include "absl/strings/str_cat.h"

namespace stadspoort::scenarios {
namespace {

// A bound on hanging, not a measure of speed.
constexpr std::chrono::seconds kDeadline{30};

}  // namespace

void Prepare(const Caller& caller, grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() + kDeadline);
  context.AddMetadata("stadspoort-subject", "play");
  context.AddMetadata("stadspoort-roles", caller.role);
  context.AddMetadata("stadspoort-cities", "*");
  if (!caller.provider.empty()) context.AddMetadata("stadspoort-provider", caller.provider);
}

absl::Status FromGrpc(absl::string_view call, const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()),
                      absl::StrCat(call, ": ", status.error_message()));
}

}  // namespace stadspoort::scenarios
