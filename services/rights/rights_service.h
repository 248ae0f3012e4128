#pragma once

#include "grpcpp/server_context.h"
#include "services/platform/edge.h"
#include "services/rights/right_commands.h"
#include "stadspoort/rights/v1/rights.grpc.pb.h"

namespace stadspoort::rights {

// The gRPC methods. Thread-safe.
class RightsService final : public v1::RightsService::Service {
 public:
  // Both outlive it.
  RightsService(const platform::Edge& edge, RightCommands& commands)
      : edge_(edge), commands_(commands) {}

  grpc::Status EnrolRight(grpc::ServerContext* context, const v1::EnrolRightRequest* request,
                          v1::EnrolRightResponse* response) override;
  grpc::Status AmendRight(grpc::ServerContext* context, const v1::AmendRightRequest* request,
                          v1::AmendRightResponse* response) override;
  grpc::Status EndRight(grpc::ServerContext* context, const v1::EndRightRequest* request,
                        v1::EndRightResponse* response) override;
  grpc::Status RevokeRight(grpc::ServerContext* context, const v1::RevokeRightRequest* request,
                           v1::RevokeRightResponse* response) override;
  grpc::Status SuspendRight(grpc::ServerContext* context, const v1::SuspendRightRequest* request,
                            v1::SuspendRightResponse* response) override;
  grpc::Status ResumeRight(grpc::ServerContext* context, const v1::ResumeRightRequest* request,
                           v1::ResumeRightResponse* response) override;
  grpc::Status CorrectRight(grpc::ServerContext* context, const v1::CorrectRightRequest* request,
                            v1::CorrectRightResponse* response) override;
  grpc::Status QuoteRight(grpc::ServerContext* context, const v1::QuoteRightRequest* request,
                          v1::QuoteRightResponse* response) override;
  grpc::Status GetRight(grpc::ServerContext* context, const v1::GetRightRequest* request,
                        v1::GetRightResponse* response) override;
  grpc::Status ListRights(grpc::ServerContext* context, const v1::ListRightsRequest* request,
                          v1::ListRightsResponse* response) override;
  grpc::Status ListPlateHistory(grpc::ServerContext* context,
                                const v1::ListPlateHistoryRequest* request,
                                v1::ListPlateHistoryResponse* response) override;

 private:
  const platform::Edge& edge_;
  RightCommands& commands_;
};

}  // namespace stadspoort::rights
