#pragma once

#include "grpcpp/server_context.h"
#include "services/cities/city_commands.h"
#include "services/cities/contract_commands.h"
#include "services/platform/edge.h"
#include "stadspoort/cities/v1/cities.grpc.pb.h"

namespace stadspoort::cities {

// The gRPC methods. Thread-safe.
class CitiesService final : public v1::CitiesService::Service {
 public:
  // All outlive it.
  CitiesService(const platform::Edge& edge, CityCommands& commands, ContractCommands& contracts)
      : edge_(edge), commands_(commands), contracts_(contracts) {}

  grpc::Status CreateCity(grpc::ServerContext* context, const v1::CreateCityRequest* request,
                          v1::CreateCityResponse* response) override;
  grpc::Status GetCity(grpc::ServerContext* context, const v1::GetCityRequest* request,
                       v1::GetCityResponse* response) override;
  grpc::Status UpdateCity(grpc::ServerContext* context, const v1::UpdateCityRequest* request,
                          v1::UpdateCityResponse* response) override;
  grpc::Status GetCalendar(grpc::ServerContext* context, const v1::GetCalendarRequest* request,
                           v1::GetCalendarResponse* response) override;
  grpc::Status UpdateCalendar(grpc::ServerContext* context,
                              const v1::UpdateCalendarRequest* request,
                              v1::UpdateCalendarResponse* response) override;
  grpc::Status CreateRightType(grpc::ServerContext* context,
                               const v1::CreateRightTypeRequest* request,
                               v1::CreateRightTypeResponse* response) override;
  grpc::Status ListRightTypes(grpc::ServerContext* context,
                              const v1::ListRightTypesRequest* request,
                              v1::ListRightTypesResponse* response) override;
  grpc::Status CreateContract(grpc::ServerContext* context,
                              const v1::CreateContractRequest* request,
                              v1::CreateContractResponse* response) override;
  grpc::Status GetContract(grpc::ServerContext* context, const v1::GetContractRequest* request,
                           v1::GetContractResponse* response) override;
  grpc::Status ListContracts(grpc::ServerContext* context, const v1::ListContractsRequest* request,
                             v1::ListContractsResponse* response) override;
  grpc::Status UpdateContract(grpc::ServerContext* context,
                              const v1::UpdateContractRequest* request,
                              v1::UpdateContractResponse* response) override;

 private:
  const platform::Edge& edge_;
  CityCommands& commands_;
  ContractCommands& contracts_;
};

}  // namespace stadspoort::cities
