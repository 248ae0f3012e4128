#pragma once

#include "grpcpp/server_context.h"
#include "services/platform/edge.h"
#include "services/zones/import_zones.h"
#include "services/zones/zone_queries.h"
#include "stadspoort/zones/v1/zones.grpc.pb.h"

namespace stadspoort::zones {

// The gRPC methods. Thread-safe.
class ZonesService final : public v1::ZonesService::Service {
 public:
  // All outlive it.
  ZonesService(const platform::Edge& edge, zones::ImportZones& import, ZoneQueries& queries)
      : edge_(edge), import_(import), queries_(queries) {}

  grpc::Status ImportZones(
      grpc::ServerContext* context,
      grpc::ServerReaderWriter<v1::ImportZonesResponse, v1::ImportZonesRequest>* stream) override;
  grpc::Status GetZone(grpc::ServerContext* context, const v1::GetZoneRequest* request,
                       v1::GetZoneResponse* response) override;
  grpc::Status ListZones(grpc::ServerContext* context, const v1::ListZonesRequest* request,
                         v1::ListZonesResponse* response) override;

 private:
  const platform::Edge& edge_;
  zones::ImportZones& import_;
  ZoneQueries& queries_;
};

}  // namespace stadspoort::zones
