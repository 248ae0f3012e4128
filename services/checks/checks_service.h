#pragma once

#include "grpcpp/server_context.h"
#include "services/checks/check_plates.h"
#include "services/platform/edge.h"
#include "stadspoort/checks/v1/checks.grpc.pb.h"
#include "storage/ladder/ladder.h"

namespace stadspoort::checks {

// The gRPC methods. Thread-safe.
class ChecksService final : public v1::ChecksService::Service {
 public:
  // All outlive it.
  ChecksService(const platform::Edge& edge, CheckPlates& command, ladder::Ladder& ladder)
      : edge_(edge), command_(command), ladder_(ladder) {}

  grpc::Status CheckPlate(grpc::ServerContext* context, const v1::CheckPlateRequest* request,
                          v1::CheckPlateResponse* response) override;
  grpc::Status BatchCheckPlates(grpc::ServerContext* context,
                                const v1::BatchCheckPlatesRequest* request,
                                v1::BatchCheckPlatesResponse* response) override;
  grpc::Status LocateZones(grpc::ServerContext* context, const v1::LocateZonesRequest* request,
                           v1::LocateZonesResponse* response) override;
  grpc::Status ExplainCheck(grpc::ServerContext* context, const v1::ExplainCheckRequest* request,
                            v1::ExplainCheckResponse* response) override;

 private:
  absl::Status Check(const platform::Call& call, const v1::BatchCheckPlatesRequest& request,
                     v1::BatchCheckPlatesResponse& response);

  const platform::Edge& edge_;
  CheckPlates& command_;
  ladder::Ladder& ladder_;
};

}  // namespace stadspoort::checks
