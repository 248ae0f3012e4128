#include "services/zones/geojson_writer.h"

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "services/contract/regulation.h"
#include "storage/postgres/geometry.h"

namespace stadspoort::zones {
namespace {

std::string Quoted(const std::string& text) { return nlohmann::json(text).dump(); }

// The coordinates of a MultiPolygon, or of its only Polygon.
std::string GeometryText(const domain::GeoArea& area) {
  const std::string coordinates = postgres::GeometryJson(area);
  if (area.size() > 1) {
    return absl::StrCat(R"({"type":"MultiPolygon","coordinates":)", coordinates, "}");
  }
  return absl::StrCat(R"({"type":"Polygon","coordinates":)",
                      coordinates.substr(1, coordinates.size() - 2), "}");
}

}  // namespace

std::string FeatureJson(const domain::ZoneVersion& zone, const domain::CityCode& city) {
  return absl::StrCat(R"({"type":"Feature","properties":{"code":)", Quoted(zone.code.value()),
                      R"(,"name":)", Quoted(zone.display_name), R"(,"usage":)",
                      Quoted(std::string(Name(zone.usage))), R"(,"regulation":)",
                      contract::RegulationJson(zone.regulation, city), R"(},"geometry":)",
                      GeometryText(zone.area.area()), "}");
}

}  // namespace stadspoort::zones
