#include "services/domain/area_overlap.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

// An area is the sum of what lies south of its edges, down to one parallel: what lies south of an
// edge that runs westward (the area on its left) counts, south of one eastward counts against. So
// what two areas have in common is the sum, over pairs of an edge of each, of what lies south of
// both. No edge needs to be cut at another and no point told to be in or out, so that nothing can
// go wrong where borders nearly coincide.
namespace stadspoort::domain {
namespace {

constexpr double kEarthRadiusMeters = 6371010;

// From `west` to `east`, in radians, straight between.
struct Edge {
  double west;
  double east;
  double west_latitude;
  double slope;
  bool counts;  // runs westward

  double LatitudeAt(double longitude) const { return west_latitude + (longitude - west) * slope; }
};

double Radians(double degrees) { return degrees * std::numbers::pi / 180; }

bool CounterClockwise(const GeoRing& ring) {
  double twice_area = 0;
  for (size_t i = 0; i < ring.size(); ++i) {
    const GeoPoint& a = ring[i];
    const GeoPoint& b = ring[i + 1 == ring.size() ? 0 : i + 1];
    twice_area += (a.longitude - ring[0].longitude) * (b.latitude - ring[0].latitude) -
                  (a.latitude - ring[0].latitude) * (b.longitude - ring[0].longitude);
  }
  return twice_area > 0;
}

void AddEdges(const GeoRing& ring, bool hole, std::vector<Edge>& edges) {
  const bool area_on_left = CounterClockwise(ring) != hole;
  for (size_t i = 0; i < ring.size(); ++i) {
    const GeoPoint& from = ring[i];
    const GeoPoint& to = ring[i + 1 == ring.size() ? 0 : i + 1];
    if (from.longitude == to.longitude) continue;  // nothing lies south of it
    const bool eastward = from.longitude < to.longitude;
    const GeoPoint& west = eastward ? from : to;
    const GeoPoint& east = eastward ? to : from;
    edges.push_back({Radians(west.longitude), Radians(east.longitude), Radians(west.latitude),
                     (east.latitude - west.latitude) / (east.longitude - west.longitude),
                     eastward != area_on_left});
  }
}

// By their western ends.
std::vector<Edge> EdgesOf(const GeoArea& area) {
  std::vector<Edge> edges;
  for (const GeoPolygon& polygon : area) {
    AddEdges(polygon.outer, /*hole=*/false, edges);
    for (const GeoRing& hole : polygon.holes) AddEdges(hole, /*hole=*/true, edges);
  }
  std::sort(edges.begin(), edges.end(),
            [](const Edge& a, const Edge& b) { return a.west < b.west; });
  return edges;
}

// The part of the unit sphere between a parallel and a straight line that goes from one latitude to
// the other over `width` of longitude: the integral of sin(latitude) - sin(parallel).
double NorthOf(double parallel, double from, double to, double width) {
  const double middle = (from + to) / 2;
  const double half = (to - from) / 2;
  const double below = 2 * std::cos((middle + parallel) / 2) * std::sin((middle - parallel) / 2);
  // 1 - sin(half) / half
  const double bend = std::abs(half) < 1e-3 ? half * half / 6 : 1 - std::sin(half) / half;
  return width * (below - std::sin(middle) * bend);
}

// South of both edges, north of the parallel.
double SouthOfBoth(const Edge& a, const Edge& b, double parallel) {
  const double west = std::max(a.west, b.west);
  const double east = std::min(a.east, b.east);
  if (west >= east) return 0;
  const double a_from = a.LatitudeAt(west);
  const double a_to = a.LatitudeAt(east);
  const double b_from = b.LatitudeAt(west);
  const double b_to = b.LatitudeAt(east);
  const double from = std::min(a_from, b_from);
  const double to = std::min(a_to, b_to);
  const double width = east - west;
  if ((a_from < b_from) == (a_to < b_to)) return NorthOf(parallel, from, to, width);
  // They cross.
  const double share = (a_from - b_from) / ((a_from - b_from) - (a_to - b_to));
  const double crossing = a_from + share * (a_to - a_from);
  return NorthOf(parallel, from, crossing, share * width) +
         NorthOf(parallel, crossing, to, (1 - share) * width);
}

// Goes eastward from vertex to vertex, or to where edges cross, and looks along the meridian in the
// middle of every strip.
class BroadestPiece {
 public:
  BroadestPiece(const GeoArea& a, const GeoArea& b, bool in_b) : in_b_(in_b) {
    AddAll(EdgesOf(a), /*of_b=*/false);
    AddAll(EdgesOf(b), /*of_b=*/true);
    std::sort(edges_.begin(), edges_.end(),
              [](const Owned& x, const Owned& y) { return x.edge.west < y.edge.west; });
    std::sort(meridians_.begin(), meridians_.end());
    meridians_.erase(std::unique(meridians_.begin(), meridians_.end()), meridians_.end());
  }

