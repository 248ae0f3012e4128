#pragma once

#include "grpcpp/server_context.h"
#include "services/platform/edge.h"
#include "services/projector/projector_loop.h"
#include "stadspoort/operations/v1/operations.grpc.pb.h"
#include "storage/ladder/follower.h"
#include "storage/ladder/ladder.h"
#include "storage/ladder/memory.h"

namespace stadspoort::operations {

// The parts of this daemon that tell how they fare. All three of checks, or none.
struct Sources {
  // Null: the daemon does not serve checks.
  const ladder::Ladder* ladder = nullptr;
  const ladder::Follower* follower = nullptr;
  const ladder::Memory* memory = nullptr;
  // Null: the daemon has no projector.
  const projector::ProjectorLoop* projector = nullptr;
};

// The gRPC methods. Thread-safe.
class OperationsService final : public v1::OperationsService::Service {
 public:
  // The edge and the sources outlive it.
  OperationsService(const platform::Edge& edge, const Sources& sources)
      : edge_(edge), sources_(sources) {}

  grpc::Status GetStatus(grpc::ServerContext* context, const v1::GetStatusRequest* request,
                         v1::GetStatusResponse* response) override;

 private:
  const platform::Edge& edge_;
  const Sources sources_;
};

}  // namespace stadspoort::operations
