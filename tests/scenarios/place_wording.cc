#include "tests/scenarios/place_wording.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "services/domain/outline_validation.h"
#include "tests/scenarios/wording.h"

namespace stadspoort::scenarios {
namespace {

absl::StatusOr<domain::GeoPoint> ParsePoint(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, ',');
  domain::GeoPoint point;
  if (parts.size() != 2 || !absl::SimpleAtod(parts[0], &point.latitude) ||
      !absl::SimpleAtod(parts[1], &point.longitude)) {
    return NotUnderstood(text, "latitude,longitude such as 51.0505,3.7210");
  }
  return point;
}

// Counter-clockwise, seen from above.
domain::GeoRing Box(domain::GeoPoint a, domain::GeoPoint b) {
  if (a.latitude > b.latitude) std::swap(a.latitude, b.latitude);
  if (a.longitude > b.longitude) std::swap(a.longitude, b.longitude);
  return {a, {a.latitude, b.longitude}, b, {b.latitude, a.longitude}};
}

absl::StatusOr<domain::GeoRing> ParseRing(absl::string_view text) {
  Words words(text);
  const std::string shape = words.Take();
  domain::GeoRing points;
  while (!words.AtEnd()) {
    const absl::StatusOr<domain::GeoPoint> point = ParsePoint(words.Take());
    if (!point.ok()) return point.status();
    points.push_back(*point);
  }
  if (shape == "box" && points.size() == 2) return Box(points[0], points[1]);
  if (shape == "polygon" && points.size() >= 3) return points;
  return NotUnderstood(text, "box and two corners, or polygon and three or more");
}

}  // namespace

absl::StatusOr<domain::Position> ParsePosition(absl::string_view text) {
  domain::Position position;
  Words words(text);
  const absl::StatusOr<domain::GeoPoint> point = ParsePoint(words.Take());
  if (!point.ok()) return point.status();
  position.point = *point;
  if (words.AtEnd()) return position;
  const std::string accuracy = words.TakeRest();
  absl::string_view meters = accuracy;
  if (!absl::ConsumePrefix(&meters, "±") || !absl::ConsumeSuffix(&meters, "m") ||
      !absl::SimpleAtod(meters, &position.accuracy_meters)) {
    return NotUnderstood(text, "a position such as 51.0505,3.7210 ±10 m");
  }
  return position;
}

absl::StatusOr<domain::GeoArea> ParseOutline(absl::string_view text) {
  const absl::StatusOr<std::vector<std::string>> pieces = SplitList(text, ";");
  if (!pieces.ok()) return pieces.status();
  domain::GeoArea area;
  for (absl::string_view piece : *pieces) {
    const bool hole = absl::ConsumePrefix(&piece, "minus ");
    absl::StatusOr<domain::GeoRing> ring = ParseRing(piece);
    if (!ring.ok()) return ring.status();
    if (!hole) {
      area.push_back({.outer = *std::move(ring), .holes = {}});
    } else if (area.empty()) {
      return NotUnderstood(text, "a hole behind the piece in which it lies");
    } else {
      area.back().holes.push_back(*std::move(ring));
    }
  }
  if (area.empty()) return area;
  for (const domain::GeometryFault& fault : domain::Validate(area)) {
    return absl::InvalidArgumentError(absl::StrCat(fault.path, ": ", fault.description));
  }
  return area;
}

domain::GeoArea OwnBox(int index) {
  const double longitude = 0.01 * index;
  return {{.outer = Box({0.001, longitude}, {0.002, longitude + 0.001}), .holes = {}}};
}

}  // namespace stadspoort::scenarios
