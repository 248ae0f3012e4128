#include "services/zones/geojson.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "google/protobuf/util/json_util.h"
#include "nlohmann/json.hpp"
#include "services/domain/ids.h"
#include "services/domain/limits.h"
#include "services/domain/outline_validation.h"
#include "services/domain/zone.h"

namespace stadspoort::zones {
namespace {

namespace limits = domain::limits;
using domain::ErrorReason;
using nlohmann::json;

// A MultiPolygon's coordinates lie nine deep, a regulation's fare parts eleven. Writing a value
// back as text recurses, so depth is bounded when it is read.
constexpr int kMaxDepth = 32;

absl::Status Unreadable(absl::string_view why) {
  return domain::InvalidField("geojson_chunk", why, ErrorReason::kUnreadableFile);
}

// Reads one feature, collecting what is wrong with it.
class FeatureReader {
 public:
  FeatureReader(int index, bool judge_outlines, std::vector<Fault>& faults)
      : judge_outlines_(judge_outlines), faults_(faults) {
    feature_.index = index;
  }

  Feature Read(const json& in) {
    if (!in.is_object() || in.value("type", json()) != "Feature") {
      Add("type", "must be a Feature");
      return std::move(feature_);
    }
    const auto properties = in.find("properties");
    if (properties == in.end() || !properties->is_object()) {
      Add("properties", "must be an object with code and name");
    } else {
      ReadProperties(*properties);
    }
    const auto geometry = in.find("geometry");
    if (geometry == in.end() || !geometry->is_object()) {
      Add("geometry", "must be a Polygon or a MultiPolygon", ErrorReason::kInvalidGeometry);
    } else {
      ReadGeometry(*geometry);
    }
    return std::move(feature_);
  }

 private:
  void Add(std::string field, std::string description,
           ErrorReason reason = ErrorReason::kInvalidField) {
    faults_.push_back(
        {feature_.index, feature_.code, std::move(field), std::move(description), reason});
  }

  void ReadProperties(const json& properties) {
    const json code = properties.value("code", json());
    if (code.is_string() && domain::IsZoneCode(code.get<std::string>())) {
      feature_.code = code.get<std::string>();
    } else {
      Add("properties.code",
          "must be 1 to 60 of a-z, 0-9, '-' and '_', beginning with a letter or digit");
    }
    const json name = properties.value("name", json());
    if (name.is_string() && !name.get<std::string>().empty() &&
        name.get<std::string>().size() <= limits::kDisplayNameMaxBytes) {
      feature_.display_name = name.get<std::string>();
    } else {
      Add("properties.name", "must be a text of 1 to 200 bytes");
    }
    if (properties.contains("usage")) ReadUsage(properties["usage"]);
    if (properties.contains("regulation")) ReadRegulation(properties["regulation"]);
  }

  void ReadUsage(const json& usage) {
    if (usage.is_string()) {
      const std::string text = usage.get<std::string>();
      feature_.usage = domain::UsageFromName(absl::StripPrefix(text, "USAGE_"));
    }
    if (!feature_.usage) Add("properties.usage", "must be a usage, such as PAID_PARKING");
  }

  void ReadRegulation(const json& regulation) {
    v1::Regulation message;
    const auto parsed = google::protobuf::util::JsonStringToMessage(regulation.dump(), &message);
    if (parsed.ok()) {
      feature_.regulation = std::move(message);
    } else {
      Add("properties.regulation",
          absl::StrCat("is not a Regulation: ", std::string(parsed.message())));
    }
  }

