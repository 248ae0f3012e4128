#include "services/domain/area_index.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "services/domain/circle.h"
#include "services/domain/circle_remainder.h"
#include "services/domain/limits.h"
#include "services/domain/prepared_outline.h"

namespace stadspoort::domain {
namespace {

// The precision of outlines: a position this near a border may be on either side of it.
constexpr double kBorderToleranceMeters = 0.1;

std::vector<GeoBox> BoxesOf(const std::vector<Outline>& outlines) {
  std::vector<GeoBox> boxes;
  boxes.reserve(outlines.size());
  for (const Outline& outline : outlines) boxes.push_back(outline.box());
  return boxes;
}

// An accuracy that no caller should have let through is taken to the nearest that is sound.
double Radius(double accuracy_meters) {
  const double sound = accuracy_meters > 0 ? accuracy_meters : 0;
  return std::min(sound, limits::kAccuracyMaxMeters) + kBorderToleranceMeters;
}

// Whether one of the polygons of which the centre is in has no border in the circle. Of one area:
// what was read from `containing` and `borders` on.
bool HoldsWhole(const Surroundings& read, size_t containing, size_t borders) {
  const auto first_border = read.borders.begin() + static_cast<std::ptrdiff_t>(borders);
  return std::any_of(read.containing.begin() + static_cast<std::ptrdiff_t>(containing),
                     read.containing.end(), [&](int32_t shape) {
                       return std::none_of(
                           first_border, read.borders.end(),
                           [&](const NearEdge& border) { return border.shape == shape; });
                     });
}

}  // namespace

AreaIndex::AreaIndex(std::vector<Outline> outlines)
    : outlines_(std::move(outlines)), boxes_(BoxesOf(outlines_)) {}

Located AreaIndex::Locate(const Position& position) const {
  return Locate(position, [](uint32_t) { return true; });
}

Located AreaIndex::Locate(const Position& position,
                          absl::FunctionRef<bool(uint32_t)> counts) const {
  Located located;
  const GeoPoint& point = position.point;
  if (!(std::abs(point.latitude) <= 90) || !(std::abs(point.longitude) <= 180)) return located;
  Circle circle(point, Radius(position.accuracy_meters));

  std::vector<uint32_t> candidates;
  for (const GeoBox& box : circle.Boxes()) {
    boxes_.VisitMeeting(box, [&](uint32_t area) {
      if (counts(area)) candidates.push_back(area);
    });
  }
  std::sort(candidates.begin(), candidates.end());
  // One that lies around the pole meets both boxes of a circle across the 180th meridian.
  candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());

  Surroundings read;
  std::vector<NumberedOutline> outlines;
  int32_t shapes = 0;
  for (const uint32_t area : candidates) {
    const size_t containing = read.containing.size();
    const size_t borders = read.borders.size();
    const PreparedOutline& outline = outlines_[area].prepared();
    outline.Read(circle, shapes, read);
    if (read.containing.size() == containing && read.borders.size() == borders) continue;
    located.areas.push_back(area);
    located.border.push_back(!HoldsWhole(read, containing, borders));
    outlines.push_back({&outline, shapes});
    shapes += outline.shape_count();
  }
  const bool whole =
      std::find(located.border.begin(), located.border.end(), false) != located.border.end();
  located.outside_possible =
      located.areas.empty() || (!whole && LeavesMoreThanASliver(circle, read.borders, outlines));
  return located;
}

}  // namespace stadspoort::domain
