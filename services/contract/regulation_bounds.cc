#include "services/contract/regulation_bounds.h"

#include <cstddef>
#include <string>

#include "absl/strings/str_cat.h"
#include "services/domain/limits.h"

namespace stadspoort::contract {
namespace {

namespace limits = domain::limits;

std::string Item(const std::string& list, int index) { return absl::StrCat(list, "[", index, "]"); }

class Bounds {
 public:
  explicit Bounds(Violations& violations) : violations_(violations) {}

  void Inspect(const zones::v1::Regulation& in) {
    InspectTimetable(in, "");
    InspectSize(in.closed_periods(), limits::kRegulationMaxPeriods, "closed_periods");
    InspectSize(in.overlays(), limits::kRegulationMaxPeriods, "overlays");
    for (int i = 0; i < in.overlays_size(); ++i) {
      InspectTimetable(in.overlays(i), Item("overlays", i) + ".");
    }
    InspectTypesAndWindows(in.extensions(), "extensions");
    InspectTypesAndWindows(in.restrictions(), "restrictions");
    InspectSize(in.selling_points(), limits::kRegulationMaxSellingPoints, "selling_points");
  }

 private:
  template <typename List>
  void InspectSize(const List& list, size_t limit, const std::string& path) {
    if (static_cast<size_t>(list.size()) <= limit) return;
    violations_.Add(path, absl::StrCat("holds ", list.size(), " items; at most ", limit));
  }

  // `path`: empty, or that of the overlay with a dot.
  template <typename WithFrames>
  void InspectTimetable(const WithFrames& in, const std::string& path) {
    InspectSize(in.special_day_rules(), limits::kRegulationMaxPeriods, path + "special_day_rules");
    InspectSize(in.frames(), limits::kRegulationMaxFrames, path + "frames");
    for (int i = 0; i < in.frames_size(); ++i) {
      const std::string frame = Item(path + "frames", i);
      InspectSize(in.frames(i).accepted_right_types(), limits::kRightTypesMax,
                  frame + ".accepted_right_types");
      InspectSize(in.frames(i).fare_parts(), limits::kFareMaxParts, frame + ".fare_parts");
    }
  }

  template <typename List>
  void InspectTypesAndWindows(const List& list, const std::string& path) {
    InspectSize(list, limits::kRegulationMaxExtensions, path);
    for (int i = 0; i < list.size(); ++i) {
      const std::string item = Item(path, i);
      InspectSize(list.Get(i).right_types(), limits::kRightTypesMax, item + ".right_types");
      InspectSize(list.Get(i).windows(), limits::kRightMaxWindows, item + ".windows");
    }
  }

  Violations& violations_;
};

}  // namespace

void BoundLists(const zones::v1::Regulation& regulation, Violations& violations) {
  Bounds(violations).Inspect(regulation);
}

}  // namespace stadspoort::contract
