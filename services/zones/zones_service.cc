#include "services/zones/zones_service.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/contract/names.h"
#include "services/contract/timestamps.h"
#include "services/domain/limits.h"
#include "services/domain/refusal.h"
#include "services/zones/convert.h"

namespace stadspoort::zones {
namespace {

using platform::Call;
using Stream = grpc::ServerReaderWriter<v1::ImportZonesResponse, v1::ImportZonesRequest>;

// Progress is told this many times at the most.
constexpr int kProgressSteps = 50;

absl::StatusOr<ImportAsked> ReadImport(const Call& call, Stream& stream) {
  v1::ImportZonesRequest part;
  if (!stream.Read(&part) || !part.has_header()) {
    return domain::InvalidField("header", "must be the first message");
  }
  absl::StatusOr<ImportAsked> asked = ReadHeader(part.header());
  if (!asked.ok()) return asked.status();
  if (absl::Status admitted = call.Admits(asked->city); !admitted.ok()) return admitted;
  while (stream.Read(&part)) {
    if (part.part_case() != v1::ImportZonesRequest::kGeojsonChunk) {
      return domain::InvalidField("geojson_chunk", "must be every message after the header");
    }
    if (asked->geojson.size() + part.geojson_chunk().size() > domain::limits::kImportMaxBytes) {
      return domain::InvalidField("geojson_chunk", "the file is larger than 64 MiB",
                                  domain::ErrorReason::kTooManyItems);
    }
    asked->geojson += part.geojson_chunk();
  }
  return asked;
}

void TellProgress(Stream& stream, int done, int total) {
  const int step = std::max(1, total / kProgressSteps);
  if (done % step != 0 && done != total) return;
  v1::ImportZonesResponse response;
  response.mutable_progress()->set_features_done_count(done);
  response.mutable_progress()->set_features_total_count(total);
  stream.Write(response);
}

// Faults as messages, then the refusal. Every faulty feature is told of: all its faults while the
// list is short, its first once it is long.
absl::Status TellFaults(Stream& stream, const std::vector<Fault>& faults) {
  size_t told = 0;
  int last_feature = -2;  // none yet; -1 is the file as a whole
  for (const Fault& fault : faults) {
    const bool first = fault.feature_index != last_feature;
    last_feature = fault.feature_index;
    if (!first && told >= domain::limits::kImportMaxFaults) continue;
    v1::ImportZonesResponse response;
    *response.mutable_fault() = WriteFault(fault);
    stream.Write(response);
    ++told;
  }
  return domain::Refusal(
      absl::StatusCode::kInvalidArgument, domain::ErrorReason::kImportRefused,
      absl::StrCat("nothing was stored: the file has ", faults.size(), " fault",
                   faults.size() == 1 ? "" : "s",
                   told < faults.size() ? absl::StrCat(", of which ", told, " were listed") : ""));
}

}  // namespace

grpc::Status ZonesService::ImportZones(grpc::ServerContext* context, Stream* stream) {
  return edge_.Serve(
      *context, "/stadspoort.zones.v1.ZonesService/ImportZones", [&](const Call& call) {
        const absl::StatusOr<ImportAsked> asked = ReadImport(call, *stream);
        if (!asked.ok()) return asked.status();
        const absl::StatusOr<Imported> imported = import_.Run(
            call, *asked, [&](int done, int total) { TellProgress(*stream, done, total); });
        if (!imported.ok()) return imported.status();
        if (!imported->faults.empty()) return TellFaults(*stream, imported->faults);
        v1::ImportZonesResponse response;
        *response.mutable_result() = WriteResult(*imported);
        stream->Write(response);
        return absl::OkStatus();
      });
}

grpc::Status ZonesService::GetZone(grpc::ServerContext* context, const v1::GetZoneRequest* request,
                                   v1::GetZoneResponse* response) {
  return edge_.Serve(*context, "/stadspoort.zones.v1.ZonesService/GetZone", [&](const Call& call) {
    const auto name = contract::ParseZoneName(request->name(), "name");
    if (!name.ok()) return name.status();
    if (absl::Status admitted = call.Admits(name->first); !admitted.ok()) return admitted;
    std::optional<absl::Time> at;
    if (request->has_at_time()) {
      const auto read = contract::ToTime(request->at_time(), "at_time");
      if (!read.ok()) return read.status();
      at = *read;
    }
    absl::StatusOr<postgres::StoredZone> zone = queries_.Get(call, name->first, name->second, at);
    if (!zone.ok()) return zone.status();
    if (request->view() == v1::ZONE_VIEW_BASIC) zone->full = false;
    *response->mutable_zone() = WriteZone(name->first, *zone);
    return absl::OkStatus();
  });
}

grpc::Status ZonesService::ListZones(grpc::ServerContext* context,
                                     const v1::ListZonesRequest* request,
                                     v1::ListZonesResponse* response) {
  return edge_.Serve(*context, "/stadspoort.zones.v1.ZonesService/ListZones",
                     [&](const Call& call) {
                       const auto asked = ReadList(*request);
                       if (!asked.ok()) return asked.status();
                       if (absl::Status admitted = call.Admits(asked->city); !admitted.ok())
                         return admitted;
                       const auto zones = queries_.List(call, *asked);
                       if (!zones.ok()) return zones.status();
                       for (const postgres::StoredZone& zone : *zones) {
                         *response->add_zones() = WriteZone(asked->city, zone);
                       }
                       if (static_cast<int64_t>(zones->size()) == asked->limit) {
                         response->set_next_page_token(zones->back().zone.code.value());
                       }
                       return absl::OkStatus();
                     });
}

}  // namespace stadspoort::zones