  void ReadGeometry(const json& geometry) {
    const json type = geometry.value("type", json());
    const auto coordinates = geometry.find("coordinates");
    if (coordinates == geometry.end() || !coordinates->is_array() || coordinates->empty()) {
      Add("geometry.coordinates", "must be an array that is not empty",
          ErrorReason::kInvalidGeometry);
      return;
    }
    size_t faults_before = faults_.size();
    if (type == "Polygon") {
      feature_.area.push_back(ReadPolygon(*coordinates, "geometry.coordinates"));
    } else if (type == "MultiPolygon") {
      for (size_t i = 0; i < coordinates->size(); ++i) {
        feature_.area.push_back(
            ReadPolygon((*coordinates)[i], absl::StrCat("geometry.coordinates[", i, "]")));
      }
    } else {
      Add("geometry.type", "must be Polygon or MultiPolygon", ErrorReason::kInvalidGeometry);
      return;
    }
    if (faults_.size() > faults_before) return;
    if (domain::VertexCount(feature_.area) > limits::kZoneMaxVertices) {
      Add("geometry.coordinates", "has more than 200,000 vertices", ErrorReason::kInvalidGeometry);
      return;
    }
    if (!judge_outlines_) return;
    const bool multi = type == "MultiPolygon";
    for (const domain::GeometryFault& fault : domain::Validate(feature_.area)) {
      // Paths of a Polygon do not have the polygon's own index.
      absl::string_view path = fault.path;
      if (!multi && absl::StartsWith(path, "[0]")) path.remove_prefix(3);
      Add(absl::StrCat("geometry.coordinates", path), fault.description,
          ErrorReason::kInvalidGeometry);
    }
  }

  domain::GeoPolygon ReadPolygon(const json& rings, const std::string& path) {
    domain::GeoPolygon polygon;
    if (!rings.is_array() || rings.empty()) {
      Add(path, "must be an array of rings, the outline first", ErrorReason::kInvalidGeometry);
      return polygon;
    }
    polygon.outer = ReadRing(rings[0], absl::StrCat(path, "[0]"));
    for (size_t i = 1; i < rings.size(); ++i) {
      polygon.holes.push_back(ReadRing(rings[i], absl::StrCat(path, "[", i, "]")));
    }
    return polygon;
  }

  domain::GeoRing ReadRing(const json& in, const std::string& path) {
    domain::GeoRing ring;
    if (!in.is_array() || in.size() < 4) {
      Add(path, "must be a ring of at least four positions, the last equal to the first",
          ErrorReason::kInvalidGeometry);
      return ring;
    }
    for (size_t i = 0; i < in.size(); ++i) {
      const json& point = in[i];
      if (!point.is_array() || point.size() < 2 || point.size() > 3 || !point[0].is_number() ||
          !point[1].is_number()) {
        Add(absl::StrCat(path, "[", i, "]"), "must be [longitude, latitude]",
            ErrorReason::kInvalidGeometry);
        return ring;
      }
      ring.push_back({point[1].get<double>(), point[0].get<double>()});
    }
    if (ring.front() != ring.back()) {
      Add(path, "is open: its last position must equal its first", ErrorReason::kInvalidGeometry);
      return ring;
    }
    ring.pop_back();
    return ring;
  }

  Feature feature_;
  const bool judge_outlines_;
  std::vector<Fault>& faults_;
};

}  // namespace

absl::StatusOr<FeaturesRead> ReadGeoJson(absl::string_view text, bool judge_outlines,
                                         absl::FunctionRef<void(int, int)> progress) {
  bool too_deep = false;
  const json in = json::parse(
      text.begin(), text.end(),
      [&](int depth, json::parse_event_t /*event*/, json& /*value*/) {
        too_deep = too_deep || depth > kMaxDepth;
        return !too_deep;
      },
      /*allow_exceptions=*/false);
  if (too_deep) return Unreadable("is nested deeper than any GeoJSON file");
  if (in.is_discarded()) return Unreadable("is not JSON");
  if (!in.is_object() || in.value("type", json()) != "FeatureCollection") {
    return Unreadable("is not a GeoJSON FeatureCollection");
  }
  const auto features = in.find("features");
  if (features == in.end() || !features->is_array() || features->empty()) {
    return Unreadable("has no features");
  }
  if (features->size() > limits::kImportMaxFeatures) {
    return Unreadable("has more than 20,000 features");
  }
  FeaturesRead read;
  const auto count = static_cast<int>(features->size());
  for (int i = 0; i < count; ++i) {
    read.features.push_back(
        FeatureReader(i, judge_outlines, read.faults).Read((*features)[static_cast<size_t>(i)]));
    progress(i + 1, count);
  }
  return read;
}

}  // namespace stadspoort::zones
