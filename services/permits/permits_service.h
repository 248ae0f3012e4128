#pragma once

#include <atomic>

#include "grpcpp/server_context.h"
#include "services/permits/permit_commands.h"
#include "services/permits/permit_queries.h"
#include "services/permits/set_commands.h"
#include "services/permits/type_commands.h"
#include "services/platform/edge.h"
#include "stadspoort/permits/v1/permits.grpc.pb.h"

namespace stadspoort::permits {

// The gRPC methods. Thread-safe.
class PermitsService final : public v1::PermitsService::Service {
 public:
  // All outlive it.
  PermitsService(const platform::Edge& edge, TypeCommands& types, SetCommands& sets,
                 PermitCommands& commands, PermitQueries& queries)
      : edge_(edge), types_(types), sets_(sets), commands_(commands), queries_(queries) {}

  grpc::Status CreatePermitType(grpc::ServerContext* context,
                                const v1::CreatePermitTypeRequest* request,
                                v1::CreatePermitTypeResponse* response) override;
  grpc::Status UpdatePermitType(grpc::ServerContext* context,
                                const v1::UpdatePermitTypeRequest* request,
                                v1::UpdatePermitTypeResponse* response) override;
  grpc::Status GetPermitType(grpc::ServerContext* context, const v1::GetPermitTypeRequest* request,
                             v1::GetPermitTypeResponse* response) override;
  grpc::Status ListPermitTypes(grpc::ServerContext* context,
                               const v1::ListPermitTypesRequest* request,
                               v1::ListPermitTypesResponse* response) override;
  grpc::Status CreatePermitSet(grpc::ServerContext* context,
                               const v1::CreatePermitSetRequest* request,
                               v1::CreatePermitSetResponse* response) override;
  grpc::Status ListPermitSets(grpc::ServerContext* context,
                              const v1::ListPermitSetsRequest* request,
                              v1::ListPermitSetsResponse* response) override;
  grpc::Status SwitchPermitSet(grpc::ServerContext* context,
                               const v1::SwitchPermitSetRequest* request,
                               v1::SwitchPermitSetResponse* response) override;
  grpc::Status ApplyForPermit(grpc::ServerContext* context,
                              const v1::ApplyForPermitRequest* request,
                              v1::ApplyForPermitResponse* response) override;
  grpc::Status GiveEvidence(grpc::ServerContext* context, const v1::GiveEvidenceRequest* request,
                            v1::GiveEvidenceResponse* response) override;
  grpc::Status AskEvidence(grpc::ServerContext* context, const v1::AskEvidenceRequest* request,
                           v1::AskEvidenceResponse* response) override;
  grpc::Status ApprovePermit(grpc::ServerContext* context, const v1::ApprovePermitRequest* request,
                             v1::ApprovePermitResponse* response) override;
  grpc::Status RefusePermit(grpc::ServerContext* context, const v1::RefusePermitRequest* request,
                            v1::RefusePermitResponse* response) override;
  grpc::Status AcceptOffer(grpc::ServerContext* context, const v1::AcceptOfferRequest* request,
                           v1::AcceptOfferResponse* response) override;
  grpc::Status ConfirmPayment(grpc::ServerContext* context,
                              const v1::ConfirmPaymentRequest* request,
                              v1::ConfirmPaymentResponse* response) override;
  grpc::Status SuspendPermit(grpc::ServerContext* context, const v1::SuspendPermitRequest* request,
                             v1::SuspendPermitResponse* response) override;
  grpc::Status ResumePermit(grpc::ServerContext* context, const v1::ResumePermitRequest* request,
                            v1::ResumePermitResponse* response) override;
  grpc::Status RenewPermit(grpc::ServerContext* context, const v1::RenewPermitRequest* request,
                           v1::RenewPermitResponse* response) override;
  grpc::Status MovePermit(grpc::ServerContext* context, const v1::MovePermitRequest* request,
                          v1::MovePermitResponse* response) override;
  grpc::Status WithdrawPermit(grpc::ServerContext* context,
                              const v1::WithdrawPermitRequest* request,
                              v1::WithdrawPermitResponse* response) override;
  grpc::Status RevokePermit(grpc::ServerContext* context, const v1::RevokePermitRequest* request,
                            v1::RevokePermitResponse* response) override;
  grpc::Status ChangePlates(grpc::ServerContext* context, const v1::ChangePlatesRequest* request,
                            v1::ChangePlatesResponse* response) override;
  grpc::Status GetPermit(grpc::ServerContext* context, const v1::GetPermitRequest* request,
                         v1::GetPermitResponse* response) override;
  grpc::Status ListPermits(grpc::ServerContext* context, const v1::ListPermitsRequest* request,
                           v1::ListPermitsResponse* response) override;
  grpc::Status ListPermitEvents(grpc::ServerContext* context,
                                const v1::ListPermitEventsRequest* request,
                                v1::ListPermitEventsResponse* response) override;
  grpc::Status FollowPermitEvents(
      grpc::ServerContext* context, const v1::FollowPermitEventsRequest* request,
      grpc::ServerWriter<v1::FollowPermitEventsResponse>* writer) override;

 private:
  absl::Status Follow(const platform::Call& call, const grpc::ServerContext& context,
                      const v1::FollowPermitEventsRequest& request,
                      grpc::ServerWriter<v1::FollowPermitEventsResponse>& writer);

  const platform::Edge& edge_;
  TypeCommands& types_;
  SetCommands& sets_;
  PermitCommands& commands_;
  PermitQueries& queries_;
  std::atomic<int> followers_ = 0;
};

}  // namespace stadspoort::permits