  std::optional<GeoPoint> Find() {
    auto next = edges_.begin();
    for (size_t i = 0; i + 1 < meridians_.size(); ++i) {
      const double west = meridians_[i];
      std::erase_if(open_, [&](const Owned* one) { return one->edge.east <= west; });
      for (; next != edges_.end() && next->edge.west <= west; ++next) open_.push_back(&*next);
      LookInto(west, meridians_[i + 1]);
    }
    return found_;
  }

 private:
  struct Owned {
    Edge edge;
    bool of_b;
  };

  void AddAll(const std::vector<Edge>& edges, bool of_b) {
    for (const Edge& edge : edges) {
      edges_.push_back({edge, of_b});
      meridians_.push_back(edge.west);
      meridians_.push_back(edge.east);
    }
  }

  // Between these no edge begins or ends.
  void LookInto(double west, double east) {
    cuts_ = {west, east};
    for (const Owned* one : open_) {
      for (const Owned* other : open_) {
        if (one->of_b || !other->of_b) continue;
        const double apart = one->edge.LatitudeAt(west) - other->edge.LatitudeAt(west);
        const double then = one->edge.LatitudeAt(east) - other->edge.LatitudeAt(east);
        if (apart * then < 0) cuts_.push_back(west + (east - west) * apart / (apart - then));
      }
    }
    std::sort(cuts_.begin(), cuts_.end());
    for (size_t i = 0; i + 1 < cuts_.size(); ++i) {
      LookAlong((cuts_[i] + cuts_[i + 1]) / 2, cuts_[i + 1] - cuts_[i]);
    }
  }

  void LookAlong(double meridian, double width) {
    crossings_.clear();
    for (const Owned* one : open_) {
      crossings_.emplace_back(one->edge.LatitudeAt(meridian), one->of_b);
    }
    std::sort(crossings_.begin(), crossings_.end());
    bool in_a = false;
    bool in_b = false;
    for (size_t i = 0; i + 1 < crossings_.size(); ++i) {
      (crossings_[i].second ? in_b : in_a) ^= true;
      const double height = crossings_[i + 1].first - crossings_[i].first;
      if (!in_a || in_b != in_b_ || width * height <= greatest_) continue;
      greatest_ = width * height;
      found_ = {Degrees(crossings_[i].first + height / 2), Degrees(meridian)};
    }
  }

  static double Degrees(double radians) { return radians * 180 / std::numbers::pi; }

  const bool in_b_;  // also, or else outside
  std::vector<Owned> edges_;
  std::vector<double> meridians_;
  std::vector<const Owned*> open_;
  std::vector<double> cuts_;
  std::vector<std::pair<double, bool>> crossings_;
  double greatest_ = 0;
  std::optional<GeoPoint> found_;
};

}  // namespace

std::optional<GeoPoint> PointInBoth(const GeoArea& a, const GeoArea& b) {
  return BroadestPiece(a, b, /*in_b=*/true).Find();
}

std::optional<GeoPoint> PointBeside(const GeoArea& a, const GeoArea& b) {
  return BroadestPiece(a, b, /*in_b=*/false).Find();
}

double SquareMeters(const GeoArea& area) {
  const double parallel = Radians(BoxOf(area).south);
  double sum = 0;
  for (const Edge& edge : EdgesOf(area)) {
    const double south_of =
        NorthOf(parallel, edge.west_latitude, edge.LatitudeAt(edge.east), edge.east - edge.west);
    sum += edge.counts ? south_of : -south_of;
  }
  return sum * kEarthRadiusMeters * kEarthRadiusMeters;
}

bool MayOverlap(const GeoBox& a, const GeoBox& b) {
  return a.south < b.north && b.south < a.north && a.west < b.east && b.west < a.east;
}

double OverlapSquareMeters(const GeoArea& a, const GeoArea& b) {
  const GeoBox box_a = BoxOf(a);
  const GeoBox box_b = BoxOf(b);
  if (!MayOverlap(box_a, box_b)) return 0;
  const double parallel = Radians(std::min(box_a.south, box_b.south));
  const std::vector<Edge> edges_a = EdgesOf(a);
  const std::vector<Edge> edges_b = EdgesOf(b);
  double sum = 0;
  // Goes eastward, and keeps the edges of `b` that have begun and do not end before those to come.
  std::vector<const Edge*> open;
  auto next = edges_b.begin();
  for (const Edge& edge : edges_a) {
    for (; next != edges_b.end() && next->west < edge.east; ++next) open.push_back(&*next);
    std::erase_if(open, [&](const Edge* other) { return other->east <= edge.west; });
    for (const Edge* other : open) {
      const double south_of = SouthOfBoth(edge, *other, parallel);
      sum += edge.counts == other->counts ? south_of : -south_of;
    }
  }
  // Rounding may take nothing to a little less.
  return std::max(0.0, sum * kEarthRadiusMeters * kEarthRadiusMeters);
}

}  // namespace stadspoort::domain
