#include "storage/postgres/geometry.h"

#include "nlohmann/json.hpp"

namespace stadspoort::postgres {
namespace {

using nlohmann::json;

json RingJson(const domain::GeoRing& ring) {
  json out = json::array();
  for (const domain::GeoPoint& point : ring) {
    out.push_back(json::array({point.longitude, point.latitude}));
  }
  out.push_back(json::array({ring.front().longitude, ring.front().latitude}));
  return out;
}

bool IsPoint(const json& point) {
  return point.is_array() && point.size() == 2 && point[0].is_number() && point[1].is_number();
}

bool ReadRing(const json& in, domain::GeoRing& out) {
  if (!in.is_array() || in.size() < 4) return false;
  for (size_t i = 0; i + 1 < in.size(); ++i) {
    if (!IsPoint(in[i])) return false;
    out.push_back({in[i][1].get<double>(), in[i][0].get<double>()});
  }
  return true;
}

bool ReadPolygon(const json& in, domain::GeoPolygon& out) {
  if (!in.is_array() || in.empty() || !ReadRing(in[0], out.outer)) return false;
  for (size_t i = 1; i < in.size(); ++i) {
    if (!ReadRing(in[i], out.holes.emplace_back())) return false;
  }
  return true;
}

}  // namespace

std::string GeometryJson(const domain::GeoArea& area) {
  json out = json::array();
  for (const domain::GeoPolygon& polygon : area) {
    json rings = json::array({RingJson(polygon.outer)});
    for (const domain::GeoRing& hole : polygon.holes) rings.push_back(RingJson(hole));
    out.push_back(std::move(rings));
  }
  return out.dump();
}

absl::StatusOr<domain::GeoArea> GeometryOf(absl::string_view text) {
  const json in = json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
  domain::GeoArea area;
  bool readable = in.is_array() && !in.empty();
  for (size_t i = 0; readable && i < in.size(); ++i)
    readable = ReadPolygon(in[i], area.emplace_back());
  if (!readable) return absl::InternalError("a stored geometry cannot be read");
  return area;
}

}  // namespace stadspoort::postgres
