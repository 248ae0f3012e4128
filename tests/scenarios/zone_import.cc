#include "tests/scenarios/zone_import.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "services/contract/names.h"
#include "services/contract/regulation.h"
#include "services/contract/timestamps.h"

namespace stadspoort::scenarios {
namespace {

using nlohmann::json;
using zones::v1::ImportZonesRequest;
using zones::v1::ImportZonesResponse;
using Stream = grpc::ClientReaderWriter<ImportZonesRequest, ImportZonesResponse>;

constexpr size_t kChunkBytes = size_t{1} << 20;  // what the contract allows in one message

// Longitude first, and closed.
json RingJson(const domain::GeoRing& ring) {
  json out = json::array();
  for (const domain::GeoPoint& point : ring) out.push_back({point.longitude, point.latitude});
  out.push_back(out.front());
  return out;
}

json GeometryJson(const domain::GeoArea& area) {
  json polygons = json::array();
  for (const domain::GeoPolygon& polygon : area) {
    json rings = json::array({RingJson(polygon.outer)});
    for (const domain::GeoRing& hole : polygon.holes) rings.push_back(RingJson(hole));
    polygons.push_back(std::move(rings));
  }
  return {{"type", "MultiPolygon"}, {"coordinates", std::move(polygons)}};
}

json FeatureJson(const domain::CityCode& city, const domain::ZoneVersion& zone) {
  return {{"type", "Feature"},
          {"properties",
           {{"code", zone.code.value()},
            {"name", zone.display_name},
            {"usage", std::string(domain::Name(zone.usage))},
            {"regulation",
             json::parse(contract::RegulationJson(zone.regulation, city), nullptr, false)}}},
          {"geometry", GeometryJson(zone.area.area())}};
}

void Send(const ImportZonesRequest& header, const std::string& geojson, Stream& stream) {
  // A write that fails is explained by the stream's status.
  bool open = stream.Write(header);
  for (size_t at = 0; open && at < geojson.size(); at += kChunkBytes) {
    ImportZonesRequest chunk;
    chunk.set_geojson_chunk(geojson.substr(at, kChunkBytes));
    open = stream.Write(chunk);
  }
  stream.WritesDone();
}

absl::Status ImportAt(const domain::CityCode& city, absl::Time in_force, const json& features,
                      Service& service) {
  grpc::ClientContext context;
  Prepare({"city-admin", ""}, context);
  const std::unique_ptr<Stream> stream = service.zones->ImportZones(&context);
  ImportZonesRequest header;
  header.mutable_header()->set_parent(contract::CityName(city));
  *header.mutable_header()->mutable_in_force_start_time() = contract::ToTimestamp(in_force);
  const json collection = {{"type", "FeatureCollection"}, {"features", features}};
  Send(header, collection.dump(), *stream);
  std::string faults;
  ImportZonesResponse response;
  while (stream->Read(&response)) {
    if (!response.has_fault()) continue;
    absl::StrAppend(&faults, "\n  zone ", response.fault().zone_code(), ", ",
                    response.fault().field(), ": ", response.fault().description());
  }
  const absl::Status status = FromGrpc("ImportZones", stream->Finish());
  return status.ok() ? status : absl::Status(status.code(), absl::StrCat(status.message(), faults));
}

}  // namespace

absl::Status ImportZones(const domain::CityCode& city,
                         const std::vector<domain::ZoneVersion>& zones, Service& service) {
  std::map<absl::Time, json> features;
  for (const domain::ZoneVersion& zone : zones) {
    features.try_emplace(zone.in_force.start, json::array())
        .first->second.push_back(FeatureJson(city, zone));
  }
  for (const auto& [in_force, list] : features) {
    const absl::Status imported = ImportAt(city, in_force, list, service);
    if (!imported.ok()) return imported;
  }
  return absl::OkStatus();
}

}  // namespace stadspoort::scenarios
