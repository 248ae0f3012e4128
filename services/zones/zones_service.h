#pragma once

#include "grpcpp/server_context.h"
#include "services/platform/call.h"
#include "services/platform/edge.h"
#include "services/zones/drafts.h"
#include "services/zones/import_zones.h"
#include "services/zones/previews.h"
#include "services/zones/progress_teller.h"
#include "services/zones/publishing.h"
#include "services/zones/zone_queries.h"
#include "stadspoort/zones/v1/zones.grpc.pb.h"
#include "storage/postgres/client/pool.h"

namespace stadspoort::zones {

// The commands behind the methods, on one pool.
struct Commands {
  // It outlives them.
  explicit Commands(postgres::Pool& pool)
      : import(pool), queries(pool), drafts(pool), publishing(pool), previews(pool) {}

  ImportZones import;
  ZoneQueries queries;
  Drafts drafts;
  Publishing publishing;
  Previews previews;
};

// The gRPC methods. Thread-safe.
class ZonesService final : public v1::ZonesService::Service {
 public:
  // Both outlive it.
  ZonesService(const platform::Edge& edge, Commands& commands) : edge_(edge), commands_(commands) {}

  grpc::Status ImportZones(grpc::ServerContext* context, ImportStream* stream) override;
  grpc::Status ExportZones(grpc::ServerContext* context, const v1::ExportZonesRequest* request,
                           grpc::ServerWriter<v1::ExportZonesResponse>* writer) override;
  grpc::Status GetZone(grpc::ServerContext* context, const v1::GetZoneRequest* request,
                       v1::GetZoneResponse* response) override;
  grpc::Status ListZones(grpc::ServerContext* context, const v1::ListZonesRequest* request,
                         v1::ListZonesResponse* response) override;
  grpc::Status ListZoneVersions(grpc::ServerContext* context,
                                const v1::ListZoneVersionsRequest* request,
                                v1::ListZoneVersionsResponse* response) override;
  grpc::Status ListZoneChanges(grpc::ServerContext* context,
                               const v1::ListZoneChangesRequest* request,
                               v1::ListZoneChangesResponse* response) override;
  grpc::Status GetZoneDraft(grpc::ServerContext* context, const v1::GetZoneDraftRequest* request,
                            v1::GetZoneDraftResponse* response) override;
  grpc::Status ListZoneDrafts(grpc::ServerContext* context,
                              const v1::ListZoneDraftsRequest* request,
                              v1::ListZoneDraftsResponse* response) override;
  grpc::Status UpdateZoneDraft(grpc::ServerContext* context,
                               const v1::UpdateZoneDraftRequest* request,
                               v1::UpdateZoneDraftResponse* response) override;
  grpc::Status DeleteZoneDraft(grpc::ServerContext* context,
                               const v1::DeleteZoneDraftRequest* request,
                               v1::DeleteZoneDraftResponse* response) override;
  grpc::Status ValidateZoneDrafts(grpc::ServerContext* context,
                                  const v1::ValidateZoneDraftsRequest* request,
                                  v1::ValidateZoneDraftsResponse* response) override;
  grpc::Status PublishZones(grpc::ServerContext* context, const v1::PublishZonesRequest* request,
                            v1::PublishZonesResponse* response) override;
  grpc::Status RetireZone(grpc::ServerContext* context, const v1::RetireZoneRequest* request,
                          v1::RetireZoneResponse* response) override;
  grpc::Status WithdrawZoneVersion(grpc::ServerContext* context,
                                   const v1::WithdrawZoneVersionRequest* request,
                                   v1::WithdrawZoneVersionResponse* response) override;
  grpc::Status PreviewZone(grpc::ServerContext* context, const v1::PreviewZoneRequest* request,
                           v1::PreviewZoneResponse* response) override;
  grpc::Status DiffZone(grpc::ServerContext* context, const v1::DiffZoneRequest* request,
                        v1::DiffZoneResponse* response) override;

 private:
  absl::StatusOr<Imported> Import(const platform::Call& call, const ImportAsked& asked,
                                  ImportStream& stream);
  absl::Status Export(const platform::Call& call, ZonesAsked asked,
                      grpc::ServerWriter<v1::ExportZonesResponse>& writer);

  const platform::Edge& edge_;
  Commands& commands_;
};

}  // namespace stadspoort::zones
