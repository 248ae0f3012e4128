#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/domain/place.h"
#include "services/domain/refusal.h"
#include "services/domain/regulation.h"
#include "stadspoort/zones/v1/regulation.pb.h"

namespace stadspoort::zones {

// One thing that is wrong with an import.
struct Fault {
  int feature_index = -1;  // -1: the file as a whole
  std::string zone_code;
  std::string field;
  std::string description;
  domain::ErrorReason reason = domain::ErrorReason::kInvalidField;
};

// A feature as it stands in the file. What could not be read is empty, and has a fault.
struct Feature {
  int index = 0;
  std::string code;
  std::string display_name;
  std::optional<domain::Usage> usage;
  std::optional<v1::Regulation> regulation;
  domain::GeoArea area;
};

struct FeaturesRead {
  std::vector<Feature> features;
  std::vector<Fault> faults;
};

// Reads a FeatureCollection of Polygons and MultiPolygons with the properties code, name and
// optionally usage and regulation. INVALID_ARGUMENT (UNREADABLE_FILE) when it is no
// FeatureCollection at all. With `judge_outlines`, outlines that can be read must be areas too.
// `progress(done, total)` is called with each feature.
absl::StatusOr<FeaturesRead> ReadGeoJson(absl::string_view text, bool judge_outlines,
                                         absl::FunctionRef<void(int, int)> progress);

}  // namespace stadspoort::zones
