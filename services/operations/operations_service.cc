#include "services/operations/operations_service.h"

#include <chrono>

#include "services/operations/convert.h"

namespace stadspoort::operations {

using platform::Call;

grpc::Status OperationsService::GetStatus(grpc::ServerContext* context,
                                          const v1::GetStatusRequest* /*request*/,
                                          v1::GetStatusResponse* response) {
  return edge_.Serve(
      *context, "/stadspoort.operations.v1.OperationsService/GetStatus", [&](const Call&) {
        if (sources_.ladder != nullptr) {
          *response->mutable_checks() =
              WriteChecks(sources_.ladder->GetStats(), sources_.follower->GetStats(),
                          sources_.memory->GetStats(), BootClock::now());
        }
        if (sources_.projector != nullptr) {
          *response->mutable_projector() = WriteProjector(sources_.projector->GetStats());
        }
        return absl::OkStatus();
      });
}

}  // namespace stadspoort::operations
