#include "services/domain/circle_remainder.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <utility>

#include "absl/types/span.h"
#include "s2/r2.h"

namespace stadspoort::domain {
namespace {

// What may lie outside all candidates, as a part of the circle: less says nothing about the car.
constexpr double kSliver = 0.01;
// The circle is measured along this many parallel chords: to about half a percent of its area.
constexpr int kChords = 200;

// The circle on a plane, as the unit circle around (0, 0) with straight edges (a gnomonic
// projection). x runs across the first border, so that most chords, which lie along x, cut it.
class CirclePlane {
 public:
  CirclePlane(const S2Point& center, S1Angle radius, const NearEdge& border)
      : center_(center), scale_(std::tan(radius.radians())) {
    const S2Point along = border.to - border.from;
    y_ = (along - center * along.DotProd(center)).Normalize();
    x_ = y_.CrossProd(center);
  }
  R2Point Project(const S2Point& p) const {
    const double depth = p.DotProd(center_) * scale_;
    return {p.DotProd(x_) / depth, p.DotProd(y_) / depth};
  }
  S2Point Unproject(const R2Point& p) const {
    return (center_ + (x_ * p.x() + y_ * p.y()) * scale_).Normalize();
  }

 private:
  S2Point center_;
  S2Point x_;
  S2Point y_;
  double scale_;
};

// Where a chord, followed to the right, passes a border.
struct Crossing {
  int chord;
  double x;
  int32_t shape;
  bool entering;
};

// How much of the circle lies outside every shape.
class Remainder {
 public:
  Remainder(const std::vector<NumberedOutline>& outlines, const CirclePlane& plane,
            const std::vector<NearEdge>& borders)
      : outlines_(outlines), plane_(plane) {
    for (const NearEdge& border : borders) {
      AddCrossings(border);
      if (shapes_.empty() || shapes_.back() != border.shape) shapes_.push_back(border.shape);
    }
    std::sort(crossings_.begin(), crossings_.end(), [](const Crossing& a, const Crossing& b) {
      return std::pair(a.chord, a.x) < std::pair(b.chord, b.x);
    });
    size_t end = 0;
    for (int chord = 0; chord < kChords; ++chord) {
      const size_t begin = end;
      while (end < crossings_.size() && crossings_[end].chord == chord) ++end;
      on_chord_[static_cast<size_t>(chord)] =
          absl::MakeConstSpan(crossings_).subspan(begin, end - begin);
    }
  }

  bool ExceedsSliver() const {
    const double limit = kSliver * std::numbers::pi;
    // What shapes without a border on a chord cover costs most to tell, and only lessens the sum.
    std::array<double, kChords> outside;
    double at_most = 0;
    for (int chord = 0; chord < kChords; ++chord) {
      outside[static_cast<size_t>(chord)] = Uncovered(chord);
      at_most += kStep * outside[static_cast<size_t>(chord)];
    }
    if (at_most <= limit) return false;
    double area = 0;
    for (int chord = 0; chord < kChords && area <= limit; ++chord) {
      const double length = outside[static_cast<size_t>(chord)];
      if (length > 0 && !CoveredWhole(chord)) area += kStep * length;
    }
    return area > limit;
  }

 private:
  static constexpr double kStep = 2.0 / kChords;
  static double Y(int chord) { return -1 + kStep * (chord + 0.5); }
  // The first chord at `y` or above. Two edges that meet at a vertex share its result, so that no
  // chord slips between them or counts both.
  static int FirstAt(double y) {
    return static_cast<int>(std::clamp<double>(std::ceil((y + 1) / kStep - 0.5), 0, kChords));
  }
  static double HalfLength(int chord) { return std::sqrt(1 - Y(chord) * Y(chord)); }

  void AddCrossings(const NearEdge& border) {
    const R2Point from = plane_.Project(border.from);
    const R2Point to = plane_.Project(border.to);
    const bool upward = from.y() < to.y();
    const R2Point& low = upward ? from : to;
    const R2Point& high = upward ? to : from;
    const double slope = (high.x() - low.x()) / (high.y() - low.y());
    const int end = FirstAt(high.y());
    for (int chord = FirstAt(low.y()); chord < end; ++chord) {
      const double x = low.x() + (Y(chord) - low.y()) * slope;
      if (std::abs(x) < HalfLength(chord)) crossings_.push_back({chord, x, border.shape, !upward});
    }
  }

  absl::Span<const Crossing> On(int chord) const { return on_chord_[static_cast<size_t>(chord)]; }

  // The length of the chord outside every shape that has a border on it.
  double Uncovered(int chord) const {
    const absl::Span<const Crossing> crossings = On(chord);
    // A shape whose first border on the way is an exit began before the chord did.
    int depth = 0;
    for (size_t i = 0; i < crossings.size(); ++i) {
      if (!crossings[i].entering && IsFirst(crossings, i)) ++depth;
    }
    double outside = 0;
    double x = -HalfLength(chord);
    for (const Crossing& crossing : crossings) {
      if (depth <= 0) outside += crossing.x - x;
      depth += crossing.entering ? 1 : -1;
      x = crossing.x;
    }
    if (depth <= 0) outside += HalfLength(chord) - x;
    return outside;
  }

  static bool IsFirst(absl::Span<const Crossing> crossings, size_t i) {
    return std::none_of(crossings.begin(), crossings.begin() + static_cast<std::ptrdiff_t>(i),
                        [&](const Crossing& c) { return c.shape == crossings[i].shape; });
  }

  // Whether a shape without a border on the chord holds all of it.
  bool CoveredWhole(int chord) const {
    const absl::Span<const Crossing> crossings = On(chord);
    const S2Point middle = plane_.Unproject({0, Y(chord)});
    const auto crosses_not = [&](int32_t shape) {
      return std::none_of(crossings.begin(), crossings.end(),
                          [&](const Crossing& c) { return c.shape == shape; });
    };
    // Others than these have no border in the circle, and do not hold it whole.
    auto shape = shapes_.begin();
    for (const NumberedOutline& numbered : outlines_) {
      const auto end = std::lower_bound(shape, shapes_.end(),
                                        numbered.first_shape + numbered.outline->shape_count());
      if (std::any_of(shape, end, crosses_not) &&
          numbered.outline->Contains(middle, numbered.first_shape, crosses_not)) {
        return true;
      }
      shape = end;
    }
    return false;
  }

  const std::vector<NumberedOutline>& outlines_;
  const CirclePlane& plane_;
  std::vector<int32_t> shapes_;      // that have a border in the circle, ascending
  std::vector<Crossing> crossings_;  // by chord, then x
  std::array<absl::Span<const Crossing>, kChords> on_chord_;
};

}  // namespace

bool LeavesMoreThanASliver(const Circle& circle, const std::vector<NearEdge>& borders,
                           const std::vector<NumberedOutline>& outlines) {
  const CirclePlane plane(circle.center(), circle.angle(), borders.front());
  return Remainder(outlines, plane, borders).ExceedsSliver();
}

}  // namespace stadspoort::domain
